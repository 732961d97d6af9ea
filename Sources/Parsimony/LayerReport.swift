import Problems
import LinearAlgebra

/// One weight matrix at the end of a reduction.
public struct LayerReport: Codable, Sendable {
  /// Singular values of the small network's matrix, largest first.
  public let small: [Double]
  /// `ρ_l` (10.6), which every other singular value has; nil where the law fails.
  public let inactive: Double?
  /// How many there are of it, `d - m`.
  public let inactiveCount: Int
  /// Singular values of the full network's matrix; nil where it was not trained, or is too large.
  public let full: [Double]?
  /// Between the predicted directions and those in which the full network's weights moved, equation (10.12).
  public let angles: SubspaceAngles?

  /// Largest size whose whole matrices are decomposed.
  public static let largestSize = 2000
}

extension LayerReport {
  /// Largest difference between the full matrix's singular values and those that the small network predicts, as a share of the
  /// largest one; nil where nothing can be compared.
  public var spectrumError: Double? {
    guard let full, let inactive else { return nil }
    let predicted = (small + Array(repeating: abs(inactive), count: inactiveCount)).sorted(by: >)
    return zip(full, predicted).map { abs($0 - $1) }.max().map { $0 / full[0] }
  }
}

extension Reduction {
  /// Every weight matrix at the end, input to output; empty for a run that diverged.
  ///
  /// - Returns: one report a layer.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  public func layers() throws(LinearAlgebraFailure) -> [LayerReport] {
    guard outcome == .completed else { return [] }
    var reports: [LayerReport] = []
    for (layer, weight) in small.inner.enumerated() {
      var values: [Double]?
      var angles: SubspaceAngles?
      if let full, fullOutcome == .completed, problem.size <= LayerReport.largestSize {
        let trained = full.chain.weights[layer]
        values = try SingularValues(trained, vectors: false).values
        angles = try SubspaceAngles(
          trained: trained, start: weights.dense(layer), predicted: subspace.bases[layer], seed: problem.seed)
      }
      reports.append(
        LayerReport(
          small: try SingularValues(weight, vectors: false).values, inactive: small.inactive?.layers[layer],
          inactiveCount: small.size - small.width, full: values, angles: angles))
    }
    return reports
  }
}
