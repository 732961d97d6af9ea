import COpenBLAS

// Products for blocks whose rows answer to each other: what the past gives, and what the block's own columns give.
extension RowBlock {
  /// Columns of the block's own times.
  var own: Range<Int> { rows }

  /// Past columns of `self += scale * x A`, over past times only.
  ///
  /// - Parameters:
  ///   - x: the same rows.
  ///   - matrix: a response, known before the block.
  ///   - scale: factor.
  public mutating func addPast(_ x: RowBlock, times matrix: Response, scale: Double = 1) {
    addPast(x, matrix.store.square, CblasNoTrans, scale)
  }

  /// Past columns of `self += x Aᵀ`, over past times only.
  ///
  /// - Parameters:
  ///   - x: the same rows.
  ///   - matrix: a response, known before the block.
  public mutating func addPast(_ x: RowBlock, timesTransposed matrix: Response) {
    addPast(x, matrix.store.square, CblasTrans, 1)
  }

  /// Past columns of `self += x C`, over past times only.
  ///
  /// - Parameters:
  ///   - x: the same rows.
  ///   - matrix: a cross correlation, known before the block.
  public mutating func addPast(_ x: RowBlock, times matrix: CrossCorrelation) {
    addPast(x, matrix.store.square, CblasNoTrans, 1)
  }

  /// Past columns of `self += x Cᵀ`, over past times only.
  ///
  /// - Parameters:
  ///   - x: the same rows.
  ///   - matrix: a cross correlation, known before the block.
  public mutating func addPast(_ x: RowBlock, timesTransposed matrix: CrossCorrelation) {
    addPast(x, matrix.store.square, CblasTrans, 1)
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
        matrix.store.square.withUnsafeBufferPointer { matrix in
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

/// `(I - F_own)^{-1}` of a block, where F is a map or a product of two: what implicit rows are solved with,
/// equation (5.5).
public struct OwnSystem: Sendable {
  private let size: Int
  /// The inverse: a dozen rows at most, met by hundreds of columns.
  private var inverse: [Double]

  /// `I - scale * x_own`.
  ///
  /// - Parameters:
  ///   - x: rows of a map.
  ///   - scale: factor.
  public init(_ x: RowBlock, scale: Double) {
    self.init(size: x.count, storage: x.ownSquare.map { -scale * $0 })
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

  /// By LAPACK's dgetrf and dgetri, on the transpose as on the matrix itself. Where there is no inverse it is made of NaN, which
  /// the march sees.
  private init(size: Int, storage: [Double]) {
    self.size = size
    inverse = storage
    for index in 0..<size { inverse[index * size + index] += 1 }
    let count = Int32(size)
    var pivots = [Int32](repeating: 0, count: size)
    var work = [Double](repeating: 0, count: size * size)
    let status = LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, count, count, &inverse, count, &pivots)
    if status != 0
      || LAPACKE_dgetri_work(LAPACK_COL_MAJOR, count, &inverse, count, pivots, &work, count * count) != 0
    {
      inverse = inverse.map { _ in .nan }
    }
  }

  /// Solves for some columns of a block, in place.
  ///
  /// - Parameters:
  ///   - block: right-hand side, then solution.
  ///   - columns: which columns.
  public func solve(_ block: inout RowBlock, columns: Range<Int>) {
    guard !columns.isEmpty else { return }
    let stride = block.stride
    let (height, width, leading) = (Int32(size), Int32(columns.count), Int32(stride))
    var solution = [Double](repeating: 0, count: size * columns.count)
    block.storage.withUnsafeMutableBufferPointer { storage in
      let right = storage.baseAddress.map { $0 + columns.lowerBound }
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, height, width, height, 1, inverse, height, right, leading, 0,
        &solution, width)
      for row in 0..<size {
        for column in 0..<columns.count {
          storage[row * stride + columns.lowerBound + column] = solution[row * columns.count + column]
        }
      }
    }
  }
}
