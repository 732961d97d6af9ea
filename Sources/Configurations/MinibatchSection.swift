import Problems

/// The rules of minibatches.
extension ValueReader {
  /// How the training set is cut into batches; nil in other modes, and where something is wrong, with the mistake recorded.
  ///
  /// - Parameters:
  ///   - samples: the training set.
  ///   - order: the rows of each step where they are given.
  /// - Returns: the rule.
  mutating func minibatches(_ samples: DataModel.SampleSize, order: [[Int]]? = nil) -> Minibatches? {
    guard word("training.mode") == "minibatch" else {
      refuseElsewhere()
      return nil
    }
    guard !isGiven("training.batchOrder") else {
      return order.map { Minibatches(samplesPerStep: .count($0.map(\.count).max() ?? 1), shuffle: .fixed) }
    }
    guard isGiven("training.samplesPerStep") else {
      if areSound("training.mode") {
        refuse(
          "training.mode", "training.mode=minibatch needs training.samplesPerStep, the samples of a batch",
          suggestion: "set training.samplesPerStep, such as 32")
      }
      return nil
    }
    guard let size = integer("training.samplesPerStep") else { return nil }
    if case .count(let count) = samples, size > count,
      areSound("training.samplesPerStep", "data.samples", "data.file")
    {
      refuse(
        "training.samplesPerStep",
        "a batch of training.samplesPerStep=\(size) samples exceeds the training set of \(count)",
        suggestion: "use at most \(count); fresh samples at each step are training.mode=onePass")
    }
    let shuffle = word("training.shuffle").flatMap(Minibatches.Shuffle.init) ?? .epochs
    if flag("training.dropLast"), !shuffle.isPartition, areSound("training.dropLast", "training.shuffle") {
      refuse(
        "training.dropLast",
        "training.dropLast has no meaning with training.shuffle=\(shuffle.rawValue): no batch is left over",
        suggestion: "use it with training.shuffle=epochs or fixed")
    }
    return Minibatches(samplesPerStep: .count(size), shuffle: shuffle, dropsLast: flag("training.dropLast"))
  }

  /// Keys of minibatches beside another mode.
  private mutating func refuseElsewhere() {
    guard let mode = word("training.mode"), areSound("training.mode") else { return }
    for key in ["training.shuffle", "training.dropLast", "training.epochs"] where isGiven(key) && areSound(key) {
      refuse(
        key, "\(key) is for training.mode=minibatch, and the mode is \(mode)",
        suggestion: key == "training.epochs"
          ? "use training.steps, or training.mode=minibatch with training.samplesPerStep"
          : "use training.mode=minibatch with training.samplesPerStep, or remove it")
    }
  }

  /// Converts epochs into steps.
  ///
  /// - Parameter problem: whose data are known.
  mutating func countEpochs(_ problem: TrainingProblem) {
    guard isGiven("training.epochs"), let epochs = integer("training.epochs"), let (rule, share) = problem.minibatches
    else { return }
    let each = rule.stepsPerEpoch(share)
    let (steps, isTooMany) = epochs.multipliedReportingOverflow(by: each)
    guard !isTooMany, steps <= 1_000_000_000_000 else {
      refuse("training.epochs", "\(epochs) epochs of \(each) steps are more than 1e12 steps")
      return
    }
    derive(
      "training.steps", .integer(steps), how: "\(epochs) epochs of \(each) batches", from: "training.epochs")
  }
}
