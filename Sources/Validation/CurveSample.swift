/// Curves of several networks with a typical value at each point: the mean, or the median where rare networks dominate;
/// equations (8.7) and (8.10).
struct CurveSample: Sendable {
  /// Deviation over mean from which rare networks dominate, and how far above its start it must be; equation (8.10).
  static let dominance = 0.5
  static let growth = 2.0
  /// Deviation over mean, or difference over theory, that is rounding.
  static let rounding = 1e-10

  /// Mean or median at each point; NaN where some network has NaN, which is not to have diverged: nothing can be said.
  let typical: [Double]
  /// Its standard error: 0 where all networks have the same or most diverged for certain, infinite where so many
  /// diverged that nothing can be said.
  let standardError: [Double]
  /// Whether it is a median.
  let isMedian: [Bool]
  private let values: [[Double]]
  /// Medians of all resamples at the points that need them; empty elsewhere.
  private let medians: [[Double]]
  private let resamples: Resamples

  /// - Parameters:
  ///   - values: for each point one value a network, infinite where it had diverged.
  ///   - starts: for each point the values of its curve at the first step.
  ///   - resamples: of these networks.
  init(_ values: [[Double]], starts: [[Double]], _ resamples: Resamples) {
    self.values = values
    self.resamples = resamples
    let moments = values.map(Self.moments)
    let isMedian = zip(moments, starts.map(Self.moments)).map { now, start in
      let bound = max(Self.dominance, Self.growth * start.deviation / abs(start.mean))
      // Where a network has diverged, both are infinite.
      return !now.deviation.isFinite || now.deviation > bound * abs(now.mean)
    }
    let order = values.indices.map { point in
      isMedian[point] ? values[point].indices.sorted { values[point][$0] < values[point][$1] } : []
    }
    let medians = values.indices.map { point in
      isMedian[point]
        ? resamples.multiplicities.map { Self.median(values[point], order[point], $0) } : []
    }
    let once = Array(repeating: 1, count: values.first?.count ?? 0)
    self.isMedian = isMedian
    self.medians = medians
    typical = values.indices.map { point in
      if values[point].contains(where: \.isNaN) { return .nan }
      return isMedian[point] ? Self.median(values[point], order[point], once) : moments[point].mean
    }
    standardError = values.indices.map { point in
      if values[point].contains(where: \.isNaN) { return .infinity }
      return isMedian[point]
        ? Self.spread(medians[point]) : moments[point].deviation / Double(values[point].count).squareRoot()
    }
  }

  /// Half the width of the middle 68 % of resampled medians, a standard deviation if they are normal; infinite where
  /// more of them are infinite than a band of the wanted confidence may leave out, 0 where all but so few are.
  private static func spread(_ medians: [Double]) -> Double {
    let allowed = (1 - Agreement.confidence) * Double(medians.count)
    if Double(medians.count { $0.isFinite }) <= allowed { return 0 }
    guard Double(medians.count { !$0.isFinite }) <= allowed else { return .infinity }
    let sorted = medians.sorted()
    return (Resamples.quantile(0.8413, ofSorted: sorted) - Resamples.quantile(0.1587, ofSorted: sorted)) / 2
  }

  /// Mean and deviation (with n - 1): 0 where values differ by rounding only, infinite where one is.
  private static func moments(_ list: [Double]) -> (mean: Double, deviation: Double) {
    guard list.allSatisfy(\.isFinite) else { return (.infinity, .infinity) }
    let count = Double(list.count)
    let mean = list.reduce(0, +) / count
    let squares = list.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / (count - 1)).squareRoot()
    return (mean, deviation > rounding * abs(mean) ? deviation : 0)
  }

  /// The median of values that are drawn so many times each; `order` lists them by rising value.
  private static func median(_ values: [Double], _ order: [Int], _ multiplicities: [Int]) -> Double {
    // As many are drawn as there are: the two middle ranks, the same one if the number is odd.
    let (lower, upper) = ((values.count - 1) / 2, values.count / 2)
    var passed = 0
    var low = Double.nan
    for network in order {
      let before = passed
      passed += multiplicities[network]
      if before <= lower, lower < passed { low = values[network] }
      if before <= upper, upper < passed {
        return low == values[network] ? low : (low + values[network]) / 2
      }
    }
    return low
  }

  /// What a resample has in place of `typical` and `standardError` at a point. Medians keep the error of the sample.
  func resampled(_ point: Int, _ resample: Int) -> (typical: Double, standardError: Double) {
    if isMedian[point] { return (medians[point][resample], standardError[point]) }
    guard standardError[point] > 0 else { return (typical[point], 0) }
    // Deviations from the mean, so that squares of large numbers do not cancel.
    let mean = typical[point]
    let multiplicities = resamples.multiplicities[resample]
    var sum = 0.0
    var squares = 0.0
    for (value, multiplicity) in zip(values[point], multiplicities) {
      let difference = Double(multiplicity) * (value - mean)
      sum += difference
      squares += difference * (value - mean)
    }
    let count = Double(multiplicities.count)
    let shift = sum / count
    let variance = max(0, (squares - count * shift * shift) / (count - 1))
    return (mean + shift, (variance / count).squareRoot())
  }

  /// The largest of `|m* - m|/s*` over all points in one resample, equation (8.7), or of `|m* - m|/s`, which is
  /// equivalent with many networks. The few resamples in which more than half of the networks diverged are skipped:
  /// points with many of them are unbounded anyway.
  func largestDeviation(_ resample: Int, studentized: Bool = true) -> Double {
    typical.indices.reduce(0) { largest, point in
      let drawn = resampled(point, resample)
      guard drawn.typical.isFinite, standardError[point] > 0 else { return largest }
      let error = studentized ? drawn.standardError : standardError[point]
      return max(largest, Self.score(drawn.typical - typical[point], error))
    }
  }

  /// A difference in standard errors; 0 for none or where nothing is certain, infinite for one that should not be there
  /// at all.
  static func score(_ difference: Double, _ standardError: Double) -> Double {
    if difference == 0 || difference.isNaN || standardError == .infinity { return 0 }
    return standardError > 0 ? abs(difference) / standardError : .infinity
  }
}
