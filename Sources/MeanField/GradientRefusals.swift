import Problems

extension Solver {
  /// What the theory of optimisers that read the gradient does not have.
  static func refusalsOfGradientRule(_ problem: TrainingProblem) -> [Refusal] {
    guard let rule = problem.gradientRule else { return [] }
    let subject = rule.isNormalized ? "training.optimizer=\(rule.name)" : "training.gradientClip"
    var refusals = refusalsOfTime(problem, rule, subject)
    if problem.architecture.depth == .infinite {
      refusals.append(
        Refusal(
          key: "network.depth", reason: "\(subject) is not derived for infinite depth",
          suggestion: "use network.depth=finite: residual chains converge as 1/L at layerRates eps on the branches"))
    }
    if problem.data.rows != nil {
      refusals.append(
        Refusal(
          key: "data.split", reason: "\(subject) is not derived for given training and test rows",
          suggestion: "use data.split=draw"))
    }
    if let muon = problem.orthogonalBuffer { refusals += refusalsOfBuffer(problem, muon) }
    return refusals
  }

  private static func refusalsOfTime(_ problem: TrainingProblem, _ rule: GradientRule, _ subject: String) -> [Refusal] {
    if case .discrete = problem.time.kind { return [] }
    let reason =
      problem.time.isFlow
      ? (rule.isNormalized
        ? "steps of given length have no gradient flow: it would stop in finite time"
        : "gradient flow with \(subject) is not derived")
      : "compressed steps (training.time=panels) are linear in the gradients, and \(subject) is not"
    return [Refusal(key: "training.time", reason: reason, suggestion: "use training.time=discrete")]
  }

  /// Steps of an exact polar factor of a buffer that double precision carries to a ten-thousandth.
  static let mostExactBufferSteps = 8

  private static func refusalsOfBuffer(_ problem: TrainingProblem, _ muon: Muon) -> [Refusal] {
    var refusals = [Refusal.ofCoupledDecay(problem)].compactMap { $0 }
    if muon.orthogonalization == .exact, let steps = problem.time.steps, steps > mostExactBufferSteps {
      refusals.append(
        Refusal(
          key: "training.orthogonalization",
          reason:
            "exact polar factors of a momentum buffer are known to a ten-thousandth for \(mostExactBufferSteps) steps and no further: its "
            + "small singular values all become 1, and double precision loses them",
          suggestion:
            "use training.orthogonalization=newtonSchulz, training.momentumOrder=after, or at most \(mostExactBufferSteps) training.steps"
        ))
    }
    return refusals
  }
}
