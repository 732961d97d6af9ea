/// A random choice of the rows of a table that a seed fixes, on every computer and in every version: Fisher and Yates's shuffle on the
/// numbers of SplitMix64 (Steele, Lea and Flood 2014).
package struct DrawnRows {
  private var state: UInt64

  /// - Parameter seed: the same seed gives the same rows.
  package init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

  private mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  /// Some of the rows, each once, in rising order.
  ///
  /// - Parameters:
  ///   - count: how many, at most `total`.
  ///   - total: of how many.
  /// - Returns: row numbers from 0.
  package mutating func draw(_ count: Int, of total: Int) -> [Int] {
    var rows = Array(0..<total)
    for place in 0..<count {
      // The high word of the product is uniform to 2^-64 times the number of rows.
      let step = next().multipliedFullWidth(by: UInt64(total - place)).high
      rows.swapAt(place, place + Int(step))
    }
    return rows.prefix(count).sorted()
  }
}
