/// A student of few hidden units and its teacher, from the keys `committee`.
public struct CommitteeSettings: Hashable, Sendable {
  /// `erfScaled` or `relu`.
  public let activation: String
  /// Whether matrices of overlaps are given.
  public let hasMatrices: Bool
  /// Whether the start is drawn at random.
  public let isDrawn: Bool
  /// Q; of a drawn start not known here.
  public let student: [[Double]]
  /// R; of a drawn start not known here.
  public let mixed: [[Double]]
  /// T.
  public let teacher: [[Double]]
  /// Every `Q_kk` of a regular start; of a drawn one its expectation.
  public let norm: Double
  /// `R_km` of units that belong together, of a regular start.
  public let alignment: Double
  /// v at the start.
  public let studentReadout: [Double]
  /// v*.
  public let teacherReadout: [Double]
  /// Rate of a trained readout as a share of the learning rate; nil for a fixed one.
  public let readoutRate: Double?
  /// η.
  public let learningRate: Double
  /// B.
  public let samplesPerStep: Int
  /// Weight decay.
  public let weightDecay: Double
  /// σ.
  public let noise: Double
  /// The last time.
  public let horizon: Double
  /// Error of each step of the integration.
  public let tolerance: Double

  /// K.
  public var studentUnits: Int { student.count }
  /// M.
  public var teacherUnits: Int { teacher.count }
}
