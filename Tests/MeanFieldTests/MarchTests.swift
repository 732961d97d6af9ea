import Fixtures
import Testing

@testable import MeanField

/// The march on equations that have nothing to do with networks.
@Suite("March")
struct MarchTests {
  /// x_t = 1 + sum over s <= t of x_s / 8, block by block: implicit in a block because of s = t.
  private struct Toy: CausalEquations {
    var blocks: [Range<Int>]
    var values: [Double] = []
    var begun: [Range<Int>] = []
    var stopAt: Int?
    var explicit = false
    var factor = 0.125

    func isExplicit(_ block: Range<Int>) -> Bool { explicit }
    mutating func begin(_ block: Range<Int>) {
      begun.append(block)
      values += Array(repeating: 0, count: block.count)
    }
    mutating func sweep(_ block: Range<Int>) -> Double {
      var change = 0.0
      for time in block {
        let new = 1 + factor * values[0...time].reduce(0, +)
        change = max(change, abs(new - values[time]))
        values[time] = new
      }
      return change
    }
    mutating func finish(_ block: Range<Int>) -> Int? {
      stopAt.flatMap { block.contains($0) ? $0 : nil }
    }
  }

  @Test("implicit blocks are swept until they settle")
  func implicit() {
    var toy = Toy(blocks: [0..<2, 2..<5])
    let report = March().run(&toy)
    // Exactly: x_t = (1 + S/8) / (1 - 1/8) with S the sum before.
    var sum = 0.0
    for value in toy.values {
      let exact = (1 + sum / 8) / (1 - 1 / 8)
      #expect(abs(value - exact) < 1e-13 * exact)
      sum += value
    }
    #expect(toy.begun == [0..<2, 2..<5])
    #expect(report.sweeps > 10 && report.residual <= 1e-14 && report.unsettledAt == nil)
  }

  @Test("an explicit block gets one sweep")
  func explicit() {
    var toy = Toy(blocks: [0..<1, 1..<2, 2..<3])
    toy.explicit = true
    var seen: [Int] = []
    let report = March().run(&toy) { seen.append($0) }
    #expect(report.sweeps == 3 && report.residual == 0)
    #expect(seen == [1, 2, 3])
  }

  @Test("a block that does not settle is reported, and the march ends there")
  func unsettled() {
    var toy = Toy(blocks: [0..<1, 1..<4, 4..<6])
    toy.factor = 3
    let report = March().run(&toy)
    #expect(report.unsettledAt == 0)
    #expect(toy.begun == [0..<1])
  }

  @Test("the equations can stop the march")
  func stops() {
    var toy = Toy(blocks: [0..<2, 2..<4, 4..<6])
    toy.stopAt = 3
    #expect(March().run(&toy).stoppedAt == 3)
    #expect(toy.begun.count == 2)
  }
}
