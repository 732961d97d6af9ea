/// Lines of a CSV table, quoted where they must be.
public enum CSVLine {
  /// One line.
  ///
  /// - Parameter cells: its cells.
  /// - Returns: the line with its newline.
  public static func text(_ cells: [String]) -> String {
    cells.map(quoted).joined(separator: ",") + "\n"
  }

  /// A number in its shortest form that reads back equal; empty for none and for what is not finite.
  ///
  /// - Parameter number: what to write.
  /// - Returns: the cell.
  public static func cell(_ number: Double?) -> String {
    number.flatMap { $0.isFinite ? $0.description : nil } ?? ""
  }

  private static func quoted(_ cell: String) -> String {
    guard cell.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return cell }
    return "\"" + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
