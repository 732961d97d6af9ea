import Problems

/// A column of numbers of any size, with moments that neither overflow nor underflow.
///
/// Entries are divided by a power of two near the largest of them, which changes no digit, before any square is taken. The mean
/// is corrected by the mean of what is left (two passes), so that a small spread on a large offset keeps its digits.
struct ScaledColumn {
  /// Entries minus their mean, over `2^exponent`.
  let centred: [Double]
  /// Entries are below 2 in magnitude once divided by `2^exponent`.
  let exponent: Int
  /// Mean over `2^exponent`.
  let mean: Double
  /// Standard deviation (divided by the number of entries) over `2^exponent`.
  let deviation: Double
  /// Whether the entries differ by rounding only.
  let isConstant: Bool

  /// - Parameter list: at least one number, all finite.
  init(_ list: [Double]) {
    let count = Double(list.count)
    let largest = list.reduce(0) { max($0, abs($1)) }
    let exponent = largest == 0 ? 0 : Int(largest.exponent)
    self.exponent = exponent
    var entries = list.map { Double(sign: .plus, exponent: -exponent, significand: $0) }
    let first = entries[0]
    let isOneNumber = entries.allSatisfy { $0 == first }
    let mean = isOneNumber ? first : entries.reduce(0, +) / count
    for index in entries.indices { entries[index] -= mean }
    let correction = entries.reduce(0, +) / count
    for index in entries.indices { entries[index] -= correction }
    centred = entries
    self.mean = mean + correction
    deviation = (entries.reduce(0) { $0 + $1 * $1 } / count).squareRoot()
    isConstant = isOneNumber || deviation <= 1e-14 * abs(self.mean)
  }

  /// Another number of the same column minus the mean, over `2^exponent`.
  func moved(_ entry: Double) -> Double { Double(sign: .plus, exponent: -exponent, significand: entry) - mean }

  /// A moment in the units of the list; an overflow becomes infinite, an underflow 0.
  func unscaled(_ moment: Double) -> Double { Double(sign: .plus, exponent: exponent, significand: moment) }

  /// Entries as they enter a covariance, and their root mean square, both over `2^exponent`.
  func entries(_ standardization: DataTable.Standardization) -> (values: [Double], size: Double) {
    switch standardization {
    case .none: (centred.map { $0 + mean }, (deviation * deviation + mean * mean).squareRoot())
    case .center, .zscore: (centred, deviation)
    }
  }

  /// Whether nothing is left of the column once it is standardised.
  func isEmpty(_ standardization: DataTable.Standardization) -> Bool {
    isConstant && (standardization != .none || mean == 0)
  }
}
