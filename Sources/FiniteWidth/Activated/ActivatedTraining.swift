import Calculus
import LinearAlgebra
import Parallel
import Problems

/// Trains networks with an activation on the samples that a linear network of the same seed sees; equation (20.14).
struct ActivatedTraining {
  private let problem: TrainingProblem
  private let sizes: Sizes
  private let table: PreparedTable?
  private let modes: Modes
  private let seed: Int
  private let replica: Int
  /// What is trained on where that stays the same; nil for fresh samples.
  private let fixed: Samples?
  /// Rows that measure the test loss.
  private let heldOut: Samples
  /// Where labels come from under a loss rule; nil for squared error of a linear target.
  private let labels: LossSampling?
  /// How a fixed set is cut; nil where each step sees all of it.
  private var batches: BatchRows?

  /// Fewest samples of generated data that the test loss is taken over.
  static let fewestHeldOut = 1000

  /// - Parameters:
  ///   - problem: in whole numbers.
  ///   - sizes: its sizes.
  ///   - table: the rows behind a measured spectrum.
  ///   - modes: eigenvalues and target of this network's population.
  ///   - seed: the user's seed.
  ///   - replica: the key of the network.
  init(
    _ problem: TrainingProblem, _ sizes: Sizes, table: PreparedTable?, modes: Modes, seed: Int,
    replica: Int
  ) {
    self.problem = problem
    self.sizes = sizes
    self.table = table
    self.modes = modes
    self.seed = seed
    self.replica = replica
    labels = problem.lossRule.map { rule in
      LossSampling(
        modes: modes, rule: rule, count: sizes.samples, noise: problem.data.noise, seed: seed, replica: replica)
    }
    if let labels {
      let sets = Self.labelled(labels, problem.data.sampling, table)
      (fixed, heldOut) = (sets.fixed, sets.heldOut)
    } else if let train = problem.data.rows?.train, let test = problem.data.rows?.test {
      (fixed, heldOut) = (Samples(train), Samples(test))
    } else if let table {
      (fixed, heldOut) = Samples.sets(
        problem.data.sampling, count: sizes.samples, from: table, seed: seed, replica: replica)
    } else {
      func drawn(_ set: Int, _ count: Int) -> Samples {
        Samples(modes, count: count, seed: seed, replica: replica, set: set)
      }
      var isFresh = false
      if case .onePass = problem.data.sampling { isFresh = true }
      fixed = isFresh ? nil : drawn(0, sizes.samples)
      heldOut = drawn(1, max(sizes.samples, Self.fewestHeldOut))
    }
    if case .minibatch(_, let rule) = problem.data.sampling, let fixed {
      batches = BatchRows(
        rule: rule, size: min(sizes.samplesPerStep, sizes.samples), count: fixed.count, seed: seed,
        replica: replica,
        sequence: problem.data.rows?.order)
    }
  }

  /// Samples with labels: those that are trained on where they stay the same, and those that test.
  private static func labelled(_ sampling: LossSampling, _ mode: DataModel.Sampling, _ table: PreparedTable?) -> (
    fixed: Samples?, heldOut: Samples
  ) {
    let rule = sampling.rule
    guard let table else {
      var test = sampling
      test.count = max(sampling.count, fewestHeldOut)
      let isFresh = mode.trainingSet == nil
      return (isFresh ? nil : Samples(sampling.draw(0)), Samples(test.draw(heldOutSet)))
    }
    let sets = Samples.sets(
      mode, count: sampling.count, from: table, seed: sampling.seed, replica: sampling.replica)
    return (sets.fixed.map { Samples(LabelledSamples($0, rule)) }, Samples(LabelledSamples(sets.heldOut, rule)))
  }

  /// Number of the set of samples that test, far beyond all steps.
  private static let heldOutSet = 1 << 40

  /// What samples say of outputs, under squared error or a loss rule.
  private func measured(_ samples: Samples, _ outputs: DenseMatrix) -> (
    errors: DenseMatrix, residuals: [Double], losses: [Double], accuracy: Double?
  ) {
    guard let rule = labels?.rule else {
      let residuals = samples.residuals(outputs)
      return (samples.errors(outputs), residuals, samples.meanSquares(residuals), samples.accuracy(residuals))
    }
    let values = outputs.storage
    let residuals = zip(values, samples.target).map { rule.loss.residual($0, $1) }
    let answer = LabelledSamples(inputs: samples.inputs, labels: samples.target).answer(values, rule)
    return (
      DenseMatrix(rows: samples.count, columns: 1, residuals), residuals, [answer.loss],
      rule.hasClasses ? answer.accuracy : nil
    )
  }

