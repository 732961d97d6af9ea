import LinearAlgebra
import Testing

@Suite("Matrices with rows and columns of very different sizes")
struct GradedMatricesTests {
  /// A triangle with known inverse: the product of all singular values is its determinant, the smallest is 1 over the largest of
  /// the inverse. Rows and columns are graded by up to 1e40.
  @Test("singular values are accurate relative to themselves", arguments: [1.0, 1e-10, 1e-40])
  func relativeAccuracy(grade: Double) throws {
    let matrix = DenseMatrix(rows: 2, columns: 3, [3, 4 * grade, 0, 0, 5 * grade, 12 * grade * grade])
    let found = try GradedSingularValues(matrix)
    // A Aᵀ = [[9 + 16 g², 20 g²], [20 g², 25 g² + 144 g⁴]], g the grade.
    let (g2, g4) = (grade * grade, grade * grade * grade * grade)
    let trace = 9 + 41 * g2 + 144 * g4
    let determinant = g2 * (225 + 1296 * g2 + 2304 * g4)
    let larger = (trace + (trace * trace - 4 * determinant).squareRoot()) / 2
    #expect(abs(found.values[0] * found.values[0] / larger - 1) < 1e-14)
    #expect(abs(found.values[0] * found.values[1] / determinant.squareRoot() - 1) < 1e-14)
    for row in 0..<2 {
      for column in 0..<3 {
        let entry = (0..<2).reduce(0) { $0 + found.left[row, $1] * found.values[$1] * found.right[$1, column] }
        #expect(abs(entry - matrix[row, column]) < 1e-14 * 4)
      }
    }
  }

  /// min(i, j) has determinant 1, so the product of all singular values is that of the grades: one wrong small value shows.
  @Test(
    "none of six graded singular values is noise", arguments: [(0, -20), (-20, 0), (-20, -20), (-12, 25), (25, 25)])
  func determinant(ofRows: Int, ofColumns: Int) throws {
    let size = 6
    let entries = (0..<size * size).map { (index: Int) -> Double in
      let (row, column) = (index / size, index % size)
      return Double(sign: .plus, exponent: ofRows * row + ofColumns * column, significand: Double(min(row, column) + 1))
    }
    let found = try GradedSingularValues(DenseMatrix(rows: size, columns: size, entries))
    let product = found.values.reduce(1, *)
    let expected = Double(sign: .plus, exponent: (ofRows + ofColumns) * 15, significand: 1)
    #expect(abs(product / expected - 1) < 1e-12, "\(found.values)")
  }

  @Test("triangular factors have the matrix's products, with and without pivots")
  func triangles() throws {
    let matrix = DenseMatrix(rows: 4, columns: 3, [1, 2, 0, 3, -1, 1, 0, 4, 2, 2, 2, -5])
    let plain = try matrix.triangularFactor()
    let (order, pivoted) = try matrix.pivotedTriangularFactor()
    #expect(plain.rows == 3 && pivoted.rows == 3 && order.sorted() == [0, 1, 2] && order[0] == 2)
    for row in 0..<3 {
      for column in 0..<3 {
        let expected = (0..<4).reduce(0) { $0 + matrix[$1, row] * matrix[$1, column] }
        let own = (0..<3).reduce(0) { $0 + plain[$1, row] * plain[$1, column] }
        let (left, right) = (order.firstIndex(of: row) ?? 0, order.firstIndex(of: column) ?? 0)
        let other = (0..<3).reduce(0) { $0 + pivoted[$1, left] * pivoted[$1, right] }
        #expect(abs(own - expected) < 1e-13 && abs(other - expected) < 1e-13)
        if row > column { #expect(plain[row, column] == 0 && pivoted[row, column] == 0) }
      }
    }
  }

  @Test("a wide matrix has a trapezoid, and its row space as many directions as its rank")
  func wide() throws {
    let matrix = DenseMatrix(rows: 2, columns: 3, [1, 2, 2, 2, 4, 4])
    #expect(try matrix.triangularFactor().rows == 2)
    let (values, directions) = try matrix.rowSpace(tolerance: 1e-10)
    #expect(values.count == 1 && abs(values[0] * values[0] - 45) < 1e-12)
    #expect(abs(abs(directions[0, 0]) - 1 / 3.0) < 1e-14 && abs(directions[0, 1] - directions[0, 2]) < 1e-14)
  }
}
