/// How a run ended. A diverging theory is a result, not a failure.
public enum Outcome: Codable, Hashable, Sendable {
  /// All steps were computed.
  case completed
  /// A loss became non-finite or exceeded 1e6 times its start at this step; the curve ends before it.
  case diverged(step: Int)
  /// The sweeps of an implicit block did not settle; the curve ends before this step.
  case unsettled(step: Int)

  /// Loss over its start beyond which a run counts as diverged, equation (5.2).
  public static let divergenceFactor = 1e6
}
