import Fixtures
import Problems
import Testing

@testable import MeanField

/// Training sets under other losses, by sampled paths, section 21.
@Suite("Sampled paths of other losses")
struct LossBatchTests {
  private func problem(_ loss: SampleLoss, _ labels: LossRule.Labels, paths: Int = 2048, steps: Int = 16, seed: Int = 1)
    -> TrainingProblem
  {
    var problem = makeProblem(
      noise: 0.3, sampling: .batch(.ratio(2)), optimizer: LinearOptimizer(learningRate: 0.1), steps: steps)
    problem.lossRule = LossRule(loss, labels: labels, paths: paths, seed: seed)
    return problem
  }

  @Test(
    "sampled reference curves lie within four joint standard errors", .slow(.long),
    arguments: try OracleCase.losses(isExact: false))
  func oracle(_ reference: OracleCase) throws {
    var seeds: [Solution] = []
    for seed in 1...4 {
      var problem = reference.problem
      problem.lossRule?.paths = 16384
      problem.lossRule?.seed = seed
      seeds.append(try solve(problem))
    }
    for (name, curve) in [("test_loss", \Solution.curve.testLoss), ("train_loss", \.curve.trainLoss)] {
      let (expected, error) = (reference.column("theory_" + name), reference.column("theory_\(name)_se"))
      for step in expected.indices {
        let values = seeds.map { $0[keyPath: curve][step] }
        let mean = values.reduce(0, +) / 4
        let own = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 12).squareRoot()
        // Four seeds say little of their own error; and 40 directions of the reference leave 1e-5.
        let allowed = 4 * (own * own + error[step] * error[step]).squareRoot() + 3e-4 * expected[step]
        #expect(abs(mean - expected[step]) <= allowed, "\(name) at step \(step): \(mean), \(expected[step])")
      }
    }
    for solution in seeds {
      #expect(solution.residual <= 1e-12)
      let sampling = try #require(solution.sampling)
      #expect(sampling.gauge <= 0.02 && sampling.factorDefect <= 1e-5, "\(sampling.factorDefect)")
    }
  }

  @Test("trained networks agree within their errors", arguments: try OracleCase.losses(isExact: false))
  func networks(_ reference: OracleCase) throws {
    var problem = reference.problem
    problem.lossRule?.paths = 8192
    let solution = try solve(problem)
    for (name, theory) in [("test_loss", solution.curve.testLoss), ("train_loss", solution.curve.trainLoss)] {
      let (mean, error) = (reference.column(name), reference.column(name + "_se"))
      for step in mean.indices {
        let allowed = max(4 * error[step], 0.03 * mean[step])
        #expect(abs(theory[step] - mean[step]) <= allowed, "\(name) at step \(step)")
      }
    }
  }

  @Test("squared error by paths is the theory of section 3, up to the single precision of tangents")
  func squared() throws {
    let sampled = problem(.squared, .linear)
    var plain = sampled
    plain.lossRule = nil
    let (found, expected) = (try solve(sampled), try solve(plain))
    for (one, other) in [
      (found.curve.testLoss, expected.curve.testLoss), (found.curve.trainLoss, expected.curve.trainLoss),
    ] {
      for (one, other) in zip(one, other) { #expect(abs(one - other) <= 1e-6 * other) }
    }
  }

  @Test("the balance of the layers holds whatever the number of paths", arguments: [64, 256])
  func balance(_ paths: Int) throws {
    for loss in [SampleLoss.logistic, .squaredHinge, .huber(0.7), .logcosh] {
      #expect(try solve(problem(loss, .sign, paths: paths)).residual <= 1e-13)
    }
  }

  @Test("numbers depend on the seed, not on the cores")
  func cores() throws {
    let solver = try Solver(problem(.logistic, .sign))
    let (one, two) = (solver.solve(cores: 1), solver.solve(cores: 2))
    #expect(one.curve == two.curve)
    #expect(try solve(problem(.logistic, .sign, seed: 2)).curve != one.curve)
  }

  @Test("<f Delta> of paths and modes differ by the sampling error, which falls with the number of paths")
  func gauge() throws {
    let gauges = try [256, 16384].map { paths in
      let solution = try solve(problem(.logistic, .sign, paths: paths, steps: 30))
      return try #require(solution.sampling).gauge
    }
    #expect(gauges[0] > 4 * gauges[1] && gauges[1] > 0, "\(gauges)")
  }

  @Test("a factor that grows row by row keeps every variance, where directions grow from nearly nothing")
  func factor() throws {
    // Six directions, the k-th growing from 1e-8 by a factor of 2.5 a row.
    func loadings(_ row: Int) -> [Double] {
      (0..<6).map { k in
        let start = [1, 1e-3, 1e-5, 1e-7, 1e-8, 1e-8][k]
        var value = start * (k % 2 == 0 ? 1 : -1)
        for step in 0..<row { value *= 2.5 - 0.2 * Double((step * (k + 3)) % 5) }
        return value / (1 + abs(value))
      }
    }
    var factor = GrowingFactor()
    for row in 0..<48 {
      let own = loadings(row)
      let covariance = (0...row).map { past in zip(own, loadings(past)).reduce(0) { $0 + $1.0 * $1.1 } }
      factor.append(covariance)
      let square = factor.rows[row].reduce(0) { $0 + $1 * $1 }
      #expect(abs(square - covariance[row]) <= 2e-13 * covariance[row])
      for (past, expected) in covariance.enumerated() {
        let found = zip(factor.rows[row], factor.rows[past]).reduce(0) { $0 + $1.0 * $1.1 }
        let scale = (covariance[row] * loadings(past).reduce(0) { $0 + $1 * $1 }).squareRoot()
        #expect(abs(found - expected) <= 2e-6 * scale, "\(row), \(past)")
      }
    }
    #expect(factor.defect <= 1e-6)
  }
}
