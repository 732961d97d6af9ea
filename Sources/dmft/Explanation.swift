import DeepLinear
import MeanField
import Records

/// What `dmft explain` says, as text and as JSON.
struct Explanation {
  let configuration: Configuration
  let cost: Cost
  let compression: Compression
  let stableRate: StableRate?

  private var problem: TrainingProblem { configuration.problem }

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
    var lines = [
      "width ratio N/D           \(number(problem.widthRatio))",
      "richness in the equations \(number(problem.effectiveRichness))",
    ]
    if let ratio = problem.sampleRatio {
      lines.insert("sample ratio P/D          \(number(ratio))", at: 1)
    }
    if case .measured(let measured) = problem.data.spectrum {
      lines += [
        "input factor              \(number(measured.inputFactor))  (on the prepared inputs; makes the mean eigenvalue 1)",
        "target                    (raw - \(number(measured.targetShift))) / \(number(measured.targetScale))",
        "largest eigenvalue        \(number(measured.eigenvalues.first ?? 0)) of \(measured.eigenvalues.count)",
      ]
    }
    return lines
  }

  private var layerLines: [String] {
    guard let recipes = problem.layerRecipes else {
      return ["no finite network: layers have no plain SGD rate at infinite width"]
    }
    let header =
      column("layer", 10) + column("init", 10) + column("multiplier", 16)
      + column("SGD rate", 14) + column("SGD decay", 12)
      + "multiplier ~ width, depth; rate ~ width"
    return [header]
      + recipes.map { recipe in
        column("\(recipe.index) \(recipe.role)", 10) + column(number(recipe.initialDeviation), 10)
          + column(number(recipe.multiplier), 16) + column(number(recipe.plainRate), 14)
          + column(number(recipe.plainWeightDecay), 12)
          + "\(number(recipe.exponents.multiplierWidth)), "
          + "\(number(recipe.exponents.multiplierDepth)); \(number(recipe.exponents.rateWidth))"
      }
      + ["(multiplier: on W x in the forward pass; SGD rate and decay: for plain PyTorch, objective MSE/2)"]
  }

  private var costLines: [String] {
    var lines = [
      "cost: \(NumberText.bytes(cost.bytes)), \(NumberText.seconds(cost.seconds))"
    ]
    if compression.isCompressed {
      lines.append(
        "spectrum: \(compression.eigenvalues) points compressed to \(compression.fluctuationMasses)"
          + " masses (initial predictor, noise) and \(compression.signalMasses) (target)")
    }
    if let stableRate {
      lines.append(
        "largest stable rate over \(stableRate.steps) steps: "
          + "\(NumberText.brief(stableRate.learningRate)) (training.learningRate is "
          + "\(number(problem.optimizer.learningRate)))")
    }
    return lines
  }

  private func column(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private func number(_ value: Double) -> String { NumberText.short(value) }
}
