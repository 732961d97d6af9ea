import DeepLinear
import MeanField
import Records

/// What `dmft explain` says, as text and as JSON.
struct Explanation {
  let configuration: Configuration
  let cost: Cost
  let compression: Compression
  /// The catapult window, with the largest stable rate at its end; nil where its search would have taken too long.
  let window: CatapultWindow?

  private var problem: TrainingProblem { configuration.problem }
  /// The finite network that the numbers of the layers are for: ratios rounded to whole sizes.
  var network: TrainingProblem { problem.withWholeSizes() }

  var lines: [String] {
    [ProblemText.line(problem), ""] + valueLines + [""] + ratioLines + [""] + layerLines + [""]
      + costLines
  }

  private var valueLines: [String] {
    let width = configuration.values.map(\.key.count).max() ?? 0
    let values = configuration.values.map(\.text.count).max() ?? 0
    return configuration.values.map { value in
      let unused = value.isUsed ? "" : "  (no effect here)"
      return column(value.key, width + 2) + column(value.text, min(values, 40) + 2)
        + "\(value.origin)\(unused)"
    }
  }

  private var ratioLines: [String] {
    // With scale top the equations take N and P themselves for the ratios.
    let over = problem.data.isTraceClass ? "  " : "/D"
    var lines = [
      "width in the equations    N\(over) = \(number(problem.widthRatio))",
      "richness in the equations \(number(problem.effectiveRichness))",
    ]
    if let ratio = problem.sampleRatio {
      lines.insert("samples in the equations  P\(over) = \(number(ratio))", at: 1)
    }
    if case .measured(let measured) = problem.data.spectrum {
      lines += [
        "input factor              \(number(measured.inputFactor))  (on the prepared inputs; makes the mean eigenvalue 1)",
        "target                    (raw - \(number(measured.targetShift))) / \(number(measured.targetScale))",
        "input dimensions          \(measured.eigenvalues.count) of \(measured.columns) columns"
          + (measured.eigenvalues.count < measured.columns ? " (the rest are constant or follow from others)" : ""),
        "largest eigenvalue        \(number(measured.eigenvalues.first ?? 0))",
      ]
    }
    return lines
  }

  private var layerLines: [String] {
    guard let recipes = network.layerRecipes else {
      return ["no finite network: layers have no plain SGD rate at infinite width or depth"]
    }
    let header =
      column("layer", 12) + column("init", 12) + column("multiplier", 12)
      + column("SGD rate", 12) + column("SGD decay", 12) + column("init ~", 10)
      + column("multiplier ~", 20) + "rate ~"
    return [header]
      + recipes.map { recipe in
        let exponents = recipe.exponents
        return column("\(recipe.index) \(recipe.role)", 12)
          + column(number(recipe.initialDeviation), 12) + column(number(recipe.multiplier), 12)
          + column(number(recipe.plainRate), 12) + column(recipe.plainWeightDecay.map(number) ?? "none", 12)
          + column(power("width", exponents.deviationWidth), 10)
          + column(
            power("width", exponents.multiplierWidth)
              + (exponents.multiplierDepth == 0
                ? "" : " " + power("depth", exponents.multiplierDepth)),
            20)
          + power("width", exponents.rateWidth)
      }
      + [
        "(init: deviation of the initial weights; multiplier: on W x in the forward pass; SGD rate and decay:",
        " for torch.optim.SGD with the objective MSE/2; ~ : how each scales at fixed input dimension)",
      ]
  }

  private func power(_ base: String, _ exponent: Double) -> String {
    exponent == 0 ? "1" : exponent == 1 ? base : "\(base)^\(number(exponent))"
  }

  private var costLines: [String] {
    var lines = [CostText.line(cost)]
    if compression.isCompressed {
      lines.append(
        "spectrum: \(compression.eigenvalues) points compressed to \(compression.fluctuationMasses)"
          + " masses (initial predictor, noise) and \(compression.signalMasses) (target)")
    }
    if let window {
      lines.append(
        "\(StableRateText.words(window.end)) over \(window.end.steps) steps (training.learningRate is "
          + "\(number(problem.optimizer.learningRate)))")
      lines += StableRateText.words(window)
    }
    return lines
  }

  private func column(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private func number(_ value: Double) -> String { NumberText.short(value) }
}
