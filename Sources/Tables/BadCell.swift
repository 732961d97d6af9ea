/// A cell that is not a finite number, and what to do about it.
struct BadCell {
  /// What is wrong with it; each has a cure of its own.
  enum Kind: Hashable, CaseIterable {
    case missing
    /// `nan`, which stands for a missing number in a table and for divergence in a log.
    case notNumber
    case notFinite
    case decimalComma
    case decimalPoint
    case text
  }

  /// Number of its row below the header, from 0.
  var row: Int
  let line: Int
  /// Character column in the line, from 1.
  let column: Int
  /// Number of its column, from 0.
  var index: Int
  /// As it stands in the file.
  let text: String
  let kind: Kind

  /// What programs write where there is no number.
  private static let missingWords: Set<String> = ["na", "n/a", "null", "none", "?", "-", "--", "#n/a", "missing"]

  init(_ cell: CSVScanner.Cell, row: Int, index: Int, text: String, number: Double?) {
    self.row = row
    line = cell.line
    column = cell.column
    self.index = index
    self.text = text
    kind =
      number.map { $0.isNaN ? .notNumber : .notFinite }
      ?? (text.isEmpty || Self.missingWords.contains(text.lowercased())
        ? .missing
        : CommaNumber(text) != nil
          ? .decimalComma : CommaNumber.isPlain(text) && text.contains(".") ? .decimalPoint : .text)
  }

  /// Whether there is nothing in the cell that could be read.
  var isMissing: Bool { kind == .missing || kind == .notNumber }

  /// The text for a message.
  var shown: String { String(text.prefix(40)) }

  /// What is wrong, with the text.
  var reason: String {
    switch kind {
    case .missing, .notNumber: text.isEmpty ? "the cell is empty" : "'\(shown)' stands for no number"
    case .notFinite: "'\(shown)' is not a finite number"
    case .decimalComma: "'\(shown)' has a comma, which is no decimal point here"
    case .decimalPoint: "'\(shown)' has a decimal point where other cells have decimal commas"
    case .text: "'\(shown)' is not a number"
    }
  }

  /// What to do about cells of a kind.
  static func cure(_ kind: Kind) -> String {
    switch kind {
    case .missing, .notNumber: "fill them in, remove the rows, or use data.missing=drop"
    case .notFinite: "fill in a number or remove the row"
    case .decimalComma: "write numbers with decimal points and no thousands separators"
    case .decimalPoint: "write all numbers in one way"
    case .text: "correct the cell, or remove the row or the column"
    }
  }
}
