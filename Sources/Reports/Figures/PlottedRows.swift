extension Figure.Axis {
  /// An axis for positive values: logarithmic where they span more than a factor of three, as a shorter one would have no
  /// marks.
  ///
  /// - Parameters:
  ///   - label: what is along it.
  ///   - values: what will stand along it.
  /// - Returns: the axis.
  public static func positive(_ label: String, _ values: [Double]) -> Figure.Axis {
    let positive = values.filter { $0 > 0 && $0.isFinite }
    return Figure.Axis(label, isLogarithmic: (positive.max() ?? 1) > 3 * (positive.min() ?? 1))
  }
}

/// A column of places with columns of values over it, thinned to what a picture can show.
public struct PlottedRows: Sendable {
  /// Along the first axis.
  public let places: [Double]
  private let isLogarithmic: Bool

  /// More points than this make a picture heavy and show nothing more.
  private static let most = 2000

  /// - Parameters:
  ///   - places: along the first axis.
  ///   - isLogarithmic: whether places that are not positive are left out.
  public init(_ places: [Double], isLogarithmic: Bool = false) {
    self.places = places
    self.isLogarithmic = isLogarithmic
  }

  /// Share of the start below which a loss is rounding and says nothing.
  public static let rounding = 1e-13

  /// Points of a loss down to the level of rounding.
  ///
  /// - Parameters:
  ///   - values: one for each place.
  ///   - halfWidths: half the height of a band at each place; empty for none.
  /// - Returns: the points.
  public func losses(_ values: [Double], halfWidths: [Double] = []) -> [Figure.Point] {
    let floor = Self.rounding * (values.first { $0.isFinite } ?? 0)
    return points(values.map { $0 > floor ? $0 : .nan }, halfWidths: halfWidths)
  }

  /// Points of a curve on an axis that has no place for zero.
  ///
  /// - Parameter values: one for each place.
  /// - Returns: the points whose value is positive.
  public func positive(_ values: [Double]) -> [Figure.Point] { points(values.map { $0 > 0 ? $0 : .nan }) }

  /// Points of a curve; none where values are missing. A band has a gap where its half width is not known.
  ///
  /// - Parameters:
  ///   - values: one for each place.
  ///   - halfWidths: half the height of a band at each place; empty for none.
  /// - Returns: the points whose value is finite.
  public func points(_ values: [Double], halfWidths: [Double] = []) -> [Figure.Point] {
    guard values.count == places.count else { return [] }
    let isBand = halfWidths.count == values.count
    let all = values.indices.filter { values[$0].isFinite && (!isLogarithmic || places[$0] > 0) }
    return Self.thinned(all).map { Figure.Point(places[$0], values[$0], halfWidth: isBand ? halfWidths[$0] : 0) }
  }

  /// Pairs of adjacent rows are kept: a loss that alternates from step to step must still be seen to.
  private static func thinned(_ rows: [Int]) -> [Int] {
    guard rows.count > most else { return rows }
    let stride = 2 * ((rows.count + most - 1) / most)
    return rows.enumerated().filter { $0.offset % stride < 2 || $0.offset == rows.count - 1 }.map(\.element)
  }
}
