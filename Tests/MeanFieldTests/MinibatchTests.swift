import Fixtures
import LinearAlgebra
import Problems
import Testing

@testable import MeanField

/// Minibatches of a fixed training set, section 15 of the notes.
@Suite("Minibatches")
struct MinibatchTests {
  private static let everyShuffle = Minibatches.Shuffle.allCases

  private func sampling(
    _ shuffle: Minibatches.Shuffle, ratio: Double = 2, share: Double, dropsLast: Bool = false
  ) -> DataModel.Sampling {
    .minibatch(
      .ratio(ratio),
      Minibatches(samplesPerStep: .ratio(ratio * share), shuffle: shuffle, dropsLast: dropsLast))
  }

  private func problem(
    _ sampling: DataModel.Sampling, layers: Int = 2, steps: Int = 24,
    optimizer: LinearOptimizer = LinearOptimizer(learningRate: 0.05, momentum: .heavyBall(0.4))
  ) -> TrainingProblem {
    makeProblem(layers: layers, width: .ratio(0.8), noise: 0.3, sampling: sampling, optimizer: optimizer, steps: steps)
  }

  @Test("exact solutions agree within 1e-8 |x| + 1e-11 |x(0)|", arguments: try OracleCase.minibatches("exact"))
  func exact(_ reference: OracleCase) throws {
    let solution = try solve(reference.problem)
    let batch = try #require(solution.curve.batchLoss)
    for (name, key, layer, theory) in reference.comparisons(solution) + [("batch loss", "batch_loss", 0, batch)] {
      let expected = reference.column(key, layer)
      #expect(expected.count >= 41 && theory.count == expected.count, "\(name)")
      for (step, (theory, expected)) in zip(theory, expected).enumerated() {
        let allowed = 1e-8 * abs(expected) + 1e-11 * abs(reference.column(key, layer)[0])
        #expect(abs(theory - expected) <= allowed, "\(name) at step \(step)")
      }
    }
    #expect(solution.residual < 1e-12)
  }

