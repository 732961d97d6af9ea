import Fixtures
import Calculus
import Problems
import Testing

@testable import Validation

@Suite("Agreement")
struct AgreementTests {
  @Test("means and errors are the textbook's, z has its sign")
  func means() throws {
    let result = agreement([2, 2], ensemble([[1, 3], [2, 3.5], [3, 4]]))
    let point = try #require(result.points.first)
    #expect(point.measured == 2 && point.bias == 0 && point.score == 0)
    #expect(abs(point.standardError - (1.0 / 3).squareRoot()) < 1e-15)
    let other = result.points[1]
    #expect(other.measured == 3.5 && other.bias == 0.75)
    #expect(abs(other.score - 1.5 / (0.25 / 3.0).squareRoot()) < 1e-12)
    let below = agreement([4, 4], ensemble([[1, 3], [2, 3.5], [3, 4]])).points[0]
    #expect(below.score < 0 && below.bias == -0.5)
  }

  /// The band holds the true curve at all steps together in 99 % of ensembles: with 300 of them, 297 +- 1.7.
  @Test("the simultaneous band has its confidence, and p-values are uniform", .slow(.statistical))
  func coverage() {
    var missed = 0
    var low = 0
    let trials = 300
    for trial in 0..<trials {
      let result = agreement(
        decay, scattered(decay, networks: 24, deviation: 0.1, seed: trial), tolerance: 0, seed: trial)
      if result.points.contains(where: { $0.excess > 0 }) { missed += 1 }
      if result.pValue < 0.2 { low += 1 }
    }
    #expect(missed <= 10, "\(missed) of \(trials)")
    #expect(abs(Double(low) / Double(trials) - 0.2) < 0.08, "\(low) of \(trials) p-values below .2")
  }

  /// A curve-by-curve band is wider than one for a single step and far narrower than one for independent steps.
  @Test("the correlation along a curve is used")
  func correlation() {
    let result = agreement(decay, scattered(decay, networks: 400, deviation: 0.1, seed: 1))
    #expect(result.criticalValue > 2.6 && result.criticalValue < 3.4, "\(result.criticalValue)")
    var stream = RandomStream(seed: 3, replica: 0, purpose: .noise)
    let independent = ensemble(
      (0..<400).map { _ in
        let z = stream.normals(40)
        return zip(decay, z).map { $0 * (1 + 0.1 * $1) }
      })
    // 99 % of the largest of forty independent normal numbers lie below 3.66.
    #expect(abs(agreement(decay, independent).criticalValue - 3.66) < 0.3)
  }

  /// exp(3 z) has its mean at e^4.5 = 90 times its median.
  @Test("where rare networks dominate, medians are compared; a broad start is no such thing")
  func medians() throws {
    var stream = RandomStream(seed: 8, replica: 0, purpose: .noise)
    let growing = ensemble(
      stream.normals(1600).map { z in [1 + 0.01 * z, Double.exp3(z)] })
    let result = agreement([1, 1], growing, tolerance: 0.5)
    #expect(result.points.map(\.isMedian) == [false, true])
    #expect(result.medians == 1 && result.verdict == .agrees)
    let mean = growing.means(\.testLoss)[1].value
    #expect(mean > 10)

    let broad = ensemble(stream.normals(400).map { z in [z * z, 0.5 * z * z] })
    let start = agreement([1, 0.5], broad, tolerance: 0.1)
    #expect(start.points.allSatisfy { !$0.isMedian })
    #expect(abs(start.points[0].measured - 1) < 0.2)
  }

