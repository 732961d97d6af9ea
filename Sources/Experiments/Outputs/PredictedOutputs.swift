import JSON
import MeanField
import Problems
import Reports

/// The outputs of a network one by one, at the reported rows of its curve.
public struct PredictedOutputs: Codable, Hashable, Sendable {
  /// What each output is called: its column or class, or its number from 1 on.
  public let names: [String]
  /// Their losses.
  public let curves: OutputCurves
  /// Variance of each target with its noise, in the units of the losses.
  public let variances: [Double]
  /// Factors that give losses in the units of a table's own columns; nil for classes, and for generated data.
  public let squaredScales: [Double]?
  /// How they were solved.
  public let coupling: OutputReport
  /// Standard error of the accuracies from random draws; nil without classes.
  public let accuracyError: Double?
  /// Random draws for each row; nil without classes.
  public let draws: Int?

  /// - Parameters:
  ///   - solution: what was solved; of one output there is nothing.
  ///   - rows: the rows of its curve.
  ///   - accuracy: of all rows of the curve, where the outputs are classes.
  init?(_ solution: Solution, rows: [Int], accuracy: PredictedAccuracy? = nil) {
    guard let curves = solution.outputs, let report = solution.outputReport, let model = solution.problem.data.outputs
    else { return nil }
    var all = curves
    all.testAccuracy = accuracy?.test
    all.trainAccuracy = accuracy?.train
    self.curves = all.rows(rows)
    accuracyError = accuracy?.error
    draws = accuracy?.draws
    coupling = report
    names = solution.problem.data.outputNames
    if case .measured(let measured) = solution.problem.data.spectrum, let outputs = measured.outputs {
      // Of classes all have one divisor, and a variance each.
      variances = zip(outputs.shifts, outputs.scales).map { shift, scale in
        outputs.areClasses ? shift * (1 - shift) / (scale * scale) : 1
      }
      squaredScales = outputs.areClasses ? nil : outputs.scales.map { $0 * $0 }
    } else {
      squaredScales = nil
      variances = model.noiseVariances.enumerated().map { model.targetCovariance[$0][$0] + $1 }
    }
  }

  /// The accuracy of one output whose sign is the label; nil where there are no labels -1 and 1.
  ///
  /// - Parameters:
  ///   - solution: what was solved.
  ///   - rows: the rows of its curve.
  init?(labelsOf solution: Solution, rows: [Int]) {
    guard let accuracy = solution.labelAccuracy else { return nil }
    curves = OutputCurves(
      testLoss: [], trainLoss: [], testAccuracy: accuracy.test, trainAccuracy: accuracy.train
    ).rows(rows)
    (names, variances, squaredScales, coupling) = ([], [], nil, OutputReport(separate: 1))
    (accuracyError, draws) = (nil, nil)
  }

  /// How outputs were solved.
  var sentence: String {
    if coupling.isApproximate {
      let size = coupling.error.map { error in
        "; its total losses differ from exact ones by \(NumberText.brief(error)) of themselves over the first "
          + "\(coupling.measuredSteps ?? 0) steps, measured"
      }
      return
        "outputs: couplings between \(coupling.outputs) outputs are left out (data.outputCoupling), an approximation"
        + (size ?? "; its error was not measured")
    }
    let largest = coupling.groups.map(\.size).max() ?? 1
    if largest == coupling.outputs {
      return "outputs: all \(coupling.outputs) influence each other and are solved together"
    }
    let problems = coupling.groups.count
    let parts = problems == 1 ? "one problem of \(largest)" : "\(problems) problems of at most \(largest)"
    return "outputs: \(coupling.outputs) decouple exactly into \(parts), equal ones solved once"
  }

  /// `outputs.csv`, and the end of each output for people.
  func tables(_ curve: LearningCurve) -> [Table] {
    guard !names.isEmpty else { return [] }
    let steps = curve.steps
    let file = Table.outputs(steps: steps, names: names, test: curves.testLoss, train: curves.trainLoss)
    guard let last = steps.indices.last else { return [file] }
    let test = curves.testLoss.map { $0[last] }
    let train = curves.trainLoss.map { $0[last] }
    let explained: [Double?] = zip(test, variances).map { loss, variance in variance > 0 ? 1 - loss / variance : nil }
    let end: [Column?] = [
      Column("output", texts: names), Column("test", "", test), Column("train", "", train),
      Column("R^2", "", explained),
      squaredScales.map { factors in
        Column("own units", "test loss in the column's own units", zip(test, factors).map { $0 * $1 })
      },
    ]
    let shown: Table.Rows = names.count > 12 ? .first(12) : .all
    return [file, Table(nil, title: "outputs at the last row", shown: shown, end)]
  }

  /// Test losses of the outputs; of very many the first ones.
  func figure(_ prediction: Prediction) -> Figure? {
    let (curve, problem) = (prediction.curve, prediction.problem)
    guard curve.steps.count > 1, !names.isEmpty else { return nil }
    let rows = PlottedRows(
      problem.time.isFlow ? curve.times : curve.steps.map(Double.init), isLogarithmic: problem.isOverDecades)
    let shown = min(names.count, 6)
    let series = (0..<shown).map { index in
      Figure.Series(names[index], .line, .distinct(index), rows.losses(curves.testLoss[index]))
    }
    return .losses(
      problem, name: "outputs", title: "Predicted test loss of each output",
      caption: "Mean squared errors on fresh samples, noise included, of "
        + (shown < names.count
          ? "the first \(shown) of \(names.count) outputs." : "each output; they sum to the test loss."),
      series, last: prediction.outcome == .completed ? rows.places.last : nil)
  }

  /// How they were solved, for programs.
  var json: JSONValue {
    .object([
      "outputs": .integer(coupling.outputs), "approximate": .flag(coupling.isApproximate),
      "error": coupling.error.map { .number($0) } ?? .null,
      "measured_steps": coupling.measuredSteps.map { .integer($0) } ?? .null,
      "groups": .list(
        coupling.groups.map { .object(["size": .integer($0.size), "copies": .integer($0.copies)]) }),
    ])
  }
}
