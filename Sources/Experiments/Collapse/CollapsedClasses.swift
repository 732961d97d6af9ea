import Foundation
import JSON
import Parsimony
import Problems
import Reports

/// Scatter of the classes in each layer of a classifier, before and after its training.
public struct CollapsedClasses: Codable, Sendable {
  /// What was asked, as far as a report needs it.
  public struct Setting: Codable, Hashable, Sendable {
    /// Start and optimiser.
    public let training: ChainTraining
    /// Of each hidden layer.
    public let units: Int
    /// K.
    public let classes: Int
    /// Of all classes together.
    public let samples: Int
    /// Dimension of the inputs.
    public let inputs: Int
    /// The table that they are from; nil for orthonormal inputs.
    public let file: String?

    /// n, the mean number of samples of a class.
    public var perClass: Double { Double(samples) / Double(classes) }

    /// The problem, clause by clause.
    var clauses: [String] {
      [
        "\(training.scales.count) weight matrices, \(units) units a layer, orthogonal start of scale \(training.scaleText)",
        "\(classes) classes, \(samples) samples with "
          + (file.map { "\(inputs) inputs of \($0)" } ?? "orthonormal inputs"), training.text,
      ]
    }
  }

  /// What was asked.
  public let setting: Setting
  /// What was done to a table, and what that means for the prediction.
  public let notices: [String]
  /// How the run ended.
  public let outcome: Outcome
  /// Losses at the reported steps.
  public let rows: [Collapse.Row]
  /// Scatters before the training, from the inputs on.
  public let before: [ClassScatter]
  /// The same after it; empty of a run that diverged.
  public let after: [ClassScatter]
  /// Processor seconds.
  public let seconds: Double

  /// `D_l / D_{l-1}` of each layer after the training; nil of the inputs, and of a run that diverged.
  public var ratios: [Double?] {
    before.indices.map { $0 > 0 && !after.isEmpty ? after[$0].ratio / after[$0 - 1].ratio : nil }
  }

  /// The same as predicted by the law, equation (10.16); nil of the inputs.
  public var predictedRatios: [Double?] {
    let scales = setting.training.scales
    return before.indices.map { layer in
      layer == 0
        ? nil
        : CollapsePrediction.ratio(scale: scales[layer - 1], perClass: setting.perClass, weightLayers: scales.count)
    }
  }

  /// Measured over predicted, minus one.
  var departures: [Double?] {
    zip(ratios, predictedRatios).map { measured, predicted in
      measured.flatMap { measured in predicted.map { measured / $0 - 1 } }
    }
  }

  /// What the prediction takes for granted and this run does not give.
  public var doubts: [String] {
    guard outcome == .completed, let first = rows.first, let last = rows.last else { return [] }
    let training = setting.training
    var doubts: [String] = []
    if training.optimizer.weightDecay != .none { doubts.append("no weight decay") }
    if Set(training.scales).count > 1 { doubts.append("one scale for all layers") }
    if training.scales.contains(where: { pow($0, 2 * Double(training.scales.count)) > setting.perClass }) {
      doubts.append("a start smaller than what is learned")
    }
    if setting.file != nil { doubts.append("orthonormal inputs") }
    if last.loss > 0.01 * first.loss { doubts.append("training to the end") }
    return doubts
  }

  /// The message for a run that diverged; nil for any other.
  private var remark: String? {
    let layers = Double(setting.training.scales.count)
    // The steepest direction at the end has a curvature of about L n^(1 - 1/L) for the sum of squares.
    let rate = 0.4 / (layers * pow(setting.perClass, 1 - 1 / layers))
    let factor = setting.training.isMean ? Double(setting.classes * setting.samples) : 1
    return outcome.ending.map {
      "\($0); try a smaller training.learningRate, such as \(NumberText.brief(rate * factor))"
    }
  }

