import COpenBLAS

// Products of a block of rows with a time matrix: of one row with a triangle, strip by strip (`TimeTriangle`), or of several rows
// with a square array, through BLAS level 3.
extension RowBlock {
  /// `self = scale * x A`.
  ///
  /// - Parameters:
  ///   - x: rows against times.
  ///   - matrix: a response, known up to the block's end.
  ///   - scale: factor.
  public mutating func set(_ x: RowBlock, times matrix: Response, scale: Double = 1) {
    begin(x.rows)
    guard matrix.storage == .triangle else { return addProduct(x, matrix.store.square, CblasNoTrans, scale) }
    withOperands(x) { matrix.store.triangle.multiply(rows: x.columns, scale: scale, left: $0) }
  }

  /// `self = scale * x Aᵀ`.
  ///
  /// - Parameters:
  ///   - x: rows against times.
  ///   - matrix: a response, known up to the block's end.
  ///   - scale: factor.
  public mutating func set(_ x: RowBlock, timesTransposed matrix: Response, scale: Double = 1) {
    begin(x.rows)
    guard matrix.storage == .triangle else { return addProduct(x, matrix.store.square, CblasTrans, scale) }
    withOperands(x) { matrix.store.triangle.multiply(rows: x.columns, scale: scale, left: nil, right: $0) }
  }

  /// `self = x A` and `other = y Aᵀ`, for which A is read once.
  ///
  /// - Parameters:
  ///   - x: rows against times.
  ///   - matrix: a response, known up to the block's end.
  ///   - other: a second result.
  ///   - y: the same rows against times.
  public mutating func set(
    _ x: RowBlock, times matrix: Response, and other: inout RowBlock, _ y: RowBlock
  ) {
    guard matrix.storage == .triangle else {
      set(x, times: matrix)
      return other.set(y, timesTransposed: matrix)
    }
    begin(x.rows)
    other.begin(y.rows)
    withOperands(x) { left in
      other.withOperands(y) { right in
        matrix.store.triangle.multiply(rows: x.columns, scale: 1, left: left, right: right)
      }
    }
  }

  /// `self += x H` with a symmetric H, of which only the lower triangle is read.
  ///
  /// - Parameters:
  ///   - x: rows against times.
  ///   - matrix: a correlation, known up to the block's end.
  public mutating func add(_ x: RowBlock, times matrix: Correlation) {
    guard matrix.store.storage == .square else {
      return withOperands(x) { matrix.store.triangle.multiplySymmetric(rows: x.columns, $0) }
    }
    let (count, size, leading) = (Int32(x.count), Int32(x.columns), Int32(stride))
    withOperands(x) { vectors in
      cblas_dsymm(
        CblasRowMajor, CblasRight, CblasLower, count, size, 1, matrix.store.square, leading, vectors.from, leading, 1,
        vectors.to, leading)
    }
  }

  /// `self += x C`.
  ///
  /// - Parameters:
  ///   - x: rows against times.
  ///   - matrix: a cross correlation, known up to the block's end.
  public mutating func add(_ x: RowBlock, times matrix: CrossCorrelation) {
    guard matrix.store.storage == .triangle else { return addProduct(x, matrix.store.square, CblasNoTrans, 1) }
    withOperands(x) {
      matrix.store.triangle.multiply(rows: x.columns, scale: 1, left: $0)
      matrix.above.multiply(rows: x.columns, scale: 1, left: nil, right: $0)
    }
  }

  /// `self += x Cᵀ`.
  ///
  /// - Parameters:
  ///   - x: rows against times.
  ///   - matrix: a cross correlation, known up to the block's end.
  public mutating func add(_ x: RowBlock, timesTransposed matrix: CrossCorrelation) {
    guard matrix.store.storage == .triangle else { return addProduct(x, matrix.store.square, CblasTrans, 1) }
    withOperands(x) {
      matrix.store.triangle.multiply(rows: x.columns, scale: 1, left: nil, right: $0)
      matrix.above.multiply(rows: x.columns, scale: 1, left: $0)
    }
  }

  /// Calls with the first entries of another block's rows and of these; with triangles, of one row each.
  private mutating func withOperands(_ x: RowBlock, _ body: (TimeOperands) -> Void) {
    x.withRow(x.rows.lowerBound) { from in
      storage.withUnsafeMutableBufferPointer { storage in
        guard let to = storage.baseAddress else { return }
        body((from, to))
      }
    }
  }

  private mutating func addProduct(
    _ x: RowBlock, _ matrix: [Double], _ transposition: CBLAS_TRANSPOSE, _ scale: Double
  ) {
    let (count, size, leading) = (Int32(x.count), Int32(x.columns), Int32(stride))
    withOperands(x) { vectors in
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, transposition, count, size, size, scale, vectors.from, leading, matrix, leading, 1,
        vectors.to, leading)
    }
  }
}
