import Problems
import Reports

extension OutputCurves {
  /// `test_accuracy` and `train_accuracy`, where the outputs are classes.
  var accuracyColumns: [Column] {
    [
      testAccuracy.map {
        Column(
          "test_accuracy", "share of rows that are not trained on whose largest output is their class",
          heading: "accuracy", $0)
      },
      trainAccuracy.map {
        Column(
          "train_accuracy", "the same of rows that are trained on", heading: "train acc.", isShown: false, $0)
      },
    ].compactMap { $0 }
  }
}

extension PredictedOutputs {
  /// Columns of `curves.csv`.
  var accuracyColumns: [Column] { curves.accuracyColumns }

  /// The accuracies at the end.
  var accuracyFinding: String? {
    guard let test = curves.testAccuracy?.last, let train = curves.trainAccuracy?.last else { return nil }
    let drawn =
      draws.map {
        $0 > 0
          ? "; \($0) draws a row, standard error at most \(NumberText.short(100 * (accuracyError ?? 0))) points" : ""
      } ?? ""
    return
      "expected accuracy \(NumberText.short(100 * test)) % on rows that are not trained on, \(NumberText.short(100 * train)) % on those that "
      + "are (the mean over trained networks\(drawn))"
  }

  /// Accuracies against steps.
  func accuracyFigure(_ prediction: Prediction) -> Figure? {
    guard let test = curves.testAccuracy, let train = curves.trainAccuracy, test.count > 1 else { return nil }
    let problem = prediction.problem
    let rows = PlottedRows(prediction.curve.steps.map(Double.init), isLogarithmic: problem.isOverDecades)
    return Figure(
      name: "accuracy", title: problem.title("Predicted accuracy of a deep linear network"),
      caption:
        "Predicted without training: the expected share of rows whose largest output is that of their class, of rows that are not trained "
        + "on (test) and of those that are (train).",
      horizontal: Figure.Axis(problem.rowName, isLogarithmic: problem.isOverDecades),
      vertical: Figure.Axis("share of rows in their class"),
      series: [
        Figure.Series("test", .line, .blue, rows.points(test)),
        Figure.Series("train", .dashed, .orange, rows.points(train)),
      ])
  }
}
