import Problems
import LinearAlgebra
import Testing

@testable import Parsimony

@Suite("Where the law of parsimony does not hold")
struct BrokenAssumptionTests {
  private func trained(_ problem: ReductionProblem) throws -> (Reduction, Reduction.Row) {
    var reduction = try Examples.reduction(problem)
    let rows = try reduction.run(reported: [0, problem.steps], withFull: true)
    return (reduction, try #require(rows.last))
  }

  @Test("a Gaussian start is reported and the true deviation measured")
  func gaussian() throws {
    let problem = Examples.problem(
      scales: [0.3, 0.3, 0.3], rate: 0.1, steps: 300, isMean: false, start: .gaussian)
    let (reduction, row) = try trained(problem)
    #expect(reduction.broken == [.gaussianStart] && reduction.small.inactive == nil)
    #expect(row.knownTerm == nil && row.predictedLoss == nil)
    #expect(try #require(row.distance).deviation > 0.1)
    #expect(try #require(reduction.layers()[0].angles).sines[0] > 0.1)
  }

  @Test("inputs that are not white: the projected loss is the full one's loss at the embedded product")
  func coloredInputs() throws {
    let variances = ReductionProblem.powerLawVariances(size: 30, decay: 1)
    #expect(abs(variances.reduce(0, +) - 30) < 1e-12)
    let problem = Examples.problem(
      scales: [0.5, 0.5, 0.5], rate: 0.05, steps: 100, isMean: false, variances: variances, kept: 2)
    let (reduction, row) = try trained(problem)
    #expect(reduction.broken.count == 2)
    guard case .coloredInputs = reduction.broken[0], case .truncated(3, 2, let lost) = reduction.broken[1] else {
      Issue.record("\(reduction.broken)")
      return
    }
    #expect(lost > 0.1 && lost < 0.8)
    var negative = DenseMatrix(rows: 30, columns: 30)
    reduction.small.subtract(from: &negative)
    negative.combine(own: -1, weight: 0, other: nil)
    var (error, scratch) = (negative, negative)
    let whole = problem.objective.evaluate(negative, error: &error, scratch: &scratch)
    #expect(abs(whole - row.smallLoss) < 1e-12 * whole)
  }

  @Test("no directions are left where twice the rank reaches the size; the projection is then exact")
  func tooSmall() throws {
    let (reduction, row) = try trained(
      Examples.problem(size: 6, rank: 3, scales: [0.5, 0.5], rate: 0.1, steps: 100, isMean: false))
    #expect(reduction.broken == [.noInactiveDirections(size: 6, rank: 3)] && reduction.small.width == 6)
    #expect(try #require(row.distance).deviation < 1e-12)
  }

  @Test("completion: the small network reaches the full one's error", arguments: [1, 2, 3])
  func completion(seed: Int) throws {
    let mask = ReductionProblem.randomMask(share: 0.4, size: 60, seed: seed)
    #expect(mask.squaredNorm == 1440)
    let problem = Examples.problem(
      size: 60, rank: 2, scales: [0.1, 0.1, 0.1], rate: 0.5, steps: 800, isMean: false, mask: mask, kept: 2,
      outerRate: 0.1, seed: seed)
    let (reduction, row) = try trained(problem)
    #expect(reduction.broken == [.unseenEntries(seen: 1440, total: 3600)] && reduction.small.width == 4)
    let errors = try #require(row.completion)
    #expect(errors.small < 0.1 && errors.small <= 1.1 * errors.full, "\(errors)")
  }

  @Test("outer factors move by their share of the rate")
  func outerRate() throws {
    let mask = ReductionProblem.randomMask(share: 0.4, size: 20, seed: 1)
    func moved(_ share: Double) throws -> Double {
      let problem = Examples.problem(
        size: 20, rank: 2, scales: [0.5, 0.5, 0.5], rate: 0.01, steps: 1, isMean: false, mask: mask, kept: 2,
        outerRate: share, seed: 1)
      var reduction = try Examples.reduction(problem)
      let start = reduction.small.input
      _ = try reduction.run(reported: [1], withFull: false)
      var difference = reduction.small.input
      difference.combine(own: 1, weight: -1, other: start)
      return difference.squaredNorm.squareRoot()
    }
    let whole = try moved(1)
    let (tenth, none) = (try moved(0.1), try moved(0))
    #expect(whole > 1e-4 && abs(tenth / whole - 0.1) < 1e-10 && none == 0)
  }
}
