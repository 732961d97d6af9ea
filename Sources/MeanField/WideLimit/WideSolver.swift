import LinearAlgebra
import Problems

/// A network of infinite width in the lazy regime on the rows of an exact split: what `Solver` does with `network.regime: lazy`, section 20.
struct WideSolver: Sendable {
  let problem: TrainingProblem
  private let train: PreparedTable
  private let test: PreparedTable
  private let steps: Int

  /// Nil for problems of the mean-field theory, and where the rows are missing.
  init?(_ problem: TrainingProblem) {
    guard problem.architecture.regime == .lazy, let train = problem.data.rows?.train,
      let test = problem.data.rows?.test, let steps = problem.time.steps
    else { return nil }
    self.problem = problem
    self.train = train
    self.test = test
    self.steps = steps
  }

  /// `1/gamma^2` of the random function at the start; muP starts from zero.
  var startVariance: Double {
    let richness = problem.parameterization.richness
    return WideStarts.areRandom(problem) ? 1 / (richness * richness) : 0
  }

  /// Solves.
  ///
  /// - Parameters:
  ///   - cores: how many rows of the kernels are computed at a time.
  ///   - report: receives the share of the work done.
  /// - Returns: the curve with both kernels.
  /// - Throws: `LinearAlgebraFailure` where LAPACK gives up.
  func solve(cores: Int, progress report: (Double) -> Void) throws(LinearAlgebraFailure) -> Solution {
    BLAS.useThreads(1)
    let inputs = DenseMatrix(
      rows: train.rows + test.rows, columns: problem.data.inputDimension, train.inputs + test.inputs
    )
    let kernels = WideKernels(
      problem.architecture, layerRates: problem.layerRates, inputs: inputs, cores: cores)
    report(0.5)
    let training = try training(kernels, startVariance: startVariance)
    let moves = progress(training)
    let losses = training.losses(moves)
    report(0.9)
    let accuracy = accuracy(training, moves)
    return Solution(
      problem, losses, WideLimit(kernels, training, accuracy, rows: (train.rows, test.rows)))
  }

  /// A list for each output over all rows, training rows first.
  var targets: [[Double]] { zip(train.targets, test.targets).map { $0 + $1 } }

  /// The training of all rows with these kernels; a variance of 0 is a start from the function zero.
  func training(_ kernels: WideKernels, startVariance: Double) throws(LinearAlgebraFailure) -> WideTraining {
    try WideTraining(
      kernels, targets: targets, trainCount: train.rows, dimension: problem.data.normalizingDimension,
      startVariance: startVariance)
  }

  /// The problem's optimiser on it.
  func progress(_ training: WideTraining) -> WideTraining.Progress {
    training.progress(problem.optimizer, steps: steps)
  }

  /// The same, with a failure of LAPACK as a curve that ends at once.
  func solution(cores: Int, progress: (Double) -> Void) -> Solution {
    do {
      return try solve(cores: cores, progress: progress)
    } catch {
      return Solution(
        problem, LearningCurve(steps: [], times: [], testLoss: [], trainLoss: []),
        outcome: .unsettled(step: 0),
        outputs: nil, outputReport: nil, wide: nil)
    }
  }

  /// Of classes, on both sets of rows.
  private func accuracy(_ training: WideTraining, _ moves: WideTraining.Progress)
    -> PredictedAccuracy?
  {
    guard let measured = problem.data.classes, let tested = test.classes,
      let trained = train.classes
    else { return nil }
    let count = measured.names.count
    func shares(_ rows: PreparedTable, _ classes: [Int], isTest: Bool) -> (
      shares: [Double], error: Double
    ) {
      let directions = training.directions(moves, isTest: isTest)
      let draws =
        count == 2 || startVariance == 0 ? [] : Solution.draws(rows: rows.rows, outputs: count)
      guard count > 2, startVariance == 0 else {
        return RowLaw.shares(
          directions, rows: rows.rows, times: moves.left.rows, classes: classes,
          offsets: rows.offsets, draws: draws)
      }
      let right = (0..<moves.left.rows).map { time in
        let hits = classes.indices.count { row in
          let outputs = directions.indices.map {
            rows.offsets[$0] + directions[$0].means[0][row, time]
          }
          return outputs.indices.allSatisfy {
            $0 == classes[row] || outputs[$0] < outputs[classes[row]]
          }
        }
        return Double(hits) / Double(classes.count)
      }
      return (right, 0)
    }
    let (fresh, own) = (shares(test, tested, isTest: true), shares(train, trained, isTest: false))
    return PredictedAccuracy(
      test: fresh.shares, train: own.shares, error: max(fresh.error, own.error),
      draws: count == 2 || startVariance == 0 ? 0 : 2 * Solution.pairs)
  }

  /// How several outputs were solved: each by itself, all by one kernel.
  static func report(_ problem: TrainingProblem) -> OutputReport? {
    problem.data.outputs.map { OutputReport(separate: $0.count) }
  }
}

