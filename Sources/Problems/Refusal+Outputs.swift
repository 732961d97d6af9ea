extension Refusal {
  /// The refusal of a problem with several outputs where only one is taken.
  ///
  /// - Parameters:
  ///   - problem: any problem.
  ///   - subject: what takes one output, such as `a training log is compared with`.
  /// - Returns: nil where there is one output.
  public static func ofSeveralOutputs(_ problem: TrainingProblem, _ subject: String) -> Refusal? {
    let count = problem.data.outputCount
    guard count > 1 else { return nil }
    guard case .measured(let measured) = problem.data.spectrum else {
      return Refusal(
        key: "data.outputs", reason: "\(subject) one output, and there are \(count)", suggestion: "use data.outputs=1")
    }
    let isClassified = measured.outputs?.areClasses == true
    return Refusal(
      key: isClassified ? "data.targets" : "data.target",
      reason: "\(subject) one output, and the target has \(count) \(isClassified ? "classes" : "columns")",
      suggestion: isClassified ? "use a column of numbers, with data.targets=numeric" : "name one column in data.target"
    )
  }
}