  /// Loss of some of the samples.
  private func batchLoss(_ rows: [Int], _ samples: Samples, _ outputs: DenseMatrix, _ residuals: [Double]) -> [Double] {
    guard let rule = labels?.rule else {
      let chosen = residuals.parts(sizes.outputs).flatMap { all in rows.map { all[all.startIndex + $0] } }
      return samples.meanSquares(chosen)
    }
    let labels = LabelledSamples(inputs: samples.inputs.selecting(rows), labels: rows.map { samples.target[$0] })
    return [labels.answer(rows.map { outputs[$0, 0] }, rule).loss]
  }

  /// Outputs on all rows, training rows first, before the first step: a row a row, an output a column.
  func startOutputs() -> (train: DenseMatrix, test: DenseMatrix) {
    let network = ActivatedNetwork(problem, sizes, seed: seed, replica: replica)
    var (pass, other) = (ActivatedNetwork.Pass(), ActivatedNetwork.Pass())
    network.forward((fixed ?? heldOut).inputs, into: &pass)
    network.forward(heldOut.inputs, into: &other)
    return (pass.outputs, other.outputs)
  }

  /// Trains.
  ///
  /// - Parameters:
  ///   - rates: `η_t` of every step.
  ///   - record: takes what is measured.
  ///   - stop: ends the training early when raised.
  /// - Returns: whether it diverged; nil if it was stopped.
  mutating func train(_ rates: [Double], into record: inout Record, stop: StopSignal) -> Bool? {
    var network = ActivatedNetwork(problem, sizes, seed: seed, replica: replica)
    var (pass, held, part) = (
      ActivatedNetwork.Pass(), ActivatedNetwork.Pass(), ActivatedNetwork.Pass()
    )
    for step in 0...sizes.steps {
      if stop.isRaised { return nil }
      let samples = fixed ?? fresh(step)
      network.forward(samples.inputs, into: &pass)
      network.forward(heldOut.inputs, into: &held)
      let (train, test) = (measured(samples, pass.outputs), measured(heldOut, held.outputs))
      let errors = train.errors
      var answer = InputGradient(
        field: [], error: [], test: test.losses, train: train.losses,
        testAccuracy: test.accuracy, trainAccuracy: train.accuracy)
      let rows = batches?.rows(step)
      if let rows { answer.batch = batchLoss(rows, samples, pass.outputs, train.residuals) }
      guard record.isFinite(answer) else { return true }
      let rate = step < sizes.steps ? rates[step] : nil
      let (inputs, own) =
        rows.map { (samples.inputs.selecting($0), errors.selecting($0)) } ?? (
          samples.inputs, errors
        )
      if rows != nil {
        network.forward(inputs, into: &part)
      } else {
        swap(&part, &pass)
      }
      // The strengths belong to the weights before the step.
      network.backward(errors: own, &part)
      let strengths = network.strengths(
        inputs, errors: own, part, dimension: problem.data.normalizingDimension)
      record.append(answer, strengths: strengths)
      if let rate { network.step(inputs, errors: own, rate: rate, part) }
      if rows == nil { swap(&part, &pass) }
    }
    return false
  }

  /// New samples of a step: of the population, or rows of the table with replacement.
  private func fresh(_ step: Int) -> Samples {
    guard let table else {
      if let labels { return Samples(labels.draw(step)) }
      return Samples(modes, count: sizes.samples, seed: seed, replica: replica, set: 2 + step)
    }
    let rows = Samples.rows(sizes.samples, of: table.rows, seed: seed, replica: replica, step: step)
    if let labels { return Samples(LabelledSamples(Samples(table, rows: rows), labels.rule)) }
    return Samples(table, rows: rows)
  }
}

extension Samples {
  /// `y_c - f_c` output by output.
  fileprivate func residuals(_ outputs: DenseMatrix) -> [Double] {
    (0..<outputs.columns).flatMap { output in
      (0..<count).map { target[output * count + $0] - outputs[$0, output] }
    }
  }

  /// The same as a matrix, a sample a row.
  fileprivate func errors(_ outputs: DenseMatrix) -> DenseMatrix {
    DenseMatrix(
      rows: count, columns: outputs.columns,
      (0..<count).flatMap { row in
        (0..<outputs.columns).map { target[$0 * count + row] - outputs[row, $0] }
      })
  }
}
