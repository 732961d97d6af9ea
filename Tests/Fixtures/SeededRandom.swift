import Foundation

/// Random choices that a seed fixes: Vigna's SplitMix64.
package struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// - Parameter seed: the same seed gives the same choices.
  package init(seed: Int) {
    state = UInt64(bitPattern: Int64(seed))
    // Seeds are small and consecutive: without this their first numbers would be alike.
    state = next()
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  /// A number between two, all alike.
  package mutating func between(_ low: Double, _ high: Double) -> Double {
    Double.random(in: low...high, using: &self)
  }

  /// A number between two positive ones whose logarithms are all alike.
  package mutating func scale(_ low: Double, _ high: Double) -> Double {
    exp(between(log(low), log(high)))
  }

  /// A whole number of a range.
  package mutating func whole(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// True in this share of all calls.
  package mutating func chance(_ share: Double) -> Bool { between(0, 1) < share }

  /// One of some values.
  package mutating func one<Value>(of values: [Value]) -> Value { values[whole(0...values.count - 1)] }

  /// A list of some length.
  package mutating func list<Value>(_ count: Int, _ entry: (inout SeededRandom) -> Value) -> [Value] {
    (0..<count).map { _ in entry(&self) }
  }
}

extension SeededRandom {
  /// Seed of the first generated case of each test; `DMFT_TEST_SEED` sets another.
  package static let first = ProcessInfo.processInfo.environment["DMFT_TEST_SEED"].flatMap(Int.init) ?? 1
}
