import Calculus
import LinearAlgebra
import Problems
import RealModule

/// The expectation of the gradient under a loss rule, equation (21.13).
struct PopulationLossGradient: GradientSource {
  let population: LossPopulation

  func respond(to predictor: [Double], step: Int) -> InputGradient {
    let answer = population.answer(predictor)
    return InputGradient(
      field: answer.field, error: [], test: [answer.loss], train: [answer.loss], testAccuracy: answer.accuracy,
      trainAccuracy: answer.accuracy)
  }
}

/// Samples that are drawn one by one: the same at every step, or new ones.
struct SampledLossGradient: GradientSource {
  let modes: Modes
  let rule: LossRule
  let population: LossPopulation
  /// P.
  let count: Int
  let noise: Double
  let seed: Int
  let replica: Int
  /// Whether each step has new samples.
  let isFresh: Bool
  private var drawn: (inputs: DenseMatrix, labels: [Double])?

  init(
    modes: Modes, rule: LossRule, population: LossPopulation, count: Int, noise: Double, seed: Int, replica: Int,
    isFresh: Bool
  ) {
    (self.modes, self.rule, self.population, self.count, self.noise) = (modes, rule, population, count, noise)
    (self.seed, self.replica, self.isFresh) = (seed, replica, isFresh)
  }

  mutating func respond(to predictor: [Double], step: Int) -> InputGradient {
    let samples = drawn ?? draw(step)
    if !isFresh { drawn = samples }
    let root = modes.dimension.squareRoot()
    var outputs = [Double](repeating: 0, count: count)
    samples.inputs.addProduct(1 / root, predictor, to: &outputs, vectors: 1)
    let residuals = zip(outputs, samples.labels).map { rule.loss.residual($0, $1) }
    let loss = zip(outputs, samples.labels).reduce(0) { $0 + rule.loss.value($1.0, $1.1) }
    let right = zip(outputs, samples.labels).count { $0 * $1 > 0 }
    let product = TallMatrix.transposed(samples.inputs.storage, columns: modes.count, times: residuals)
    let factor = root / Double(count)
    let test = population.answer(predictor)
    return InputGradient(
      field: product.map { factor * $0 }, error: [], residuals: isFresh ? [] : residuals, test: [test.loss],
      train: [rule.loss.reportedFactor * loss / Double(count)], testAccuracy: test.accuracy,
      trainAccuracy: Double(right) / Double(count))
  }

  /// Inputs and labels, table (21.1).
  private func draw(_ step: Int) -> (inputs: DenseMatrix, labels: [Double]) {
    let dimension = modes.count
    var stream = RandomStream(seed: seed, replica: replica, purpose: .inputs, substream: step)
    var numbers = stream.normals(count * dimension)
    if let roots = modes.eigenvalues?.map({ $0.squareRoot() }) {
      for start in stride(from: 0, to: numbers.count, by: dimension) {
        for mode in 0..<dimension { numbers[start + mode] *= roots[mode] }
      }
    }
    var chance = RandomStream(seed: seed, replica: replica, purpose: .noise, substream: step)
    let normals = chance.normals(count)
    let root = modes.dimension.squareRoot()
    if case .mixture(let separation) = rule.labels {
      let labels = normals.map { $0 > 0 ? 1.0 : -1.0 }
      let center = modes.target.indices.map { separation * (modes.eigenvalues?[$0] ?? 1) * modes.target[$0] / root }
      for (row, label) in labels.enumerated() {
        for mode in 0..<dimension { numbers[row * dimension + mode] += label * center[mode] }
      }
      return (DenseMatrix(rows: count, columns: dimension, numbers), labels)
    }
    let inputs = DenseMatrix(rows: count, columns: dimension, numbers)
    var signals = [Double](repeating: 0, count: count)
    inputs.addProduct(1 / root, modes.target, to: &signals, vectors: 1)
    let labels = zip(signals, normals).map { signal, normal -> Double in
      switch rule.labels {
      case .linear: return signal + noise * normal
      case .logistic(let slope):
        return 0.5 * Double.erfc(-normal * 0.5.squareRoot()) < 1 / (1 + .exp(-slope * signal)) ? 1 : -1
      case .sign, .mixture: return signal + noise * normal > 0 ? 1 : -1
      }
    }
    return (inputs, labels)
  }
}

extension Simulator {
  /// The data of a network under a loss rule.
  static func source(
    _ problem: TrainingProblem, _ rule: LossRule, modes: Modes, samples: Int, seed: Int, replica: Int
  ) -> any GradientSource {
    let population = LossPopulation(modes, rule: rule, noise: problem.data.noise)
    if problem.data.sampling == .population { return PopulationLossGradient(population: population) }
    return SampledLossGradient(
      modes: modes, rule: rule, population: population, count: samples, noise: problem.data.noise, seed: seed,
      replica: replica, isFresh: problem.data.sampling.trainingSet == nil)
  }

  /// Losses that networks are not trained with.
  static func refusalsOfLoss(_ problem: TrainingProblem) -> [Refusal] {
    guard let rule = problem.lossRule else { return [] }
    let (key, name) = rule.loss == .squared ? ("data.labels", rule.labels.name) : ("training.loss", rule.loss.name)
    var refusals: [Refusal] = []
    func refuse(_ path: String, _ reason: String, _ suggestion: String) {
      refusals.append(
        Refusal(key: path, reason: "networks are trained with \(key)=\(name) " + reason, suggestion: suggestion))
    }
    if problem.architecture.activation != .linear {
      refuse("network.activation", "where they are linear", "use network.activation=linear, or training.loss=squared")
    }
    if problem.minibatchRule != nil {
      refuse("training.mode", "on whole batches or fresh samples", "use training.mode=batch or onePass")
    }
    if problem.data.outputCount > 1 { refuse(key, "and one output", "use one output") }
    if case .measured = problem.data.spectrum {
      refuse(key, "on generated data", "leave out data.file, or use training.loss=squared")
    }
    return refusals
  }
}
