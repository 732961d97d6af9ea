import DeepLinear
import Figures
import Validation

/// The figures of loss curves.
enum CurveFigure {
  /// What the theory says.
  static func theory(_ curve: LearningCurve, _ problem: TrainingProblem) -> Figure {
    guard problem.time.isFlow || problem.time.rows == .log else {
      return figure(
        problem, title: "Predicted loss",
        series: [
          Figure.Series("test", .line, .blue, points(curve.steps, curve.testLoss)),
          Figure.Series("train", .line, .orange, points(curve.steps, curve.trainLoss)),
        ], losses: curve.testLoss + curve.trainLoss)
    }
    return overDecades(curve, problem)
  }

  /// Rows that grow by equal factors: both axes logarithmic, without the start, which has no place there.
  private static func overDecades(_ curve: LearningCurve, _ problem: TrainingProblem) -> Figure {
    let places = problem.time.isFlow ? curve.times : curve.steps.map(Double.init)
    func points(_ losses: [Double]) -> [Figure.Point] {
      zip(places, losses).filter { $0 > 0 && $1 > 0 }.map { Figure.Point($0, $1) }
    }
    return figure(
      problem, title: "Predicted loss",
      series: [
        Figure.Series("test", .line, .blue, points(curve.testLoss)),
        Figure.Series("train", .line, .orange, points(curve.trainLoss)),
      ], losses: curve.testLoss + curve.trainLoss,
      horizontal: Figure.Axis(problem.time.isFlow ? "time" : "step", isLogarithmic: true))
  }

  /// Means of trained networks with a band of two standard errors.
  static func ensemble(_ ensemble: Ensemble, rows: [Int], _ problem: TrainingProblem) -> Figure {
    let test = ensemble.means(\.testLoss)
    let train = ensemble.means(\.trainLoss)
    func series(_ name: String, _ means: [Ensemble.Mean], _ color: Figure.Color) -> [Figure.Series] {
      let points = rows.map { Figure.Point(Double($0), means[$0].value, halfWidth: 2 * means[$0].standardError) }
      return [Figure.Series("", .band, color, points), Figure.Series(name, .line, color, points)]
    }
    return figure(
      problem, title: "Mean loss of \(ensemble.replicas.count) trained networks, band: two standard errors",
      series: series("test", test, .blue) + series("train", train, .orange),
      losses: (test + train).map(\.value))
  }

  /// Trained networks with their simultaneous band, and the theory over them.
  static func agreement(_ agreement: Agreement, _ problem: TrainingProblem) -> Figure {
    func series(_ name: String, _ label: String, _ theory: String, _ color: Figure.Color) -> [Figure.Series] {
      let own = agreement.points.filter { $0.name == name && $0.measured.isFinite }
      let band = own.map { Figure.Point(Double($0.step), $0.measured, halfWidth: $0.halfWidth) }
      return [
        Figure.Series("", .band, color, band), Figure.Series("\(label), networks", .line, color, band),
        Figure.Series(theory, .dashed, .black, own.map { Figure.Point(Double($0.step), $0.theory) }),
      ]
    }
    return figure(
      problem,
      title: "Theory and \(agreement.replicas) trained networks, band: 99 % at all steps together",
      series: series("test loss", "test", "theory", .blue) + series("train loss", "train", "", .orange),
      losses: agreement.points.map(\.theory))
  }

  /// A log beside the theory.
  static func log(
    _ curve: LearningCurve, _ log: [(name: String, comparison: LogComparison)], _ problem: TrainingProblem
  )
    -> Figure
  {
    let logged = log.map { column in
      Figure.Series(
        "\(column.name), log", .points, column.name == "test" ? .blue : .orange,
        points(column.comparison.steps, column.comparison.logged))
    }
    return figure(
      problem, title: "A training log and the theory",
      series: logged + [
        Figure.Series("test, theory", .line, .blue, points(curve.steps, curve.testLoss)),
        Figure.Series("train, theory", .dashed, .orange, points(curve.steps, curve.trainLoss)),
      ], losses: curve.testLoss + curve.trainLoss)
  }

  private static func figure(
    _ problem: TrainingProblem, title: String, series: [Figure.Series], losses: [Double],
    horizontal: Figure.Axis = Figure.Axis("step")
  ) -> Figure {
    let positive = losses.filter { $0 > 0 && $0.isFinite }
    let spans = (positive.max() ?? 1) > 3 * (positive.min() ?? 1)
    return Figure(
      name: "loss", title: title + "\n" + ProblemText.network(problem), horizontal: horizontal,
      vertical: Figure.Axis("mean squared error", isLogarithmic: spans), series: series)
  }

  private static func points(_ steps: [Int], _ losses: [Double]) -> [Figure.Point] {
    zip(steps, losses).map { Figure.Point(Double($0), $1) }
  }
}
