import Fixtures
import Problems
import Testing

@testable import Validation

@Suite("Verdicts")
struct VerdictTests {
  private func biased(_ share: Double) -> [Double] { decay.map { $0 / (1 + share) } }

  @Test("the band within the tolerance agrees, beyond it disagrees, across it cannot tell")
  func rule() {
    func verdict(_ value: Double, _ halfWidth: Double) -> Verdict {
      Verdict([BandedDifference(value, standardError: halfWidth / 2, criticalValue: 2)], tolerance: 0.05)
    }
    #expect(verdict(0.03, 0.01) == .agrees && verdict(-0.03, 0.01) == .agrees)
    #expect(verdict(0.07, 0.01) == .disagrees && verdict(-0.07, 0.01) == .disagrees)
    #expect(verdict(0.045, 0.01) == .cannotTell && verdict(-0.055, 0.01) == .cannotTell)
    #expect(verdict(0, 0.06) == .cannotTell && verdict(0.2, 0.3) == .cannotTell)
    #expect(verdict(0, .infinity) == .cannotTell && verdict(.infinity, 0) == .disagrees)
    #expect(Verdict([], tolerance: 0.05) == .cannotTell)
  }

  @Test("one point beyond disagrees, all within agree, and both conditions of two are needed")
  func together() {
    let within = BandedDifference(0.01, standardError: 0.01, criticalValue: 3)
    let across = BandedDifference(0.03, standardError: 0.01, criticalValue: 3)
    let beyond = BandedDifference(0.09, standardError: 0.01, criticalValue: 3)
    #expect(Verdict([within, within], tolerance: 0.05) == .agrees)
    #expect(Verdict([within, across], tolerance: 0.05) == .cannotTell)
    #expect(Verdict([within, across, beyond], tolerance: 0.05) == .disagrees)
    #expect(Verdict.agrees.and(.agrees) == .agrees && Verdict.agrees.and(.cannotTell) == .cannotTell)
    #expect(Verdict.cannotTell.and(.disagrees) == .disagrees && Verdict.disagrees.and(.agrees) == .disagrees)
  }

  @Test("curves: agree, disagree, and few networks cannot tell a bias of a tenth")
  func curves() {
    let networks = scattered(decay, networks: 200, deviation: 0.02, seed: 5)
    #expect(agreement(biased(0.03), networks).verdict == .agrees)
    let far = agreement(biased(0.1), networks)
    #expect(far.verdict == .disagrees && far.pValue < 0.001 && far.wantedReplicas == nil)
    #expect(abs((far.worst?.bias ?? 0) - 0.1) < 0.02)
    #expect(agreement(biased(0.1), networks, tolerance: 0.2).verdict == .agrees)
    let few = agreement(biased(0.1), scattered(decay, networks: 8, deviation: 0.2, seed: 5))
    #expect(few.verdict == .cannotTell && few.largestHalfWidth > 0.1)
  }

  /// The point that is named has the largest possible difference, unless some difference is certain.
  @Test("the point that decides is the one that is shown")
  func worst() {
    let curves = (0..<40).map { network in [1.04, 1 + 0.4 * (Double(network % 2) - 0.5), 1.0] }
    let open = agreement([1, 1, 1], ensemble(curves))
    #expect(open.verdict == .cannotTell && open.worst?.step == 1)
    #expect(agreement([1, 1, 0.9], ensemble(curves)).worst?.step == 2)
  }

  /// A difference at the edge of the tolerance is called a disagreement in at most 1 % of comparisons, and one just
  /// beyond is called an agreement in at most 1 %.
  @Test(
    "at the edge of the tolerance neither answer is given by chance", .slow(.statistical), arguments: [0.049, 0.051])
  func edge(bias: Double) {
    let wrong = (0..<200).count { trial in
      let networks = scattered(decay, networks: 24, deviation: 0.02, seed: 5000 + trial)
      let verdict = agreement(biased(bias), networks, seed: trial).verdict
      return verdict == (bias < 0.05 ? .disagrees : .agrees)
    }
    #expect(wrong <= 6, "\(wrong) of 200")
  }

  private static let damages: [@Sendable ([[Double]]) -> [[Double]]] = [
    { [[.nan] + $0[0].dropFirst()] + $0.dropFirst() },
    { [$0[0].dropLast() + [.nan]] + $0.dropFirst() },
    { [$0[0].map { _ in .nan }] + $0.dropFirst() },
    { $0.map { $0.map { _ in .nan } } },
  ]

