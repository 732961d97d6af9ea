import COpenBLAS

// Products for blocks whose rows answer to each other: what the past gives, and what the block's own columns give.
extension RowBlock {
  /// Columns of the block's own times.
  var own: Range<Int> { rows }

  /// Past columns of `self += scale * x A`, over past times only.
  ///
  /// - Parameters:
  ///   - x: the same rows.
  ///   - matrix: a response or a cross correlation, known before the block.
  ///   - scale: factor.
  public mutating func addPast<Matrix: TimeMatrix>(_ x: RowBlock, times matrix: Matrix, scale: Double = 1) {
    addPast(x, matrix.storage, CblasNoTrans, scale)
  }

  /// Past columns of `self += x Aᵀ`, over past times only.
  ///
  /// - Parameters:
  ///   - x: the same rows.
  ///   - matrix: a response or a cross correlation, known before the block.
  public mutating func addPast<Matrix: TimeMatrix>(_ x: RowBlock, timesTransposed matrix: Matrix) {
    addPast(x, matrix.storage, CblasTrans, 1)
  }

  /// Past columns of `self += x H` with a symmetric H, over past times only.
  ///
  /// - Parameters:
  ///   - x: the same rows.
  ///   - matrix: a correlation, known before the block.
  public mutating func addPast(_ x: RowBlock, times matrix: Correlation) {
    guard own.lowerBound > 0 else { return }
    let (height, past, leading) = (Int32(count), Int32(own.lowerBound), Int32(stride))
    storage.withUnsafeMutableBufferPointer { result in
      x.storage.withUnsafeBufferPointer { x in
        matrix.storage.withUnsafeBufferPointer { matrix in
          cblas_dsymm(
            CblasRowMajor, CblasRight, CblasLower, height, past, 1, matrix.baseAddress, leading, x.baseAddress,
            leading, 1, result.baseAddress, leading)
        }
      }
    }
  }

  private mutating func addPast(_ x: RowBlock, _ matrix: [Double], _ transposition: CBLAS_TRANSPOSE, _ scale: Double) {
    guard own.lowerBound > 0 else { return }
    let (height, past, leading) = (Int32(count), Int32(own.lowerBound), Int32(stride))
    storage.withUnsafeMutableBufferPointer { result in
      x.storage.withUnsafeBufferPointer { x in
        matrix.withUnsafeBufferPointer { matrix in
          cblas_dgemm(
            CblasRowMajor, CblasNoTrans, transposition, height, past, past, scale, x.baseAddress, leading,
            matrix.baseAddress, leading, 1, result.baseAddress, leading)
        }
      }
    }
  }

  /// Own columns of `self += x yᵀ`, the sum taken over some of the times.
  ///
  /// - Parameters:
  ///   - x: the same rows.
  ///   - other: y, the same rows.
  ///   - times: columns of x and y that the sum runs over.
  public mutating func addOwn(_ x: RowBlock, timesTransposed other: RowBlock, over times: Range<Int>) {
    guard !times.isEmpty else { return }
    let (height, width, leading) = (Int32(count), Int32(times.count), Int32(stride))
    let (first, shift) = (times.lowerBound, own.lowerBound)
    storage.withUnsafeMutableBufferPointer { result in
      x.storage.withUnsafeBufferPointer { x in
        other.storage.withUnsafeBufferPointer { other in
          cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, height, height, width, 1, x.baseAddress.map { $0 + first },
            leading, other.baseAddress.map { $0 + first }, leading, 1, result.baseAddress.map { $0 + shift }, leading)
        }
      }
    }
  }

  /// Some columns of `self += x_own y`: x's block of own columns times the rows of y.
  ///
  /// - Parameters:
  ///   - x: the same rows; only its own columns count.
  ///   - other: y, the same rows.
  ///   - columns: columns that are added to.
  public mutating func addOwnColumns(of x: RowBlock, times other: RowBlock, in columns: Range<Int>) {
    guard !columns.isEmpty else { return }
    let (height, width, leading) = (Int32(count), Int32(columns.count), Int32(stride))
    let (first, shift) = (columns.lowerBound, own.lowerBound)
    storage.withUnsafeMutableBufferPointer { result in
      x.storage.withUnsafeBufferPointer { x in
        other.storage.withUnsafeBufferPointer { other in
          cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, height, width, height, 1, x.baseAddress.map { $0 + shift },
            leading, other.baseAddress.map { $0 + first }, leading, 1, result.baseAddress.map { $0 + first }, leading)
        }
      }
    }
  }
}

/// `I - F_own` of a block, factored (LAPACK dgetrf), where F is a product of maps or one map: what implicit rows are solved with.
public struct OwnSystem: Sendable {
  private let size: Int
  private var factors: [Double]
  private var pivots: [Int32]
  /// Whether there is a solution: the matrix was finite and not singular.
  private let isRegular: Bool

  /// `I - scale * x_own`.
  ///
  /// - Parameters:
  ///   - x: rows of a map.
  ///   - scale: factor.
  public init(_ x: RowBlock, scale: Double) {
    let size = x.count
    self.init(size: size, storage: x.ownSquare.map { -scale * $0 })
  }

  /// `I - x_own y_own`.
  ///
  /// - Parameters:
  ///   - x: rows of a map.
  ///   - other: y, the same rows of another.
  public init(_ x: RowBlock, times other: RowBlock) {
    let size = x.count
    var product = [Double](repeating: 0, count: size * size)
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(size), Int32(size), Int32(size), -1, x.ownSquare, Int32(size),
      other.ownSquare, Int32(size), 0, &product, Int32(size))
    self.init(size: size, storage: product)
  }

  private init(size: Int, storage: [Double]) {
    self.size = size
    factors = storage
    for index in 0..<size { factors[index * size + index] += 1 }
    pivots = Array(repeating: 0, count: size)
    isRegular =
      LAPACKE_dgetrf(LAPACK_ROW_MAJOR, Int32(size), Int32(size), &factors, Int32(size), &pivots) == 0
  }

  /// Solves for some columns of a block, in place. Without a solution the columns become NaN, which the march sees.
  ///
  /// - Parameters:
  ///   - block: right-hand side, then solution.
  ///   - columns: which columns.
  public func solve(_ block: inout RowBlock, columns: Range<Int>) {
    guard !columns.isEmpty else { return }
    let leading = Int32(block.stride)
    guard isRegular else {
      for time in block.rows { for column in columns { block[time, column] = .nan } }
      return
    }
    block.storage.withUnsafeMutableBufferPointer { storage in
      _ = LAPACKE_dgetrs(
        LAPACK_ROW_MAJOR, 0x4E /* N */, Int32(size), Int32(columns.count), factors, Int32(size), pivots,
        storage.baseAddress.map { $0 + columns.lowerBound }, leading)
    }
  }
}
