import JSON
import Problems
import Reports

/// What trained networks have for each of several outputs at the reported rows: `outputs.csv`, and accuracies.
public struct TrainedOutputs: Codable, Sendable {
  /// Step of each row.
  public let steps: [Int]
  /// Names of the target columns or classes; numbers from 1 on of generated data.
  public let names: [String]
  /// Test loss: a list for each output, one mean a row.
  public let test: [[Ensemble.Mean]]
  /// Train loss likewise.
  public let train: [[Ensemble.Mean]]
  /// Share of rows that are not trained on whose class is right; nil without classes.
  public let testAccuracy: [Ensemble.Mean]?
  /// Share of the rows of the step likewise.
  public let trainAccuracy: [Ensemble.Mean]?

  /// Nil for one output.
  ///
  /// - Parameters:
  ///   - problem: what was trained.
  ///   - ensemble: the networks.
  ///   - rows: which rows of their curves.
  init?(_ problem: TrainingProblem, _ ensemble: Ensemble, rows: [Int]) {
    guard let first = ensemble.replicas.first(where: { $0.count > 0 })?.outputs else { return nil }
    func means(_ curve: (OutputCurves) -> [Double]?) -> [Ensemble.Mean] {
      let all = ensemble.means { $0.outputs.flatMap(curve) ?? [] }
      return rows.map { all[$0] }
    }
    steps = rows
    names = first.testLoss.isEmpty ? [] : problem.data.outputNames
    test = first.testLoss.indices.map { output in means { $0.testLoss[output] } }
    train = first.trainLoss.indices.map { output in means { $0.trainLoss[output] } }
    testAccuracy = first.testAccuracy.map { _ in means(\.testAccuracy) }
    trainAccuracy = first.trainAccuracy.map { _ in means(\.trainAccuracy) }
  }

  /// `outputs.csv`: rows by step, outputs within.
  ///
  /// - Parameter theory: what is predicted, with its steps; nil without a theory.
  /// - Returns: the table.
  func table(_ theory: OutputTheory? = nil) -> Table? {
    guard !names.isEmpty else { return nil }
    func values(_ losses: [[Ensemble.Mean]], _ value: (Ensemble.Mean) -> Double) -> [[Double]] {
      losses.map { $0.map(value) }
    }
    func error(_ name: String, _ meaning: String, _ losses: [[Ensemble.Mean]]) -> Column {
      Column(name, meaning, Table.rows(steps.count, of: values(losses, \.standardError)))
    }
    func predicted(_ name: String, _ lists: (OutputCurves) -> [[Double]]) -> Column? {
      theory.map { theory in
        Column(name, "the theory", steps.flatMap { step in lists(theory.curves).map { theory.at(step, $0) } })
      }
    }
    return .outputs(
      steps: steps, names: names, test: values(test, \.value), train: values(train, \.value),
      more: [
        error("test_loss_se", "standard error of the mean test loss", test),
        error("train_loss_se", "standard error of the mean train loss", train),
        predicted("test_loss_theory", \.testLoss), predicted("train_loss_theory", \.trainLoss),
      ])
  }

  /// Columns of `curves.csv`; none without classes.
  ///
  /// - Parameter theory: what is predicted, with its steps; nil without a theory.
  /// - Returns: test and train accuracy, their errors, and the theory.
  func columns(_ theory: OutputTheory? = nil) -> [Column] {
    guard let testAccuracy, let trainAccuracy else { return [] }
    func predicted(_ name: String, _ list: [Double]?) -> Column? {
      guard let theory, let list else { return nil }
      return Column(name, "the theory", isShown: false, steps.map { theory.at($0, list) })
    }
    let more: [Column?] = [
      Column(
        "test_accuracy_se", "standard error of the mean test accuracy", heading: "accuracy +-",
        testAccuracy.map(\.standardError)),
      Column(
        "train_accuracy_se", "standard error of the mean train accuracy", isShown: false,
        trainAccuracy.map(\.standardError)),
      predicted("test_accuracy_theory", theory?.curves.testAccuracy),
      predicted("train_accuracy_theory", theory?.curves.trainAccuracy),
    ]
    return Column.accuracies(test: testAccuracy.map(\.value), train: trainAccuracy.map(\.value))
      + more.compactMap { $0 }
  }

  /// Accuracies at the end, in words; nil without classes.
  var finding: String? {
    guard let test = testAccuracy?.last, let train = trainAccuracy?.last else { return nil }
    return "accuracy \(test.percentage) on rows that are not trained on, \(train.percentage) on those that are"
  }

  /// Accuracies against steps, with the theory where there is one; nil without classes.
  ///
  /// - Parameters:
  ///   - problem: what was trained.
  ///   - theory: what is predicted, with its steps; nil without a theory.
  /// - Returns: the figure.
  func accuracyFigure(_ problem: TrainingProblem, _ theory: OutputTheory? = nil) -> Figure? {
    guard let testAccuracy, let trainAccuracy, steps.count > 1 else { return nil }
    let isLogarithmic = problem.isOverDecades
    let rows = PlottedRows(steps.map(Double.init), isLogarithmic: isLogarithmic)
    let foreseen = theory.map { PlottedRows($0.steps.map(Double.init), isLogarithmic: isLogarithmic) }
    func predicted(_ name: String, _ style: Figure.Style, _ list: [Double]?) -> Figure.Series? {
      guard let foreseen, let list else { return nil }
      return Figure.Series(name, style, .black, foreseen.points(list))
    }
    let series: [Figure.Series?] = [
      Figure.Series("test", .line, .blue, rows.points(testAccuracy.map(\.value))),
      Figure.Series("train", .line, .orange, rows.points(trainAccuracy.map(\.value))),
      predicted("test, theory", .dashed, theory?.curves.testAccuracy),
      predicted("train, theory", .dotted, theory?.curves.trainAccuracy),
    ]
    return .accuracies(
      problem, title: "Accuracy of trained networks",
      caption:
        "Mean share of rows whose largest output is that of their class, of rows that are not trained on (test) and of those "
        + "that are (train).", series.compactMap { $0 })
  }
}

/// What is predicted for each of several outputs at some steps, beside trained networks.
struct OutputTheory {
  /// Steps of the rows.
  let steps: [Int]
  /// One number a row.
  let curves: OutputCurves
  private let rows: [Int: Int]

  /// - Parameters:
  ///   - steps: steps of the rows.
  ///   - curves: one number a row.
  init(steps: [Int], curves: OutputCurves) {
    self.steps = steps
    self.curves = curves
    rows = Dictionary(zip(steps, steps.indices)) { first, _ in first }
  }

  /// A list at a step; nil where the theory has no such row.
  func at(_ step: Int, _ list: [Double]) -> Double? { rows[step].map { list[$0] } }
}

extension Ensemble.Mean {
  /// A share as a percentage with its standard error, which a single network does not have.
  var percentage: String {
    "\(NumberText.short(100 * value))" + (standardError.isFinite ? " +- \(NumberText.brief(100 * standardError))" : "")
      + " %"
  }
}

extension DataModel {
  /// Names of the target columns or classes of a table; numbers from 1 on of generated data.
  var outputNames: [String] {
    if case .measured(let measured) = spectrum, let outputs = measured.outputs { return outputs.names }
    return (1...outputCount).map(String.init)
  }
}
