import MeanField
import Problems
import Reports

/// Optimisers in words, those that read the gradient above all.
enum GradientText {
  /// Name, momentum and rule.
  ///
  /// - Parameter problem: in discrete steps.
  /// - Returns: words each, without the rate.
  static func optimizer(_ problem: TrainingProblem) -> [String] {
    let momentum = problem.optimizer.momentum
    let carried: String? =
      switch momentum {
      case .none: nil
      case .heavyBall(let value): "heavy ball \(NumberText.short(value))"
      case .nesterov(let value): "Nesterov \(NumberText.short(value))"
      }
    switch problem.gradientRule {
    case nil: return [carried ?? "SGD"]
    case .clip(let limit):
      return [carried ?? "SGD", "gradients clipped at \(NumberText.short(limit))"]
    case .normalized(.layer): return ["gradients normalized layer by layer"] + [carried].compactMap { $0 }
    case .normalized(.global): return ["gradients normalized together"] + [carried].compactMap { $0 }
    case .lars: return ["LARS"] + [carried].compactMap { $0 }
    case .muon(let muon): return ["Muon (\(method(muon)))"] + [carried.map { $0 + place(muon) }].compactMap { $0 }
    }
  }

  private static func method(_ muon: Muon) -> String {
    switch muon.orthogonalization {
    case .exact: "exact polar factor"
    case .newtonSchulz(let steps, _): "\(steps) Newton-Schulz steps"
    }
  }

  private static func place(_ muon: Muon) -> String { muon.order == .before ? "" : " on orthogonal steps" }

  /// What a gradient's length says of a run: whether it was clipped, and from where on steps of given length overshoot.
  ///
  /// - Parameters:
  ///   - gradients: what the optimiser saw.
  ///   - problem: what was solved.
  /// - Returns: a sentence each.
  static func findings(_ gradients: GradientCurves?, _ problem: TrainingProblem) -> [String] {
    guard let gradients, let rule = problem.gradientRule else { return [] }
    if case .clip(let limit) = rule { return [clipping(gradients, limit)] }
    guard let turn = gradients.turn else { return [] }
    let advice =
      problem.optimizer.schedule == .constant
      ? ": steps of constant length overshoot there and losses alternate from step to step, with a phase that differs between "
        + "networks; use a decaying training.schedule (schedule.decay=linear), or stop before"
      : ": from there on networks may differ in phase; compare pairs of steps"
    return ["the gradient turns and grows at step \(turn)" + advice]
  }

  private static func clipping(_ gradients: GradientCurves, _ limit: Double) -> String {
    guard let (steps, count) = gradients.clipped(at: limit) else {
      let longest = gradients.norm.dropLast().max() ?? 0
      return
        "clipping is never active: the gradient is at most \(NumberText.short(longest)), the limit \(NumberText.short(limit))"
    }
    let all = gradients.norm.count - 1
    let range =
      steps.count == 1 ? "at step \(steps.lowerBound)" : "from step \(steps.lowerBound) to \(steps.upperBound)"
    return "clipping is active in \(count) of \(all) steps, \(range)"
  }

  /// What steps on the gradients of PyTorch.
  static func pyTorchName(_ problem: TrainingProblem) -> String {
    guard let rule = problem.gradientRule else { return "torch.optim.SGD" }
    if case .clip(let limit) = rule {
      return "clip_grad_norm_ at \(NumberText.short(limit * problem.clipNormFactor)), torch.optim.SGD"
    }
    return optimizer(problem).joined(separator: ", ")
  }

  /// The rates in the words of PyTorch, equation (17.9).
  ///
  /// - Parameter network: in whole sizes, of finite width.
  /// - Returns: a sentence each.
  static func pyTorch(_ network: TrainingProblem) -> [String] {
    guard let rule = network.gradientRule, let layers = network.layerRecipes else { return [] }
    let isStandard = network.parameterization.rule == .standard
    switch rule {
    case .clip(let limit):
      return [
        "PyTorch: torch.nn.utils.clip_grad_norm_(parameters, max_norm=\(NumberText.short(limit * network.clipNormFactor))), "
          + "then the SGD rates above; max_norm = C/\(isStandard ? "gamma" : "(gamma0 sqrt(N))"), C = \(NumberText.short(limit))"
      ]
    case .normalized(.global):
      return ["PyTorch: lr \(NumberText.short(layers[0].plainRate)) on every gradient over the norm of all"]
    case .lars:
      return [
        "PyTorch: trust ratios as above, lr_l |W| / |gradient|; no one ratio serves hidden layers (N^-1/2) and readout at all widths"
      ]
    case .normalized(.layer), .muon:
      let list = layers.compactMap { layer in layer.unscaled.map { "\(layer.role) \(NumberText.short($0.rate))" } }
      return [
        "PyTorch without multipliers (weights of deviation init* instead): lr* of each matrix \(list.joined(separator: ", "))",
        "width rule: lr* = learningRate sqrt(fan_out/fan_in) for input and hidden matrices, learningRate/gamma for the readout",
      ]
    }
  }
}
