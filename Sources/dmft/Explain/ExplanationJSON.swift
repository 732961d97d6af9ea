import DeepLinear
import Records

extension Explanation {
  /// The same as numbers: what an outside program needs to build and train the network.
  var json: JSONValue {
    let problem = configuration.problem
    var members: [String: JSONValue] = [
      "version": .text(DMFT.version), "command": .text("explain"),
      "configuration": configuration.json, "hash": .text(configuration.hash),
      "values": .list(configuration.values.map(value)),
      "width_ratio": .number(problem.widthRatio),
      "sample_ratio": problem.sampleRatio.map { .number($0) } ?? .null,
      "effective_richness": .number(problem.effectiveRichness),
      "objective": .text("MSE/2"), "sizes": sizes,
      "layers": network.layerRecipes.map { .list($0.map(layer)) } ?? .null,
      "optimizer": optimizer,
      "cost": CostText.json(cost),
      "compression": CostText.json(compression),
      "largest_stable_rate": StableRateText.json(window?.end),
      "catapult_rate": StableRateText.json(window),
    ]
    if case .measured(let measured) = problem.data.spectrum {
      members["data"] = .object([
        "input_factor": .number(measured.inputFactor),
        "target_shift": .number(measured.targetShift),
        "target_scale": .number(measured.targetScale),
        "dimension": .integer(measured.eigenvalues.count),
        "noise_variance": .number(measured.residualVariance),
        "eigenvalues": JSONValue(measured.eigenvalues),
        "ignored_columns": TableText.json(measured.ignoredColumns),
        "column_scales": TableText.json(measured.columnScales),
      ])
    }
    return .object(members)
  }

  private func value(_ value: ResolvedValue) -> JSONValue {
    .object([
      "key": .text(value.key), "value": .text(value.text), "origin": .text("\(value.origin)"),
      "used": .flag(value.isUsed),
    ])
  }

  private func layer(_ recipe: LayerRecipe) -> JSONValue {
    .object([
      "layer": .integer(recipe.index), "role": .text(recipe.role),
      "init_deviation": .number(recipe.initialDeviation),
      "multiplier": .number(recipe.multiplier), "sgd_rate": .number(recipe.plainRate),
      "sgd_weight_decay": recipe.plainWeightDecay.map { .number($0) } ?? .null,
      "init_width_exponent": .number(recipe.exponents.deviationWidth),
      "multiplier_width_exponent": .number(recipe.exponents.multiplierWidth),
      "multiplier_depth_exponent": .number(recipe.exponents.multiplierDepth),
      "rate_width_exponent": .number(recipe.exponents.rateWidth),
    ])
  }

  /// Whole numbers of units and samples, as a finite network has them; null where there are none.
  private var sizes: JSONValue {
    var members: [String: JSONValue] = ["input_dimension": .integer(network.data.inputDimension)]
    if case .units(let units) = network.architecture.width { members["width"] = .integer(units) }
    switch network.data.sampling {
    case .batch(.count(let count)), .onePass(.count(let count)): members["samples"] = .integer(count)
    default: members["samples"] = .null
    }
    members["width"] = members["width"] ?? .null
    return .object(members)
  }

  /// The schedule's factor on every rate at each step; null under flow, which has no steps.
  private var rateFactors: JSONValue {
    guard let steps = network.time.steps else { return .null }
    return JSONValue((0..<steps).map { network.optimizer.schedule.factor(step: $0, total: steps) })
  }

  private var optimizer: JSONValue {
    let optimizer = configuration.problem.optimizer
    return .object([
      "learning_rate": .number(optimizer.learningRate), "rate_factors": rateFactors,
      "momentum": .number(optimizer.momentum.coefficient), "nesterov": .flag(optimizer.momentum.isNesterov),
      "weight_decay": .number(optimizer.weightDecay.strength), "decoupled": .flag(optimizer.weightDecay.isDecoupled),
    ])
  }
}
