import RealModule
import Testing

@testable import Committee

@Suite("Plateaus, specialisation and rates of committee machines")
struct FindingsTests {
  private func problem(_ alignment: Double, rate: Double = 1, noise: Double = 0) -> CommitteeProblem {
    var overlaps = Overlaps.regular(studentUnits: 2, teacherUnits: 2, norm: 0.25, alignment: 0)
    // Both units see both teachers; only the difference breaks the symmetry.
    overlaps.mixed = [[0.1 + alignment, 0.1], [0.1, 0.1 + alignment]]
    return CommitteeProblem(activation: .erfScaled, overlaps: overlaps, learningRate: rate, noise: noise)
  }

  private func curve(_ alignment: Double, horizon: Double = 400) throws -> CommitteeCurve {
    try CommitteeCurve(problem(alignment), times: CommitteeCurve.times(to: horizon), tolerance: 1e-12)
  }

  @Test("the symmetric plateau lasts longer by the logarithm of the asymmetry at the start")
  func plateaus() throws {
    let lengths = try [1e-2, 1e-4, 1e-6].map { alignment in
      let curve = try curve(alignment)
      #expect(curve.plateaus.count == 1)
      let plateau = try #require(curve.plateaus.first)
      #expect(plateau.start > 1 && plateau.end < 400 && plateau.remaining < 1e-3)
      return plateau.length
    }
    #expect(lengths[1] > lengths[0] + 5)
    #expect(abs((lengths[2] - lengths[1]) / (lengths[1] - lengths[0]) - 1) < 0.15, "\(lengths)")
  }

  @Test("without asymmetry the plateau has no end, and nothing specialises")
  func symmetric() throws {
    let curve = try curve(0, horizon: 100)
    #expect(curve.plateaus.isEmpty && curve.specialisations.isEmpty)
    let row = try #require(curve.rows.last)
    #expect(abs(row.overlaps.mixed[0][0] - row.overlaps.mixed[0][1]) <= 1e-10 && row.loss > 0.01)
  }

  @Test("each unit follows a teacher unit of its own, from the end of the plateau on")
  func specialisation() throws {
    let curve = try curve(1e-3)
    let found = curve.specialisations
    #expect(found.map(\.unit) == [0, 1] && found.map(\.teacherUnit) == [0, 1])
    let plateau = try #require(curve.plateaus.first)
    #expect(found.allSatisfy { $0.time > plateau.middle && $0.time < 1.5 * plateau.end && $0.cosine > 0.999 })
    // A student that starts as its teacher follows it from the start.
    let copy = CommitteeProblem(
      activation: .relu, overlaps: Overlaps(student: [[1, 0], [0, 1]], mixed: [[1, 0], [0, 1]]), learningRate: 0.1)
    #expect(try CommitteeCurve(copy, times: [0, 1]).specialisations.map(\.time) == [0, 0])
  }

  /// The relative rate of fall, and the larger ones before and behind each row.
  private func rates(_ curve: CommitteeCurve) -> (own: [Double], limit: [Double]) {
    let own = zip(curve.rows, curve.excess).map { $0.fall / $1 }
    return (own, own.indices.map { min(own.prefix($0).max() ?? 0, own.dropFirst($0 + 1).max() ?? 0) })
  }

  @Test("a plateau is the whole stretch that falls more slowly than a fifth of the rates before and behind")
  func stretch() throws {
    let curve = try curve(1e-3)
    let plateau = try #require(curve.plateaus.first)
    let (own, limit) = rates(curve)
    for (index, row) in curve.rows.enumerated() where row.time > 1 && row.time < 1.5 * plateau.end {
      let isInside = row.time >= plateau.start && row.time <= plateau.end
      #expect((own[index] < Plateau.share * limit[index]) == isInside, "time \(row.time)")
    }
  }

  @Test("where less than a tenth is lost behind it, the horizon ends a curve and not a plateau")
  func unfinished() throws {
    let whole = try curve(1e-3)
    let plateau = try #require(whole.plateaus.first)
    let excess = whole.excess
    let middle = try #require(whole.rows.firstIndex { $0.time == plateau.middle })
    // Up to where a twentieth is lost.
    let last = try #require(excess.indices.first { $0 > middle && excess[$0] < 0.95 * excess[middle] })
    let cut = try CommitteeCurve(problem(1e-3), times: whole.rows.prefix(last + 1).map(\.time), tolerance: 1e-12)
    let (own, _) = rates(cut)
    #expect(own[last] > 5 * own[middle] && excess[last] > 0.9 * excess[middle])
    #expect(cut.plateaus.isEmpty)
  }

