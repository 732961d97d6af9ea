import Calculus

/// Resamples of a set of networks: how often each is drawn when as many are drawn with replacement; equation (8.7).
public struct Resamples: Sendable {
  /// Number of resamples behind every band and p-value.
  static let number = 2000

  /// For each resample, how often each network is in it.
  let multiplicities: [[Int]]

  /// - Parameters:
  ///   - replicas: number of networks.
  ///   - seed: the user's seed.
  ///   - group: which set of networks, for sets must be resampled independently.
  public init(replicas: Int, seed: Int, group: Int = 0) {
    var stream = RandomStream(seed: seed, replica: group, purpose: .resamples)
    multiplicities = (0..<Self.number).map { _ in
      var counts = [Int](repeating: 0, count: replicas)
      for _ in 0..<replicas { counts[stream.index(below: replicas)] += 1 }
      return counts
    }
  }

  /// Memory that the resamples of so many networks take.
  ///
  /// - Parameter replicas: number of networks.
  /// - Returns: bytes.
  public static func bytes(replicas: Int) -> Int { number * (32 + 8 * replicas) }

  /// The share of resamples with a property.
  func share(_ holds: ([Int]) -> Bool) -> Double {
    Double(multiplicities.count(where: holds)) / Double(multiplicities.count)
  }

  /// The value that a share of a list lies at or below.
  ///
  /// - Parameters:
  ///   - share: between 0 and 1.
  ///   - sorted: rising numbers, infinite ones allowed.
  /// - Returns: an element of the list.
  static func quantile(_ share: Double, ofSorted sorted: [Double]) -> Double {
    let rank = Int((share * Double(sorted.count)).rounded(.up))
    return sorted[min(max(rank - 1, 0), sorted.count - 1)]
  }
}
