/// The two values of a table's target as labels -1 and 1.
public struct TableClasses: Codable, Hashable, Sendable {
  /// What -1 and 1 stand for, in sorted order.
  public var names: [String]
  /// Mean of the labels over the table, from -1 to 1: 0 where both have as many rows.
  public var meanLabel: Double

  /// - Parameters:
  ///   - names: what -1 and 1 stand for.
  ///   - meanLabel: mean of the labels over the table.
  public init(names: [String], meanLabel: Double) {
    precondition(names.count == 2 && abs(meanLabel) < 1)
    self.names = names
    self.meanLabel = meanLabel
  }
}
