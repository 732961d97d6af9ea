import Calculus
import DeepLinear
import Testing

@testable import Validation

/// Curves made by hand, so that what is true is known.
private func ensemble(_ curves: [[Double]]) -> Ensemble {
  let longest = curves.map(\.count).max() ?? 0
  return Ensemble(
    times: (0..<longest).map(Double.init),
    replicas: curves.map { ReplicaCurve(testLoss: $0, trainLoss: $0, forward: [], backward: []) })
}

/// Smooth random curves around a mean: a common factor and a tilt for each network, as real ones have, with a skew.
private func scattered(_ mean: [Double], networks: Int, deviation: Double, seed: Int) -> Ensemble {
  ensemble(
    (0..<networks).map { network in
      var stream = RandomStream(seed: seed, replica: network, purpose: .noise)
      let z = stream.normals(3)
      return mean.enumerated().map { step, value in
        let tilt = Double(step) / Double(mean.count)
        return value * (1 + deviation * (z[0] + tilt * z[1] + 0.3 * (z[2] * z[2] - 1)))
      }
    })
}

private func agreement(
  _ theory: [Double], _ ensemble: Ensemble, tolerance: Double = 0.05, seed: Int = 1, group: Int = 0,
  theoryDiverges: Bool = false
) -> Agreement {
  let curve = ComparedCurve("test loss", theory: theory) { $0.testLoss }
  return Agreement(
    [curve], ensemble, rows: Array(theory.indices), theoryDiverges: theoryDiverges, tolerance: tolerance,
    Resamples(replicas: ensemble.replicas.count, seed: seed, group: group))
}

