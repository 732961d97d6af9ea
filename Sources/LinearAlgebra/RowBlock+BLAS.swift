import COpenBLAS

// Products of a block of rows with a time matrix. One row goes through BLAS level 2 and touches only
// the triangle that is not zero; several rows go through level 3.
extension RowBlock {
  /// `self = scale * x A`.
  ///
  /// - Parameters:
  ///   - x: rows against times.
  ///   - matrix: a response, known up to the block's end.
  ///   - scale: factor.
  public mutating func set(_ x: RowBlock, times matrix: Response, scale: Double = 1) {
    setProduct(x, matrix, CblasTrans, scale)
  }

  /// `self = scale * x Aᵀ`.
  ///
  /// - Parameters:
  ///   - x: rows against times.
  ///   - matrix: a response, known up to the block's end.
  ///   - scale: factor.
  public mutating func set(_ x: RowBlock, timesTransposed matrix: Response, scale: Double = 1) {
    setProduct(x, matrix, CblasNoTrans, scale)
  }

  /// `self += x H` with a symmetric H, of which only the lower triangle is read.
  ///
  /// - Parameters:
  ///   - x: rows against times.
  ///   - matrix: a correlation, known up to the block's end.
  public mutating func add(_ x: RowBlock, times matrix: Correlation) {
    let count = Int32(x.count)
    let size = Int32(x.columns)
    let leading = Int32(stride)
    storage.withUnsafeMutableBufferPointer { result in
      x.storage.withUnsafeBufferPointer { x in
        matrix.storage.withUnsafeBufferPointer { matrix in
          if count == 1 {
            cblas_dsymv(
              CblasRowMajor, CblasLower, size, 1, matrix.baseAddress, leading, x.baseAddress, 1, 1,
              result.baseAddress, 1)
          } else {
            cblas_dsymm(
              CblasRowMajor, CblasRight, CblasLower, count, size, 1, matrix.baseAddress,
              leading, x.baseAddress, leading, 1, result.baseAddress, leading)
          }
        }
      }
    }
  }

  /// `self += x C`.
  ///
  /// - Parameters:
  ///   - x: rows against times.
  ///   - matrix: a cross correlation, known up to the block's end.
  public mutating func add(_ x: RowBlock, times matrix: CrossCorrelation) {
    addProduct(x, matrix.storage, CblasTrans, scale: 1)
  }

  /// `self += x Cᵀ`.
  ///
  /// - Parameters:
  ///   - x: rows against times.
  ///   - matrix: a cross correlation, known up to the block's end.
  public mutating func add(_ x: RowBlock, timesTransposed matrix: CrossCorrelation) {
    addProduct(x, matrix.storage, CblasNoTrans, scale: 1)
  }

  /// With `transposition` the one that level 2 applies to the matrix: Trans for `x A`, NoTrans for `x Aᵀ`.
  private mutating func setProduct(
    _ x: RowBlock, _ matrix: Response, _ transposition: CBLAS_TRANSPOSE, _ scale: Double
  ) {
    begin(x.rows)
    guard count == 1, matrix.causality == .steps else {
      addProduct(x, matrix.storage, transposition, scale: scale)
      return
    }
    if columns <= Self.stripLimit { return addTriangle(x, matrix, transposition, scale) }
    add(x, scale: scale)
    let size = Int32(columns)
    let leading = Int32(stride)
    storage.withUnsafeMutableBufferPointer { result in
      matrix.storage.withUnsafeBufferPointer { matrix in
        cblas_dtrmv(
          CblasRowMajor, CblasLower, transposition, CblasNonUnit, size, matrix.baseAddress, leading,
          result.baseAddress, 1)
      }
    }
  }

  /// Rows of a triangle that are multiplied at a time. The zeros of half such a strip's square are read for nothing, and in
  /// return `dgemv` does the work, whose kernel is faster than that of `dtrmv` as long as the matrix stays near the processor.
  private static let stripHeight = 32
  /// Size up to which this pays (measured: 13 % of a march of 100 steps; at 400 steps it costs 40 %).
  private static let stripLimit = 160

  /// Adds one row against a lower triangle, strip by strip.
  private mutating func addTriangle(
    _ x: RowBlock, _ matrix: Response, _ transposition: CBLAS_TRANSPOSE, _ scale: Double
  ) {
    let (size, leading, isTransposed) = (columns, stride, transposition == CblasTrans)
    storage.withUnsafeMutableBufferPointer { result in
      x.storage.withUnsafeBufferPointer { x in
        matrix.storage.withUnsafeBufferPointer { matrix in
          guard let result = result.baseAddress, let x = x.baseAddress, let matrix = matrix.baseAddress else { return }
          for start in Swift.stride(from: 0, to: size, by: Self.stripHeight) {
            let end = min(size, start + Self.stripHeight)
            cblas_dgemv(
              CblasRowMajor, transposition, Int32(end - start), Int32(end), scale, matrix + start * leading,
              Int32(leading), isTransposed ? x + start : x, 1, 1, isTransposed ? result : result + start, 1)
          }
        }
      }
    }
  }

  private mutating func addProduct(
    _ x: RowBlock, _ matrix: [Double], _ transposition: CBLAS_TRANSPOSE, scale: Double
  ) {
    let count = Int32(x.count)
    let size = Int32(x.columns)
    let leading = Int32(stride)
    let other = transposition == CblasTrans ? CblasNoTrans : CblasTrans
    storage.withUnsafeMutableBufferPointer { result in
      x.storage.withUnsafeBufferPointer { x in
        matrix.withUnsafeBufferPointer { matrix in
          if count == 1 {
            cblas_dgemv(
              CblasRowMajor, transposition, size, size, scale, matrix.baseAddress, leading,
              x.baseAddress, 1, 1, result.baseAddress, 1)
          } else {
            cblas_dgemm(
              CblasRowMajor, CblasNoTrans, other, count, size, size, scale, x.baseAddress,
              leading, matrix.baseAddress, leading, 1, result.baseAddress, leading)
          }
        }
      }
    }
  }
}
