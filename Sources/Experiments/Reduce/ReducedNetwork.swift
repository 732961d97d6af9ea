import Parsimony
import Problems

/// The small network behind a large one: its losses, its predictions for the full one, and the full one where it was trained.
public struct ReducedNetwork: Codable, Sendable {
  /// What was asked, as far as a report needs it.
  public struct Setting: Codable, Hashable, Sendable {
    /// Start and optimiser.
    public let training: ChainTraining
    /// Where the weights began.
    public let start: StartingWeights.Kind
    /// The matrix to learn, as text.
    public let target: String

    /// The problem, clause by clause.
    func clauses(size: Int) -> [String] {
      [
        "\(training.scales.count) weight matrices \(size) x \(size), \(start.rawValue) start of scale \(training.scaleText)",
        target, training.text,
      ]
    }
  }

  /// What was asked.
  public let setting: Setting
  /// Width of the full network, d.
  public let size: Int
  /// Width of the small one, m.
  public let width: Int
  /// Rank of the target; nil where entries are missing.
  public let rank: Int?
  /// The assumptions of the law of parsimony that the problem violates; empty where the small network is exact.
  public let broken: [BrokenAssumption]
  /// Losses and distances at the reported steps.
  public let rows: [Reduction.Row]
  /// Singular values of each weight matrix at the end; empty of a run that diverged.
  public let layers: [LayerReport]
  /// Strength of all other directions at the end, one for each weight matrix; nil where they have none in common.
  public let inactive: [Double]?
  /// How the small network's run ended.
  public let outcome: Outcome
  /// How the full network's run ended; nil where it was not trained.
  public let fullOutcome: Outcome?
  /// Processor seconds of each part.
  public let seconds: Reduction.Seconds

  init(_ setting: Setting, _ reduction: Reduction, rows: [Reduction.Row], layers: [LayerReport]) {
    self.setting = setting
    size = reduction.small.size
    width = reduction.small.width
    rank = reduction.subspace.rank
    broken = reduction.broken
    self.rows = rows
    self.layers = layers
    inactive = reduction.small.inactive?.layers
    outcome = reduction.outcome
    fullOutcome = reduction.fullOutcome
    seconds = reduction.seconds
  }

  /// Whether the law of parsimony holds.
  public var isExact: Bool { broken.isEmpty }
  /// Whether the full network was trained.
  public var hasFull: Bool { seconds.full != nil }

  /// Seconds of the full network over those of the small one, set-up and drawing of the weights on both sides.
  public var speedUp: Double? {
    seconds.full.map { ($0 + seconds.drawing) / (seconds.small + seconds.setUp + seconds.drawing) }
  }
}

extension Reduction.Row {
  /// By how much the deviation misses the known term, as a share of `|W_{L:1}|_F`.
  public var identityError: Double? {
    guard let distance, let knownTerm, distance.norm > 0 else { return nil }
    return abs(distance.deviation - knownTerm) / distance.norm
  }

  /// What is left of the deviation when the directions that do not learn are taken away too, as the same share.
  public var remainderShare: Double? {
    guard let distance, distance.norm > 0 else { return nil }
    return distance.remainder.map { $0 / distance.norm }
  }
}
