import Problems
import Foundation

/// A table whose inputs are prepared as asked and whose targets are centred and scaled to unit variance, equation (7.4).
///
/// Input columns are kept as unit columns and sizes: whatever the units of the table, what linear algebra sees is of order one.
struct Standardized {
  /// Sizes that differ by more than this have eigenvalues whose ratio, its square, leaves the range of numbers.
  static let leastSizeRatio = 1e-120
  /// The factor that makes the mean eigenvalue 1 is about 2 to the minus this exponent, and must be a number too.
  static let leastExponent = -1010

  /// Numbers of the columns that vary, in the order of the table.
  let columns: [Int]
  /// Those columns, standardised and then divided by their size: mean square 1. Row-major.
  let values: [Double]
  /// Root mean square of each as it enters the network, over `2^exponent`; the largest is from 1 to 2.
  let sizes: [Double]
  /// The common exponent of the sizes.
  let exponent: Int
  /// The other columns.
  let ignored: [IgnoredColumn]
  /// Largest and smallest size in the units of the table; nil under `zscore`, which has made them equal.
  let scales: ColumnScales?
  /// The targets.
  let targets: StandardizedTargets

  init(_ table: DataTable, _ standardization: DataTable.Standardization) throws(InvalidTable) {
    try Self.refuseNonFinite(table)
    let prepared = (0..<table.columns).map { column in
      ScaledColumn((0..<table.rows).map { table.inputs[$0 * table.columns + column] })
    }
    let targets = Result { () throws(InvalidTable) in try StandardizedTargets(table) }
    let empty = (0..<table.columns).filter { prepared[$0].isEmpty(standardization) }
    let isEmpty = Set(empty)
    columns = (0..<table.columns).filter { !isEmpty.contains($0) }
    let sized = columns.map { (column: $0, entries: prepared[$0].entries(standardization)) }
    // A size is a significand and an exponent of its own until the largest of all is known.
    let exponents = sized.map { prepared[$0.column].exponent + Int($0.entries.size.exponent) }
    let exponent = standardization == .zscore ? 0 : exponents.max() ?? 0
    sizes = sized.map { column, entries in
      if standardization == .zscore { return 1 }
      return Double(sign: .plus, exponent: prepared[column].exponent - exponent, significand: entries.size)
    }
    let names = columns.map { table.inputNames[$0] }
    let raw = sized.map { prepared[$0.column].unscaled($0.entries.size) }
    let problems =
      Self.constants(table, prepared, targets, standardization, varying: columns.count)
      + Self.unrepresentable(names, raw, sizes, exponent: exponent)
    guard problems.isEmpty else { throw InvalidTable(problems: problems) }
    self.exponent = exponent
    ignored = empty.map {
      IgnoredColumn(name: table.inputNames[$0], reason: .constant(prepared[$0].unscaled(prepared[$0].mean)))
    }
    scales = standardization == .zscore ? nil : Self.scales(names, raw)
    values = Self.rowMajor(sized.map(\.entries), rows: table.rows)
    self.targets = try targets.get()
  }

  private static func rowMajor(_ columns: [(values: [Double], size: Double)], rows: Int) -> [Double] {
    var values = [Double](repeating: 0, count: rows * columns.count)
    for (index, column) in columns.enumerated() {
      for row in 0..<rows { values[row * columns.count + index] = column.values[row] / column.size }
    }
    return values
  }

  static func scales(_ names: [String], _ sizes: [Double]) -> ColumnScales? {
    let sized = zip(names, sizes).map { ColumnScales.Column(name: $0, size: $1) }
    guard let largest = sized.max(by: { $0.size < $1.size }), let smallest = sized.min(by: { $0.size < $1.size }) else {
      return nil
    }
    return ColumnScales(largest: largest, smallest: smallest)
  }
}

/// What a table is refused for.
extension Standardized {
  /// A reader of files has refused such entries; a table may also have been made by hand.
  static func refuseNonFinite(_ table: DataTable) throws(InvalidTable) {
    guard table.rows > 0, table.columns > 0 else {
      throw InvalidTable(problems: ["the table has no rows or no input columns"])
    }
    var names = (0..<table.columns).filter { column in
      !(0..<table.rows).allSatisfy { table.inputs[$0 * table.columns + column].isFinite }
    }.map { "column \(table.inputNames[$0])" }
    if !table.targets.allSatisfy({ $0.allSatisfy(\.isFinite) }) { names.append("the target") }
    guard names.isEmpty else {
      throw InvalidTable(problems: names.map { "\($0) has an entry that is not a finite number; remove its row" })
    }
  }

  private static func constants(
    _ table: DataTable, _ columns: [ScaledColumn], _ targets: Result<StandardizedTargets, InvalidTable>,
    _ standardization: DataTable.Standardization, varying: Int
  ) -> [String] {
    var problems: [String] = []
    for (column, name) in zip(columns, table.inputNames) where standardization == .zscore && column.isConstant {
      problems.append(
        "column \(name) is constant (\(brief(column.unscaled(column.mean)))), so zscore would divide by zero; "
          + "remove the column or use data.standardize=center")
    }
    if case .failure(let invalid) = targets { problems += invalid.problems }
    if varying == 0 { problems.append("no input column varies: there is nothing to learn from") }
    return problems
  }

  /// Sizes whose squares, relative to the largest, are no numbers any more.
  static func unrepresentable(_ names: [String], _ raw: [Double], _ sizes: [Double], exponent: Int) -> [String] {
    guard let largest = sizes.indices.max(by: { sizes[$0] < sizes[$1] }) else { return [] }
    if exponent < leastExponent {
      return [
        "column \(names[largest]), the largest input, has size \(brief(raw[largest])): no factor scales that to 1; "
          + "multiply the inputs by a power of ten or use data.standardize=zscore"
      ]
    }
    return sizes.indices.filter { sizes[$0] < leastSizeRatio * sizes[largest] }.map {
      "column \(names[$0]) of size \(brief(raw[$0])) and column \(names[largest]) of size \(brief(raw[largest])): "
        + "their eigenvalues, the squares, differ by more than numbers can hold; use data.standardize=zscore"
    }
  }

  private static func brief(_ value: Double) -> String { String(format: "%.3g", value) }
}
