import Fixtures
import LinearAlgebra
import Problems
import Testing

@testable import MeanField

/// Training of networks of infinite width, section 20.
@Suite("Wide training")
struct WideTrainingTests {
  private func training(_ reference: LazyCase, startVariance: Double) throws -> WideTraining {
    let kernels = WideKernels(
      reference.architecture, layerRates: reference.architecture.layerRates, inputs: reference.inputs)
    return try WideTraining(
      kernels, targets: [reference.targets], trainCount: reference.trainCount,
      dimension: Double(reference.inputs.columns), startVariance: startVariance)
  }

  @Test("lazy curves of the reference agree within 1e-10", arguments: try LazyCase.all())
  func reference(_ reference: LazyCase) throws {
    for (suffix, variance) in [("", 1 / (reference.gamma * reference.gamma)), ("_zero_start", 0)] {
      let training = try training(reference, startVariance: variance)
      let losses = training.losses(training.progress(reference.optimizer, steps: 39))
      for (key, found) in [("train_loss", losses.train[0]), ("test_loss", losses.test[0])] {
        let expected = try #require(reference.losses[key + suffix])
        #expect(expected.count == 40 && found.count == 40)
        for step in expected.indices {
          #expect(
            abs(found[step] - expected[step]) <= 1e-10 * max(abs(expected[step]), 1e-2), "\(key)\(suffix) \(step)")
        }
      }
    }
  }

  /// A naive twin: the outputs of all rows, step by step, without modes; both an average of random starts and their spread.
  @Test(
    "modes follow the steps on all rows", arguments: [LinearOptimizer.Momentum.none, .heavyBall(0.6), .nesterov(0.6)])
  func steps(_ momentum: LinearOptimizer.Momentum) throws {
    let reference = try LazyCase.all()[4]
    let kernels = WideKernels(
      reference.architecture, layerRates: reference.architecture.layerRates, inputs: reference.inputs)
    let optimizer = LinearOptimizer(
      learningRate: 0.08, schedule: .warmup(steps: 3, decay: .cosine, finalFraction: 0.1), momentum: momentum)
    let training = try WideTraining(
      kernels, targets: [reference.targets], trainCount: 20, dimension: 61, startVariance: 0)
    let losses = training.losses(training.progress(optimizer, steps: 12))
    var outputs = [Double](repeating: 0, count: 32)
    var buffers = outputs
    for (step, rate) in optimizer.rates(13, scheduleSteps: 12).enumerated() {
      func loss(_ rows: Range<Int>) -> Double {
        rows.reduce(0.0) { $0 + (outputs[$1] - reference.targets[$1]) * (outputs[$1] - reference.targets[$1]) }
          / Double(rows.count)
      }
      #expect(abs(losses.train[0][step] - loss(0..<20)) <= 1e-12)
      #expect(abs(losses.test[0][step] - loss(20..<32)) <= 1e-12)
      let errors = (0..<20).map { reference.targets[$0] - outputs[$0] }
      let rule = OptimizerStep(optimizer, rate: rate)
      for row in 0..<32 {
        let downhill = (0..<20).reduce(0.0) { $0 + 61.0 / 20 * kernels.ntk[row, $1] * errors[$1] }
        rule.advance(&outputs[row], &buffers[row], downhill: downhill)
      }
    }
  }

  /// Losses are quadratic in the start, so that the columns of a factor of K_0, taken with both signs, have its mean exactly.
  @Test("losses from known starts have the mean of the random start", arguments: [1, 4])
  func starts(_ number: Int) throws {
    let reference = try LazyCase.all()[number]
    let kernels = WideKernels(
      reference.architecture, layerRates: reference.architecture.layerRates, inputs: reference.inputs)
    let (zero, random) = (try training(reference, startVariance: 0), try training(reference, startVariance: 0.7))
    let progress = zero.progress(reference.optimizer, steps: 20)
    let (rest, mean) = (zero.losses(progress), random.losses(progress))
    let spectrum = try SymmetricEigenproblem(kernels.nngp.storage, size: reference.targets.count)
    var sums = (train: rest.train[0].map { _ in 0.0 }, test: rest.train[0].map { _ in 0.0 })
    for (index, eigenvalue) in spectrum.eigenvalues.enumerated() {
      let column = reference.targets.indices.map { row in
        (0.7 * max(0, eigenvalue)).squareRoot() * spectrum.eigenvectors[index * reference.targets.count + row]
      }
      for sign in [1.0, -1.0] {
        let own = zero.losses(progress, targets: [zip(reference.targets, column).map { $0 - sign * $1 }])
        for step in 0...20 {
          sums.train[step] += (own.train[0][step] - rest.train[0][step]) / 2
          sums.test[step] += (own.test[0][step] - rest.test[0][step]) / 2
        }
      }
    }
    for step in 0...20 {
      #expect(abs(rest.train[0][step] + sums.train[step] - mean.train[0][step]) <= 1e-11)
      #expect(abs(rest.test[0][step] + sums.test[step] - mean.test[0][step]) <= 1e-11)
    }
  }

  @Test("several outputs are solved side by side, each with the same spread")
  func outputs() throws {
    let reference = try LazyCase.all()[1]
    let kernels = WideKernels(
      reference.architecture, layerRates: reference.architecture.layerRates, inputs: reference.inputs)
    let zeros = [Double](repeating: 0, count: 32)
    let both = try WideTraining(
      kernels, targets: [reference.targets, zeros], trainCount: 20, dimension: 61, startVariance: 0.3)
    let none = try WideTraining(
      kernels, targets: [reference.targets], trainCount: 20, dimension: 61, startVariance: 0)
    let (spread, mean) = (
      both.losses(both.progress(reference.optimizer, steps: 10)),
      none.losses(none.progress(reference.optimizer, steps: 10))
    )
    for step in 0...10 {
      #expect(abs(spread.train[0][step] - spread.train[1][step] - mean.train[0][step]) <= 1e-13)
      #expect(abs(spread.test[0][step] - spread.test[1][step] - mean.test[0][step]) <= 1e-13)
    }
  }

  @Test("rates below 2/k are stable, above it they are not")
  func stability() throws {
    let training = try training(try LazyCase.all()[1], startVariance: 0)
    let edge = 2 / training.rates[0]
    func last(_ rate: Double) -> Double {
      training.losses(training.progress(LinearOptimizer(learningRate: rate), steps: 300)).train[0][300]
    }
    #expect(last(0.99 * edge) < 1 && last(1.01 * edge) > 10)
  }
}