  @Test("a NaN of the networks never agrees", arguments: damages.indices)
  func damagedNetworks(damage: Int) {
    let curves = scattered(decay, networks: 30, deviation: 0.001, seed: 1).replicas.map(\.testLoss)
    #expect(agreement(decay, ensemble(curves)).verdict == .agrees)
    #expect(agreement(decay, ensemble(Self.damages[damage](curves))).verdict == .cannotTell)
  }

  @Test("a NaN of the theory or of the tolerance never agrees", arguments: [0, 20, 39])
  func damagedTheory(step: Int) {
    let networks = scattered(decay, networks: 30, deviation: 0.001, seed: 1)
    #expect(agreement(decay, networks).verdict == .agrees)
    for wrong in [Double.nan, .infinity, -.infinity] {
      var theory = decay
      theory[step] = wrong
      #expect(agreement(theory, networks).verdict != .agrees)
    }
    #expect(agreement(decay, networks, tolerance: .nan).verdict == .cannotTell)
  }

  @Test("with a tolerance of zero nothing that scatters agrees, and what is exact does")
  func zeroTolerance() {
    let networks = scattered(decay, networks: 30, deviation: 0.001, seed: 1)
    let open = agreement(decay, networks, tolerance: 0)
    #expect(open.verdict == .cannotTell)
    #expect(agreement(biased(0.1), networks, tolerance: 0).verdict == .disagrees)
    #expect(agreement(decay, ensemble(Array(repeating: decay, count: 8)), tolerance: 0).verdict == .agrees)
  }
}

@Suite("How many networks could tell")
struct WantedReplicasTests {
  private func number(_ points: [(value: Double, error: Double)], criticalValue: Double = 3, limit: Double = 3) -> Int?
  {
    WantedReplicas.number(
      points.map { BandedDifference($0.value, standardError: $0.error, criticalValue: criticalValue) }, tolerance: 0.05,
      replicas: 100, criticalValue: criticalValue, limit: limit)
  }

  /// (3 + 2.5) errors must fit between the difference, less what chance adds to it, and the tolerance.
  @Test("the width falls as the root of the number: values by hand")
  func byHand() {
    // 100 (5.5 * 0.021 / 0.05)^2 = 534.
    #expect(number([(0, 0.021)]) == 540)
    // 0.04 less chance is (0.0016 - 0.0001)^(1/2) = 0.0387: 100 (5.5 * 0.01 / 0.0113)^2 = 2382.
    #expect(number([(-0.04, 0.01)]) == 2400)
    // All points must be within, so the worst counts; one beyond is enough.
    #expect(number([(0, 0.021), (0, 0.001), (-0.04, 0.01)]) == number([(-0.04, 0.01)]))
    // 0.0943 and 0.197: the second takes 100 (5.5 * 0.0333 / 0.147)^2 = 155.
    #expect(number([(0, 0.021), (0.1, 0.1 / 3), (0.2, 0.1 / 3)]) == 160)
  }

  @Test("the band of few networks is wider, so that fewer more are needed")
  func fewNetworks() throws {
    // x = y^2 with y^3 = 2.2 y^2 + 1.2: y = 2.407.
    let many = try #require(number([(0, 0.02)], criticalValue: 6))
    let y = (Double(many) / 100).squareRoot()
    #expect(y * y * y >= 2.2 * y * y + 1.2 && many == 580, "\(many)")
  }

  @Test("no number is given where none would help or none is known")
  func none() {
    #expect(number([(0.05 + 1e-7, 1e-5)]) == nil)
    #expect(number([(0, .infinity)]) == nil && number([]) == nil && number([(.nan, 0.01)]) == nil)
    #expect(number([(0, 0.02)], criticalValue: .infinity) == nil)
  }

  /// Small comparisons that cannot tell are made again with the number that each asks for: most must come to the right
  /// verdict. Those that ask for very many, because they happened to see a difference near the tolerance, are passed over.
  @Test(
    "the number that is stated suffices", .slow(.statistical),
    arguments: [(0.0, 16, Verdict.agrees), (0.02, 64, .agrees), (0.12, 16, .disagrees)])
  func suffices(bias: Double, networks: Int, verdict: Verdict) {
    let theory = decay.map { $0 / (1 + bias) }
    func compared(_ networks: Int, seed: Int) -> Agreement {
      agreement(theory, scattered(decay, networks: networks, deviation: 0.1, seed: seed), seed: seed)
    }
    let numbers = (0..<20).compactMap { compared(networks, seed: 900 + $0).wantedReplicas }.filter { $0 < 1000 }
    #expect(numbers.count >= 10 && numbers.allSatisfy { $0 > networks }, "\(numbers)")
    let right = numbers.enumerated().count { compared($1, seed: 100 + $0).verdict == verdict }
    #expect(10 * right >= 7 * numbers.count, "\(right) of \(numbers.count)")
  }
}
