import JSON
import MeanField
import Reports

extension PowerLawScaling {
  /// Exponents with what is predicted, a sentence each.
  var sentences: [String] {
    let span = "t = \(NumberText.brief(window.lowerBound)) to \(NumberText.brief(window.upperBound))"
    let limit = rich.map { ", rich \(NumberText.brief($0)) as t grows" } ?? ""
    return [
      "exponent of the loss against time: \(exponent.text) over \(span)\(isDrifting ? ", still drifting" : "") "
        + "(predicted: lazy \(NumberText.brief(lazy))\(limit))",
      "against kernel time: \(kernelExponent.text) (predicted: \(NumberText.brief(-source)) at any depth)",
    ]
  }

  var json: JSONValue {
    .object([
      "window": JSONValue([window.lowerBound, window.upperBound]), "exponent": exponent.json,
      "kernel_exponent": kernelExponent.json, "predicted_lazy": .number(lazy),
      "predicted_rich": rich.map { .number($0) } ?? .null, "predicted_kernel": .number(-source),
    ])
  }
}

extension PowerLawScaling.Exponent {
  fileprivate var text: String { "\(NumberText.brief(value)) +- \(NumberText.brief(uncertainty))" }
  fileprivate var json: JSONValue { .object(["value": .number(value), "uncertainty": .number(uncertainty)]) }
}

extension Prediction {
  /// Further columns of `curves.csv`.
  var scalingColumns: [Column] {
    guard let scaling else { return [] }
    return [
      Column("kernel_time", "integral of G(t,t) of layer 1 over time", isShown: false, scaling.kernelTimes),
      Column(
        "local_slope", "of the log of the test loss less its noise against log time", isShown: false, scaling.slopes),
      Column("kernel_slope", "the same against kernel time", isShown: false, scaling.kernelSlopes),
    ]
  }

  /// Local exponents against time, with what is predicted.
  var exponentFigure: Figure? {
    guard let scaling else { return nil }
    let rows = PlottedRows(curve.times, isLogarithmic: true)
    let ends = [rows.places.first { $0 > 0 }, rows.places.last].compactMap { $0 }
    func level(_ label: String, _ value: Double?, _ style: Figure.Style) -> Figure.Series? {
      value.map { value in Figure.Series(label, style, .black, ends.map { Figure.Point($0, value) }) }
    }
    func slopes(_ label: String, _ values: [Double?], _ color: Figure.Color) -> Figure.Series {
      Figure.Series(label, .line, color, rows.points(values.map { $0 ?? .nan }))
    }
    return Figure(
      name: "exponents", title: problem.title("Exponents of the test loss"),
      caption: "Slopes of the test loss on doubly logarithmic axes, against time and against kernel time. Straight "
        + "lines: what is predicted for late times.",
      horizontal: Figure.Axis("time", isLogarithmic: true), vertical: Figure.Axis("local exponent"),
      series: [
        slopes("against time", scaling.slopes, .blue), slopes("against kernel time", scaling.kernelSlopes, .orange),
        level("predicted, lazy", -scaling.source, .dashed), level("predicted, rich", scaling.rich, .dotted),
      ].compactMap { $0 })
  }
}
