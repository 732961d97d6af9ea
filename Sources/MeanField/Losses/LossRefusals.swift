import Problems

extension Solver {
  /// What the theory of other losses does not take, with the nearest thing that it does.
  static func refusalsOfLoss(_ problem: TrainingProblem) -> [Refusal] {
    guard let rule = problem.lossRule else { return [] }
    var refusals: [Refusal] = []
    func refuse(_ key: String, _ reason: String, _ suggestion: String) {
      refusals.append(Refusal(key: key, reason: reason, suggestion: suggestion))
    }
    let key = rule.loss == .squared ? "data.labels" : "training.loss"
    let subject = rule.loss == .squared ? "\(key)=\(rule.labels.name)" : "\(key)=\(rule.loss.name)"
    if problem.time.isFlow || problem.time.kind != .discrete(steps: problem.time.steps ?? 0) {
      refuse("training.time", "\(subject) is followed step by step", "use training.time=discrete")
    }
    if problem.data.rows != nil {
      refuse(
        key,
        "\(subject) is not solved on given rows, whose residuals are functions of each row's own output and mix the directions",
        "use data.split=draw, or training.loss=squared")
    }
    if problem.data.outputCount > 1 {
      refuse(key, "\(subject) is of one output, and there are \(problem.data.outputCount)", "use one output")
    }
    if problem.gradientRule != nil {
      refuse(
        "training.optimizer", "\(subject) is solved with optimisers that are linear in the gradient",
        "use training.optimizer=sgd without gradientClip and clipNorm")
    }
    return refusals
  }
}