  /// Sentences, the answer first.
  var findings: [String] {
    let worst = departures.compactMap { $0.map(abs) }.max().map {
      "the ratio of D from layer to layer deviates from the prediction by at most \(NumberText.percent($0))"
    }
    let doubt = doubts.isEmpty ? nil : "the prediction is for \(doubts.joined(separator: ", ")): it does not hold here"
    return [remark, worst, doubt].compactMap { $0 } + notices + ["processor time: \(NumberText.seconds(seconds))"]
  }

  /// Numbers in the JSON in addition to the tables.
  var details: [String: JSONValue] {
    [
      "orthonormal_inputs": .flag(setting.file == nil), "doubts": .list(doubts.map { .text($0) }),
      "outcome": remark.map { .text($0) } ?? .null, "seconds": .number(seconds),
    ]
  }

  /// Scatters as a file and as printed, then the losses.
  var tables: [Table] {
    let layer = Column("layer", "0: the inputs", integers: Array(before.indices))
    func column(
      _ name: String, heading: String? = nil, _ scatters: [ClassScatter], _ value: KeyPath<ClassScatter, Double>
    ) -> Column {
      Column(name, heading: heading, before.indices.map { scatters.isEmpty ? nil : scatters[$0][keyPath: value] })
    }
    let start = column("D_start", heading: "D, start", before, \.ratio)
    let end = column("D", heading: "D, end", after, \.ratio)
    let ratio = Column("ratio", heading: "D/D before", ratios)
    let predicted = Column("predicted_ratio", heading: "predicted", predictedRatios)
    let off = Column(
      "off", "per cent, measured over predicted, minus one", heading: "off, %", departures.map { $0.map { 100 * $0 } })
    return [
      Table(
        "collapse", shown: nil,
        [
          layer, column("within_start", before, \.within), column("between_start", before, \.between),
          column("within", after, \.within), column("between", after, \.between), start, end, ratio, predicted,
        ]),
      Table(
        "reduction",
        [
          Column("step", integers: rows.map(\.step)), Column("time", "sum of the learning rates", rows.map(\.time)),
          Column(
            "loss", setting.training.isMean ? "half the mean of the squares" : "half the sum of the squares",
            rows.map(\.loss)),
        ]),
      Table(
        nil, title: "scatter within classes over scatter between them, D, layer by layer (0: the inputs)", shown: .all,
        [layer, start, end, ratio, predicted, off]),
    ]
  }

  /// Scatter of the classes layer by layer, and the loss.
  var figures: [Figure] { [collapseFigure, lossFigure] }

  private func title(_ text: String) -> String { text + "\n" + setting.clauses[0] }

  private var collapseFigure: Figure {
    let places = PlottedRows(before.indices.map(Double.init))
    // The measured scatter of the inputs, then from layer to layer by the predicted ratio.
    var scatter = after.first?.ratio ?? .nan
    let line = predictedRatios.map { ratio in
      scatter *= ratio ?? 1
      return scatter
    }
    let series = [
      Figure.Series("predicted", .dashed, .black, places.points(line)),
      Figure.Series("before training", .points, .orange, places.points(before.map(\.ratio))),
      Figure.Series("after training", .marks, .blue, places.points(after.map(\.ratio))),
    ]
    return Figure(
      name: "collapse", title: title("Scatter within classes over scatter between them"),
      caption: doubts.isEmpty
        ? "After training each layer contracts its classes by the same factor: a straight line on this scale."
        : "The straight line is the prediction, which is for \(doubts.joined(separator: ", ")): it does not hold here.",
      horizontal: Figure.Axis("layer", range: -0.3...(Double(before.count) - 0.7), isCounting: true),
      vertical: .positive("D", series.flatMap(\.points).map(\.y)), series: series)
  }

  private var lossFigure: Figure {
    let losses = rows.map(\.loss)
    return Figure(
      name: "loss", title: title("Loss of the classifier"),
      caption: setting.training.isMean ? "Mean of the squares." : "Sum of the squares.",
      horizontal: Figure.Axis("step"),
      vertical: .positive("loss", losses),
      series: [Figure.Series("train", .line, .blue, PlottedRows(rows.map { Double($0.step) }).losses(losses))])
  }
}
