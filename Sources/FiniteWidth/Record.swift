import Problems

/// What is measured along one training.
struct Record {
  private var curve: ReplicaCurve
  private var fields: TwoTimeFields?
  private let outputs: Int

  init(_ sizes: Sizes, keepsTwoTimes: Bool, hasLabels: Bool = false) {
    outputs = sizes.outputs
    let each = [[Double]](repeating: [], count: sizes.outputs)
    curve = ReplicaCurve(
      testLoss: [], trainLoss: [], forward: Array(repeating: [], count: sizes.hiddenLayers + 1),
      backward: Array(repeating: [], count: sizes.hiddenLayers),
      outputs: sizes.outputs > 1 ? OutputCurves(testLoss: each, trainLoss: each) : nil)
    if hasLabels { curve.outputs = OutputCurves(testLoss: [], trainLoss: [], testAccuracy: [], trainAccuracy: []) }
    fields = keepsTwoTimes ? TwoTimeFields(hiddenLayers: sizes.hiddenLayers, outputs: sizes.outputs) : nil
  }

  /// Whether the losses are within bounds; the start itself is.
  func isFinite(_ answer: InputGradient) -> Bool {
    func fits(_ loss: Double, _ start: Double?) -> Bool {
      loss.isFinite && loss <= Outcome.divergenceFactor * (start ?? loss)
    }
    return fits(answer.testLoss, curve.testLoss.first) && fits(answer.trainLoss, curve.trainLoss.first)
      && answer.batchLoss.map { fits($0, curve.batchLoss?.first) } ?? true
  }

  /// The diagonals of equation (8.5), of several outputs their sums.
  mutating func append(
    _ answer: InputGradient, forward: [[Double]], backward: [[Double]], dimension: Double
  ) {
    appendLosses(answer)
    curve.forward[0].append(Self.square(answer.field) / dimension)
    for layer in forward.indices {
      let width = Double(forward[layer].count / outputs)
      curve.forward[layer + 1].append(Self.square(forward[layer]) / width)
      curve.backward[layer].append(Self.square(backward[layer]) / width)
    }
    fields?.append(answer, forward: forward, backward: backward)
  }

  /// The same of a network with an activation, whose strengths are measured sample by sample.
  mutating func append(_ answer: InputGradient, strengths: (forward: [Double], backward: [Double])) {
    appendLosses(answer)
    for (layer, strength) in strengths.forward.enumerated() {
      curve.forward[layer].append(strength)
    }
    for (layer, strength) in strengths.backward.enumerated() {
      curve.backward[layer].append(strength)
    }
  }

  private mutating func appendLosses(_ answer: InputGradient) {
    curve.testLoss.append(answer.testLoss)
    curve.trainLoss.append(answer.trainLoss)
    if let loss = answer.batchLoss {
      if curve.batchLoss == nil { curve.batchLoss = [] }
      curve.batchLoss?.append(loss)
    }
    curve.outputs?.append(answer)
  }

  private static func square(_ field: [Double]) -> Double { field.reduce(0) { $0 + $1 * $1 } }

  /// All that was measured.
  func network(diverged: Bool, _ data: DataModel, spectra: NetworkSpectra? = nil) -> TrainedNetwork {
    var curve = curve
    curve.spectra = spectra
    let noise = TargetNoise.variances(data).reduce(0, +)
    let correlations =
      diverged ? nil : fields?.correlations(dimension: data.normalizingDimension, noiseVariance: noise)
    return TrainedNetwork(curve: curve, correlations: correlations ?? [])
  }
}

extension OutputCurves {
  fileprivate mutating func append(_ answer: InputGradient) {
    if let first = testLoss.first, first.isEmpty {
      testAccuracy = answer.testAccuracy.map { _ in [] }
      trainAccuracy = answer.trainAccuracy.map { _ in [] }
    }
    // Of one output whose sign is the label, losses stand in the curve alone.
    if !testLoss.isEmpty {
      for (output, loss) in answer.test.enumerated() { testLoss[output].append(loss) }
      for (output, loss) in answer.train.enumerated() { trainLoss[output].append(loss) }
    }
    if let accuracy = answer.testAccuracy { testAccuracy?.append(accuracy) }
    if let accuracy = answer.trainAccuracy { trainAccuracy?.append(accuracy) }
  }
}
