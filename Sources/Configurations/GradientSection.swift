import Problems

/// The rules of optimisers that read the gradient.
extension ValueReader {
  /// The rule of `training.optimizer` and of clipping; nil for a linear optimiser, and where something is wrong, with the mistake recorded.
  ///
  /// - Parameter problem: all but the rule.
  /// - Returns: the rule.
  mutating func gradientRule(_ problem: TrainingProblem) -> GradientRule? {
    use("training.optimizer")
    let name = word("training.optimizer") ?? "sgd"
    refuseForeign(name)
    if name != "sgd", isGiven("training.sgdRate"), areSound("training.sgdRate", "training.optimizer") {
      refuse(
        "training.sgdRate", "training.sgdRate is the rate of SGD, and training.optimizer is \(name)",
        suggestion: "use training.learningRate, that of a PyTorch network over sqrt(N); dmft explain prints both")
    }
    switch name {
    case "muon": return .muon(muon())
    case "lars": return .lars
    case "normalized":
      return .normalized(word("training.normalizeOver").flatMap(GradientRule.Scope.init) ?? .layer)
    default: return clip(problem)
    }
  }

  /// Keys that another optimiser has.
  private mutating func refuseForeign(_ name: String) {
    let owners = [
      ("training.gradientClip", "sgd"), ("training.clipNorm", "sgd"), ("training.normalizeOver", "normalized"),
      ("training.momentumOrder", "muon"), ("training.orthogonalization", "muon"),
      ("training.newtonSchulzSteps", "muon"), ("training.newtonSchulzCoefficients", "muon"),
    ]
    for (key, owner) in owners where isGiven(key) && owner != name && areSound(key, "training.optimizer") {
      refuse(
        key, "\(key) is for training.optimizer=\(owner), and the optimizer is \(name)",
        suggestion: "use training.optimizer=\(owner), or remove it")
    }
    if word("training.orthogonalization") == "exact" {
      for key in ["training.newtonSchulzSteps", "training.newtonSchulzCoefficients"] where isGiven(key) && areSound(key)
      {
        refuse(
          key, "\(key) is for training.orthogonalization=newtonSchulz, and it is exact",
          suggestion: "remove one of them")
      }
    }
  }

  private mutating func muon() -> Muon {
    let order = word("training.momentumOrder").flatMap(Muon.Order.init) ?? .before
    guard word("training.orthogonalization") != "exact" else { return Muon(order: order, orthogonalization: .exact) }
    let path = "training.newtonSchulzCoefficients"
    let coefficients = numbers(path) ?? Muon.usualCoefficients
    if coefficients.count != Muon.usualCoefficients.count, areSound(path) {
      refuse(path, "\(path) must have three numbers a, b, c, got \(coefficients.count)")
      return Muon(order: order)
    }
    return Muon(
      order: order,
      orthogonalization: .newtonSchulz(
        steps: integer("training.newtonSchulzSteps") ?? Muon.usualSteps, coefficients: coefficients))
  }

  private mutating func clip(_ problem: TrainingProblem) -> GradientRule? {
    if let limit = number("training.gradientClip") { return .clip(limit) }
    guard let norm = number("training.clipNorm") else { return nil }
    let factor = problem.clipNormFactor
    guard factor.isFinite, factor > 0 else {
      refuse(
        "training.clipNorm", "training.clipNorm has no meaning at infinite width",
        suggestion: "use training.gradientClip")
      return nil
    }
    derive(
      "training.gradientClip", .number(norm / factor),
      how:
        "training.clipNorm x \(1 / factor) (\(problem.parameterization.rule == .standard ? "gamma" : "gamma0 sqrt(N)"))",
      from: "training.clipNorm")
    return .clip(norm / factor)
  }
}

/// Keys of optimisers that read the gradient: none has an effect without one.
extension Schema {
  static let gradientKeys = [
    Key(
      "training.optimizer", .word(["sgd", "muon", "normalized", "lars"]), example: "muon",
      "sgd (default) | muon | normalized | lars: the others set the length of their steps themselves; learningRate is then lr / sqrt(N)"
    ) { settings in settings.problem.gradientRule.flatMap { $0.isNormalized ? .word($0.name) : nil } },
    Key(
      "training.gradientClip", .number(.factor), example: "1.5", or: ["training.clipNorm"],
      "sgd: gradients longer than this are shortened to it together; max_norm of PyTorch times gamma0 sqrt(N)"
    ) { settings in if case .clip(let limit)? = settings.problem.gradientRule { .number(limit) } else { nil } },
    Key(
      "training.clipNorm", .number(.factor), example: "0.1", or: ["training.gradientClip"],
      "instead of gradientClip: max_norm of clip_grad_norm_ in the network that dmft explain describes"
    ) { _ in nil },
    Key(
      "training.normalizeOver", .word(GradientRule.Scope.allCases.map(\.rawValue)), example: "layer",
      "normalized: layer (each matrix by itself) | global (all together)"
    ) { settings in
      if case .normalized(let scope)? = settings.problem.gradientRule { .word(scope.rawValue) } else { nil }
    },
    Key(
      "training.momentumOrder", .word(Muon.Order.allCases.map(\.rawValue)), example: "before",
      "muon: before (the momentum buffer is made orthogonal, as Muon does) | after (gradients are, then summed)"
    ) { settings in settings.muon.map { .word($0.order.rawValue) } },
    Key(
      "training.orthogonalization", .word(["newtonSchulz", "exact"]), example: "newtonSchulz",
      "muon: newtonSchulz (the iteration of public codes) | exact (the polar factor)"
    ) { settings in settings.muon.map { .word($0.orthogonalization == .exact ? "exact" : "newtonSchulz") } },
    Key(
      "training.newtonSchulzSteps", .integer(.atLeast(1, atMost: 100)), example: "5", "muon: steps of the iteration"
    ) { settings in
      if case .newtonSchulz(let steps, _)? = settings.muon?.orthogonalization { .integer(steps) } else { nil }
    },
    Key(
      "training.newtonSchulzCoefficients", .list(.atLeast(-1e3, atMost: 1e3)), example: "[3.4445, -4.775, 2.0315]",
      "muon: a, b, c of X <- a X + b (X X^T) X + c (X X^T)^2 X"
    ) { settings in
      if case .newtonSchulz(_, let coefficients)? = settings.muon?.orthogonalization {
        .numbers(coefficients)
      } else {
        nil
      }
    },
  ]
}

extension Settings {
  fileprivate var muon: Muon? {
    if case .muon(let muon)? = problem.gradientRule { muon } else { nil }
  }
}
