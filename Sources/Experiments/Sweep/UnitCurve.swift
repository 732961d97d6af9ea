import Problems

/// The result of one unit of a sweep: its curve, and how it ended.
public struct UnitCurve: Codable, Hashable, Sendable {
  /// How the run ended.
  public let outcome: Outcome
  /// Losses of the reported rows; of trained networks their means.
  public internal(set) var curve: LearningCurve
  /// Standard errors of the test loss, one for each row; empty for the theory.
  public internal(set) var testError: [Double] = []
  /// Standard errors of the train loss, likewise.
  public internal(set) var trainError: [Double] = []
  /// Number of trained networks; 0 for the theory.
  public var networks = 0
  /// How many of them diverged.
  public var divergedNetworks = 0

  /// The row with the smallest test loss; nil for a run without rows.
  public var best: Int? { curve.testLoss.indices.min { curve.testLoss[$0] < curve.testLoss[$1] } }

  /// Drops all rows but some.
  mutating func keep(_ rows: [Int]) {
    curve = curve.rows(rows)
    guard !testError.isEmpty else { return }
    (testError, trainError) = (rows.map { testError[$0] }, rows.map { trainError[$0] })
  }
}

extension UnitCurve {
  /// As a list of numbers, to be kept in a file.
  var numbers: [Double] {
    let (code, step): (Double, Int) =
      switch outcome {
      case .completed: (0, 0)
      case .diverged(let step): (1, step)
      case .unsettled(let step): (2, step)
      }
    let head = [step, networks, divergedNetworks, curve.steps.count, testError.count].map(Double.init)
    return [code] + head + curve.steps.map(Double.init) + curve.times + curve.testLoss + curve.trainLoss + testError
      + trainError + (curve.batchLoss ?? [])
  }

  /// From such a list; nil if it is none.
  init?(numbers: [Double]) {
    let head = numbers.prefix(6).compactMap { Int(exactly: $0) }
    guard head.count == 6, head[4] >= 0, head[5] == 0 || head[5] == head[4],
      [4 * head[4], 5 * head[4]].contains(numbers.count - 6 - 2 * head[5])
    else { return nil }
    let (rows, errors) = (head[4], head[5])
    let hasBatches = numbers.count > 6 + 4 * rows + 2 * errors
    func list(_ start: Int, _ count: Int) -> [Double] { Array(numbers[6 + start..<6 + start + count]) }
    let steps = list(0, rows).compactMap { Int(exactly: $0) }
    let outcomes: [Outcome] = [.completed, .diverged(step: head[1]), .unsettled(step: head[1])]
    guard steps.count == rows, outcomes.indices.contains(head[0]) else { return nil }
    self.init(
      outcome: outcomes[head[0]],
      curve: LearningCurve(
        steps: steps, times: list(rows, rows), testLoss: list(2 * rows, rows), trainLoss: list(3 * rows, rows),
        batchLoss: hasBatches ? list(4 * rows + 2 * errors, rows) : nil),
      testError: list(4 * rows, errors), trainError: list(4 * rows + errors, errors), networks: head[2],
      divergedNetworks: head[3])
  }
}
