/// A function of two coordinates on an even grid, shown by colour.
public struct HeatMap: Hashable, Sendable {
  /// Places along the first axis, rising by equal steps.
  let columns: [Double]
  /// Places along the second axis, rising by equal steps.
  let rows: [Double]
  /// Row by row, as many as `rows` times `columns`; NaN leaves a place white.
  let values: [Double]
  /// Label of the colour, with its unit.
  let label: String
  /// Whether the colours follow the logarithm.
  let isLogarithmic: Bool
  /// From where to where the colours go; nil: as far as the values.
  let range: ClosedRange<Double>?

  /// - Parameters:
  ///   - columns: places along the first axis, rising by equal steps.
  ///   - rows: places along the second axis, rising by equal steps.
  ///   - values: row by row, `rows.count` times `columns.count`; NaN leaves a place white.
  ///   - label: label of the colour.
  ///   - isLogarithmic: whether the colours follow the logarithm; what is not positive is then left white.
  ///   - range: from where to where the colours go; nil: as far as the values.
  public init(
    columns: [Double], rows: [Double], values: [Double], label: String, isLogarithmic: Bool = false,
    range: ClosedRange<Double>? = nil
  ) {
    precondition(values.count == rows.count * columns.count)
    self.columns = columns
    self.rows = rows
    self.values = values
    self.label = label
    self.isLogarithmic = isLogarithmic
    self.range = range
  }
}
