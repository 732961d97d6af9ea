import DeepLinear
import MeanField
import Records

/// What is said of implicit time.
enum PanelText {
  static func line(_ panels: PanelReport, _ problem: TrainingProblem) -> String {
    let time = problem.time.isFlow ? "flow" : "steps"
    let size = "\(panels.panels) panels of up to \(panels.nodes) nodes, \(panels.sweeps) sweeps in all"
    let error = "error of any loss at most \(NumberText.brief(panels.error))"
    return panels.error <= panels.tolerance
      ? "\(time): \(size); \(error) (asked: \(NumberText.brief(panels.tolerance)))"
      : "\(time): \(size); \(error): NOT the \(NumberText.brief(panels.tolerance)) that was asked for"
  }

  /// How an infinite depth was resolved; sweeps are told where rows are swept by themselves, not with a panel.
  static func line(_ depth: DepthReport, isSwept: Bool) -> String {
    let sweeps = isSwept ? ", \(NumberText.brief(depth.sweeps)) sweeps a half step" : ""
    let text =
      "depth: \(depth.places.count) nodes for infinitely many layers\(sweeps); estimated error \(NumberText.brief(depth.error))"
    return depth.error <= 1e-6 ? text : text + ": NOT resolved, a smaller branchScale or rate would be"
  }

  /// What gradient flow makes of settings that belong to steps.
  static func notices(_ problem: TrainingProblem) -> [String] {
    guard problem.time.isFlow else { return [] }
    var notices: [String] = []
    if case .onePass = problem.data.sampling {
      notices.append(
        "gradient flow: the noise of fresh batches vanishes with the step, so one-pass data are the population")
    }
    if problem.optimizer.momentum != .none {
      notices.append(
        "gradient flow knows no momentum: steps with momentum mu follow it at the rate learningRate/(1 - mu)")
    }
    return notices
  }

  static func json(_ panels: PanelReport) -> JSONValue {
    .object([
      "panels": .integer(panels.panels), "nodes": .integer(panels.nodes), "points": .integer(panels.points),
      "sweeps": .integer(panels.sweeps), "error": .number(panels.error), "tolerance": .number(panels.tolerance),
    ])
  }
}

/// What is said of the exponents of power-law data.
enum ScalingText {
  static func lines(_ scaling: PowerLawScaling) -> [String] {
    let window = "t = \(NumberText.brief(scaling.window.lowerBound)) to \(NumberText.brief(scaling.window.upperBound))"
    var predicted = "predicted: lazy \(NumberText.brief(scaling.lazy))"
    if let rich = scaling.rich { predicted += ", rich \(NumberText.brief(rich)) as t grows" }
    return [
      "exponent of the loss against time: \(text(scaling.exponent)) over \(window)\(scaling.isDrifting ? ", still drifting" : "") (\(predicted))",
      "against kernel time: \(text(scaling.kernelExponent)) (predicted: \(NumberText.brief(-scaling.source)) at any depth)",
    ]
  }

  private static func text(_ exponent: PowerLawScaling.Exponent) -> String {
    "\(NumberText.brief(exponent.value)) +- \(NumberText.brief(exponent.uncertainty))"
  }

  static func json(_ scaling: PowerLawScaling) -> JSONValue {
    func exponent(_ exponent: PowerLawScaling.Exponent) -> JSONValue {
      .object(["value": .number(exponent.value), "uncertainty": .number(exponent.uncertainty)])
    }
    return .object([
      "window": JSONValue([scaling.window.lowerBound, scaling.window.upperBound]),
      "exponent": exponent(scaling.exponent), "kernel_exponent": exponent(scaling.kernelExponent),
      "predicted_lazy": .number(scaling.lazy), "predicted_rich": scaling.rich.map { .number($0) } ?? .null,
      "predicted_kernel": .number(-scaling.source),
    ])
  }

  /// Further columns of `curves.csv`.
  static func columns(_ scaling: PowerLawScaling) -> [NamedColumn] {
    [
      NamedColumn(name: "kernel_time", values: scaling.kernelTimes),
      NamedColumn(name: "local_slope", values: scaling.slopes),
      NamedColumn(name: "kernel_slope", values: scaling.kernelSlopes),
    ]
  }
}
