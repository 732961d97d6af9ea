import Foundation

/// The range a number must lie in.
public struct Bounds: Hashable, Sendable {
  /// Smallest value; -infinity for none.
  public let lower: Double
  /// Whether `lower` itself is allowed.
  public let includesLower: Bool
  /// Largest value; infinity for none.
  public let upper: Double
  /// Whether `upper` itself is allowed.
  public let includesUpper: Bool

  /// At least `lower`, and at most `upper`.
  static func atLeast(_ lower: Double, atMost upper: Double = .infinity) -> Bounds {
    Bounds(lower: lower, includesLower: true, upper: upper, includesUpper: true)
  }

  /// At least `lower` and below `upper`.
  static func atLeast(_ lower: Double, below upper: Double) -> Bounds {
    Bounds(lower: lower, includesLower: true, upper: upper, includesUpper: false)
  }

  /// Above `lower`, and below `upper`.
  static func above(_ lower: Double, below upper: Double = .infinity) -> Bounds {
    Bounds(lower: lower, includesLower: false, upper: upper, includesUpper: false)
  }

  /// Above `lower`, and at most `upper`.
  static func above(_ lower: Double, atMost upper: Double) -> Bounds {
    Bounds(lower: lower, includesLower: false, upper: upper, includesUpper: true)
  }

  /// A number of things that the theory may take to be very many: whole numbers up to it are exact.
  package static let size = atLeast(1, atMost: 1e15)

  /// A ratio of two such numbers.
  static let ratio = Bounds(lower: 1e-15, includesLower: true, upper: 1e15, includesUpper: true)

  /// A positive factor whose powers, over a few layers, are numbers.
  static let factor = above(0, atMost: 1e50)

  /// Whether a finite value lies in the range.
  ///
  /// - Parameter value: the number to test.
  /// - Returns: false for NaN and infinities too.
  public func contains(_ value: Double) -> Bool {
    value.isFinite
      && (includesLower ? value >= lower : value > lower)
      && (includesUpper ? value <= upper : value < upper)
  }

  /// The bound that a value breaks in words, such as `at least 1`.
  ///
  /// - Parameter value: a finite number outside the range.
  /// - Returns: words that follow "must be".
  public func broken(by value: Double) -> String {
    value < upper ? lowerWords : upperWords
  }

  private var lowerWords: String { (includesLower ? "at least " : "above ") + Self.short(lower) }
  private var upperWords: String { (includesUpper ? "at most " : "below ") + Self.short(upper) }

  private static func short(_ value: Double) -> String {
    abs(value) < 1e7
      ? Int(exactly: value).map(String.init) ?? value.description : String(format: "%.12g", value)
  }
}
