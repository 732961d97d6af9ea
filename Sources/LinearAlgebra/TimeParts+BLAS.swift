import COpenBLAS

/// A vector that is multiplied and one that is added to, each over all times.
typealias TimeOperands = (from: UnsafePointer<Double>, to: UnsafeMutablePointer<Double>)

/// A rectangle of a lower triangle, row-major in memory.
struct DensePart {
  let address: UnsafePointer<Double>
  let stride: Int
  let rows: Range<Int>
  let columns: Range<Int>

  /// Rows that are multiplied at a time. On the diagonal half of such a slice's square is zeros, read for nothing; in return
  /// `dgemv` does the work, whose kernel is faster than that of `dtrmv`.
  private static let sliceHeight = 32

  /// `y += scale · xᵀ A` and `v += scale · A u`, either or both.
  func multiply(scale: Double, left: TimeOperands?, right: TimeOperands?) {
    for start in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: Self.sliceHeight) {
      let end = min(rows.upperBound, start + Self.sliceHeight)
      let slice = address + (start - rows.lowerBound) * stride
      let first = columns.lowerBound
      // Nothing lies above the diagonal.
      let width = Int32(min(columns.upperBound, end) - first)
      if let left {
        cblas_dgemv(
          CblasRowMajor, CblasTrans, Int32(end - start), width, scale, slice, Int32(stride), left.from + start, 1, 1,
          left.to + first, 1)
      }
      if let right {
        cblas_dgemv(
          CblasRowMajor, CblasNoTrans, Int32(end - start), width, scale, slice, Int32(stride), right.from + first, 1, 1,
          right.to + start, 1)
      }
    }
  }

  /// `y += x H` with the symmetric H of whose lower triangle this is a part: all before the diagonal, and a square on it.
  func multiplySymmetric(_ vectors: TimeOperands) {
    let before = columns.lowerBound..<min(columns.upperBound, rows.lowerBound)
    if !before.isEmpty {
      DensePart(address: address, stride: stride, rows: rows, columns: before)
        .multiply(scale: 1, left: vectors, right: vectors)
    }
    guard columns.upperBound > rows.lowerBound else { return }
    let start = rows.lowerBound
    cblas_dsymv(
      CblasRowMajor, CblasLower, Int32(rows.count), 1, address + before.count, Int32(stride), vectors.from + start, 1,
      1,
      vectors.to + start, 1)
  }
}

/// A rectangle of a lower triangle as two thin factors, `Σ_k U(t, k) W(k, s)`, each row-major in memory.
struct FactoredPart {
  let rank: Int
  /// `Uᵀ`, one row a term.
  let left: UnsafePointer<Double>
  let rows: Range<Int>
  /// `W`, one row a term.
  let right: UnsafePointer<Double>
  let columns: Range<Int>

  /// `y += scale · xᵀ A` and `v += scale · A u`, either or both.
  func multiply(scale: Double, left operands: TimeOperands?, right: TimeOperands?) {
    if let operands { apply(scale, left, rows, self.right, columns, operands) }
    if let right { apply(scale, self.right, columns, left, rows, right) }
  }

  /// `y += scale · outerᵀ (inner x)`.
  private func apply(
    _ scale: Double, _ inner: UnsafePointer<Double>, _ from: Range<Int>, _ outer: UnsafePointer<Double>,
    _ to: Range<Int>, _ vectors: TimeOperands
  ) {
    guard rank > 0 else { return }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: rank) { terms in
      terms.initialize(repeating: 0)
      cblas_dgemv(
        CblasRowMajor, CblasNoTrans, Int32(rank), Int32(from.count), scale, inner, Int32(from.count),
        vectors.from + from.lowerBound, 1, 1, terms.baseAddress, 1)
      cblas_dgemv(
        CblasRowMajor, CblasTrans, Int32(rank), Int32(to.count), 1, outer, Int32(to.count), terms.baseAddress, 1, 1,
        vectors.to + to.lowerBound, 1)
    }
  }

  /// Adds row t to a vector over all times.
  func addRow(_ time: Int, to row: UnsafeMutablePointer<Double>) {
    guard rows.contains(time), rank > 0 else { return }
    let width = Int32(columns.count)
    cblas_dgemv(
      CblasRowMajor, CblasTrans, Int32(rank), width, 1, right, width, left + time - rows.lowerBound, Int32(rows.count),
      1, row + columns.lowerBound, 1)
  }
}
