import LinearAlgebra
import Problems

/// What one march solves: a problem with its masses, and the outputs that are in it.
struct PreparedMarch: Sendable {
  /// One output with the noise of its own, or several.
  let problem: TrainingProblem
  let spectra: CompressedSpectra
  /// Nil for one output.
  let outputs: OutputCovariances?
  /// The groups of outputs in the order of the march's; empty where the network has one output.
  let groups: [OutputGroup]

  /// A network with one output.
  init(
    _ problem: TrainingProblem, compressing: Bool, accuracy: Compression.Accuracy = .losses
  ) throws(LinearAlgebraFailure) {
    self.problem = problem
    spectra = try CompressedSpectra(problem, compressing: compressing, accuracy: accuracy)
    outputs = nil
    groups = []
  }

  /// Some outputs of a network with several.
  ///
  /// - Parameters:
  ///   - problem: with all outputs.
  ///   - groups: those of this march; of more than one group none is coupled to another.
  ///   - compressing: false keeps every eigenvalue.
  ///   - steps: how many steps if not as many as the problem has.
  ///   - accuracy: of the losses.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  init(
    _ problem: TrainingProblem, groups: [OutputGroup], compressing: Bool, steps: Int? = nil,
    accuracy: Compression.Accuracy = .losses
  ) throws(LinearAlgebraFailure) {
    self.groups = groups
    let signal = OutputDecoupling.joined(groups)
    var problem = problem
    problem.data.outputs = nil
    var measures = SpectralMeasures(problem)
    guard signal.outputs > 1 else {
      problem.data.noise = max(0, signal.noise[0, 0]).squareRoot()
      measures.signal = signal.scalarMeasure
      self.problem = problem
      outputs = nil
      spectra = CompressedSpectra(
        measures,
        rule: compressing ? try measures.compressed(for: problem, steps: steps, accuracy: accuracy) : measures)
      return
    }
    let (power, targets) = signal.measure
    measures.signal = power
    self.problem = problem
    var rule = measures
    // Of the targets' matrices every eigenvalue is kept: they cost vectors only.
    if compressing {
      rule.fluctuation = try measures.compressed(for: problem, steps: steps, accuracy: accuracy).fluctuation
    }
    spectra = CompressedSpectra(measures, rule: rule)
    outputs = OutputCovariances(targets: targets, noise: signal.noise)
  }

  /// Number of outputs that are solved together.
  var size: Int { outputs?.count ?? 1 }

  /// How often each output of the march stands for an output of the network.
  var multiplicities: [Double] {
    groups.isEmpty ? [1] : groups.flatMap { group in Array(repeating: Double(group.copies.count), count: group.size) }
  }

  /// Adds what this march brings to a diagonal over the network's outputs.
  ///
  /// - Parameters:
  ///   - block: the march's matrix over its outputs, row-major.
  ///   - diagonal: one number for each output of the network.
  func addDiagonal(of block: [Double], to diagonal: inout [Double]) {
    var start = 0
    for group in groups {
      for directions in group.copies {
        for (row, left) in directions.enumerated() {
          for (column, right) in directions.enumerated() {
            let entry = block[(start + row) * size + start + column]
            for output in diagonal.indices { diagonal[output] += entry * left[output] * right[output] }
          }
        }
      }
      start += group.size
    }
  }
}

/// Over which samples a loss is a mean: fresh ones, the training set, or the batch of the step before its update (15.5).
enum LossKind: Sendable {
  case test, train, batch
}

/// Losses of the outputs of a march at each of its rows, and of their pairs: blocks of equal times, equation (14.5).
struct LossBlocks: Sendable {
  /// Row-major matrices over the outputs, one a row.
  let test: [[Double]]
  let train: [[Double]]
  /// Nil without minibatches.
  let batch: [[Double]]?

  /// Nil for a network with one output, whose curve says all.
  ///
  /// - Parameters:
  ///   - march: whose outputs.
  ///   - count: of rows.
  ///   - values: of an entry of either matrix at all rows.
  init?(_ march: PreparedMarch, count: Int, _ values: (_ row: Int, _ column: Int, _ kind: LossKind) -> [Double]) {
    guard !march.groups.isEmpty else { return nil }
    let size = march.size
    func blocks(_ kind: LossKind) -> [[Double]] {
      var blocks = [[Double]](repeating: Array(repeating: 0, count: size * size), count: count)
      for row in 0..<size {
        for column in 0...row {
          for (index, value) in zip(0..<count, values(row, column, kind)) {
            blocks[index][row * size + column] = value
            blocks[index][column * size + row] = value
          }
        }
      }
      return blocks
    }
    test = blocks(.test)
    train = blocks(.train)
    batch = march.problem.minibatches == nil ? nil : blocks(.batch)
  }
}
