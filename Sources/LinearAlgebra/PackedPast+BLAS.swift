import COpenBLAS

/// Finished rectangles of a time matrix, dense or factored, one behind the other in memory in the order in which products read
/// them.
struct PackedPast: Sendable {
  private struct Piece {
    let rows: Range<Int>
    let columns: Range<Int>
    /// Number of terms of a factored piece; nil: dense, row-major.
    let rank: Int?
    /// Place of its first number.
    let start: Int
  }

  private var pieces: [Piece] = []
  private var numbers: [Double] = []

  /// How many numbers they have together.
  var count: Int { numbers.count }

  /// Appends a rectangle as it is.
  mutating func append(_ entries: [Double], rows: Range<Int>, columns: Range<Int>) {
    pieces.append(Piece(rows: rows, columns: columns, rank: nil, start: numbers.count))
    numbers += entries
  }

  /// Appends a factored rectangle.
  mutating func append(_ block: LowRankBlock) {
    pieces.append(Piece(rows: block.rows, columns: block.columns, rank: block.rank, start: numbers.count))
    numbers += block.left
    numbers += block.right
  }

  /// `y += scale · xᵀ A` and `v += scale · A u`, either or both, reading every piece once.
  ///
  /// - Parameters:
  ///   - scale: factor.
  ///   - left: x and y.
  ///   - right: u and v.
  func multiply(scale: Double, left: TimeOperands?, right: TimeOperands?) {
    forEach(
      dense: { $0.multiply(scale: scale, left: left, right: right) },
      factored: { $0.multiply(scale: scale, left: left, right: right) })
  }

  /// `y += x H` with the symmetric H of which these are parts of the lower triangle.
  ///
  /// - Parameter vectors: x and y.
  func multiplySymmetric(_ vectors: TimeOperands) {
    forEach(
      dense: { $0.multiplySymmetric(vectors) },
      factored: { $0.multiply(scale: 1, left: vectors, right: vectors) })
  }

  /// Adds what is here of a row of the matrix to a vector over the times up to the row's.
  func addRow(_ time: Int, to row: UnsafeMutablePointer<Double>) {
    forEach(
      dense: { part in
        guard part.rows.contains(time) else { return }
        let columns = part.columns.lowerBound..<min(part.columns.upperBound, time + 1)
        cblas_daxpy(
          Int32(columns.count), 1, part.address + (time - part.rows.lowerBound) * part.stride, 1,
          row + columns.lowerBound, 1)
      }, factored: { $0.addRow(time, to: row) })
  }

  /// The diagonal entry at a time.
  func diagonal(_ time: Int) -> Double? {
    for piece in pieces where piece.rows == piece.columns && piece.rows.contains(time) {
      return numbers[piece.start + (time - piece.rows.lowerBound) * (piece.rows.count + 1)]
    }
    return nil
  }

  private func forEach(dense: (DensePart) -> Void, factored: (FactoredPart) -> Void) {
    numbers.withUnsafeBufferPointer { numbers in
      guard let address = numbers.baseAddress else { return }
      pieces.withUnsafeBufferPointer { pieces in
        for piece in pieces {
          let start = address + piece.start
          if let rank = piece.rank {
            factored(
              FactoredPart(
                rank: rank, left: start, rows: piece.rows, right: start + rank * piece.rows.count,
                columns: piece.columns))
          } else {
            dense(
              DensePart(address: start, stride: piece.columns.count, rows: piece.rows, columns: piece.columns))
          }
        }
      }
    }
  }
}
