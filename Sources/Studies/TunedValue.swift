import RealModule

/// A number that is tuned, with the scale on which the search moves.
public struct TunedValue: Codable, Hashable, Sendable {
  /// How places of the search and values belong together.
  public enum Scale: Codable, Hashable, Sendable {
    /// The base-2 logarithm, for what is above 0.
    case logarithm
    /// Minus the base-2 logarithm of one minus the value, for momentum: from .9 to .95 is as far as from 0 to .5.
    case complement
    /// Inverse hyperbolic sine of the value over a unit, for what may be 0: even near 0, a logarithm far above the unit.
    case fromZero(unit: Double)
  }

  /// Dotted key of a configuration, with the entry of a list in brackets.
  public let name: String
  /// Where the search begins.
  public let start: Double
  /// Least value.
  public let lower: Double
  /// Largest value.
  public let upper: Double
  /// On which scale the search moves.
  public let scale: Scale

  /// - Parameters:
  ///   - name: dotted key.
  ///   - start: where the search begins; moved into the bounds.
  ///   - bounds: least and largest value.
  ///   - scale: on which scale the search moves.
  public init(_ name: String, start: Double, bounds: ClosedRange<Double>, scale: Scale) {
    self.name = name
    self.start = min(max(start, bounds.lowerBound), bounds.upperBound)
    lower = bounds.lowerBound
    upper = bounds.upperBound
    self.scale = scale
  }

  /// The place of a value on the scale.
  public func place(_ value: Double) -> Double {
    switch scale {
    case .logarithm: .log2(value)
    case .complement: -.log2(1 - value)
    case .fromZero(let unit): .asinh(value / unit)
    }
  }

  /// The value at a place.
  public func value(_ place: Double) -> Double {
    let value: Double =
      switch scale {
      case .logarithm: .exp2(place)
      case .complement: 1 - .exp2(-place)
      case .fromZero(let unit): unit * .sinh(place)
      }
    return min(max(value, lower), upper)
  }

  var places: ClosedRange<Double> { place(lower)...place(upper) }
}
