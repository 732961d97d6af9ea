import COpenBLAS

/// A rectangle of a time matrix as a product of two thin factors, equation (5.11): `A(t, s) ≈ Σ_k U(t, k) W(k, s)`.
///
/// What happens at neighbouring times is nearly the same combination of what happened before, so a few dozen rows of a two-time
/// matrix against the far past have the rank of a dozen, whatever the past's length.
struct LowRankBlock: Sendable {
  /// Times t and s of the rectangle.
  let rows: Range<Int>
  let columns: Range<Int>
  /// Number of terms.
  let rank: Int
  /// `Uᵀ`, `rank * rows.count` numbers, row-major; rows of length one.
  let left: [Double]
  /// `W`, `rank * columns.count` numbers, row-major.
  let right: [Double]

  /// How many numbers the factors have.
  var cost: Int { left.count + right.count }

  private init(rows: Range<Int>, columns: Range<Int>, left: [Double], right: [Double]) {
    self.rows = rows
    self.columns = columns
    rank = left.count / rows.count
    self.left = left
    self.right = right
  }

  /// Factors entries by crosses, equation (5.11): the column through the largest entry that is left, and what it explains
  /// of the others, are taken away until nothing is left above the tolerance. The error of every entry is so known, not
  /// estimated. Nil where the factors would cost as much as the entries, or entries are not finite.
  ///
  /// - Parameters:
  ///   - entries: `rows.count * columns.count` numbers, row-major.
  ///   - rows: t.
  ///   - columns: s.
  ///   - tolerance: largest error of an entry.
  init?(_ entries: [Double], rows: Range<Int>, columns: Range<Int>, tolerance: Double) {
    let (height, width) = (rows.count, columns.count)
    let limit = height * width / (height + width)
    var rest = entries
    var left: [Double] = []
    var right: [Double] = []
    while true {
      let largest = Int(cblas_idamax(Int32(rest.count), rest, 1))
      if abs(rest[largest]) <= tolerance { break }
      guard right.count < limit * width, rest[largest].isFinite else { return nil }
      var column = (0..<height).map { rest[$0 * width + largest % width] }
      cblas_dscal(Int32(height), 1 / cblas_dnrm2(Int32(height), column, 1), &column, 1)
      var row = [Double](repeating: 0, count: width)
      cblas_dgemv(
        CblasRowMajor, CblasTrans, Int32(height), Int32(width), 1, rest, Int32(width), column, 1, 1, &row, 1)
      cblas_dger(CblasRowMajor, Int32(height), Int32(width), -1, column, 1, row, 1, &rest, Int32(width))
      left += column
      right += row
    }
    self.init(rows: rows, columns: columns, left: left, right: right)
  }

  /// This block and the one below it as one, over this one's columns, equation (5.11), and what the one below has
  /// beside them.
  ///
  /// - Parameters:
  ///   - next: the rows that follow, over these columns and the times of these rows.
  ///   - tolerance: largest error of an entry that merging may add.
  /// - Returns: nil where two blocks are cheaper.
  func merged(with next: LowRankBlock, tolerance: Double) -> (wide: LowRankBlock, square: LowRankBlock)? {
    let terms = rank + next.rank
    guard terms > 0 else { return nil }
    // Rows of both left factors have length one at most: an error in the stacked right factors counts no more than this.
    let allowed = tolerance / Double(terms).squareRoot()
    let stacked = right + next.right(in: columns)
    guard let small = LowRankBlock(stacked, rows: 0..<terms, columns: columns, tolerance: allowed) else { return nil }
    let wide = LowRankBlock(
      rows: rows.lowerBound..<next.rows.upperBound, columns: columns, left: small.mixing(left, next.left, rank),
      right: small.right)
    let beside = columns.upperBound..<next.columns.upperBound
    let square = LowRankBlock(rows: next.rows, columns: beside, left: next.left, right: next.right(in: beside))
    return wide.cost + square.cost < cost + next.cost ? (wide, square) : nil
  }

  /// Left factors of two adjacent blocks, mixed by this block of their stacked right factors.
  private func mixing(_ first: [Double], _ second: [Double], _ firstRank: Int) -> [Double] {
    let terms = rows.count
    let heights = [first.count / max(firstRank, 1), second.count / max(terms - firstRank, 1)]
    let both = heights[0] + heights[1]
    var result = [Double](repeating: 0, count: rank * both)
    guard rank > 0 else { return result }
    result.withUnsafeMutableBufferPointer { result in
      left.withUnsafeBufferPointer { left in
        for (factor, height, inner, from, to) in [
          (first, heights[0], firstRank, 0, 0), (second, heights[1], terms - firstRank, firstRank, heights[0]),
        ] where inner > 0 {
          cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rank), Int32(height), Int32(inner), 1,
            left.baseAddress.map { $0 + from }, Int32(terms), factor, Int32(height), 0,
            result.baseAddress.map { $0 + to }, Int32(both))
        }
      }
    }
    return result
  }

  /// `y += scale · xᵀ A` and `v += scale · A u`, either or both.
  func multiply(scale: Double, left: TimeOperands?, right: TimeOperands?) {
    self.left.withUnsafeBufferPointer { factor in
      self.right.withUnsafeBufferPointer { other in
        guard let factor = factor.baseAddress, let other = other.baseAddress else { return }
        FactoredPart(rank: rank, left: factor, rows: rows, right: other, columns: columns)
          .multiply(scale: scale, left: left, right: right)
      }
    }
  }

  /// Adds a row of the matrix to a vector over all times.
  func addRow(_ time: Int, to row: UnsafeMutablePointer<Double>) {
    left.withUnsafeBufferPointer { factor in
      right.withUnsafeBufferPointer { other in
        guard let factor = factor.baseAddress, let other = other.baseAddress else { return }
        FactoredPart(rank: rank, left: factor, rows: rows, right: other, columns: columns).addRow(time, to: row)
      }
    }
  }

  /// Some columns of W, row-major.
  private func right(in part: Range<Int>) -> [Double] {
    let width = columns.count
    let (from, to) = (part.lowerBound - columns.lowerBound, part.upperBound - columns.lowerBound)
    return (0..<rank).flatMap { right[$0 * width + from..<$0 * width + to] }
  }
}
