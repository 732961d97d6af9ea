/// What `dmft reduce` compresses, from the keys `reduce`.
public struct ReductionSettings: Hashable, Sendable {
  /// Where the weights begin.
  public enum Start: String, Hashable, Sendable {
    case orthogonal, gaussian
  }

  /// What is minimised.
  public enum Loss: String, Hashable, Sendable {
    /// Half the sum of the squared errors of all entries.
    case sum
    /// Half their mean.
    case mean
  }

  /// The matrix to learn: `random`, or the absolute path of its file.
  public let target: String
  /// Rows and columns of a random target; hidden units of a collapse.
  public let size: Int
  /// Rank of a random target, or how many directions of a file are kept; nil: as many as it has.
  public let rank: Int?
  /// L: number of weight matrices.
  public let weightLayers: Int
  /// Scale of each weight matrix at the start, input to output.
  public let initScale: [Double]
  /// Where the weights begin.
  public let start: Start
  /// What is minimised.
  public let loss: Loss
  /// Power of the fall of the inputs' covariance; 0 is white.
  public let inputDecay: Double
  /// Share of the entries that are observed.
  public let observed: Double
  /// Rate of the outer factors as a share of the learning rate.
  public let outerRate: Double
  /// K of a collapse.
  public let classes: Int
  /// n of a collapse.
  public let samplesPerClass: Int
}
