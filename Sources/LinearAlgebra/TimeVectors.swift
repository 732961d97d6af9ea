/// Several vectors over time side by side: entry (t, k) is vector k at time t. Row-major, one row a time.
public struct TimeVectors: Sendable {
  /// Number of time points.
  public let size: Int
  /// Number of vectors.
  public let count: Int
  var storage: [Double]

  /// Zero vectors.
  ///
  /// - Parameters:
  ///   - size: number of time points.
  ///   - count: number of vectors.
  public init(size: Int, count: Int) {
    self.size = size
    self.count = count
    storage = Array(repeating: 0, count: size * count)
  }

  /// Vector k at time t.
  public subscript(time: Int, index: Int) -> Double {
    get { storage[time * count + index] }
    set { storage[time * count + index] = newValue }
  }

  /// Takes some rows of other vectors, shifted.
  ///
  /// - Parameters:
  ///   - rows: times.
  ///   - other: as many vectors over the same times.
  ///   - offset: added to every entry.
  public mutating func setRows(_ rows: Range<Int>, to other: TimeVectors, offset: Double) {
    for index in rows.lowerBound * count..<rows.upperBound * count {
      storage[index] = other.storage[index] + offset
    }
  }

  /// Adds to every vector at one time.
  ///
  /// - Parameters:
  ///   - values: one for each vector.
  ///   - factor: of all of them.
  ///   - row: the time.
  public mutating func add(_ values: [Double], times factor: Double, toRow row: Int) {
    for index in 0..<count { storage[row * count + index] += factor * values[index] }
  }

  /// `Σ_k weights_k v_k(t)²`.
  ///
  /// - Parameters:
  ///   - time: t.
  ///   - weights: one for each vector.
  /// - Returns: the weighted sum of squares.
  public func weightedSquare(at time: Int, _ weights: [Double]) -> Double {
    var sum = 0.0
    for index in 0..<count {
      let value = storage[time * count + index]
      sum += weights[index] * value * value
    }
    return sum
  }

  /// `Σ_k weights_k v_k(t)`.
  ///
  /// - Parameters:
  ///   - time: t.
  ///   - weights: one for each vector.
  /// - Returns: the weighted sum.
  public func weightedSum(at time: Int, _ weights: [Double]) -> Double {
    var sum = 0.0
    for index in 0..<count { sum += weights[index] * storage[time * count + index] }
    return sum
  }

  /// Some rows of `V_k W_k` for groups of K vectors, row-major.
  func weighted(_ rows: Range<Int>, by weights: [OutputMatrix]) -> [Double] {
    var result = Array(storage[rows.lowerBound * count..<rows.upperBound * count])
    let outputs = weights.first?.outputs ?? 1
    for row in 0..<rows.count {
      for (group, weight) in weights.enumerated() {
        let start = row * count + group * outputs
        if outputs == 1 {
          result[start] *= weight.entries[0]
          continue
        }
        let mixed = (0..<outputs).map { output in
          (0..<outputs).reduce(0) { $0 + result[start + $1] * weight[$1, output] }
        }
        result.replaceSubrange(start..<start + outputs, with: mixed)
      }
    }
    return result
  }
}
