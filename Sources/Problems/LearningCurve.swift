/// Losses against time: mean squares, without the factor 1/2 of the objective, equation (2.4), in units
/// where generated signals, or a real target, have variance 1.
public struct LearningCurve: Codable, Hashable, Sendable {
  /// Step (discrete time) or row index (flow), rising from 0.
  public var steps: [Int]
  /// Sum of the learning rates `η_t` of all steps before, or flow time; one entry a row.
  public var times: [Double]
  /// Mean squared error on fresh data, target noise included.
  public var testLoss: [Double]
  /// Mean squared error on the data of the step.
  public var trainLoss: [Double]

  /// - Parameters:
  ///   - steps: step or row index.
  ///   - times: time of each row.
  ///   - testLoss: one entry a row.
  ///   - trainLoss: one entry a row.
  public init(steps: [Int], times: [Double], testLoss: [Double], trainLoss: [Double]) {
    self.steps = steps
    self.times = times
    self.testLoss = testLoss
    self.trainLoss = trainLoss
  }

  /// The curve at some of its rows.
  ///
  /// - Parameter rows: row indices.
  /// - Returns: a shorter curve.
  public func rows(_ rows: [Int]) -> LearningCurve {
    LearningCurve(
      steps: rows.map { steps[$0] }, times: rows.map { times[$0] },
      testLoss: rows.map { testLoss[$0] }, trainLoss: rows.map { trainLoss[$0] })
  }
}
