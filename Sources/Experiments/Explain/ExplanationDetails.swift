import JSON
import MeanField
import Problems

extension Explanation {
  /// What an outside program needs to build and train the network.
  var details: [String: JSONValue] {
    var members: [String: JSONValue] = [
      "values": .list(
        values.map { value in
          .object([
            "key": .text(value.key), "value": .text(value.text), "origin": .text("\(value.origin)"),
            "used": .flag(value.isUsed),
          ])
        }),
      "width_ratio": .number(problem.widthRatio),
      "sample_ratio": problem.sampleRatio.map { .number($0) } ?? .null,
      "effective_richness": .number(problem.effectiveRichness),
      "objective": .text(problem.lossRule?.objective ?? "MSE/2"), "sizes": sizes,
      "layers": layers, "optimizer": optimizer,
      "cost": .object([
        "bytes": .integer(cost.bytes), "seconds": .number(cost.seconds), "at_least": .flag(cost.isLeast),
      ]),
      "compression": compression.json, "largest_stable_rate": window?.end.json ?? .null,
      "catapult_rate": window?.json ?? .null,
    ]
    if let warmup { members["warmup"] = warmup.json }
    if let sharpness { members["sharpness_at_start"] = .number(sharpness.value) }
    if let end = window?.end, !end.isFound { members["stable_rate_at_least"] = .number(end.learningRate) }
    if case .measured(let measured) = problem.data.spectrum {
      members["data"] = .object([
        "input_factor": .number(measured.inputFactor), "target_shift": .number(measured.targetShift),
        "target_scale": .number(measured.targetScale), "dimension": .integer(measured.eigenvalues.count),
        "noise_variance": .number(measured.noiseVariance), "outputs": TableText.json(measured.outputs),
        "eigenvalues": JSONValue(measured.eigenvalues),
        "ignored_columns": TableText.json(measured.ignoredColumns),
        "column_scales": TableText.json(measured.columnScales),
        "classes": problem.lossRule?.classes.map { .list($0.names.map { .text($0) }) } ?? .null,
      ])
    }
    return members
  }

  /// Whole numbers of units and samples, as a finite network has them; null where there are none.
  private var sizes: JSONValue {
    var width = JSONValue.null
    if case .units(let units) = network.architecture.width { width = .integer(units) }
    var samples = JSONValue.null
    switch network.data.sampling {
    case .batch(.count(let count)), .onePass(.count(let count)), .minibatch(.count(let count), _):
      samples = .integer(count)
    default: break
    }
    let widths = (1...network.architecture.hiddenLayers).compactMap(network.architecture.units)
    return .object([
      "input_dimension": .integer(network.data.inputDimension), "width": width,
      "widths": width == .null ? .null : .list(widths.map { .integer($0) }), "samples": samples,
    ])
  }

  private var optimizer: JSONValue {
    let optimizer = problem.optimizer
    var members: [String: JSONValue] = [
      "learning_rate": .number(optimizer.learningRate), "rate_factors": rateFactors,
      "momentum": .number(optimizer.momentum.coefficient), "nesterov": .flag(optimizer.momentum.isNesterov),
      "weight_decay": .number(optimizer.weightDecay.strength), "decoupled": .flag(optimizer.weightDecay.isDecoupled),
    ]
    if let rule = problem.gradientRule { members["gradient_rule"] = .object(gradientRule(rule)) }
    return .object(members)
  }

  /// What an outside program needs to do the same to its gradients.
  private func gradientRule(_ rule: GradientRule) -> [String: JSONValue] {
    switch rule {
    case .clip(let limit):
      let norm = network.layerRecipes == nil ? JSONValue.null : .number(limit * network.clipNormFactor)
      return ["name": .text("clip"), "gradient_clip": .number(limit), "max_norm": norm]
    case .normalized(let scope): return ["name": .text("normalized"), "over": .text(scope.rawValue)]
    case .lars: return ["name": .text("lars")]
    case .muon(let muon):
      var members: [String: JSONValue] = ["name": .text("muon"), "momentum_order": .text(muon.order.rawValue)]
      switch muon.orthogonalization {
      case .exact: members["orthogonalization"] = .text("exact")
      case .newtonSchulz(let steps, let coefficients):
        members["orthogonalization"] = .text("newtonSchulz")
        members["steps"] = .integer(steps)
        members["coefficients"] = JSONValue(coefficients)
      }
      return members
    }
  }

  /// The schedule's factor on every rate at each step; null where it is constant, and under flow, which has no steps.
  private var rateFactors: JSONValue {
    guard let steps = problem.time.steps, problem.optimizer.schedule != .constant else { return .null }
    return JSONValue((0..<steps).map { problem.optimizer.schedule.factor(step: $0, total: steps) })
  }
}
