import JSON
import Problems
import Reports

/// The report on the columns of a table: which add no direction, and the ratio of their sizes.
enum TableText {
  /// Sizes that differ by more than this leave the small columns untrained: rates of learning differ by the square.
  static let largestScaleRatio = 1e3
  /// How many columns are named one by one.
  private static let mostNamed = 8

  /// Nothing where all columns count and have like sizes.
  static func notices(_ measured: MeasuredSpectrum) -> [String] {
    ignored(measured.ignoredColumns) + [scales(measured.columnScales)].compactMap { $0 }
  }

  private static func ignored(_ columns: [IgnoredColumn]) -> [String] {
    let constants = columns.compactMap { column -> String? in
      guard case .constant(let value) = column.reason else { return nil }
      return "\(column.name) (\(NumberText.brief(value)))"
    }
    let combinations = columns.compactMap { column -> String? in
      guard case .combination(let others, let remainder) = column.reason else { return nil }
      return "\(column.name) is a linear combination of \(named(others)) (remainder \(NumberText.brief(remainder)))"
    }
    return (constants.isEmpty ? [] : ["ignored as constant: \(named(constants))"])
      + (combinations.isEmpty ? [] : ["adding no direction: \(named(combinations, separator: "; "))"])
  }

  private static func scales(_ scales: ColumnScales?) -> String? {
    guard let scales, scales.ratio > largestScaleRatio else { return nil }
    return "column sizes differ by a factor of \(NumberText.brief(scales.ratio)): \(text(scales.largest)), "
      + "\(text(scales.smallest)); small columns are learned last or never, data.standardize=zscore makes all equal"
  }

  private static func text(_ column: ColumnScales.Column) -> String {
    "\(column.name) has \(NumberText.brief(column.size))"
  }

  private static func named(_ names: [String], separator: String = ", ") -> String {
    let more = names.count > mostNamed ? "\(separator)and \(names.count - mostNamed) more" : ""
    return names.prefix(mostNamed).joined(separator: separator) + more
  }

  /// Every ignored column with its reason.
  static func json(_ columns: [IgnoredColumn]) -> JSONValue {
    .list(
      columns.map { column in
        switch column.reason {
        case .constant(let value):
          .object(["column": .text(column.name), "reason": .text("constant"), "value": .number(value)])
        case .combination(let others, let remainder):
          .object([
            "column": .text(column.name), "reason": .text("combination"), "of": .list(others.map { .text($0) }),
            "remainder": .number(remainder),
          ])
        }
      })
  }

  /// The largest and the smallest size; null under `zscore`.
  static func json(_ scales: ColumnScales?) -> JSONValue {
    guard let scales else { return .null }
    func column(_ column: ColumnScales.Column) -> JSONValue {
      .object(["column": .text(column.name), "size": .number(column.size)])
    }
    return .object(["largest": column(scales.largest), "smallest": column(scales.smallest)])
  }
}
