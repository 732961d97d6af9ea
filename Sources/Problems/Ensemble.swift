/// What was measured on one trained network, one number a step; a diverged network has the steps before it diverged.
public struct ReplicaCurve: Codable, Hashable, Sendable {
  /// Mean squared error on fresh or held-out data, target noise included.
  public var testLoss: [Double]
  /// Mean squared error on the training samples; where each step sees new ones, on those of the step.
  public var trainLoss: [Double]
  /// Mean squared error on the batch of the step, before its update; nil where the batch is the whole training set.
  public var batchLoss: [Double]?
  /// `H^l(t,t)`, L + 1 lists from the gradient at the input; equation (8.5).
  public var forward: [[Double]]
  /// `G^l(t,t)`, L lists from layer 1; equation (8.5). Of several outputs these and `forward` are sums over them.
  public var backward: [[Double]]
  /// What is measured of each of several outputs; nil for one.
  public var outputs: OutputCurves?
  /// Spectra of the weights and the sharpness at some steps; nil where they were not asked for.
  public var spectra: NetworkSpectra?

  /// - Parameters:
  ///   - testLoss: one number a step, of several outputs their sum.
  ///   - trainLoss: one number a step, of several outputs their sum.
  ///   - forward: L + 1 lists.
  ///   - backward: L lists.
  ///   - outputs: of each of several outputs.
  ///   - batchLoss: one number a step, of several outputs their sum; nil without minibatches.
  public init(
    testLoss: [Double], trainLoss: [Double], forward: [[Double]], backward: [[Double]], outputs: OutputCurves? = nil,
    batchLoss: [Double]? = nil
  ) {
    self.testLoss = testLoss
    self.trainLoss = trainLoss
    self.batchLoss = batchLoss
    self.forward = forward
    self.backward = backward
    self.outputs = outputs
  }

  /// Number of steps measured, the start included.
  public var count: Int { testLoss.count }
}

/// Curves of independently trained networks of one problem.
public struct Ensemble: Codable, Hashable, Sendable {
  /// Sum of the learning rates before each step.
  public var times: [Double]
  /// In the order of their indices.
  public var replicas: [ReplicaCurve]

  /// - Parameters:
  ///   - times: one time for each step of a complete run.
  ///   - replicas: what was measured.
  public init(times: [Double], replicas: [ReplicaCurve]) {
    self.times = times
    self.replicas = replicas
  }

  /// Number of steps of the longest curve.
  public var count: Int { replicas.map(\.count).max() ?? 0 }
  /// How many networks diverged before the last step.
  public var diverged: Int { replicas.count { $0.count < times.count } }
  /// The first step at which a network is missing; nil if none diverged.
  public var firstDivergence: Int? {
    diverged > 0 ? replicas.map(\.count).min() : nil
  }

  /// A mean over the networks that got so far, with its standard error.
  public struct Mean: Codable, Hashable, Sendable {
    /// The mean.
    public let value: Double
    /// Standard error of the mean; NaN for a single network.
    public let standardError: Double
    /// How many networks it is over.
    public let replicas: Int

    /// The mean of some values, summed in their order.
    ///
    /// - Parameter values: one a network.
    public init(of values: [Double]) {
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      value = mean
      standardError = (squares / (count * (count - 1))).squareRoot()
      replicas = values.count
    }
  }

  /// Means over the networks at each step, summed in the order of the replicas.
  ///
  /// - Parameter curve: what of a network.
  /// - Returns: one mean for each step that any network reached.
  public func means(_ curve: (ReplicaCurve) -> [Double]) -> [Mean] {
    let curves = replicas.map(curve)
    return (0..<count).map { row in Mean(of: curves.compactMap { row < $0.count ? $0[row] : nil }) }
  }

  /// Means of the batch losses; nil without minibatches.
  public var batchMeans: [Mean]? {
    replicas.contains { $0.batchLoss != nil } ? means { $0.batchLoss ?? [] } : nil
  }

  /// The mean curve.
  public var meanCurve: LearningCurve {
    LearningCurve(
      steps: Array(0..<count), times: Array(times.prefix(count)),
      testLoss: means(\.testLoss).map(\.value), trainLoss: means(\.trainLoss).map(\.value),
      batchLoss: batchMeans?.map(\.value))
  }
}