  @Test("the time from which a unit follows does not depend on the rows")
  func between() throws {
    let times = CommitteeCurve.times(to: 400)
    let coarse = try CommitteeCurve(
      problem(1e-3), times: times.indices.filter { $0 % 8 == 0 || $0 == times.count - 1 }.map { times[$0] },
      tolerance: 1e-12)
    let (rough, fine) = (
      try #require(coarse.specialisations.first), try #require(try curve(1e-3).specialisations.first)
    )
    let row = try #require(coarse.rows.firstIndex { $0.time > rough.time })
    let spacing = coarse.rows[row].time - coarse.rows[row - 1].time
    #expect(abs(rough.time - fine.time) < 0.15 * spacing, "\(rough.time) \(fine.time) \(spacing)")
    #expect(rough.time > coarse.rows[row - 1].time + 0.05 * spacing)
  }

  @Test("a curve that only falls has no plateau")
  func noPlateau() throws {
    let problem = CommitteeProblem(
      activation: .erfScaled, overlaps: Overlaps(student: [[0.25]], mixed: [[0.1]]), learningRate: 1)
    let curve = try CommitteeCurve(problem, times: CommitteeCurve.times(to: 50))
    #expect(curve.plateaus.isEmpty && curve.specialisations.count == 1)
  }

  @Test("the best rate is a minimum, the largest stable one a boundary")
  func rates() throws {
    for problem in [problem(1e-2, noise: 0.1), Self.rectified] {
      let rates = try CommitteeRates(problem, horizon: 50)
      let (best, stable) = (try #require(rates.best), try #require(rates.largestStable))
      #expect(rates.isBounded && best.rate < stable)
      func loss(_ rate: Double) throws -> Double {
        var own = problem
        own.learningRate = rate
        let curve = try CommitteeCurve(own, times: [0, 25, 50], tolerance: 1e-8)
        return curve.divergence == nil ? curve.rows[2].loss : .infinity
      }
      let least = try #require(best.loss)
      #expect(abs(try loss(best.rate) / least - 1) < 1e-6)
      #expect(try loss(0.9 * best.rate) > least && loss(1.1 * best.rate) > least)
      #expect(try loss(0.99 * stable) <= rates.start && loss(1.02 * stable) > rates.start)
      #expect(zip(rates.trials, rates.trials.dropFirst()).allSatisfy { $0.rate < $1.rate })
    }
  }

  private static let rectified = CommitteeProblem(
    activation: .relu, overlaps: .regular(studentUnits: 2, teacherUnits: 2, norm: 0.25, alignment: 0.1),
    learningRate: 0.2, noise: 0.1)

  @Test("one erf unit: beyond its critical rate of 4.057 the perfect student repels")
  func criticalRate() throws {
    func grows(_ rate: Double) throws -> Bool {
      let problem = CommitteeProblem(
        activation: .erfScaled, overlaps: Overlaps(student: [[1]], mixed: [[0.999]]), learningRate: rate)
      let curve = try CommitteeCurve(problem, times: [0, 30])
      return curve.rows[1].loss > curve.rows[0].loss
    }
    #expect(try !grows(4) && grows(4.12))
  }

  @Test("times rise to the horizon, and are steps of a network where one is trained")
  func times() {
    let times = CommitteeCurve.times(to: 10, count: 50)
    #expect(times.count == 51 && times[0] == 0 && times[50] == 10)
    let steps = CommitteeCurve.times(to: 10, count: 50, dimension: 30).map { 30 * $0 }
    #expect(steps.allSatisfy { abs($0 - $0.rounded()) < 1e-9 } && Set(steps).count == steps.count)
    #expect(steps.last == 300 && steps[1] == 1)
  }

  @Test("a drawn start: expected norms, overlaps of the order of one over the root of the dimension")
  func drawn() {
    let overlaps = Overlaps.drawn(studentUnits: 3, teacherUnits: 2, norm: 0.5, dimension: 10_000, seed: 4)
    for unit in 0..<3 {
      #expect(abs(overlaps.student[unit][unit] - 0.5) < 0.03)
      #expect(overlaps.mixed[unit].allSatisfy { $0 != 0 && abs($0) < 0.04 })
    }
    let problem = CommitteeProblem(activation: .relu, overlaps: overlaps, learningRate: 0.1)
    #expect(problem.refusals.isEmpty)
    #expect(Overlaps.drawn(studentUnits: 3, teacherUnits: 2, norm: 0.5, dimension: 10_000, seed: 5) != overlaps)
  }
}
