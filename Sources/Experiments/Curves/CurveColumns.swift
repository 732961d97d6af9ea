import Problems
import Reports

extension LearningCurve {
  /// The columns that every `curves.csv` begins with, in units of the target's variance.
  ///
  /// - Parameter time: the kind of time, which names the rows.
  /// - Returns: step, time, test loss, train loss.
  func columns(_ time: TimeGrid) -> [Column] {
    [
      Column("step", heading: time.isFlow ? "row" : "step", integers: steps),
      Column("time", time.isFlow ? "time of gradient flow" : "sum of the learning rates", times),
      Column("test_loss", "mean squared error on fresh samples, noise included", heading: "test", testLoss),
      Column("train_loss", "mean squared error on the training samples", heading: "train", trainLoss),
    ]
  }

  /// Both losses drawn with characters.
  func plot(_ time: TimeGrid) -> CharacterPlot {
    CharacterPlot(
      [CharacterPlot.Series(".", "train", trainLoss), CharacterPlot.Series("*", "test", testLoss)],
      end: time.isFlow
        ? "time \(NumberText.short(times.last ?? 0)) (rows by equal factors)" : "step \(steps.last ?? 0)")
  }
}
