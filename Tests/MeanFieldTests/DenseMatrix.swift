/// Plain dense algebra for the tests' naive twins; nothing clever on purpose.
struct DenseMatrix: Equatable {
  let size: Int
  var entries: [Double]

  init(_ entries: [Double]) {
    size = Int(Double(entries.count).squareRoot())
    self.entries = entries
  }

  init(size: Int, _ entry: (Int, Int) -> Double) {
    self.size = size
    entries = (0..<size * size).map { entry($0 / size, $0 % size) }
  }

  static func identity(_ size: Int) -> DenseMatrix { DenseMatrix(size: size) { $0 == $1 ? 1 : 0 } }
  static func ones(_ size: Int) -> DenseMatrix { DenseMatrix(size: size) { _, _ in 1 } }
  static func diagonal(_ list: [Double]) -> DenseMatrix {
    DenseMatrix(size: list.count) { $0 == $1 ? list[$0] : 0 }
  }

  subscript(row: Int, column: Int) -> Double {
    get { entries[row * size + column] }
    set { entries[row * size + column] = newValue }
  }

  var transposed: DenseMatrix { DenseMatrix(size: size) { self[$1, $0] } }

  static func + (left: DenseMatrix, right: DenseMatrix) -> DenseMatrix {
    DenseMatrix(zip(left.entries, right.entries).map { $0 + $1 })
  }
  static func - (left: DenseMatrix, right: DenseMatrix) -> DenseMatrix {
    DenseMatrix(zip(left.entries, right.entries).map { $0 - $1 })
  }
  static func * (scale: Double, right: DenseMatrix) -> DenseMatrix {
    DenseMatrix(right.entries.map { scale * $0 })
  }
  static func * (left: DenseMatrix, right: DenseMatrix) -> DenseMatrix {
    let size = left.size
    var result = DenseMatrix(size: size) { _, _ in 0 }
    for row in 0..<size {
      for inner in 0..<size {
        let factor = left[row, inner]
        for column in 0..<size { result[row, column] += factor * right[inner, column] }
      }
    }
    return result
  }

  /// Entry by entry.
  func entrywise(_ other: DenseMatrix) -> DenseMatrix {
    DenseMatrix(zip(entries, other.entries).map { $0 * $1 })
  }

  /// `X Y Xᵀ`.
  func congruence(_ inner: DenseMatrix) -> DenseMatrix { self * inner * transposed }

  /// Gauss-Jordan with partial pivoting.
  var inverse: DenseMatrix {
    var left = self
    var right = DenseMatrix.identity(size)
    for pivot in 0..<size {
      let best = (pivot..<size).max { abs(left[$0, pivot]) < abs(left[$1, pivot]) } ?? pivot
      for column in 0..<size {
        (left[pivot, column], left[best, column]) = (left[best, column], left[pivot, column])
        (right[pivot, column], right[best, column]) = (right[best, column], right[pivot, column])
      }
      let scale = 1 / left[pivot, pivot]
      for column in 0..<size {
        left[pivot, column] *= scale
        right[pivot, column] *= scale
      }
      for row in 0..<size where row != pivot {
        let factor = left[row, pivot]
        for column in 0..<size {
          left[row, column] -= factor * left[pivot, column]
          right[row, column] -= factor * right[pivot, column]
        }
      }
    }
    return right
  }

  /// Largest difference, relative to the largest entry.
  func distance(_ other: DenseMatrix) -> Double {
    // A maximum would pass over what is not a number.
    guard (entries + other.entries).allSatisfy(\.isFinite) else { return .infinity }
    let difference = zip(entries, other.entries).map { abs($0 - $1) }.max() ?? 0
    let scale = max(entries.map(abs).max() ?? 0, other.entries.map(abs).max() ?? 0)
    return scale > 0 ? difference / scale : 0
  }
}
