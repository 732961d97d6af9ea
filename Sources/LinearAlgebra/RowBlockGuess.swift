/// The newest rows as an unknown that is guessed and improved.
extension RowBlock {
  /// All entries, row by row, `count * columns` numbers.
  public var entries: [Double] {
    get {
      (0..<count).flatMap { storage[$0 * stride..<$0 * stride + columns] }
    }
    set {
      precondition(newValue.count == count * columns, "as many entries as the block has")
      for row in 0..<count {
        storage.replaceSubrange(
          row * stride..<row * stride + columns, with: newValue[row * columns..<(row + 1) * columns])
      }
    }
  }

  /// The block's own square, `count * count` numbers, row-major.
  var ownSquare: [Double] {
    (0..<count).flatMap { storage[$0 * stride + rows.lowerBound..<$0 * stride + rows.upperBound] }
  }

  /// How the own square of a first guess is made.
  public enum Square: Sendable {
    /// A copy of the last block's square times a factor, or its last diagonal entry where blocks differ in length.
    case response(scale: Double)
    /// The last entry everywhere: correlations are smooth.
    case correlation
  }

  /// A first guess for the rows behind these: every entry goes on as the last row ended.
  ///
  /// - Parameters:
  ///   - next: the rows that follow.
  ///   - square: what the own square of the guess is like.
  /// - Returns: rows of the same capacity or more.
  public func goingOn(to next: Range<Int>, square: Square) -> RowBlock {
    precondition(next.lowerBound == rows.upperBound && count > 0, "rows go on without a gap")
    var guess = RowBlock(size: stride, capacity: max(next.count, count))
    guess.begin(next)
    let last = rows.upperBound - 1
    for time in next {
      for column in 0..<next.lowerBound { guess[time, column] = self[last, column] }
      for column in next {
        switch square {
        case .correlation: guess[time, column] = self[last, last]
        case .response(let scale):
          if count == next.count {
            guess[time, column] = scale * self[time - count, column - count]
          } else if time == column {
            guess[time, column] = self[last, last]
          }
        }
      }
    }
    return guess
  }
}
