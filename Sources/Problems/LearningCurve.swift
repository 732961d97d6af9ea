/// Losses against time: mean squares, without the factor 1/2 of the objective, equation (2.4), in units
/// where generated signals, or a real target, have variance 1.
public struct LearningCurve: Codable, Hashable, Sendable {
  /// Step (discrete time) or row index (flow), rising from 0.
  public var steps: [Int]
  /// Sum of the learning rates `η_t` of all steps before, or flow time; one entry a row.
  public var times: [Double]
  /// Mean squared error on fresh data, target noise included.
  public var testLoss: [Double]
  /// Mean squared error on the training samples; where each step sees new ones, on those of the step.
  public var trainLoss: [Double]
  /// Mean squared error on the batch of the step, before its update; nil where the batch is the whole training set.
  public var batchLoss: [Double]?

  /// - Parameters:
  ///   - steps: step or row index.
  ///   - times: time of each row.
  ///   - testLoss: one entry a row.
  ///   - trainLoss: one entry a row.
  ///   - batchLoss: one entry a row; nil without minibatches.
  public init(
    steps: [Int], times: [Double], testLoss: [Double], trainLoss: [Double], batchLoss: [Double]? = nil
  ) {
    self.steps = steps
    self.times = times
    self.testLoss = testLoss
    self.trainLoss = trainLoss
    self.batchLoss = batchLoss
  }

  /// The curve at some of its rows.
  ///
  /// - Parameter rows: row indices.
  /// - Returns: a shorter curve.
  public func rows(_ rows: [Int]) -> LearningCurve {
    LearningCurve(
      steps: rows.map { steps[$0] }, times: rows.map { times[$0] },
      testLoss: rows.map { testLoss[$0] }, trainLoss: rows.map { trainLoss[$0] },
      batchLoss: batchLoss.map { loss in rows.map { loss[$0] } })
  }

  /// Means of a loss over whole epochs, as a training log reports those of (15.5): each batch counts by its samples.
  ///
  /// - Parameters:
  ///   - loss: one entry a step, from step 0 on.
  ///   - shares: the batches of an epoch, as shares of the training set.
  /// - Returns: one mean for each epoch whose every step is there.
  public static func epochMeans(_ loss: [Double], shares: [Double]) -> [Double] {
    let total = shares.reduce(0, +)
    return (0..<loss.count / max(shares.count, 1)).map { epoch in
      zip(shares, loss[(epoch * shares.count)...]).reduce(0) { $0 + $1.0 * $1.1 } / total
    }
  }
}
