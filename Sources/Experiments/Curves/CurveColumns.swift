import Problems
import Reports

extension LearningCurve {
  /// The columns that every `curves.csv` begins with, in units of the target's variance.
  ///
  /// - Parameters:
  ///   - time: the kind of time, which names the rows.
  ///   - data: the data, which say what a loss is.
  /// - Returns: step, time, test loss, train loss.
  func columns(_ time: TimeGrid, _ data: DataModel) -> [Column] {
    let loss = data.lossRule?.lossName ?? "mean squared error"
    return [
      Column("step", heading: time.isFlow ? "row" : "step", integers: steps),
      Column("time", time.isFlow ? "time of gradient flow" : "sum of the learning rates", times),
      Column("test_loss", loss + " on fresh samples, noise included", heading: "test", testLoss),
      Column("train_loss", loss + " on the training samples", heading: "train", trainLoss),
    ]
  }

  /// `batch_loss`, behind the columns that every `curves.csv` has; none without minibatches.
  var batchColumns: [Column] {
    guard let batchLoss else { return [] }
    return [
      Column(
        "batch_loss", "mean squared error on the batch of the step, before its update", heading: "batch", batchLoss)
    ]
  }

  /// `r_squared`, the last column of every `curves.csv`: the share of the target's variance that the network explains on fresh samples.
  /// None under other losses.
  func rSquared(_ data: DataModel) -> [Column] {
    guard data.lossRule == nil else { return [] }
    let variance = data.targetVariance
    return [
      Column(
        "r_squared", "1 - test_loss / \(NumberText.short(variance)), the variance of the target with its noise",
        heading: "R^2",
        testLoss.map { 1 - $0 / variance })
    ]
  }

  /// What people read below a table of losses.
  func note(_ data: DataModel) -> String {
    guard data.lossRule == nil else { return "(losses: \(ProblemText.lossUnit(data)))" }
    return "(losses: \(ProblemText.lossUnit(data)); R^2 = 1 - test / \(NumberText.short(data.targetVariance)))"
  }

  /// Both losses drawn with characters.
  func plot(_ time: TimeGrid) -> CharacterPlot {
    CharacterPlot(
      [CharacterPlot.Series(".", "train", trainLoss), CharacterPlot.Series("*", "test", testLoss)],
      end: time.isFlow
        ? "time \(NumberText.short(times.last ?? 0)) (rows by equal factors)" : "step \(steps.last ?? 0)")
  }
}

extension Prediction {
  /// `gradient_norm`, under an optimiser that reads the gradient; none for others.
  var gradientColumns: [Column] {
    guard let gradients else { return [] }
    return [
      Column(
        "gradient_norm", "E(t): length of the gradient of all layers times gamma0 sqrt(N)", heading: "E", gradients.norm
      )
    ]
  }
}