// Cost.
extension WideSolver {
  /// Seconds that F and F' of a pair take (measured).
  private var secondsPerPair: Double {
    switch problem.architecture.activation {
    case .linear: 2e-9
    case .relu: 4e-8
    case .erf, .gelu: 4e-8
    case .tanh, .silu: 2e-7
    }
  }

  private static let flopsPerSecond = 3e10

  /// Rows of both sets, and training rows.
  private var sizes: (all: Double, trained: Double) {
    (Double(train.rows + test.rows), Double(train.rows))
  }

  /// Bytes at the peak: Gram matrix, half matrices and both kernels over all rows; then squares over the training rows.
  var bytes: Double {
    let (all, trained) = sizes
    let outputs = Double(problem.data.outputCount)
    let moments = problem.data.classes == nil ? 0 : outputs * all * Double(steps + 1)
    return 8 * (4 * all * all + 7 * trained * trained + 4 * trained * Double(steps + 1) + moments)
  }

  /// Seconds of one core, right within a factor of three.
  var seconds: Double {
    let (all, trained) = sizes
    let architecture = problem.architecture
    let layers = architecture.depth == .infinite ? 4 * 36.0 : Double(architecture.hiddenLayers)
    let times = Double(steps + 1)
    let kernels = 0.5 * all * all * layers * secondsPerPair
    let squares = startVariance > 0 ? 6 * trained * trained * all : 0
    var flops =
      12 * trained * trained * trained + squares + 2 * all * trained
      * Double(problem.data.inputDimension)
    flops +=
      2 * trained * all * times * Double(problem.data.outputCount) + 2 * trained * trained * times
    if problem.data.classes != nil, startVariance > 0 {
      flops += 2 * trained * trained * all * times
    }
    return kernels + flops / Self.flopsPerSecond + trained * times * 1.5e-8 + 1e-3
  }
}

// What it does not take.
extension WideSolver {
  /// The refusal of any but rich linear networks.
  ///
  /// - Parameters:
  ///   - problem: any problem.
  ///   - reason: why, a clause.
  /// - Returns: nil for rich linear networks.
  static func refusal(_ problem: TrainingProblem, _ reason: String) -> Refusal? {
    if let refusal = refusals(problem).first(where: { $0.key == "network.activation" }) {
      return refusal
    }
    guard problem.architecture.regime == .lazy else { return nil }
    return Refusal(
      key: "network.regime", reason: reason,
      suggestion:
        "use dmft solve, whose report names the largest stable rate of a lazy network, or network.regime=rich"
    )
  }

  private static func ofActivation(_ problem: TrainingProblem) -> Refusal {
    Refusal(
      key: "network.activation",
      reason:
        "the theory of networks whose features move is for linear ones, and \(problem.architecture.activation.rawValue) is not",
      suggestion: problem.lossRule == nil
        ? "dmft simulate and dmft validate train such networks beside the linear theory; network.regime=lazy is exact for very wide ones"
        : "dmft simulate and dmft validate train such networks with this loss beside the linear theory"
    )
  }

  /// What the lazy limit cannot have, and activations that the mean-field theory cannot.
  static func refusals(_ problem: TrainingProblem) -> [Refusal] {
    let architecture = problem.architecture
    guard architecture.regime == .lazy else {
      return architecture.activation == .linear ? [] : [ofActivation(problem)]
    }
    var refusals: [Refusal] = []
    func refuse(_ key: String, _ reason: String, _ suggestion: String) {
      refusals.append(Refusal(key: key, reason: reason, suggestion: suggestion))
    }
    if problem.data.rows == nil {
      refuse(
        "network.regime", "the lazy limit is followed on given rows, and here the data are drawn",
        "use data.trainFile and data.testFile, or data.file with data.trainFraction")
    } else if let missing = Refusal.ofMissingRows(problem) {
      refusals.append(missing)
    }
    if problem.optimizer.weightDecay != .none {
      refuse(
        "training.weightDecay",
        "weight decay shrinks the kernel with time, so that training is not lazy",
        "set it to 0, or use network.regime=rich with network.activation=linear")
    }
    if problem.gradientRule != nil {
      refuse(
        "network.regime", "the lazy limit needs an optimiser that is linear in the gradients, and this one is not",
        "use training.optimizer=sgd without gradientClip and clipNorm")
    }
    if problem.minibatchRule != nil {
      refuse(
        "training.mode", "the lazy limit is followed with full batches", "use training.mode=batch")
    }
    if problem.parameterization.rule == .standard, problem.widthRatio.isInfinite {
      refuse(
        "network.width",
        "rates of the standard parameterization follow the width, and here it is infinite",
        "use a finite network.width, which sets the rates alone, or network.parameterization=NTK")
    }
    if case .discrete = problem.time.kind { return refusals }
    refuse("training.time", "the lazy limit is followed step by step", "use training.time=discrete")
    return refusals
  }
}