  @Test("networks that diverged count as infinite: the median holds until half of them have")
  func diverged() {
    let curves = (0..<9).map { network in network < 3 ? [1.0, 2.0] : [1, 2, 1.1 + 0.01 * Double(network)] }
    let some = agreement([1, 2, 1.16], ensemble(curves), tolerance: 0.1)
    #expect(some.points.map(\.isMedian) == [false, false, true])
    // Three of nine: one resample in seven has an infinite median, so this point can't be decided, nor can the whole.
    #expect(some.points[2].measured.isFinite && some.unbounded == 1 && some.verdict == .cannotTell)
    #expect(some.criticalValue.isFinite && some.wantedReplicas == nil)
    let one = agreement([1, 2, 2.2], ensemble([[1, 2, 1.1], [1, 2, 1.1]] + curves[2...]))
    #expect(one.unbounded == 0 && one.verdict == .disagrees, "one of nine hardly moves the median")
    let most = agreement([1, 2, 1.16], ensemble(curves.map { Array($0.prefix($0 == curves[8] ? 3 : 2)) }))
    #expect(most.points[2].measured == .infinity && most.verdict == .disagrees)
    // Five of nine: the median is infinite, and might well not be with nine others.
    let half = agreement([1, 2, 1.16], ensemble(curves.enumerated().map { Array($1.prefix($0 < 5 ? 2 : 3)) }))
    #expect(half.points[2].measured == .infinity && half.unbounded == 1 && half.verdict == .cannotTell)
    #expect(half.pValue > 0.1)
  }

  /// A quiet start: the first loss is the same in every network up to its last bits.
  @Test("a point without scatter is compared as it is and does not widen the band")
  func exact() throws {
    let curves = scattered(decay, networks: 30, deviation: 0.05, seed: 2).replicas.enumerated().map { index, replica in
      [decay[0] * (1 + 1e-16 * Double(index))] + replica.testLoss.dropFirst()
    }
    let result = agreement(decay, ensemble(curves), tolerance: 0.1)
    #expect(result.points[0].standardError == 0 && result.points[0].score == 0 && result.points[0].halfWidth == 0)
    #expect(result.criticalValue < 10 && result.verdict == .agrees)
    let wrong = agreement([decay[0] * 1.1] + decay.dropFirst(), ensemble(curves))
    #expect(wrong.verdict == .disagrees && wrong.worst?.step == 0 && wrong.pValue < 0.001)
    #expect(agreement(decay.map { $0 * 1.4 }, ensemble(curves)).verdict == .disagrees)
  }

  @Test("sides that end differently do not agree")
  func endings() {
    let steady = scattered([1, 1, 1], networks: 20, deviation: 0.02, seed: 1)
    #expect(agreement([1, 1], steady).verdict == .agrees)
    #expect(agreement([1, 1], steady, theoryDiverges: true).verdict == .disagrees)
    let short = ensemble(steady.replicas.map { Array($0.testLoss.prefix(1)) })
    let gone = agreement([1, 1, 1], Ensemble(times: [0, 1, 2], replicas: short.replicas))
    #expect(gone.verdict == .disagrees && gone.pValue < 0.001)
    let both = agreement([1], Ensemble(times: [0, 1, 2], replicas: short.replicas), theoryDiverges: true)
    #expect(both.verdict == .agrees)
    let half = Ensemble(times: [0, 1, 2], replicas: Array(short.replicas[..<10]) + steady.replicas[10...])
    let open = agreement([1], half, theoryDiverges: true)
    #expect(open.verdict == .cannotTell && open.ending == .cannotTell && open.wantedReplicas == nil)
    #expect(agreement([], steady).verdict == .cannotTell)
  }

  @Test("points where both are zero up to rounding are left out, others not")
  func rounding() {
    let result = agreement([1, 1e-5, 1e-12], ensemble([[1, 1e-5, 0], [1.01, 1.01e-5, 1e-20]]))
    #expect(result.points.map(\.step) == [0, 1] && result.leftOut == 1)
    let scattered = (0..<9).map { 1 + 0.001 * Double($0) }.map { [$0, 1e-5 * $0, 1e-8 * $0] }
    let above = agreement([1, 1e-5, -1e-12], ensemble(scattered))
    #expect(above.points.count == 3 && above.verdict == .disagrees)
  }
}

extension Double {
  fileprivate static func exp3(_ z: Double) -> Double {
    // exp(3 z) by its own limit: tests need no mathematics library for one function.
    var value = 1 + 3 * z / 1_048_576
    for _ in 0..<20 { value *= value }
    return value
  }
}
