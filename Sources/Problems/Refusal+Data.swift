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
      key: "data.target",
      reason: "\(subject) one output, and the target has \(count) \(isClassified ? "classes" : "columns")",
      suggestion: isClassified ? "use a column of numbers, with data.targets=numeric" : "name one column in data.target"
    )
  }
}

extension Refusal {
  /// The refusal of as many training samples as a table has rows, or more: networks are tested on the rows that are left.
  ///
  /// - Parameter problem: any problem.
  /// - Returns: nil where rows are left, or none are drawn.
  public static func ofTooFewRows(_ problem: TrainingProblem) -> Refusal? {
    guard case .measured(let measured) = problem.data.spectrum, let samples = problem.samplesOfTable,
      samples >= Double(measured.rows)
    else { return nil }
    let rest = "the rest is for the test loss; dmft solve, transfer and explain take more"
    guard case .ratio(let ratio)? = problem.data.sampling.trainingSet else {
      return Refusal(
        key: "data.samples",
        reason:
          "data.samples must be below the \(measured.rows) rows of the file to train networks, got \(Int(samples))",
        suggestion: rest)
    }
    return Refusal(
      key: "data.sampleRatio",
      reason:
        "data.sampleRatio \(ratio) of \(measured.eigenvalues.count) dimensions leaves none of \(measured.rows) rows to test",
      suggestion: "at most \(Double(measured.rows - 1) / Double(measured.eigenvalues.count)) leaves one; \(rest)")
  }
}

extension Refusal {
  /// The refusal of decay that would go into a momentum buffer which is then made orthogonal.
  ///
  /// - Parameter problem: any problem.
  /// - Returns: nil where there is no such decay or no such buffer.
  public static func ofCoupledDecay(_ problem: TrainingProblem) -> Refusal? {
    guard problem.orthogonalBuffer != nil, case .coupled = problem.optimizer.weightDecay else { return nil }
    return Refusal(
      key: "training.weightDecay",
      reason:
        "coupled decay with training.momentumOrder=before puts the initial weights into the buffer that is made orthogonal",
      suggestion: "use training.decoupled=true, as Muon does")
  }
}

extension TrainingProblem {
  /// How many rows of a table are drawn to be trained on, P; nil for generated data, where each step sees other ones, and for an exact
  /// split.
  public var samplesOfTable: Double? {
    guard data.rows == nil, case .measured(let measured) = data.spectrum, let size = data.sampling.trainingSet else {
      return nil
    }
    switch size {
    case .count(let count): return Double(count)
    case .ratio(let ratio): return (ratio * Double(measured.eigenvalues.count)).rounded()
    }
  }
}
