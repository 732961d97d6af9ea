import Foundation
import Problems

/// The targets of a table as networks learn them, equation (7.4): numeric columns centred and divided by the deviation of each;
/// indicators of classes centred and divided by one number, the root of their mean variance, so that classes keep their frequencies.
///
/// Either way the total variance is the number of outputs.
struct StandardizedTargets {
  /// A list for each output, one number a row.
  let values: [[Double]]
  /// Mean of each raw target.
  let shifts: [Double]
  /// What divides each centred target.
  let scales: [Double]

  init(_ table: DataTable) throws(InvalidTable) {
    let columns = table.targets.map(ScaledColumn.init)
    let problems = Self.problems(table, columns)
    guard problems.isEmpty else { throw InvalidTable(problems: problems) }
    shifts = columns.map { $0.unscaled($0.mean) }
    guard table.areClasses else {
      values = columns.map { column in column.centred.map { $0 / column.deviation } }
      scales = columns.map { $0.unscaled($0.deviation) }
      return
    }
    // The variance of an indicator of frequency f is f (1 - f).
    let common = (shifts.reduce(0) { $0 + $1 * (1 - $1) } / Double(shifts.count)).squareRoot()
    values = columns.map { column in column.centred.map { column.unscaled($0) / common } }
    scales = shifts.map { _ in common }
  }

  /// What nothing can be learned of.
  ///
  /// - Parameters:
  ///   - table: whose targets.
  ///   - columns: the targets, or some rows of them.
  ///   - place: which rows, in words.
  /// - Returns: a sentence each.
  static func problems(_ table: DataTable, _ columns: [ScaledColumn], where place: String = "") -> [String] {
    if table.areClasses { return classProblems(table) }
    return columns.enumerated().flatMap { index, column -> [String] in
      let name = columns.count > 1 && index < table.targetNames.count ? "target \(table.targetNames[index])" : "target"
      if column.isConstant {
        let value = String(format: "%.3g", column.unscaled(column.mean))
        return ["the \(name) is constant (\(value))\(place): there is nothing to learn"]
      }
      if !column.unscaled(column.deviation).isNormal {
        return ["the \(name) varies by less than 1e-307, below the range of numbers; multiply it by a power of ten"]
      }
      return []
    }
  }

  private static func classProblems(_ table: DataTable) -> [String] {
    guard table.targets.count > 1 else {
      return ["the target has one class only (\(table.targetNames.first ?? "")): there is nothing to learn"]
    }
    let single = zip(table.targetNames, table.targets).filter { $1.reduce(0, +) < 2 }.map(\.0)
    guard let first = single.first else { return [] }
    let more = single.count == 1 ? "" : " (and \(single.count - 1) more of \(table.targets.count) classes)"
    return [
      "class \(first)\(more) has fewer than two rows, so that none is left to test it; remove its rows, join classes, or use "
        + "data.targets=numeric where the target is a number"
    ]
  }
}
