import Problems

/// The rules of `training`.
extension ValueReader {
  /// The optimiser; a placeholder where something is wrong, with the mistake recorded. A rate given as
  /// `sgdRate` is converted afterwards, when the whole problem is known.
  mutating func optimizer() -> LinearOptimizer {
    let momentum = number("training.momentum") ?? 0
    let isNesterov = flag("training.nesterov")
    if isNesterov, momentum == 0, areSound("training.momentum", "training.nesterov") {
      refuse(
        "training.nesterov", "training.nesterov needs training.momentum above 0, got \(momentum)",
        suggestion: "set training.momentum, such as 0.9")
    }
    let decay = number("training.weightDecay") ?? 0
    return LinearOptimizer(
      learningRate: number("training.learningRate") ?? 1, schedule: schedule(),
      momentum: momentum == 0
        ? .none : isNesterov ? .nesterov(momentum) : .heavyBall(momentum),
      weightDecay: decay == 0
        ? .none : flag("training.decoupled") ? .decoupled(decay) : .coupled(decay))
  }

  /// The kind of time.
  mutating func timeGrid() -> TimeGrid {
    let steps = integer("training.steps") ?? 1
    let kind: TimeGrid.Kind
    switch word("training.time") {
    case "flow": kind = .flow(horizon: number("training.horizon") ?? 100)
    case "panels": kind = .panels(steps: steps)
    default: kind = .discrete(steps: steps)
    }
    var rows = word("training.rows").flatMap(TimeGrid.Rows.init)
    if rows == nil, word("training.time") != "flow", steps > 10_000 {
      rows = .log
      derive("training.rows", .word("log"), how: "training.steps above 10000")
    }
    return TimeGrid(
      kind, rows: rows ?? .all, tolerance: number("training.tolerance") ?? 1e-6)
  }

  /// Converts the plain rate of a PyTorch network into the rate of the theory, equation (1.10).
  mutating func convertPlainRate(_ problem: inout TrainingProblem) {
    guard isGiven("training.sgdRate"), let rate = number("training.sgdRate") else { return }
    let factor = problem.plainRatePerLearningRate
    guard factor.isFinite, factor > 0 else {
      refuse(
        "training.sgdRate", "training.sgdRate has no meaning at infinite width",
        suggestion: "use training.learningRate")
      return
    }
    problem.optimizer.learningRate = rate / factor
    derive(
      "training.learningRate", .number(rate / factor),
      how: "training.sgdRate / \(factor) (\(problem.parameterization.rule == .standard ? "gamma^2" : "gamma^2 D"))",
      from: "training.sgdRate")
  }
}
