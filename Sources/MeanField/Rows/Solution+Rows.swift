import LinearAlgebra
import Problems

extension Solution {
  /// The same solution with the losses of the very test rows in place of those of the population, equation (16.3); as it is where no rows
  /// are given. The march's own losses are those of the training rows.
  func onGivenRows() -> Solution {
    guard let test = problem.data.rows?.test, case .measured(let measured) = problem.data.spectrum,
      GivenBatches(problem)?.bringsTestLoss != true
    else { return self }
    var result = self
    let losses = GivenRowsLaw(self, measured).losses(test)
    result.curve.testLoss = curve.steps.indices.map { row in losses.reduce(0) { $0 + $1[row] } }
    result.outputs?.testLoss = losses
    return result
  }

  /// The expected share of the test rows, and of the training rows, of an exact split whose class is right.
  ///
  /// - Returns: nil where the outputs are no classes, or no rows are given.
  public func accuracyOfGivenRows() -> PredictedAccuracy? {
    if let wide { return wide.accuracy }
    guard let rows = problem.data.rows, let train = rows.train, let test = rows.test,
      case .measured(let measured) = problem.data.spectrum, let outputs = measured.outputs, outputs.areClasses
    else { return nil }
    let law = GivenRowsLaw(self, measured)
    let count = outputs.names.count
    func shares(_ rows: PreparedTable) -> (shares: [Double], error: Double) {
      let draws = count == 2 ? [] : Self.draws(rows: rows.rows, outputs: count)
      return law.shares(rows, classes: rows.classes ?? [], draws: draws)
    }
    let (tested, trained) = (shares(test), shares(train))
    return PredictedAccuracy(
      test: tested.shares, train: trained.shares, error: max(tested.error, trained.error),
      draws: count == 2 ? 0 : 2 * Self.pairs)
  }
}

extension Solver {
  /// What an exact split cannot have.
  static func refusalsOfGivenRows(_ problem: TrainingProblem) -> [Refusal] {
    guard problem.data.rows != nil else { return [] }
    var refusals = [Refusal.ofMissingRows(problem)].compactMap { $0 }
    if problem.data.outputCount > 1, GivenBatches(problem)?.bringsTestLoss == true {
      refusals.append(
        Refusal(
          key: "training.mode",
          reason:
            "batches of given rows in an order, or drawn independently, are followed for one output, and there are "
            + "\(problem.data.outputCount)", suggestion: "use training.shuffle=epochs or training.mode=batch"))
    }
    if case .discrete = problem.time.kind { return refusals }
    refusals.append(
      Refusal(
        key: "training.time",
        reason:
          "the test loss of given rows is followed step by step, and \(problem.time.isFlow ? "flow" : "panels") has no steps",
        suggestion: "use training.time=discrete"))
    return refusals
  }
}
