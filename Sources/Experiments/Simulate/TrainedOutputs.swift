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
    names = problem.data.outputNames
    test = first.testLoss.indices.map { output in means { $0.testLoss[output] } }
    train = first.trainLoss.indices.map { output in means { $0.trainLoss[output] } }
    testAccuracy = first.testAccuracy.map { _ in means(\.testAccuracy) }
    trainAccuracy = first.trainAccuracy.map { _ in means(\.trainAccuracy) }
  }

  /// `outputs.csv`: rows by step, outputs within.
  var table: Table {
    func flat(_ losses: [[Ensemble.Mean]], _ value: (Ensemble.Mean) -> Double) -> [Double] {
      steps.indices.flatMap { row in losses.map { value($0[row]) } }
    }
    return Table(
      "outputs", shown: nil,
      [
        Column("step", integers: steps.flatMap { step in names.map { _ in step } }),
        Column("output", "target column or class", texts: steps.flatMap { _ in names }),
        Column("test_loss", "mean squared error on fresh samples", flat(test, \.value)),
        Column("train_loss", "mean squared error on the training samples", flat(train, \.value)),
        Column("test_loss_se", "standard error", flat(test, \.standardError)),
        Column("train_loss_se", "standard error", flat(train, \.standardError)),
      ])
  }

  /// Columns of `curves.csv`; none without classes.
  var columns: [Column] {
    guard let testAccuracy, let trainAccuracy else { return [] }
    return [
      Column(
        "test_accuracy", "share of rows not trained on whose class is right", heading: "accuracy",
        testAccuracy.map(\.value)),
      Column(
        "train_accuracy", "share of the training rows whose class is right", heading: "train acc.",
        trainAccuracy.map(\.value)),
      Column(
        "test_accuracy_se", "standard error of the mean test accuracy", heading: "acc. +-", isShown: false,
        testAccuracy.map(\.standardError)),
      Column(
        "train_accuracy_se", "standard error of the mean train accuracy", heading: "acc. +-", isShown: false,
        trainAccuracy.map(\.standardError)),
    ]
  }

  /// Accuracies at the end, in words; nil without classes.
  var finding: String? {
    guard let test = testAccuracy?.last, let train = trainAccuracy?.last else { return nil }
    func text(_ mean: Ensemble.Mean) -> String {
      NumberText.percent(mean.value)
        + (mean.standardError.isFinite ? " +- \(NumberText.percent(mean.standardError))" : "")
    }
    return "test accuracy \(text(test)), train accuracy \(text(train)) over \(names.count) classes"
  }
}

extension DataModel {
  /// Names of the target columns or classes of a table; numbers from 1 on of generated data.
  var outputNames: [String] {
    if case .measured(let measured) = spectrum, let outputs = measured.outputs { return outputs.names }
    return (1...outputCount).map(String.init)
  }
}
