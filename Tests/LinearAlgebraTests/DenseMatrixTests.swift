import Testing

@testable import LinearAlgebra

/// Each verb against plain loops; sizes beyond one panel of the cache.
@Suite("Dense matrices")
struct DenseMatrixTests {
  private func numbers(_ count: Int, _ seed: Int) -> [Double] {
    (0..<count).map { Double(($0 * 37 + seed * 11) % 101) / 50 - 1 }
  }

  private func times(_ matrix: DenseMatrix, _ x: [Double], rows: Int) -> [Double] {
    (0..<rows).map { row in
      (0..<matrix.columns).reduce(0) { $0 + matrix.storage[row * matrix.columns + $1] * x[$1] }
    }
  }

  private func transposed(_ matrix: DenseMatrix, _ x: [Double], rows: Int) -> [Double] {
    (0..<matrix.columns).map { column in
      (0..<rows).reduce(0) { $0 + matrix.storage[$1 * matrix.columns + column] * x[$1] }
    }
  }

  private func expectClose(_ a: [Double], _ b: [Double], _ what: String) {
    #expect(a.count == b.count)
    #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-10 }, "\(what)")
  }

  @Test("products with leading rows, both ways")
  func products() {
    let matrix = DenseMatrix(rows: 9, columns: 5, numbers(45, 1))
    let x = numbers(5, 2)
    let y = numbers(9, 3)
    for rows in [9, 4] {
      var result = y
      matrix.addProduct(0.5, x, to: &result, rows: rows)
      let product = times(matrix, x, rows: rows) + Array(repeating: 0, count: 9 - rows)
      expectClose(result, zip(y, product).map { $0 + 0.5 * $1 }, "product of \(rows) rows")
      var back = x
      matrix.addTransposedProduct(-2, y, to: &back, rows: rows)
      expectClose(back, zip(x, transposed(matrix, y, rows: rows)).map { $0 - 2 * $1 }, "transposed")
    }
  }

  @Test("products of several vectors at once are those of each")
  func severalVectors() {
    let matrix = DenseMatrix(rows: 9, columns: 5, numbers(45, 1))
    let (x, y) = ([2, 3, 4].map { numbers(5, $0) }, [5, 6, 7].map { numbers(9, $0) })
    for rows in [9, 4] {
      var (result, back) = (y.flatMap { $0 }, x.flatMap { $0 })
      matrix.addProduct(0.5, x.flatMap { $0 }, to: &result, rows: rows, vectors: 3)
      matrix.addTransposedProduct(-2, y.flatMap { $0 }, to: &back, rows: rows, vectors: 3)
      for vector in 0..<3 {
        var (one, other) = (y[vector], x[vector])
        matrix.addProduct(0.5, x[vector], to: &one, rows: rows)
        matrix.addTransposedProduct(-2, y[vector], to: &other, rows: rows)
        expectClose(Array(result[vector * 9..<(vector + 1) * 9]), one, "vector \(vector)")
        expectClose(Array(back[vector * 5..<(vector + 1) * 5]), other, "vector \(vector) transposed")
      }
    }
  }

  @Test("sums of matrices and of outer products")
  func sums() {
    var matrix = DenseMatrix(rows: 3, columns: 4, numbers(12, 1))
    let start = matrix.storage
    let other = DenseMatrix(rows: 3, columns: 4, numbers(12, 2))
    matrix.combine(own: 0.5, weight: 2, other: other)
    expectClose(matrix.storage, zip(start, other.storage).map { 0.5 * $0 + 2 * $1 }, "combined")
    let before = matrix.storage
    let left = DenseMatrix(rows: 5, columns: 3, numbers(15, 3))
    let right = DenseMatrix(rows: 5, columns: 4, numbers(20, 4))
    matrix.addOuterProducts([2, -1], left, right)
    let expected = (0..<12).map { index -> Double in
      let (row, column) = (index / 4, index % 4)
      let first = 2 * left.storage[row] * right.storage[column]
      let second = left.storage[3 + row] * right.storage[4 + column]
      return before[index] + first - second
    }
    expectClose(matrix.storage, expected, "outer products of the first two rows")
  }

  @Test("residuals and their product with the inputs, over several panels of rows", arguments: [(7, 3), (900, 70)])
  func gradient(rows: Int, columns: Int) {
    let matrix = DenseMatrix(rows: rows, columns: columns, numbers(rows * columns, 1))
    let target = numbers(rows, 2)
    let x = numbers(columns, 3)
    let (residuals, product) = matrix.leastSquaresGradient(target: target, scale: 0.3, x)
    let expected = zip(target, times(matrix, x, rows: rows)).map { $0 - 0.3 * $1 }
    expectClose(residuals, expected, "residuals")
    expectClose(product, transposed(matrix, expected, rows: rows), "product")
  }

  @Test("several fits at once are those of each", arguments: [(7, 3), (900, 70)])
  func severalFits(rows: Int, columns: Int) {
    let matrix = DenseMatrix(rows: rows, columns: columns, numbers(rows * columns, 1))
    let (target, x) = (numbers(3 * rows, 2), numbers(3 * columns, 3))
    let all = matrix.leastSquaresGradient(target: target, scale: 0.3, x, fits: 3)
    let each = (0..<3).map { fit in
      matrix.leastSquaresGradient(
        target: Array(target[fit * rows..<(fit + 1) * rows]), scale: 0.3,
        Array(x[fit * columns..<(fit + 1) * columns]))
    }
    expectClose(all.residuals, each.flatMap(\.residuals), "residuals")
    expectClose(all.product, each.flatMap(\.product), "products")
  }

  @Test("rows are overwritten and selected")
  func rows() {
    var matrix = DenseMatrix(rows: 3, columns: 2)
    matrix.setRow(1, [4, 5])
    #expect(matrix.storage == [0, 0, 4, 5, 0, 0])
    #expect(matrix.selecting([1, 0, 1]).storage == [4, 5, 0, 0, 4, 5])
    matrix.setRow(1, [6, 7, 8, 9])
    #expect(matrix.storage == [0, 0, 6, 7, 8, 9])
  }
}
