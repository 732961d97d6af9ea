import RealModule

/// Random numbers of one purpose, keyed by seed and replica; equation (8.6).
///
/// Streams with different keys, purposes or substreams share no number. A stream is consumed from its start; whoever
/// wants numbers that do not depend on what was drawn before takes another substream.
public struct RandomStream: Sendable {
  /// What numbers are for.
  public enum Purpose: UInt64, Sendable {
    case weights = 1
    case inputs, noise, targetSigns, rows, resamples
    /// A random matrix to learn, which of its entries are observed, and directions that probe a matrix.
    case target, mask, probes
    /// Predictors of a row, drawn from their law.
    case predictors
    /// Which samples of a training set a step sees.
    case batches
    /// Paths of training samples in the theory.
    case paths
  }

  private let key: (UInt64, UInt64)
  private let purpose: UInt64
  private let substream: UInt64
  private var next: UInt64 = 0
  /// Words of the last block that are still unused.
  private var left: [UInt64] = []

  /// - Parameters:
  ///   - seed: the user's seed.
  ///   - replica: which network.
  ///   - purpose: what the numbers are for.
  ///   - substream: a layer or a step.
  public init(seed: Int, replica: Int, purpose: Purpose, substream: Int = 0) {
    key = (UInt64(truncatingIfNeeded: seed), UInt64(truncatingIfNeeded: replica))
    self.purpose = purpose.rawValue
    self.substream = UInt64(truncatingIfNeeded: substream)
  }

  private mutating func block() -> Philox.Block {
    defer { next += 1 }
    return Philox.block((next, substream, purpose, 0), key: key)
  }

  private mutating func word() -> UInt64 {
    if left.isEmpty {
      let block = block()
      left = [block.3, block.2, block.1, block.0]
    }
    return left.removeLast()
  }

  /// Independent normal numbers of mean zero, by Box and Muller; whole blocks of four are used up.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - deviation: their standard deviation.
  /// - Returns: the numbers.
  public mutating func normals(_ count: Int, deviation: Double = 1) -> [Double] {
    var numbers = [Double](repeating: 0, count: count)
    numbers.withUnsafeMutableBufferPointer { numbers in
      var index = 0
      while index < count {
        let words = block()
        let first = Self.pair(words.0, words.1, deviation)
        let second = Self.pair(words.2, words.3, deviation)
        numbers[index] = first.0
        if index + 1 < count { numbers[index + 1] = first.1 }
        if index + 2 < count { numbers[index + 2] = second.0 }
        if index + 3 < count { numbers[index + 3] = second.1 }
        index += 4
      }
    }
    return numbers
  }

  private static func pair(_ p: UInt64, _ q: UInt64, _ deviation: Double) -> (Double, Double) {
    let radius = deviation * (-2 * Double.log(unit(p))).squareRoot()
    let angle = 2 * Double.pi * unit(q)
    return (radius * Double.cos(angle), radius * Double.sin(angle))
  }

  /// A word as a number above 0 and at most 1.
  private static func unit(_ word: UInt64) -> Double {
    (Double(word >> 11) + 0.5) * 0x1p-53
  }

  /// A whole number from 0 to `bound - 1`, all alike.
  ///
  /// - Parameter bound: at least 1.
  /// - Returns: the number.
  public mutating func index(below bound: Int) -> Int {
    let bound = UInt64(bound)
    // Lemire's multiplication; words that would favour some numbers are drawn again.
    let rejected = (0 &- bound) % bound
    while true {
      let product = word().multipliedFullWidth(by: bound)
      if product.low >= rejected { return Int(product.high) }
    }
  }

  /// Plus or minus one, each half of the time.
  ///
  /// - Parameter count: how many.
  /// - Returns: the signs.
  public mutating func signs(_ count: Int) -> [Double] {
    (0..<count).map { _ in word() >> 63 == 0 ? 1 : -1 }
  }

  /// Some of the first whole numbers, none twice, in random order.
  ///
  /// - Parameters:
  ///   - count: how many, at most `total`.
  ///   - total: they are below this.
  /// - Returns: the numbers drawn, and those left over in rising order.
  public mutating func draw(_ count: Int, of total: Int) -> (drawn: [Int], left: [Int]) {
    var numbers = Array(0..<total)
    for position in 0..<count {
      numbers.swapAt(position, position + index(below: total - position))
    }
    return (Array(numbers[..<count]), numbers[count...].sorted())
  }
}
