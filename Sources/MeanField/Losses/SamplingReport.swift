/// How well sampled paths stand for the samples of a training set, equations (21.11) and (21.12).
public struct SamplingReport: Codable, Hashable, Sendable {
  /// Number of paths.
  public let paths: Int
  /// Largest gap between `<f Delta>` from paths and from modes, relative to `sqrt(<f^2> <Delta^2>)`, equation (21.12).
  public let gauge: Double
  /// Largest share by which the factor of the paths' covariance exceeded a variance before it was shortened, equation (21.11).
  public let factorDefect: Double

  /// The gauge from which on a report warns.
  public static let doubtful = 0.05
}
