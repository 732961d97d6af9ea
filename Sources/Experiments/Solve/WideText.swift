import JSON
import MeanField
import Problems
import Reports

/// The lazy limit of infinite width in words.
enum WideText {
  /// How to keep the kernels.
  static let hint = "kernels of all pairs of rows: -o DIR --arrays keeps nngp and ntk in arrays.npz"

  /// What is assumed, and what that is worth.
  static let assumption =
    "assumes infinite width and features that do not move (lazy): networks of width 1,000 can still be 10 to 20 % away far down the train "
    + "curve; dmft validate with simulation.width=1024 measures it"
}

extension WideLimit.Report {
  /// The largest stable rate of plain gradient descent.
  var edgeWords: String {
    edge.isFinite
      ? "plain gradient descent is stable below the rate \(NumberText.brief(edge))"
      : "the kernel is zero, and nothing is learned"
  }

  /// Where the rate stands, and what is assumed.
  func sentences(_ problem: TrainingProblem, _ outcome: Outcome) -> [String] {
    let start =
      problem.parameterization.rule == .muP
      ? "starts from the function zero (muP)" : "starts from a random function, over which losses are averaged"
    let stable =
      outcome == .completed
      ? [edgeWords + " (training.learningRate is \(NumberText.short(problem.optimizer.learningRate)))"] : []
    return ["infinite width: \(start)"] + stable + [WideText.assumption]
  }

  /// For programs.
  var json: JSONValue {
    .object([
      "train_rows": .integer(trainRows), "test_rows": .integer(testRows),
      "stable_rate": edge.isFinite ? .number(edge) : .null,
      "smallest_eigenvalue_share": .number(smallestShare), "kernel_error": .number(error),
    ])
  }

  /// Measures of the solution.
  var checks: [Report.Check] {
    [
      Report.Check(
        "kernels of \(trainRows + testRows) rows", NumberText.brief(error),
        "relative error of a series that was cut, or of steps in depth; 0 for closed forms"),
      Report.Check(
        "kernel is positive", NumberText.brief(smallestShare),
        "its smallest eigenvalue over the largest, which must not be below zero by more than rounding"),
      Report.Check(
        "left out", "1/N",
        "networks of finite width differ by terms of this order, and more the further their loss has fallen; "
          + "validate with simulation.width measures them"),
    ]
  }
}

extension WideLimit.Report { typealias Report = Reports.Report }
