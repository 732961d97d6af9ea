/// The largest deviation over all points in each resample: what a band and a p-value are read from, equations (8.7) and (8.9).
struct LargestDeviations: Sendable {
  private let sorted: [Double]

  /// - Parameter deviation: the largest deviation in a resample, by its number.
  init(_ deviation: (Int) -> Double) {
    sorted = (0..<Resamples.number).map(deviation).sorted()
  }

  /// Factor c of the simultaneous band, equation (8.7).
  var criticalValue: Double { Resamples.quantile(Agreement.confidence, ofSorted: sorted) }

  /// Probability of a deviation as large if there were no difference, equation (8.9).
  ///
  /// - Parameter observed: the largest one between networks and theory.
  /// - Returns: above 0, at most 1.
  func pValue(_ observed: Double) -> Double {
    Double(1 + sorted.count { $0 >= observed }) / Double(1 + sorted.count)
  }
}
