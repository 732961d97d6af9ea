import Problems
import Reports

extension Column {
  /// `test_accuracy` and `train_accuracy` of `curves.csv`.
  static func accuracies(test: [Double], train: [Double]) -> [Column] {
    [
      Column(
        "test_accuracy", "share of rows that are not trained on whose largest output is their class",
        heading: "accuracy", test),
      Column("train_accuracy", "the same of rows that are trained on", heading: "train acc.", isShown: false, train),
    ]
  }
}

extension Table {
  /// `outputs.csv`: rows by step, outputs within.
  ///
  /// - Parameters:
  ///   - steps: step of each row of the curve.
  ///   - names: of the outputs.
  ///   - test: a list for each output, one number a row of the curve.
  ///   - train: likewise.
  ///   - more: further columns, as long as the table; nil entries are left out.
  /// - Returns: the table.
  static func outputs(
    steps: [Int], names: [String], test: [[Double]], train: [[Double]], more: [Column?] = []
  ) -> Table {
    Table(
      "outputs", shown: nil,
      [
        Column("step", integers: steps.flatMap { step in names.map { _ in step } }),
        Column("output", "its column or class, or its number", texts: steps.flatMap { _ in names }),
        Column("test_loss", "mean squared error on fresh samples, noise included", rows(steps.count, of: test)),
        Column("train_loss", "mean squared error on the training samples", rows(steps.count, of: train)),
      ] + more)
  }

  /// Lists of the outputs row by row.
  static func rows(_ count: Int, of lists: [[Double]]) -> [Double] {
    (0..<count).flatMap { row in lists.map { $0[row] } }
  }
}

extension Figure {
  /// Accuracies against steps.
  static func accuracies(_ problem: TrainingProblem, title: String, caption: String, _ series: [Series]) -> Figure {
    Figure(
      name: "accuracy", title: problem.title(title), caption: caption,
      horizontal: Axis(problem.rowName, isLogarithmic: problem.isOverDecades),
      vertical: Axis("share of rows in their class"), series: series)
  }
}

extension PredictedOutputs {
  /// Columns of `curves.csv`; none without classes.
  var accuracyColumns: [Column] {
    guard let test = curves.testAccuracy, let train = curves.trainAccuracy else { return [] }
    return Column.accuracies(test: test, train: train)
  }

  /// The accuracies at the end.
  func accuracyFinding(_ problem: TrainingProblem) -> String? {
    guard let test = curves.testAccuracy?.last, let train = curves.trainAccuracy?.last else { return nil }
    let drawn =
      draws.map {
        $0 > 0
          ? "; \($0) random points a row, standard error at most \(NumberText.short(100 * (accuracyError ?? 0))) points"
          : ""
      } ?? ""
    return
      "expected accuracy \(NumberText.short(100 * test)) % on \(names.isEmpty ? "samples" : "rows") that are not trained on, "
      + "\(NumberText.short(100 * train)) % on those that are (the mean over trained networks\(drawn))"
      + (problem.minibatches == nil
        ? ""
        : "; on the latter the mixture over the batches that held a row is taken for a normal law")
  }

  /// Accuracies against steps.
  func accuracyFigure(_ prediction: Prediction) -> Figure? {
    guard let test = curves.testAccuracy, let train = curves.trainAccuracy, test.count > 1 else { return nil }
    let problem = prediction.problem
    let rows = PlottedRows(prediction.curve.steps.map(Double.init), isLogarithmic: problem.isOverDecades)
    return .accuracies(
      problem, title: "Predicted accuracy of a deep linear network",
      caption:
        "Predicted without training: the expected share of "
        + (names.isEmpty
          ? "samples whose output has the sign of their label" : "rows whose largest output is that of their class")
        + ", of \(names.isEmpty ? "those" : "rows") that are not trained "
        + "on (test) and of those that are (train).",
      [
        Figure.Series("test", .line, .blue, rows.points(test)),
        Figure.Series("train", .dashed, .orange, rows.points(train)),
      ])
  }
}
