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

/// Inputs with their labels.
struct LabelledSamples {
  let inputs: DenseMatrix
  let labels: [Double]

  init(inputs: DenseMatrix, labels: [Double]) { (self.inputs, self.labels) = (inputs, labels) }

  /// Rows of a table: two classes are -1 and 1, numbers are as they enter networks.
  init(_ samples: Samples, _ rule: LossRule) {
    inputs = samples.inputs
    labels = rule.hasClasses ? samples.target.map { $0 > 0 ? 1 : -1 } : samples.target
  }

  var count: Int { labels.count }

  func outputs(_ predictor: [Double], scale: Double) -> [Double] {
    var outputs = [Double](repeating: 0, count: count)
    inputs.addProduct(scale, predictor, to: &outputs, vectors: 1)
    return outputs
  }

  /// Loss and accuracy of outputs.
  func answer(_ outputs: [Double], _ rule: LossRule) -> (loss: Double, accuracy: Double) {
    let loss = zip(outputs, labels).reduce(0) { $0 + rule.loss.value($1.0, $1.1) }
    let right = zip(outputs, labels).count { $0 * $1 > 0 }
    return (rule.loss.reportedFactor * loss / Double(count), Double(right) / Double(count))
  }

  func selecting(_ rows: [Int]) -> LabelledSamples {
    LabelledSamples(inputs: inputs.selecting(rows), labels: rows.map { labels[$0] })
  }

  /// `(√D/P) Xᵀ Δ`.
  func field(_ residuals: [Double], root: Double) -> [Double] {
    let factor = root / Double(count)
    return TallMatrix.transposed(inputs.storage, columns: inputs.columns, times: residuals).map { factor * $0 }
  }
}

/// Samples that are drawn one by one: the same at every step or a part of them, or new ones.
struct SampledLossGradient: GradientSource {
  /// What a step sees.
  enum Part {
    case all
    case fresh
    case batches(BatchRows)
  }

  /// Where the test loss is from.
  enum Test {
    case population(LossPopulation)
    case rows(LabelledSamples)
  }

  let modes: Modes
  let rule: LossRule
  let test: Test
  private var part: Part
  private let draw: (Int) -> LabelledSamples
  private var drawn: LabelledSamples?

  /// - Parameters:
  ///   - modes: sizes.
  ///   - rule: loss and labels.
  ///   - test: where the test loss is from.
  ///   - part: what a step sees.
  ///   - draw: the samples of a step; of a set that stays that of step 0.
  init(modes: Modes, rule: LossRule, test: Test, part: Part, draw: @escaping (Int) -> LabelledSamples) {
    (self.modes, self.rule, self.test, self.part, self.draw) = (modes, rule, test, part, draw)
  }

  mutating func respond(to predictor: [Double], step: Int) -> InputGradient {
    let samples = drawn ?? draw(step)
    let root = modes.dimension.squareRoot()
    let outputs = samples.outputs(predictor, scale: 1 / root)
    let residuals = zip(outputs, samples.labels).map { rule.loss.residual($0, $1) }
    let train = samples.answer(outputs, rule)
    var isFresh = false
    if case .fresh = part { isFresh = true }
    let field: [Double]
    var batchLoss: Double?
    switch part {
    case .fresh, .all: field = samples.field(residuals, root: root)
    case .batches(var batches):
      let rows = batches.rows(step)
      part = .batches(batches)
      let batch = samples.selecting(rows)
      field = batch.field(rows.map { residuals[$0] }, root: root)
      batchLoss = batch.answer(rows.map { outputs[$0] }, rule).loss
    }
    if !isFresh { drawn = samples }
    let test = testAnswer(predictor, scale: 1 / root)
    return InputGradient(
      field: field, error: [], residuals: isFresh ? [] : residuals, test: [test.loss], train: [train.loss],
      batch: batchLoss.map { [$0] }, testAccuracy: test.accuracy, trainAccuracy: train.accuracy)
  }

  private func testAnswer(_ predictor: [Double], scale: Double) -> (loss: Double, accuracy: Double) {
    switch test {
    case .population(let population):
      let answer = population.answer(predictor)
      return (answer.loss, answer.accuracy)
    case .rows(let samples): return samples.answer(samples.outputs(predictor, scale: scale), rule)
    }
  }
}

/// Generated samples with labels, table (21.1).
struct LossSampling {
  let modes: Modes
  let rule: LossRule
  var count: Int
  let noise: Double
  let seed: Int
  let replica: Int

  /// Inputs and labels, table (21.1).
  func draw(_ step: Int) -> LabelledSamples {
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
      return LabelledSamples(inputs: DenseMatrix(rows: count, columns: dimension, numbers), labels: labels)
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
    return LabelledSamples(inputs: inputs, labels: labels)
  }
}

extension Simulator {
  /// The data of a network under a loss rule.
  func lossSource(_ rule: LossRule, modes: Modes, sizes: Sizes, table: PreparedTable?, seed: Int, replica: Int)
    -> any GradientSource
  {
    let part: SampledLossGradient.Part =
      switch problem.data.sampling {
      case .batch, .population: .all
      case .onePass: .fresh
      case .minibatch(_, let rule):
        .batches(
          BatchRows(
            rule: rule, size: min(sizes.samplesPerStep, sizes.samples), count: sizes.samples, seed: seed,
            replica: replica, sequence: nil))
      }
    if let table {
      let sets = Samples.sets(
        problem.data.sampling, count: sizes.samples, from: table, seed: seed, replica: replica)
      let (fixed, test) = (sets.fixed.map { LabelledSamples($0, rule) }, LabelledSamples(sets.heldOut, rule))
      return SampledLossGradient(modes: modes, rule: rule, test: .rows(test), part: part) { step in
        fixed
          ?? test.selecting(
            Samples.rows(sizes.samples, of: test.count, seed: seed, replica: replica, step: step))
      }
    }
    let population = LossPopulation(modes, rule: rule, noise: problem.data.noise)
    if problem.data.sampling == .population { return PopulationLossGradient(population: population) }
    let sampling = LossSampling(
      modes: modes, rule: rule, count: sizes.samples, noise: problem.data.noise, seed: seed, replica: replica)
    return SampledLossGradient(modes: modes, rule: rule, test: .population(population), part: part) {
      sampling.draw($0)
    }
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
    if problem.data.outputCount > 1 { refuse(key, "and one output", "use one output") }
    if problem.data.rows != nil {
      refuse(key, "on drawn rows of a table", "use data.split=draw, or training.loss=squared")
    }
    return refusals
  }
}
