import LinearAlgebra

/// A first guess at the rows of a block from the rows of the blocks before it.
///
/// A single step's row continues the polynomial through its last few predecessors. Near `t = s` responses and correlations
/// are smooth along diagonals, so the younger half of the columns follows these; far from it they are smooth in t, and the
/// early columns, where training was fast, are not smooth along diagonals. A block of several rows repeats the one before.
struct RowForecast: Sendable {
  /// The latest blocks, newest first.
  private var past: [RowBlock] = []

  /// Coefficients of the polynomial through the last 1, 2, … values, continued by one.
  private static let continuations: [[Double]] = [
    [1], [2, -1], [3, -3, 1], [4, -6, 4, -1], [5, -10, 10, -5, 1],
  ]

  /// Remembers a finished block.
  mutating func append(_ rows: RowBlock) {
    past = [rows] + past.prefix(Self.continuations.count - 1)
  }

  /// Writes the guess.
  ///
  /// - Parameters:
  ///   - times: the new block.
  ///   - rows: turned to the block and overwritten; zeros where nothing came before.
  func guess(_ times: Range<Int>, into rows: inout RowBlock) {
    rows.begin(times)
    guard let last = past.first else { return }
    if times.count == 1, past.allSatisfy({ $0.count == 1 }) {
      continueRows(into: &rows)
    } else {
      rows.copy(last.goingOn(to: times, square: .response(scale: 1)))
    }
  }

  private func continueRows(into rows: inout RowBlock) {
    let time = rows.rows.lowerBound
    // Columns that have no diagonal behind them must have begun by the earliest row in use.
    let order = min(past.count, (time + 1) / 2)
    let youngest = max(order, time / 2)
    for (age, coefficient) in Self.continuations[order - 1].enumerated() {
      let source = past[age]
      let from = source.rows.lowerBound
      for column in 0...time {
        rows[time, column] += coefficient * source[from, column < youngest ? column : column - 1 - age]
      }
    }
  }
}