private let decay = (0..<40).map { 0.2 + 1.5 / Double(1 + $0) }

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
  @Test("the simultaneous band has its confidence, and p-values are uniform")
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

  @Test("passes within the tolerance, fails beyond it, and few networks can't tell")
  func rule() {
    let networks = scattered(decay, networks: 200, deviation: 0.02, seed: 5)
    func biased(_ share: Double) -> [Double] { decay.map { $0 / (1 + share) } }
    #expect(agreement(biased(0.03), networks).passes)
    let far = agreement(biased(0.1), networks)
    #expect(!far.passes && far.pValue < 0.001)
    #expect(abs((far.worst?.bias ?? 0) - 0.1) < 0.02)
    #expect(agreement(biased(0.1), networks, tolerance: 0.2).passes)
    let few = agreement(biased(0.1), scattered(decay, networks: 8, deviation: 0.2, seed: 5))
    #expect(few.passes && few.largestHalfWidth > 0.1)
    let enough = agreement(
      biased(0.1), scattered(decay, networks: few.wantedReplicas, deviation: 0.2, seed: 5))
    #expect(abs(enough.largestHalfWidth - 0.05) < 0.02 && few.wantedReplicas > 100, "\(enough.largestHalfWidth)")
  }

  /// exp(3 z) has its mean at e^4.5 = 90 times its median.
  @Test("where rare networks dominate, medians are compared; a broad start is no such thing")
  func medians() throws {
    var stream = RandomStream(seed: 8, replica: 0, purpose: .noise)
    let growing = ensemble(
      stream.normals(400).map { z in [1 + 0.01 * z, Double.exp3(z)] })
    let result = agreement([1, 1], growing, tolerance: 0.5)
    #expect(result.points.map(\.isMedian) == [false, true])
    #expect(result.medians == 1 && result.passes)
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
    // Three of nine: one resample in seven has an infinite median, so this point can't be decided; the others can.
    #expect(some.points[2].measured.isFinite && some.unbounded == 1 && some.passes)
    #expect(some.criticalValue.isFinite)
    let one = agreement([1, 2, 2.2], ensemble([[1, 2, 1.1], [1, 2, 1.1]] + curves[2...]))
    #expect(one.unbounded == 0 && !one.passes, "one of nine hardly moves the median")
    let most = agreement([1, 2, 1.16], ensemble(curves.map { Array($0.prefix($0 == curves[8] ? 3 : 2)) }))
    #expect(most.points[2].measured == .infinity && !most.passes)
  }

  /// A quiet start: the first loss is the same in every network up to its last bits.
  @Test("a point without scatter is compared as it is and does not widen the band")
  func exact() throws {
    let curves = scattered(decay, networks: 30, deviation: 0.05, seed: 2).replicas.enumerated().map { index, replica in
      [decay[0] * (1 + 1e-16 * Double(index))] + replica.testLoss.dropFirst()
    }
    let result = agreement(decay, ensemble(curves))
    #expect(result.points[0].standardError == 0 && result.points[0].score == 0)
    #expect(result.criticalValue < 10 && result.passes)
    let wrong = agreement([decay[0] * 1.1] + decay.dropFirst(), ensemble(curves))
    #expect(!wrong.passes && wrong.worst?.step == 0 && wrong.pValue < 0.001)
    #expect(!agreement(decay.map { $0 * 1.4 }, ensemble(curves)).passes)
  }

  @Test("sides that end differently do not agree")
  func endings() {
    let steady = scattered([1, 1, 1], networks: 20, deviation: 0.02, seed: 1)
    #expect(agreement([1, 1], steady).passes)
    #expect(!agreement([1, 1], steady, theoryDiverges: true).passes)
    let short = ensemble(steady.replicas.map { Array($0.testLoss.prefix(1)) })
    let gone = agreement([1, 1, 1], Ensemble(times: [0, 1, 2], replicas: short.replicas))
    #expect(!gone.passes && gone.pValue < 0.001)
    #expect(agreement([1], Ensemble(times: [0, 1, 2], replicas: short.replicas), theoryDiverges: true).passes)
    #expect(!agreement([], steady).passes)
  }

  @Test("points where both are zero up to rounding are left out, others not")
  func rounding() {
    let result = agreement([1, 1e-5, 1e-12], ensemble([[1, 1e-5, 0], [1.01, 1.01e-5, 1e-20]]))
    #expect(result.points.map(\.step) == [0, 1] && result.leftOut == 1)
    let above = agreement([1, 1e-5, -1e-12], ensemble([[1, 1e-5, 1e-8], [1.01, 1.01e-5, 1.1e-8]]))
    #expect(above.points.count == 3 && !above.passes)
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

@Suite("Several sizes")
struct SizeLimitTests {
  private func sizes(limit: Double, slope: Double, seed: Int) -> SizeLimit {
    SizeLimit(
      [32, 64, 128].map { dimension in
        let biased = decay.map { $0 * (1 + limit + slope / Double(dimension)) }
        let networks = scattered(biased, networks: 60, deviation: 0.05, seed: seed + dimension)
        return (dimension, agreement(decay, networks, group: dimension))
      })
  }

  @Test("a bias of order 1/D is told from a difference that stays")
  func limits() throws {
    let bias = sizes(limit: 0, slope: 4, seed: 1)
    #expect(bias.passes && bias.pValue > 0.01)
    for point in bias.points {
      #expect(abs(point.difference) < 4 * point.standardError)
      #expect(abs(point.slope - 4) < 4)
    }
    let wrong = sizes(limit: 0.2, slope: 0, seed: 2)
    #expect(!wrong.passes && wrong.pValue < 0.001)
    let point = try #require(wrong.worst)
    #expect(abs(point.difference - 0.2) < 4 * point.standardError)
  }

  /// Exact in 1/D without noise: the fit must return limit and slope themselves.
  /// The band of the limit holds at all points together as often as it says, with few networks too.
  @Test("the limit's band has its confidence")
  func coverage() {
    var missed = 0
    for trial in 0..<100 {
      let limit = SizeLimit(
        [20, 40].map { dimension in
          let biased = decay.map { $0 * (1 + 2 / Double(dimension)) }
          let networks = scattered(biased, networks: 16, deviation: 0.1, seed: 1000 * trial + dimension)
          return (dimension, agreement(decay, networks, tolerance: 0, seed: trial, group: dimension))
        })
      if limit.points.contains(where: { $0.excess > 0 }) { missed += 1 }
    }
    #expect(missed <= 5, "\(missed) of 100")
  }

  @Test("the fit is exact on exact data")
  func exact() {
    let limit = SizeLimit(
      [10, 20, 40].map { dimension in
        let level = 1 + 0.03 + 0.7 / Double(dimension)
        let networks = ensemble([[level * 0.99], [level * 1.01]])
        return (dimension, agreement([1], networks, group: dimension))
      })
    #expect(abs(limit.points[0].difference - 0.03) < 1e-12)
    #expect(abs(limit.points[0].slope - 0.7) < 1e-10)
  }
}
