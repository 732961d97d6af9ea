/// Curves of several networks with a typical value at each point: the mean, or the median where rare networks dominate;
/// equations (8.7) and (8.10).
struct CurveSample: Sendable {
  /// Deviation over mean from which rare networks dominate, and how far above its start it must be; equation (8.10).
  static let dominance = 0.5
  static let growth = 2.0

  /// Mean or median at each point.
  let typical: [Double]
  /// Its standard error.
  let standardError: [Double]
  /// Whether it is a median.
  let isMedian: [Bool]
  private let values: [[Double]]
  /// Networks by rising value at the points that need medians; empty elsewhere.
  private let order: [[Int]]

  /// - Parameters:
  ///   - values: for each point one value a network, infinite where it had diverged.
  ///   - starts: for each point the values of its curve at the first step.
  ///   - resamples: of these networks.
  init(_ values: [[Double]], starts: [[Double]], _ resamples: Resamples) {
    self.values = values
    let moments = values.map(Self.moments)
    isMedian = zip(moments, starts.map(Self.moments)).map { now, start in
      let bound = max(Self.dominance, Self.growth * start.deviation / abs(start.mean))
      // Where a network has diverged, both are infinite.
      return !now.deviation.isFinite || now.deviation > bound * abs(now.mean)
    }
    let isMedian = isMedian
    let order = values.indices.map { point in
      isMedian[point] ? values[point].indices.sorted { values[point][$0] < values[point][$1] } : []
    }
    self.order = order
    let once = values.first.map { Array(repeating: 1, count: $0.count) } ?? []
    typical = values.indices.map { point in
      isMedian[point] ? Self.median(values[point], order[point], once) : moments[point].mean
    }
    standardError = values.indices.map { point in
      guard isMedian[point] else { return moments[point].deviation / Double(values[point].count).squareRoot() }
      return Self.spread(resamples.multiplicities.map { Self.median(values[point], order[point], $0) })
    }
  }

  /// Half the width of the middle 68 % of resampled medians, a standard deviation if they are normal; infinite where
  /// more of them are infinite than a band of the wanted confidence may leave out.
  private static func spread(_ medians: [Double]) -> Double {
    let allowed = (1 - Agreement.confidence) * Double(medians.count)
    guard Double(medians.count { !$0.isFinite }) <= allowed else { return .infinity }
    return (Resamples.quantile(0.8413, of: medians) - Resamples.quantile(0.1587, of: medians)) / 2
  }

  /// Mean and deviation (with n - 1); a deviation of infinity where a value is infinite.
  private static func moments(_ list: [Double]) -> (mean: Double, deviation: Double) {
    guard list.allSatisfy(\.isFinite) else { return (.infinity, .infinity) }
    let count = Double(list.count)
    let mean = list.reduce(0, +) / count
    let squares = list.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / (count - 1)).squareRoot())
  }

  private static func median(_ values: [Double], _ order: [Int], _ multiplicities: [Int]) -> Double {
    let total = multiplicities.reduce(0, +)
    // The two middle ranks, the same one if the number is odd.
    var wanted = [(total - 1) / 2, total / 2]
    var passed = 0
    var middle: [Double] = []
    for network in order {
      passed += multiplicities[network]
      while let rank = wanted.first, rank < passed {
        middle.append(values[network])
        wanted.removeFirst()
      }
    }
    return middle[0] == middle[1] ? middle[0] : (middle[0] + middle[1]) / 2
  }

  /// What a resample has in place of `typical` and `standardError` at a point.
  func resampled(_ point: Int, _ multiplicities: [Int]) -> (typical: Double, standardError: Double) {
    if isMedian[point] {
      return (Self.median(values[point], order[point], multiplicities), standardError[point])
    }
    // Deviations from the mean, so that squares of large numbers do not cancel.
    let mean = typical[point]
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

  /// The largest of `|m* - m|/s*` over all points in one resample, equation (8.7).
  func largestDeviation(_ multiplicities: [Int]) -> Double {
    typical.indices.reduce(0) { largest, point in
      let drawn = resampled(point, multiplicities)
      return max(largest, Self.score(drawn.typical - typical[point], drawn.standardError))
    }
  }

  /// A difference in standard errors; 0 for none or where nothing is certain, infinite for one that should not be there
  /// at all.
  static func score(_ difference: Double, _ standardError: Double) -> Double {
    if difference == 0 || difference.isNaN || standardError == .infinity { return 0 }
    return standardError > 0 ? abs(difference) / standardError : .infinity
  }
}
