import Testing

@testable import LinearAlgebra

@Suite("Largest eigenvalues")
struct LargestEigenvalueTests {
  /// Symmetric, with eigenvalues of both signs that are close at the top.
  private func matrix(_ size: Int) -> DenseMatrix {
    var state: UInt64 = 7
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 9_007_199_254_740_992 - 0.5
    }
    var entries = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0...row {
        entries[row * size + column] = next()
        entries[column * size + row] = entries[row * size + column]
      }
    }
    return DenseMatrix(rows: size, columns: size, entries)
  }

  private func product(_ matrix: DenseMatrix) -> ([Double]) -> [Double] {
    { vector in
      var result = [Double](repeating: 0, count: matrix.rows)
      matrix.addProduct(1, vector, to: &result)
      return result
    }
  }

  @Test("Lanczos finds what LAPACK finds, in fewer products than rows", arguments: [1, 2, 7, 60, 300])
  func lanczos(size: Int) throws {
    let matrix = matrix(size)
    let expected = try SymmetricEigenproblem(matrix.storage, size: size).eigenvalues[0]
    let start = (0..<size).map { 1 + Double($0 % 3) }
    let found = try LargestEigenvalue(from: start, product(matrix))
    #expect(abs(found.value - expected) <= 1e-11 * abs(expected))
    #expect(found.products <= size && (size < 300 || found.products < 150))
    #expect(found.residual <= 1e-7)
  }

  @Test("an operator of low rank ends the iteration")
  func lowRank() throws {
    let found = try LargestEigenvalue(from: [1, 2, 3, 4, 5, 6]) { $0.enumerated().map { $0 < 2 ? 3 * $1 : 0 } }
    #expect(abs(found.value - 3) < 1e-14)
    #expect(throws: LinearAlgebraFailure.self) { try LargestEigenvalue(from: [0, 0]) { $0 } }
    #expect(throws: LinearAlgebraFailure.self) { try LargestEigenvalue(from: [1, 2]) { $0.map { _ in .nan } } }
  }

  @Test("some eigenpairs are those of all")
  func some() throws {
    let (size, matrix) = (40, matrix(40))
    let all = try SymmetricEigenproblem(matrix.storage, size: size)
    let some = try SymmetricEigenproblem(matrix, largest: 3)
    #expect(some.eigenvalues.count == 3 && some.eigenvectors.count == 3 * size)
    for place in 0..<3 {
      #expect(abs(some.eigenvalues[place] - all.eigenvalues[place]) < 4e-12)
      let overlap = (0..<size).reduce(0) {
        $0 + some.eigenvectors[place * size + $1] * all.eigenvectors[place * size + $1]
      }
      #expect(abs(abs(overlap) - 1) < 1e-11)
    }
  }
}
