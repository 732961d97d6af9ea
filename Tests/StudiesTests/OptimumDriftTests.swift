import Foundation
import Studies
import Testing

@Suite("Drift of the optimum and cost of transfer")
struct OptimumDriftTests {
  private let sizes = [1.0, 2, 4, 8, 16, 32]

  /// Loss with a parabola of this sharpness about the optimum of the largest size.
  private func drift(_ exponents: [Double?], sharpness: Double = 1, tolerance: Double = 0.01, sizes: [Double]? = nil)
    -> OptimumDrift
  {
    let last = exponents[exponents.count - 1] ?? 0
    return OptimumDrift(
      sizes: sizes ?? self.sizes, optima: exponents.map { $0.map { exp2($0) } }, tolerance: tolerance
    ) { 0.5 * (1 + sharpness * pow(log2($0) - last, 2)) }
  }

  @Test("an optimum that settles like one over the size transfers from where the cost is small")
  func settling() {
    let found = drift(sizes.map { -4 + 1 / $0 })
    #expect(found.verdict == .transfers(from: 8))
    #expect(abs((found.costs[2] ?? 0) - pow(0.25 - 1.0 / 32, 2)) < 1e-12)
    #expect(abs((found.costs[3] ?? 0) - pow(0.125 - 1.0 / 32, 2)) < 1e-12)
    #expect(found.costs[5] == 0)
    #expect(found.laws?.from == 8 && abs((found.laws?.settling.slope ?? 0) - 1) < 1e-12)
    #expect((found.laws?.settling.residual ?? 1) < 1e-12 && abs((found.limit ?? 0) - exp2(-4.0)) < 1e-12)
    #expect(abs(found.drifts[0] - (-1.0 / 16)) < 1e-12 && abs(found.drifts[1] - (-1.0 / 32)) < 1e-12)
  }

  @Test("an optimum that moves by the same amount at each doubling does not, however flat the valley")
  func drifting() {
    let found = drift(sizes.map { -4 + 0.1 * log2($0) }, sharpness: 1e-6)
    #expect(found.verdict == .doesNot(.drift))
    #expect(found.drifts.allSatisfy { abs($0 - 0.1) < 1e-12 })
    #expect(abs((found.laws?.drifting.slope ?? 0) - 0.1 / log(2)) < 1e-12 && found.laws?.from == 1)
  }

  @Test("the law is fitted from the size of the verdict on, so that smaller sizes cannot affect it")
  func smallSizes() {
    // Falls by the logarithm up to 8, settles like one over the size from there.
    let exponents = sizes.map { $0 <= 8 ? -4 - log2($0) : -7 - 1.2 * (1 - 8 / $0) }
    #expect(drift(exponents, sharpness: 0.05, tolerance: 0.05).verdict == .transfers(from: 8))
    // However cheap smaller sizes are, the law has to hold from there on.
    let cheap = drift(exponents.map { $0 + 0 }, sharpness: 1e-6, tolerance: 0.05)
    #expect(
      cheap.verdict == .transfers(from: cheap.laws?.from ?? 0) && cheap.laws?.settles == true && cheap.laws?.from != 1)
    // Within a smaller tolerance only two sizes are left, too few for a law.
    #expect(drift(exponents, sharpness: 0.05, tolerance: 0.02).verdict == .doesNot(.cost))
  }

  @Test("no verdict if another size's optimum is better at the largest size")
  func misled() {
    let found = OptimumDrift(sizes: [1, 2, 4, 8], optima: [0.1, 0.1, 0.1, 0.4], tolerance: 0.01) { $0 < 0.2 ? 1 : 2 }
    #expect(found.costs == [-0.5, -0.5, -0.5, 0] && found.verdict == .doesNot(.misled))
  }

  @Test("an infinite size is what others are measured by, and has no part in the laws")
  func infinite() {
    let finite = sizes.map { -4 + 1 / $0 }
    let found = drift(finite + [-4], sharpness: 0.1, sizes: sizes + [.infinity])
    #expect(found.verdict == .transfers(from: 4))
    #expect(found.drifts.count == 2 && abs(found.drifts[1] - (-1.0 / 32)) < 1e-12)
    #expect(abs((found.costs[5] ?? 0) - 0.1 * pow(1.0 / 32, 2)) < 1e-12 && found.costs[6] == 0)
  }

  @Test("a sharp valley makes every transfer too dear")
  func cost() {
    #expect(drift(sizes.map { -4 + 1 / $0 }, sharpness: 1e3).verdict == .doesNot(.cost))
  }

  @Test("a size without optimum breaks the chain of sizes, too few leave the question open")
  func missing() {
    var exponents: [Double?] = sizes.map { -4 + 0.1 / $0 }
    exponents[1] = nil
    #expect(drift(exponents).verdict == .transfers(from: 4))
    #expect(drift(sizes.map { -4 + 0.1 / $0 }).verdict == .transfers(from: 1))
    exponents[5] = nil
    #expect(drift(exponents).verdict == .doesNot(.fewOptima))
    #expect(drift([-4, -4.1], sizes: [1, 2]).verdict == .doesNot(.fewOptima))
  }

  @Test("doublings are taken between the sizes where none falls on them")
  func interpolated() {
    let found = drift([0.0, 1.0, 2.0], sizes: [1, 3, 9])
    let each = log2(2.0) / log2(3.0)
    #expect(found.drifts.count == 2 && found.drifts.allSatisfy { abs($0 - each) < 1e-12 })
    #expect(drift([0.0, 1.0, 2.0], sizes: [1, 1.5, 2]).drifts.isEmpty)
  }
}