  @Test("trained networks agree within their errors", arguments: try OracleCase.minibatches("ensemble"))
  func ensembles(_ reference: OracleCase) throws {
    let curve = try solve(reference.problem).curve
    let losses = [
      ("test_loss", curve.testLoss), ("train_loss", curve.trainLoss), ("batch_loss", try #require(curve.batchLoss)),
    ]
    let tolerance = try #require(reference.tolerance)
    for (key, theory) in losses {
      let (mean, error) = (reference.column(key), reference.column(key + "_se"))
      #expect(mean.count >= 41 && theory.count == mean.count && error.count == mean.count)
      for step in mean.indices {
        let allowed = max(4 * error[step], tolerance * mean[step])
        #expect(abs(theory[step] - mean[step]) <= allowed && mean[step] > 0.01 * mean[0], "\(key) at step \(step)")
      }
    }
  }

  /// The closed forms over whole matrices, and Stein's identity, for any chain, spectrum, optimiser and way to draw.
  @Test("rows solve the equations of whole matrices", arguments: GeneratedProblem.some(60))
  func wholeMatrices(_ drawn: GeneratedProblem) throws {
    var (problem, random) = (drawn.problem, drawn.random)
    let ratio = random.scale(0.4, 5)
    problem.data.sampling = sampling(
      random.one(of: Self.everyShuffle), ratio: ratio, share: random.between(0.08, 1), dropsLast: random.chance(0.3))
    problem.optimizer.learningRate *= 0.5
    let solution = try solve(problem)
    guard case .completed = solution.outcome else { return }
    for defect in DenseTwin(problem, solution).defects() {
      #expect(defect.size < 1e-9, "\(defect.name) \(problem.data.sampling)")
    }
  }

  @Test("one batch of all samples is the full batch", arguments: [Minibatches.Shuffle.epochs, .independent, .fixed])
  func wholeBatch(_ shuffle: Minibatches.Shuffle) throws {
    let full = try solve(problem(.batch(.ratio(2)))).curve
    let one = try solve(problem(sampling(shuffle, share: 1))).curve
    for step in full.steps {
      #expect(abs(one.testLoss[step] - full.testLoss[step]) < 1e-13)
      #expect(abs(one.trainLoss[step] - full.trainLoss[step]) < 1e-13)
      #expect(abs((one.batchLoss?[step] ?? .nan) - full.trainLoss[step]) < 1e-13)
    }
  }

  @Test("the first epoch is one pass, and partitions first differ behind its last row", arguments: [0.25, 0.22])
  func firstEpoch(_ share: Double) throws {
    let each = share == 0.25 ? 4 : 5
    let fresh = try solve(problem(.onePass(.ratio(2 * share)))).curve
    let epochs = try solve(problem(sampling(.epochs, share: share))).curve
    let fixed = try solve(problem(sampling(.fixed, share: share))).curve
    // A last batch that is smaller is larger noise.
    let alike = share == 0.25 ? each : each - 1
    for step in 0...alike {
      #expect(abs(epochs.testLoss[step] - fresh.testLoss[step]) < 1e-13)
      if step < each {
        #expect(abs((epochs.batchLoss?[step] ?? .nan) - epochs.testLoss[step]) < 1e-13)
        #expect(abs((fixed.batchLoss?[step] ?? .nan) - fixed.testLoss[step]) < 1e-13)
      }
    }
    for step in 0...each { #expect(abs(epochs.testLoss[step] - fixed.testLoss[step]) < 1e-13) }
    #expect(abs(epochs.testLoss[each + 1] - fixed.testLoss[each + 1]) > 1e-6)
  }

  @Test("batch and train loss agree where they must, and are ordered inside an epoch", arguments: [false, true])
  func orderOfLosses(_ dropsLast: Bool) throws {
    for shuffle in Self.everyShuffle {
      let curve = try solve(problem(sampling(shuffle, share: 0.3, dropsLast: dropsLast))).curve
      let batch = try #require(curve.batchLoss)
      let each = dropsLast ? 3 : 4
      for (step, (batch, train)) in zip(batch, curve.trainLoss).enumerated() {
        switch shuffle {
        case .independent, .replacement: #expect(abs(batch / train - 1) < 1e-12)
        case .epochs where step % each == 0: #expect(abs(batch / train - 1) < 1e-12)
        case .epochs: #expect(batch > train * (1 + 1e-6))
        case .fixed: #expect(batch.isFinite && batch > 0)
        }
      }
    }
  }

  @Test("many samples at a fixed batch are one pass; independent batches at the rate 1/P")
  func manySamples() throws {
    let fresh = try solve(problem(.onePass(.ratio(0.5)))).curve
    func off(_ shuffle: Minibatches.Shuffle, _ ratio: Double) throws -> Double {
      let curve = try solve(problem(sampling(shuffle, ratio: ratio, share: 0.5 / ratio))).curve
      return zip(curve.testLoss, fresh.testLoss).map { abs($0 - $1) }.max() ?? .nan
    }
    #expect(try off(.epochs, 16) < 1e-13 && off(.fixed, 16) < 1e-13)
    let errors = try [50.0, 100, 200].map { try off(.independent, $0) }
    #expect(errors[0] < 0.05 && errors[0] > 1e-4)
    for (coarse, fine) in zip(errors, errors.dropFirst()) { #expect(abs(coarse / fine - 2) < 0.1) }
  }

  @Test("the first step sees the variance of the masks: replacement repeats samples")
  func firstStep() throws {
    let first = try Self.everyShuffle.map { try solve(problem(sampling($0, share: 0.25), steps: 1)).curve.testLoss[1] }
    let fresh = try solve(problem(.onePass(.ratio(0.5)), steps: 1)).curve.testLoss[1]
    for (shuffle, loss) in zip(Self.everyShuffle, first) {
      if shuffle == .replacement { #expect(loss > fresh + 1e-3) } else { #expect(abs(loss - fresh) < 1e-13) }
    }
  }

  @Test("outputs of fixed slots do not meet, and residual correlations are covariances")
  func slots() throws {
    let solution = try solve(problem(sampling(.fixed, share: 0.25)))
    let size = solution.orderParameters.count
    let response = DenseMatrix(solution.orderParameters.sampleResponse)
    for row in 0..<size {
      for column in 0..<row where row % 4 != column % 4 { #expect(response[row, column] == 0) }
    }
    for shuffle in Self.everyShuffle {
      let solution = try solve(problem(sampling(shuffle, share: 0.3)))
      var random = SeededRandom(seed: 5)
      let residuals = DenseMatrix(solution.orderParameters.residualCorrelation)
      for _ in 0..<20 {
        let vector = random.list(size) { $0.between(-1, 1) }
        var (square, scale) = (0.0, 0.0)
        for row in 0..<size {
          for column in 0..<size {
            let entry = vector[row] * residuals[row, column] * vector[column]
            square += entry
            scale += abs(entry)
          }
        }
        #expect(square > -1e-14 * scale)
      }
    }
  }

  @Test(
    "the lazy limit is a Volterra equation", arguments: [(4.0, 0.0625, 1), (2, 0.25, 2), (0.5, 0.5, 3), (1.3, 0.25, 1)])
  func lazy(_ setting: (ratio: Double, share: Double, layers: Int)) throws {
    for shuffle in [Minibatches.Shuffle.independent, .replacement] {
      let problem = makeProblem(
        layers: setting.layers, width: .infinite, richness: 1e-3, noise: 0.4,
        sampling: sampling(shuffle, ratio: setting.ratio, share: setting.share),
        optimizer: LinearOptimizer(
          learningRate: 0.02, schedule: .warmup(steps: 4, decay: .cosine, finalFraction: 0.3)), steps: 30)
      let curve = try solve(problem).curve
      let limit = try Limits.Lazy(problem)
      let exact = try limit.curve(at: curve)
      #expect(limit.departures == [LimitDeparture(quantity: "richness", value: 1e-3)])
      for step in curve.steps {
        #expect(abs(curve.testLoss[step] - exact.testLoss[step]) < 2e-6, "test loss, step \(step)")
        #expect(abs(curve.trainLoss[step] - exact.trainLoss[step]) < 2e-6, "train loss, step \(step)")
        #expect(exact.batchLoss?[step] == exact.trainLoss[step])
      }
    }
  }

  /// The noise of batches of B = D/4 lowers the edge to .1974, where the Volterra equation's kernel sums to 1: below it losses fall to a
  /// level, above it they grow without end.
  @Test("rates are stable up to the edge of the Volterra equation")
  func stableRate() throws {
    func late(_ factor: Double) throws -> (Double, Double) {
      let problem = makeProblem(
        layers: 1, width: .infinite, richness: 1e-3, sampling: sampling(.independent, ratio: 4, share: 1.0 / 16),
        optimizer: LinearOptimizer(learningRate: factor * 0.1974), steps: 300)
      let losses = try solve(problem).curve.trainLoss
      return (losses[150], losses[300])
    }
    let (below, above) = (try late(0.97), try late(1.03))
    #expect(below.1 < below.0 && above.1 > above.0, "\(below), \(above)")
    let noisy = makeProblem(sampling: sampling(.independent, ratio: 4, share: 1.0 / 16), steps: 200)
    var full = noisy
    full.data.sampling = .batch(.ratio(4))
    #expect(try StableRate(noisy).learningRate < 0.9 * StableRate(full).learningRate)
  }

  /// Masks are common to all outputs: what mixes outputs before training mixes their losses after it.
  @Test("a rotation of the outputs rotates every loss", arguments: Minibatches.Shuffle.allCases)
  func rotation(_ shuffle: Minibatches.Shuffle) throws {
    let problem = problem(sampling(shuffle, share: 0.3), steps: 14)
    func blocks(_ cosine: Double, _ sine: Double) throws -> [OutputMatrix] {
      func rotated(_ first: Double, _ second: Double) -> OutputMatrix {
        let mixed = cosine * sine * (first - second)
        return OutputMatrix(
          outputs: 2,
          [
            cosine * cosine * first + sine * sine * second, mixed, mixed,
            sine * sine * first + cosine * cosine * second,
          ])
      }
      let kernels = OptimizerKernels(problem.optimizer, scheduleSteps: 14, steps: 14)
      var march = ChainMarch(problem: problem, spectrum: SpectralMeasures(problem), kernels: kernels)
      march.outputs = OutputCovariances(targets: [rotated(1.4, 0.2)], noise: rotated(0.05, 0.6))
      return march.run(BatchLosses())
    }
    let (plain, turned) = (try blocks(1, 0), try blocks(0.8, 0.6))
    for (plain, turned) in zip(plain, turned) {
      let (first, second) = (plain[0, 0], plain[1, 1])
      #expect(abs(plain[1, 0]) < 1e-14 && abs(first - second) > 1e-3)
      #expect(abs(turned[0, 0] - (0.64 * first + 0.36 * second)) < 1e-13)
      #expect(abs(turned[1, 1] - (0.36 * first + 0.64 * second)) < 1e-13)
      #expect(abs(turned[1, 0] - 0.48 * (first - second)) < 1e-13)
    }
    #expect(plain.count == 15)
  }

  /// The losses of batches as K x K matrices.
  private struct BatchLosses: ChainMarch.Visitor {
    func visit<Layers: Chain>(_ equations: MeanFieldEquations<Layers>, _ report: March.Report) -> [OutputMatrix] {
      equations.testLoss.indices.map { time in
        OutputMatrix(
          outputs: 2,
          [(0, 0), (1, 0), (1, 0), (1, 1)].map { equations.loss($0.0, $0.1, at: time, kind: .batch) })
      }
    }
  }

  @Test("under flow every step sees the whole training set, and panels refuse")
  func otherTimes() throws {
    var minibatches = problem(sampling(.epochs, share: 0.25), optimizer: LinearOptimizer(learningRate: 0.05))
    minibatches.time = TimeGrid(.flow(horizon: 2))
    var batch = minibatches
    batch.data.sampling = .batch(.ratio(2))
    let (found, expected) = (try solve(minibatches).curve, try solve(batch).curve)
    #expect(found.batchLoss == nil && found.testLoss == expected.testLoss)
    minibatches.time = TimeGrid(.panels(steps: 500))
    #expect(Solver.refusals(minibatches).map(\.key) == ["training.mode"])
  }
}
