import Parsimony
import Problems
import Reports

/// How a chain of weight matrices is trained on all of its data at once.
public struct ChainTraining: Codable, Hashable, Sendable {
  /// Scale of each weight matrix at the start, input to output, at least two.
  public var scales: [Double]
  /// The optimiser, with the rate of the loss that is minimised.
  public var optimizer: LinearOptimizer
  /// Number of steps.
  public var steps: Int
  /// Which rows are reported.
  public var rows: TimeGrid.Rows
  /// Whether half the mean of the squared errors is minimised instead of half their sum.
  public var isMean: Bool
  /// Of all random numbers.
  public var seed: Int

  /// - Parameters:
  ///   - scales: scale of each weight matrix at the start, input to output, at least two.
  ///   - optimizer: the optimiser, with the rate of the loss that is minimised.
  ///   - steps: number of steps.
  ///   - rows: which rows are reported.
  ///   - isMean: whether half the mean of the squared errors is minimised instead of half their sum.
  ///   - seed: of all random numbers.
  public init(
    scales: [Double], optimizer: LinearOptimizer, steps: Int, rows: TimeGrid.Rows = .all, isMean: Bool = false,
    seed: Int = 1
  ) {
    self.scales = scales
    self.optimizer = optimizer
    self.steps = steps
    self.rows = rows
    self.isMean = isMean
    self.seed = seed
  }

  /// Steps whose rows are reported.
  var reported: [Int] { TimeGrid(.discrete(steps: steps), rows: rows).reportedRows(of: steps + 1) }

  /// Bytes for rates, times and reported rows.
  var bytes: Double {
    let reported = rows == .all ? Double(steps) : 0
    return 24 * Double(steps) + 256 * reported
  }

  /// Seconds for square matrices of a size: three products of two matrices for each layer and step, and the small loops.
  func seconds(size: Double) -> Double {
    Double(steps) * Double(scales.count) * (6 * size * size * size / 4e10 + 1e-6)
  }

  /// The scales, as one number where all are the same.
  var scaleText: String {
    Set(scales).count == 1 ? NumberText.short(scales[0]) : scales.map(NumberText.short).joined(separator: ", ")
  }

  /// Optimiser and steps as text.
  var text: String {
    var words = ["\(steps) steps at rate \(NumberText.short(optimizer.learningRate))"]
    if optimizer.schedule != .constant { words.append("scheduled") }
    let momentum = optimizer.momentum
    if momentum.coefficient > 0 {
      words.append("\(momentum.isNesterov ? "Nesterov" : "momentum") \(NumberText.short(momentum.coefficient))")
    }
    let decay = optimizer.weightDecay
    if decay.strength > 0 {
      words.append("\(decay.isDecoupled ? "decoupled " : "")weight decay \(NumberText.short(decay.strength))")
    }
    return words.joined(separator: ", ")
  }
}

extension Outcome {
  /// As it follows on the name of what ended; nil for a whole run.
  var ending: String? {
    switch self {
    case .completed: nil
    case .diverged(let step): "diverged at step \(step)"
    case .unsettled(let step): "unsettled at step \(step)"
    }
  }
}
