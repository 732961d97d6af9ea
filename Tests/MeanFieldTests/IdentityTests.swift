import Fixtures
import Problems
import Foundation
import LinearAlgebra
import Testing

@testable import MeanField

/// Identities and exact limits that every solution satisfies (theory-notes, section 6).
@Suite("Identities")
struct IdentityTests {
  static let problems: [TrainingProblem] = [
    makeProblem(layers: 3, richness: 0.7, noise: 0.4, steps: 25),
    makeProblem(
      layers: 2, width: .infinite, noise: 0.2, sampling: .onePass(.ratio(1)), steps: 25),
    makeProblem(
      layers: 5, width: .ratio(2), connection: .residual(branchScale: 1),
      sampling: .batch(.ratio(0.7)),
      optimizer: LinearOptimizer(
        learningRate: 0.02, momentum: .heavyBall(0.6), weightDecay: .coupled(0.1)), steps: 25),
    makeProblem(
      layers: 2, rule: .standard, richness: 1.2,
      spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 0.6, signalDecay: 1.1)), dimension: 20,
      noise: 0.3, optimizer: LinearOptimizer(learningRate: 0.01), steps: 25),
  ]

  @Test("correlations are positive semidefinite", arguments: problems)
  func positivity(problem: TrainingProblem) throws {
    let parameters = try solve(problem).orderParameters
    let layers = problem.architecture.hiddenLayers
    let correlations =
      [parameters.errorCorrelation, parameters.residualCorrelation]
      + (0...layers).map(parameters.forwardCorrelation)
      + (1...layers).map(parameters.backwardCorrelation)
    for matrix in correlations {
      let eigenvalues = try SymmetricEigenproblem(matrix, size: parameters.count).eigenvalues
      let last = try #require(eigenvalues.last)
      #expect(last > -1e-12 * eigenvalues[0])
      #expect(eigenvalues[0] > 0)
    }
  }

  @Test("responses are causal, and only A^0 upwards answers at once", arguments: problems)
  func causality(problem: TrainingProblem) throws {
    let parameters = try solve(problem).orderParameters
    for layer in 0...problem.architecture.hiddenLayers {
      let forward = DenseMatrix(parameters.forwardResponse(layer))
      let backward = DenseMatrix(parameters.backwardResponse(layer))
      for row in 0..<parameters.count {
        for column in row..<parameters.count {
          #expect(backward[row, column] == 0)
          if column > row { #expect(forward[row, column] == 0) }
        }
      }
      if problem.widthRatio.isFinite { #expect(forward[3, 3] != 0) }
    }
  }

  @Test("every layer carries the same overlap, and the data see it too", arguments: problems)
  func balance(problem: TrainingProblem) throws {
    let solution = try solve(problem)
    let first = solution.orderParameters.balance(1)
    let scale = try #require(first.map(abs).max())
    #expect(scale > 1e-3)
    for layer in 1...problem.architecture.hiddenLayers {
      for (one, other) in zip(first, solution.orderParameters.balance(layer)) {
        #expect(abs(one - other) < 1e-12 * scale)
      }
    }
    #expect(solution.residual < 1e-12)
  }

  @Test("lazy limit, plain chain", arguments: [1, 3], [0.5, 2.0])
  func lazyPlain(layers: Int, ratio: Double) throws {
    try lazy(
      makeProblem(
        layers: layers, width: .infinite, richness: 1e-3, noise: 0.3,
        sampling: .batch(.ratio(ratio)), optimizer: LinearOptimizer(learningRate: 0.05), steps: 40),
      kernelFactor: Limits.KernelFactor.plain(hiddenLayers: layers), ratio: ratio)
  }

  @Test("lazy limit, residual chain")
  func lazyResidual() throws {
    try lazy(
      makeProblem(
        layers: 6, width: .infinite, connection: .residual(branchScale: 1.3), richness: 1e-3,
        noise: 0.3, optimizer: LinearOptimizer(learningRate: 0.02), steps: 40),
      kernelFactor: Limits.KernelFactor.residual(hiddenLayers: 6, branchScale: 1.3), ratio: 2)
  }

  private func lazy(_ problem: TrainingProblem, kernelFactor: Double, ratio: Double) throws {
    let curve = try solve(problem).curve
    for step in curve.steps {
      let exact = try Limits.lazyLoss(
        step: step, kernelFactor: kernelFactor, learningRate: problem.optimizer.learningRate,
        sampleRatio: ratio, noise: problem.data.noise)
      // The distance falls with the square of the richness: at 1e-3 it is 1e-7 ... 1e-6.
      #expect(abs(curve.testLoss[step] - exact) < 2e-6 * exact, "step \(step)")
    }
  }

  /// Rounding must not grow: the row products are written so that each column of a response evolves by itself.
  @Test("a long lazy run stays on its exact limit")
  func lazyLong() throws {
    try lazy(
      makeProblem(
        layers: 3, width: .infinite, richness: 1e-3, noise: 0.3,
        optimizer: LinearOptimizer(learningRate: 0.04), steps: 700),
      kernelFactor: 4, ratio: 2)
  }

  /// However rich the way, with more samples than inputs the end is least squares: train σ² (1 - 1/α), test σ² α/(α - 1).
  @Test(
    "a long rich run ends at least squares", .slow(.long),
    arguments: [makeProblem(), makeProblem(connection: .residual(branchScale: 1))])
  func leastSquares(base: TrainingProblem) throws {
    var problem = base
    problem.architecture.hiddenLayers = 3
    problem.architecture.initScale = [1, 1, 1, 1]
    problem.architecture.layerRates = [1, 1, 1, 1]
    problem.data.sampling = .batch(.ratio(4))
    problem.data.noise = 0.3
    problem.optimizer.learningRate = 0.04
    problem.time.kind = .discrete(steps: 700)
    let solution = try solve(problem)
    #expect(solution.outcome == .completed)
    #expect(abs(try #require(solution.curve.trainLoss.last) - 0.09 * 0.75) < 1e-8)
    #expect(abs(try #require(solution.curve.testLoss.last) - 0.09 * 4 / 3) < 1e-6)
    #expect(solution.residual < 1e-10)
  }

  @Test("losses and strengths that have fallen to nothing are not negative")
  func notNegative() throws {
    let solution = try solve(makeProblem(sampling: .population, steps: 600))
    #expect(try #require(solution.curve.testLoss.last) < 1e-13)
    #expect(solution.curve.testLoss.allSatisfy { $0 >= 0 } && solution.curve.trainLoss.allSatisfy { $0 >= 0 })
    #expect(solution.orderParameters.forwardStrength(0).allSatisfy { $0 >= 0 })
  }

  @Test("the lazy limit is approached as richness squared")
  func lazyOrder() throws {
    let exact = try Limits.lazyLoss(
      step: 20, kernelFactor: 3, learningRate: 0.05, sampleRatio: 2, noise: 0.3)
    let distances = try [1e-2, 1e-3].map { richness in
      try abs(
        solve(makeProblem(width: .infinite, richness: richness, noise: 0.3)).curve.testLoss[20]
          - exact)
    }
    #expect(distances[1] < 1e-7)
    #expect(abs(log10(distances[0] / distances[1]) - 2) < 0.05)
  }

  @Test("one hidden layer on population data at infinite width", arguments: [0.3, 1.0, 4.0])
  func oneHiddenLayer(richness: Double) throws {
    let problem = makeProblem(
      layers: 1, width: .infinite, richness: richness, sampling: .population,
      optimizer: LinearOptimizer(learningRate: 0.04), steps: 60)
    let exact = Limits.OneHiddenLayer.losses(steps: 60, richness: richness, learningRate: 0.04)
    let found = try solve(problem).curve.testLoss
    #expect(found.count == exact.count)
    for (loss, exact) in zip(found, exact) {
      #expect(abs(loss - exact) < 1e-12 + 1e-10 * exact)
    }
  }

  @Test("loss at step 0 and, with one hidden layer, after one step")
  func firstSteps() throws {
    for problem in Self.problems + [
      makeProblem(
        layers: 4, width: .ratio(0.3), connection: .residual(branchScale: 2),
        initScale: [0.5, 1.5, 2, 0.7, 1.1], steps: 1),
      makeProblem(
        width: .units(7),
        spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 1.3, signalDecay: 1.2, scale: .top)),
        dimension: 30, noise: 0.2, sampling: .population, steps: 1),
    ] {
      let exact = Limits.initialLoss(problem)
      #expect(abs(try solve(problem).curve.testLoss[0] - exact) < 1e-13 * exact)
    }
    for (richness, ratio) in [(1.0, 0.5), (0.4, 2.0), (3.0, 1.0)] {
      let problem = makeProblem(
        layers: 1, width: .ratio(ratio), richness: richness, sampling: .population,
        optimizer: LinearOptimizer(learningRate: 0.15), steps: 1)
      let exact = Limits.lossAfterOneStep(
        learningRate: 0.15, richness: richness, widthRatio: ratio)
      #expect(abs(try solve(problem).curve.testLoss[1] - exact) < 1e-13 * exact)
    }
  }

  @Test("the finite-width gap of muP falls as 1/ν")
  func widthGap() throws {
    func loss(_ width: Architecture.Width) throws -> Double {
      try solve(makeProblem(width: width, noise: 0.2, steps: 30)).curve.testLoss[30]
    }
    let limit = try loss(.infinite)
    let widths = [8.0, 16, 32, 64, 128]
    let gaps = try widths.map { abs(try loss(.ratio($0)) - limit) }
    #expect(abs(slope(widths.map { log($0) }, gaps.map { log($0) }) + 1) < 0.05)
  }

  @Test("a residual chain approaches infinite depth as 1/L")
  func depthGap() throws {
    func loss(_ layers: Int) throws -> Double {
      try solve(
        makeProblem(
          layers: layers, width: .ratio(1.5), connection: .residual(branchScale: 1), noise: 0.2,
          optimizer: LinearOptimizer(learningRate: 0.03), steps: 15)
      ).curve.testLoss[15]
    }
    // Reference values of the limit and of L = 129, from a separate program.
    let limit = 0.35504404
    let depths = [9, 17, 33, 65]
    let gaps = try depths.map { abs(try loss($0) - limit) }
    let rate = slope(depths.map { log(Double($0 - 1)) }, gaps.map { log($0) })
    #expect(abs(rate + 1) < 0.05)
    #expect(abs(try loss(129) - 0.355252) < 1e-6)
  }
}
