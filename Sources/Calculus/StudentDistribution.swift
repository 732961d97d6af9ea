import CGSL

/// Student's distribution of a mean over its estimated error, by GSL.
public enum StudentDistribution {
  /// The number below which a share of the distribution lies.
  ///
  /// - Parameters:
  ///   - probability: the share, between 0 and 1.
  ///   - degrees: degrees of freedom, above 0.
  /// - Returns: the quantile.
  public static func quantile(_ probability: Double, degrees: Double) -> Double {
    gsl_cdf_tdist_Pinv(probability, degrees)
  }
}
