import Foundation
import Problems

/// A small problem drawn at random, for laws that hold for every problem.
///
/// Its description is the whole problem with its seed: `DMFT_TEST_SEED=seed` makes it the first of every test.
package struct GeneratedProblem: CustomStringConvertible, Sendable {
  package let seed: Int
  package var problem: TrainingProblem
  /// For what a test draws besides.
  package var random: SeededRandom

  /// Problems of consecutive seeds.
  ///
  /// - Parameter count: how many.
  /// - Returns: problems from `SeededRandom.first` on.
  package static func some(_ count: Int) -> [GeneratedProblem] {
    (SeededRandom.first..<SeededRandom.first + count).map(GeneratedProblem.init)
  }

  /// - Parameter seed: the same seed gives the same problem.
  package init(seed: Int) {
    self.seed = seed
    random = SeededRandom(seed: seed)
    let architecture = Self.architecture(&random)
    let rules = architecture.width == .infinite ? [.muP] : Parameterization.Rule.allCases
    let data = Self.data(&random)
    let steps = random.whole(3...14)
    problem = TrainingProblem(
      architecture: architecture,
      parameterization: Parameterization(random.one(of: rules), richness: random.scale(0.3, 3)), data: data,
      optimizer: Self.optimizer(&random, steps: steps), time: TimeGrid(.discrete(steps: steps)))
    problem.optimizer.learningRate = random.scale(0.02, 0.4) / Self.curvature(problem)
    problem.optimizer.learningRate *= 1 - problem.optimizer.momentum.coefficient
  }

  package var description: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = (try? encoder.encode(problem)).map { String(decoding: $0, as: UTF8.self) } ?? "\(problem)"
    return "seed \(seed) (DMFT_TEST_SEED=\(seed) makes it the first): \(text)"
  }

  private static func architecture(_ random: inout SeededRandom) -> Architecture {
    let layers = random.whole(1...4)
    var rates = random.list(layers + 1) { $0.between(0.3, 2) }
    if random.chance(0.2) { rates[random.whole(0...layers)] = 0 }
    return Architecture(
      hiddenLayers: layers, width: random.chance(0.15) ? .infinite : .ratio(random.scale(0.3, 4)),
      connection: random.chance(0.4) ? .residual(branchScale: random.between(0.3, 1.5)) : .plain,
      initScale: random.chance(0.3) ? nil : random.list(layers + 1) { $0.between(0.5, 1.5) },
      layerRates: random.chance(0.3) ? nil : rates)
  }

  /// So few dimensions that no spectrum is compressed.
  private static func data(_ random: inout SeededRandom) -> DataModel {
    let dimension = random.whole(1...9)
    let law = PowerLaw(
      eigenvalueDecay: random.between(0, 1.5), signalDecay: random.between(0, 2),
      scale: random.one(of: PowerLaw.Scale.allCases))
    let spectrum: Spectrum =
      switch random.whole(0...3) {
      case 0: .isotropic
      case 1: .measured(measured(dimension, &random))
      default: .powerLaw(law)
      }
    let samples = DataModel.SampleSize.ratio(random.scale(0.4, 5))
    return DataModel(
      spectrum: spectrum, inputDimension: dimension, noise: random.chance(0.3) ? 0 : random.between(0.1, 1),
      sampling: random.one(of: [.batch(samples), .batch(samples), .onePass(samples), .population]))
  }

  /// A spectrum as of a table: eigenvalues of mean 1, a target of variance 1.
  private static func measured(_ dimension: Int, _ random: inout SeededRandom) -> MeasuredSpectrum {
    let size = Double(dimension)
    let eigenvalues = random.list(dimension) { $0.scale(0.1, 3) }.sorted(by: >)
    let mean = eigenvalues.reduce(0, +) / size
    let coefficients = random.list(dimension) { $0.between(-2, 2) }
    let power = zip(eigenvalues, coefficients).reduce(0) { $0 + $1.0 / mean * $1.1 * $1.1 / size }
    return MeasuredSpectrum(
      eigenvalues: eigenvalues.map { $0 / mean }, targetCoefficients: coefficients.map { $0 / power.squareRoot() },
      residualVariance: 0, inputFactor: 1, targetShift: 0, targetScale: 1, rows: 100, columns: dimension)
  }

  private static func optimizer(_ random: inout SeededRandom, steps: Int) -> LinearOptimizer {
    let warmup = Schedule.warmup(
      steps: random.whole(1...steps),
      decay: random.one(of: [
        .constant, .cosine, .linear, .power(exponent: random.between(0.3, 3)),
        .stable(fraction: random.between(0, 0.99)),
      ]),
      finalFraction: random.between(0, 1))
    let coefficient = random.between(0.1, 0.9)
    let strength = random.scale(0.01, 1)
    return LinearOptimizer(
      learningRate: 1,
      schedule: random.one(of: [.constant, warmup, .multipliers(random.list(steps) { $0.between(0.1, 1.5) })]),
      momentum: random.one(of: [.none, .heavyBall(coefficient), .nesterov(coefficient)]),
      weightDecay: random.one(of: [.none, .coupled(strength), .decoupled(strength)]))
  }

  /// Largest curvature of the lazy limit at the start, about: learning rates are drawn in units of its inverse.
  private static func curvature(_ problem: TrainingProblem) -> Double {
    let squares = problem.architecture.initScale.map { $0 * $0 }
    let rates = problem.layerRates
    let branch = problem.architecture.branchFactor.map { $0 * $0 }
    let last = squares.count - 1
    // What each layer passes on, and what it adds when it learns.
    let passed = squares.indices.map { layer in
      guard let branch, layer > 0, layer < last else { return squares[layer] }
      return 1 + branch * squares[layer]
    }
    let kernel = squares.indices.reduce(0.0) { sum, layer in
      let others = passed.indices.reduce(1.0) { $1 == layer ? $0 : $0 * passed[$1] }
      return sum + rates[layer] * others * (layer > 0 && layer < last ? branch ?? 1 : 1)
    }
    var top = spectrumModes(problem.data).map(\.eigenvalue).max() ?? 1
    if let ratio = problem.sampleRatio { top *= (1 + 1 / ratio.squareRoot()) * (1 + 1 / ratio.squareRoot()) }
    return top * max(kernel, 0.1)
  }
}
