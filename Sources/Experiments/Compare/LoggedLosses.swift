import Problems
import Tables

/// What a log has, laid on the steps of the theory: each column beside the curve that it is compared with.
struct LoggedLosses {
  /// A loss of the log and of the theory.
  struct Pair {
    /// `train`, `batch` or `test`.
    let name: String
    let column: TrainingLog.Column
    /// One number a step; not a number where there is nothing to compare.
    let theory: (LearningCurve) -> [Double]
  }

  /// Train or batch loss, then test loss.
  let pairs: [Pair]
  let testAccuracy: TrainingLog.Column?
  let trainAccuracy: TrainingLog.Column?
  /// How the log was understood, a clause for each column.
  let reading: [String]

  /// - Parameters:
  ///   - log: as it was read.
  ///   - problem: what was trained.
  init(_ log: TrainingLog, _ problem: TrainingProblem) {
    let batches = problem.minibatches
    let shares = batches.map { $0.rule.shares(of: $0.share) } ?? [1]
    let each = batches.map { $0.rule.stepsPerEpoch($0.share) } ?? 1
    let first = [log.test, log.train, log.batch].compactMap { $0?.steps.first }.min() == 0 ? 0 : 1
    func placed(_ column: TrainingLog.Column?) -> TrainingLog.Column? {
      log.isByEpoch ? column?.atEpochEnds(stepsPerEpoch: each, first: first) : column
    }
    // What programs log while they train is the loss of batches; a name that says otherwise is believed.
    let isBatchLoss = log.isByEpoch || log.train?.name.lowercased() == "loss"
    let batch = log.batch ?? (batches != nil && isBatchLoss ? log.train : nil)
    let train = batch == log.train ? nil : log.train
    let weights = shares.count == each ? shares : Array(repeating: 1, count: each)
    func means(_ loss: [Double]) -> [Double] {
      var all = [Double](repeating: .nan, count: loss.count)
      for (epoch, mean) in LearningCurve.epochMeans(loss, shares: weights).enumerated() {
        let end = (epoch + 1) * each
        if end < all.count { all[end] = mean }
      }
      return all
    }
    let byEpoch = log.isByEpoch
    var pairs: [Pair] = []
    if let train = placed(train) {
      pairs.append(Pair(name: "train", column: train) { byEpoch ? means($0.trainLoss) : $0.trainLoss })
    }
    if let batch = placed(batch) {
      pairs.append(
        Pair(name: batches == nil ? "train" : "batch", column: batch) { curve in
          let loss = curve.batchLoss ?? curve.trainLoss
          return byEpoch ? means(loss) : loss
        })
    }
    if let test = placed(log.test) { pairs.append(Pair(name: "test", column: test) { $0.testLoss }) }
    self.pairs = pairs
    testAccuracy = placed(log.testAccuracy)
    trainAccuracy = placed(log.trainAccuracy)
    let mean = byEpoch ? " (mean over each epoch)" : ""
    reading =
      pairs.map { "\($0.column.name) as \($0.name) loss" + ($0.name == "test" ? "" : mean) }
      + (byEpoch ? ["epoch \(first) ends at step \(each)"] : [])
  }
}

extension Refusal {
  /// The refusal of a log by epochs where a step has no epoch.
  static func ofEpochs(_ log: TrainingLog, _ problem: TrainingProblem) -> Refusal? {
    guard log.isByEpoch, problem.data.sampling.trainingSet == nil else { return nil }
    return Refusal(
      key: "training.mode", reason: "the log counts epochs, and every step sees new samples",
      suggestion: "log steps, or use training.mode=minibatch or batch")
  }
}
