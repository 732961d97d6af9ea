import Testing

@testable import LinearAlgebra

@Suite("BLAS")
struct BLASTests {
  @Test("calls go to OpenBLAS, not to the slow reference that GSL brings")
  func library() {
    #expect(BLAS.library.lowercased().contains("openblas"))
    #expect(!BLAS.core.isEmpty && BLAS.core != "unknown")
    #expect(BLAS.configuration.contains("OpenBLAS"))
  }
}

@Suite("Discrete measures")
struct DiscreteMeasureTests {
  private let measure = DiscreteMeasure(
    points: (1...50).map { 1 / Double($0) }, weights: (1...50).map { 1 + Double($0 % 7) })

  @Test("a Gauss rule of n nodes has the first 2n moments and misses the next", arguments: [1, 3, 6])
  func moments(nodes: Int) throws {
    let rule = try measure.gaussRule(nodes)
    #expect(rule.count == nodes && rule.weights.allSatisfy { $0 > 0 })
    for degree in 0..<2 * nodes {
      let exact = measure.integral { power($0, degree) }
      #expect(abs(rule.integral { power($0, degree) } - exact) < 1e-12 * exact)
    }
    let next = measure.integral { power($0, 2 * nodes) }
    #expect(abs(rule.integral { power($0, 2 * nodes) } - next) > 1e-11 * next)
  }

  @Test("a narrow cluster is resolved, not taken for one point")
  func cluster() throws {
    let narrow = DiscreteMeasure(
      points: (0..<20).map { 1 + 1e-4 * Double($0) }, weights: Array(repeating: 1, count: 20))
    let rule = try narrow.gaussRule(3)
    #expect(rule.count == 3)
    func spread(_ measure: DiscreteMeasure) -> Double {
      measure.integral { power(($0 - 1) * 1e3, 5) }
    }
    #expect(abs(spread(rule) - spread(narrow)) < 1e-7 * spread(narrow))
  }

  @Test("fewer distinct points than nodes are found exactly")
  func repeated() throws {
    let twin = DiscreteMeasure(points: [1, 2, 1, 2, 1, 2], weights: [1, 1, 2, 2, 3, 3])
    let rule = try twin.gaussRule(4)
    #expect(rule.count == 2)
    #expect(abs(rule.integral { $0 * $0 * $0 } - twin.integral { $0 * $0 * $0 }) < 1e-12)
  }

  @Test("one Jacobi matrix holds the shorter rules too")
  func shorter() throws {
    let jacobi = JacobiMatrix(measure, size: 9)
    for nodes in [1, 4, 8] {
      let (leading, own) = (try jacobi.gaussRule(nodes), try measure.gaussRule(nodes))
      for (one, other) in zip(leading.points + leading.weights, own.points + own.weights) {
        #expect(abs(one - other) < 1e-12 * abs(other))
      }
    }
    #expect(JacobiMatrix(DiscreteMeasure(points: [1, 2, 1], weights: [1, 1, 1]), size: 3).size == 2)
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }
}

@Suite("Eigenproblems and tall matrices")
struct TallMatrixTests {
  @Test("eigenvalues fall and eigenvectors belong to them")
  func eigen() throws {
    let matrix = [2.0, 1, 0, 1, 3, 1, 0, 1, 4]
    let found = try SymmetricEigenproblem(matrix, size: 3)
    #expect(found.eigenvalues == found.eigenvalues.sorted(by: >))
    for index in 0..<3 {
      let vector = Array(found.eigenvectors[3 * index..<3 * index + 3])
      for row in 0..<3 {
        let product = (0..<3).reduce(0) { $0 + matrix[3 * row + $1] * vector[$1] }
        #expect(abs(product - found.eigenvalues[index] * vector[row]) < 1e-13)
      }
    }
  }

  @Test("gram, transposed product and rotation of a 3 x 2 table")
  func products() {
    let table = [1.0, 2, 3, 4, 5, 6]
    #expect(TallMatrix.gram(table, columns: 2) == [35, 44, 44, 56])
    #expect(TallMatrix.transposed(table, columns: 2, times: [1, 0, -1]) == [-4, -4])
    #expect(
      TallMatrix.rotated(table, columns: 2, onto: [0, 1, 1, 1], scale: 2)
        == [4, 6, 8, 14, 12, 22])
  }
}

/// Every product of a row block against loops, for one row (level 2) and several (level 3).
@Suite("Row block products")
struct RowBlockTests {
  @Test("products with responses and correlations", arguments: [(1, TimeStorage.triangle), (1, .square), (3, .square)])
  func products(rows: Int, storage: TimeStorage) {
    let size = 8
    let block = 5 - rows..<5
    var x = RowBlock(size: size, capacity: rows)
    x.begin(block)
    for row in block { for column in 0..<5 { x[row, column] = Double((3 * row + 5 * column) % 7) - 2 } }
    var response = Response(size: size, storage: storage)
    var correlation = Correlation(size: size, storage: storage)
    var cross = CrossCorrelation(size: size, storage: storage)
    func entry(_ row: Int, _ column: Int) -> Double { Double((row * row + 3 * column) % 5) - 1.5 }
    var (newest, transposed) = (RowBlock(size: size, capacity: size), RowBlock(size: size, capacity: size))
    for step in storage == .triangle ? Array(0..<size).map({ $0..<$0 + 1 }) : [0..<size] {
      newest.begin(step)
      transposed.begin(step)
      for row in step {
        for column in 0..<step.upperBound {
          newest[row, column] = entry(row, column)
          transposed[row, column] = entry(column, row)
        }
      }
      cross.setColumns(transposed)
      cross.setRows(newest)
      correlation.setRows(newest)
      for row in step {
        for column in row + 1..<max(row + 1, step.upperBound) { newest[row, column] = 0 }
      }
      response.setRows(newest)
    }
    let both = correlation.entries
    var result = RowBlock(size: size, capacity: rows)
    result.set(x, times: response, scale: 2)
    check(result, x) { 2 * response[$0, $1] }
    result.set(x, timesTransposed: response, scale: -1)
    check(result, x) { -response[$1, $0] }
    var other = result
    result.set(x, times: response, and: &other, x)
    check(result, x) { response[$0, $1] }
    check(other, x) { response[$1, $0] }
    result.begin(block)
    result.add(x, times: correlation)
    check(result, x) { both[$0 * size + $1] }
    result.begin(block)
    result.add(x, times: cross)
    check(result, x) { cross[$0, $1] }
    result.begin(block)
    result.add(x, timesTransposed: cross)
    check(result, x) { cross[$1, $0] }
  }

  private func check(_ result: RowBlock, _ x: RowBlock, _ entry: (Int, Int) -> Double) {
    for row in x.rows {
      for column in 0..<x.columns {
        let exact = (0..<x.columns).reduce(0) { $0 + x[row, $1] * entry($1, column) }
        #expect(abs(result[row, column] - exact) < 1e-12)
      }
    }
  }
}
