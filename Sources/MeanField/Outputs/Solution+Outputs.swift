import Problems

extension Solution {
  /// The solution of a network with several outputs, from those of its marches: losses and correlations are sums over outputs.
  ///
  /// - Parameters:
  ///   - problem: with all outputs.
  ///   - parts: marches that have their time points in common.
  ///   - report: how outputs were cut into marches.
  init(_ problem: TrainingProblem, _ parts: [(march: PreparedMarch, solution: Solution)], _ report: OutputReport) {
    let solutions = parts.map(\.solution)
    let count = solutions.map(\.curve.steps.count).min() ?? 0
    let shortest = solutions.first { $0.curve.steps.count == count && $0.outcome != .completed } ?? solutions[0]
    self.problem = problem
    outputReport = report
    outcome = shortest.outcome
    func curves(_ blocks: (LossBlocks) -> [[Double]]) -> [[Double]] {
      var lists = [[Double]](repeating: [], count: report.outputs)
      for row in 0..<count {
        var diagonal = [Double](repeating: 0, count: report.outputs)
        for part in parts {
          guard let own = part.solution.blocks else { preconditionFailure("a march of outputs keeps their losses") }
          part.march.addDiagonal(of: blocks(own)[row], to: &diagonal)
        }
        for (output, loss) in diagonal.enumerated() { lists[output].append(max(loss, 0)) }
      }
      return lists
    }
    let found = OutputCurves(testLoss: curves(\.test), trainLoss: curves(\.train))
    let batches = problem.minibatches.map { _ in curves { $0.batch ?? [] } }
    func total(_ lists: [[Double]]) -> [Double] { (0..<count).map { row in lists.reduce(0) { $0 + $1[row] } } }
    outputs = found
    self.parts = parts
    curve = LearningCurve(
      steps: Array(shortest.curve.steps.prefix(count)), times: Array(shortest.curve.times.prefix(count)),
      testLoss: total(found.testLoss), trainLoss: total(found.trainLoss),
      batchLoss: batches.map(total))
    blocks = nil
    gradients = GradientCurves(solutions.compactMap(\.gradients), count: count)
    orderParameters = OrderParameters(
      solutions.map(\.orderParameters), count: solutions.map(\.orderParameters.count).min() ?? 0)
    residual = solutions.map(\.residual).reduce(0) { $1 > $0 || $1.isNaN ? $1 : $0 }
    compression = .joined(solutions.map(\.compression))
    depth = solutions.compactMap(\.depth).max { $0.error < $1.error }
    panels = shortest.panels
    between = shortest.between
  }
}
