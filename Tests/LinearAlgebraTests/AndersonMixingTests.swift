import Testing

@testable import LinearAlgebra

@Suite("Anderson mixing")
struct AndersonMixingTests {
  @Test("a linear iteration of four unknowns ends after five sweeps, also where plain sweeps diverge")
  func linear() {
    let matrix: [[Double]] = [[0.9, 0.3, 0, 0], [0, 0.5, 0.2, 0], [0.1, 0, -1.4, 0], [0, 0, 0.4, 0.7]]
    let image = { (x: [Double]) in matrix.map { row in 1 + zip(row, x).reduce(0) { $0 + $1.0 * $1.1 } } }
    var mixing = AndersonMixing(memory: 8)
    var point = [0.0, 0, 0, 0]
    for _ in 0..<5 { point = mixing.next(after: point, image: image(point)) }
    for (new, old) in zip(image(point), point) { #expect(abs(new - old) < 1e-8) }
    var plain = [0.0, 0, 0, 0]
    for _ in 0..<60 { plain = image(plain) }
    #expect(plain.contains { abs($0) > 1e6 })
  }

  @Test("directions that differ by rounding only are harmless")
  func repeated() {
    var mixing = AndersonMixing(memory: 5)
    var point = [1.0, 1]
    for _ in 0..<12 { point = mixing.next(after: point, image: point.map { 0.5 * $0 }) }
    #expect(point.allSatisfy { $0.isFinite && abs($0) < 1e-8 })
  }
}
