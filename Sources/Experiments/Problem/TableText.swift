import JSON
import Problems
import Reports

/// The report on the columns of a table: which add no direction, and the ratio of their sizes.
enum TableText {
  /// Sizes that differ by more than this leave the small columns untrained: rates of learning differ by the square.
  static let largestScaleRatio = 1e3
  /// How many columns are named one by one.
  private static let mostNamed = 8

  /// The table in a clause: its size, what is predicted where that is not one column of numbers, and what was left out.
  static func clause(_ measured: MeasuredSpectrum, _ given: GivenRows? = nil) -> String {
    let rows = given.map { "\($0.trainCount) training and \($0.testCount) test rows" } ?? "\(measured.rows) rows"
    let size =
      "\(rows), \(measured.columns) \(measured.reading?.categorical.isEmpty == false ? "inputs" : "columns")"
    let parts = [size, targets(measured), dropped(measured.reading)].compactMap { $0 }
    return (given == nil ? "real data" : "real data, exact split") + " (\(parts.joined(separator: "; ")))"
      + (measured.fitCorrection == nil ? "" : ", fit corrected")
  }

  /// What is predicted; nil for one column of numbers.
  private static func targets(_ measured: MeasuredSpectrum) -> String? {
    guard let outputs = measured.outputs, let reading = measured.reading else { return nil }
    return outputs.areClasses
      ? "\(outputs.names.count) classes of \(named(reading.targets)), one-hot"
      : "\(outputs.names.count) targets: \(named(outputs.names))"
  }

  private static func dropped(_ reading: TableReading?) -> String? {
    guard let count = reading?.droppedRows, count > 0 else { return nil }
    return "\(count) row\(count == 1 ? "" : "s") dropped for missing cells"
  }

  /// One line where more rows are asked for than the table has; nil for others.
  static func beyondRows(_ problem: TrainingProblem, _ measured: MeasuredSpectrum) -> String? {
    guard let samples = problem.samplesOfTable, samples >= Double(measured.rows) else { return nil }
    return
      "\(NumberText.short(samples)) samples of a table of \(measured.rows) rows: the theory is for that many rows of the same kind, "
      + "with the spectrum, target and noise that the table shows"
      + (measured.fitCorrection == nil
        ? "; data.fitCorrection=true removes what a fit on so few rows explains too much" : "")
  }

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

  /// Names, shifts and scales of several targets; null for one.
  static func json(_ outputs: MeasuredOutputs?) -> JSONValue {
    guard let outputs else { return .null }
    return .object([
      "names": .list(outputs.names.map { .text($0) }), "classes": .flag(outputs.areClasses),
      "target_shifts": JSONValue(outputs.shifts), "target_scales": JSONValue(outputs.scales),
    ])
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
