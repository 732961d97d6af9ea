import Testing

@testable import LinearAlgebra

/// Triangles filled row by row, beside a plain array.
@Suite("Time triangles")
struct TimeTriangleTests {
  /// A two-time function as smooth as correlations are, on times that are close.
  private static func smooth(_ row: Int, _ column: Int) -> Double {
    let (t, s) = (Double(row) * 0.02, Double(column) * 0.02)
    return 1 / (1 + t + s) + 1 / (2 + t - s)
  }

  /// Alternates in sign, as modes do above the stable rate.
  private static func alternating(_ row: Int, _ column: Int) -> Double {
    smooth(row, column) * ((row + column).isMultiple(of: 2) ? 1 : -0.9)
  }

  /// Numbers without any order, the same every time.
  private static func rough(_ row: Int, _ column: Int) -> Double {
    var state = UInt64(row * 7919 + column + 1) &* 0x9E37_79B9_7F4A_7C15
    state ^= state >> 29
    state &*= 0xBF58_476D_1CE4_E5B9
    return Double(state >> 11) / 0x1p53 - 0.5
  }

  /// A row over all times, at the last of them.
  private static func row(_ size: Int, _ shift: Int) -> RowBlock {
    var row = RowBlock(size: size, capacity: 1)
    row.begin(size - 1..<size)
    for column in 0..<size { row[size - 1, column] = rough(column, shift) }
    return row
  }

  /// Rows up to the present, as the march makes them: each first with something else, then as it stays.
  private static func fill<Matrix: TimeMatrix>(_ matrix: inout Matrix, _ entry: (Int, Int) -> Double) {
    var row = RowBlock(size: matrix.size, capacity: 1)
    for time in 0..<matrix.size {
      row.begin(time..<time + 1)
      row.add(OutputMatrix(outputs: 1, [7]))
      matrix.setRows(row)
      for column in 0...time { row[time, column] = entry(time, column) }
      matrix.setRows(row)
    }
  }

  private static func filled(_ size: Int, _ entry: (Int, Int) -> Double) -> TimeTriangle {
    var response = Response(size: size, storage: .triangle)
    fill(&response, entry)
    return response.store.triangle
  }

  @Test("products agree with sums", arguments: [100, 127, 128, 300, 1000])
  func products(_ size: Int) {
    for entry in [Self.smooth, Self.alternating, Self.rough] {
      var response = Response(size: size, storage: .triangle)
      var correlation = Correlation(size: size, storage: .triangle)
      Self.fill(&response, entry)
      Self.fill(&correlation, entry)
      let (x, u) = (Self.row(size, 1), Self.row(size, 2))
      var (left, right) = (x, x)
      left.set(x, times: response, and: &right, u)
      var symmetric = RowBlock(size: size, capacity: 1)
      symmetric.begin(size - 1..<size)
      symmetric.add(x, times: correlation)
      for index in stride(from: 0, to: size, by: max(1, size / 37)) {
        func sum(_ range: Range<Int>, _ term: (Int) -> Double) -> Double { range.reduce(0) { $0 + term($1) } }
        let fromLeft = sum(index..<size) { x[size - 1, $0] * entry($0, index) }
        let fromRight = sum(0..<index + 1) { u[size - 1, $0] * entry(index, $0) }
        let both = fromLeft + sum(0..<index) { x[size - 1, $0] * entry(index, $0) }
        let error = 1e-12 * Double(size).squareRoot()
        #expect(abs(left[size - 1, index] - fromLeft) < error)
        #expect(abs(right[size - 1, index] - fromRight) < error)
        #expect(abs(symmetric[size - 1, index] - both) < error)
      }
    }
  }

  @Test("rows and entries come back")
  func rows() {
    for entry in [Self.smooth, Self.rough] {
      let triangle = Self.filled(700, entry)
      let entries = triangle.entries
      for (row, column) in [(0, 0), (31, 0), (32, 31), (400, 17), (400, 400), (650, 512), (699, 698), (699, 699)] {
        #expect(abs(triangle[row, column] - entry(row, column)) < 1e-14)
        #expect(abs(entries[row * 700 + column] - entry(row, column)) < 1e-14)
      }
      #expect(triangle[17, 400] == 0)
      #expect(entries[17 * 700 + 400] == 0)
    }
  }

  @Test("a row of the past is added up to its own time and no further", arguments: [5, 40, 63, 130, 200])
  func rowEnds(time: Int) {
    let triangle = Self.filled(300, Self.smooth)
    // Adding anything to minus zero, even zero, makes it plus zero.
    var row = [Double](repeating: -0.0, count: 300)
    row.withUnsafeMutableBufferPointer { row in
      row.baseAddress.map { triangle.past.addRow(time, to: $0) }
    }
    #expect(row[time] == Self.smooth(time, time))
    #expect(row[(time + 1)...].allSatisfy { $0.sign == .minus })
  }

  /// What makes long runs fast: past rows of smooth functions take a small share of their entries; rough ones stay as they are.
  @Test("smooth matrices take little, rough ones what they have")
  func size() {
    let size = 1000
    #expect(Self.filled(size, Self.smooth).count < size * size / 2 / 4)
    #expect(Self.filled(size, Self.alternating).count < size * size / 2 / 2)
    let rough = Self.filled(size, Self.rough).count
    #expect(rough >= size * size / 2 && Double(8 * rough) <= TimeTriangle.mostBytes(size: Double(size)))
  }

  @Test("a row that is not a number stays one")
  func notANumber() {
    let size = 400
    let triangle = Self.filled(size) { $0 == 290 ? .nan : Self.smooth($0, $1) }
    #expect(triangle[290, 5].isNaN)
    #expect(abs(triangle[100, 5] - Self.smooth(100, 5)) < 1e-14)
    #expect(abs(triangle[390, 250] - Self.smooth(390, 250)) < 1e-14)
  }
}

/// Rectangles as thin factors.
@Suite("Low-rank blocks")
struct LowRankBlockTests {
  private static func entries(_ rows: Range<Int>, _ columns: Range<Int>) -> [Double] {
    rows.flatMap { row in columns.map { 1 / (1 + Double(row - $0) * 0.1) } }
  }

  /// The largest error of an entry.
  private static func error(_ block: LowRankBlock) -> Double {
    var worst = 0.0
    for (row, time) in block.rows.enumerated() {
      for (column, past) in block.columns.enumerated() {
        let sum = (0..<block.rank).reduce(0) {
          $0 + block.left[$1 * block.rows.count + row] * block.right[$1 * block.columns.count + column]
        }
        worst = max(worst, abs(sum - 1 / (1 + Double(time - past) * 0.1)))
      }
    }
    return worst
  }

  @Test("every entry is within the tolerance", arguments: [1e-4, 1e-8, 1e-14])
  func tolerance(_ tolerance: Double) throws {
    let block = try #require(
      LowRankBlock(Self.entries(64..<96, 0..<64), rows: 64..<96, columns: 0..<64, tolerance: tolerance))
    let error = Self.error(block)
    #expect(error <= tolerance * 1.5 && error > 0)
    #expect(block.rank < 18)
  }

  @Test("merged blocks add no more than the tolerance", arguments: [1e-6, 1e-13])
  func merged(_ tolerance: Double) throws {
    let first = try #require(
      LowRankBlock(Self.entries(64..<96, 0..<64), rows: 64..<96, columns: 0..<64, tolerance: tolerance))
    let second = try #require(
      LowRankBlock(Self.entries(96..<128, 0..<96), rows: 96..<128, columns: 0..<96, tolerance: tolerance))
    let (wide, square) = try #require(first.merged(with: second, tolerance: tolerance))
    #expect(wide.rows == 64..<128 && wide.columns == 0..<64)
    #expect(square.rows == 96..<128 && square.columns == 64..<96)
    #expect(Self.error(wide) <= 2.5 * tolerance)
    #expect(Self.error(square) <= 1.5 * tolerance)
    #expect(wide.rank < first.rank + second.rank)
  }

  @Test("what is not of low rank is refused")
  func refused() {
    let identity = (0..<32).flatMap { row in (0..<32).map { $0 == row ? 1.0 : 0 } }
    #expect(LowRankBlock(identity, rows: 32..<64, columns: 0..<32, tolerance: 1e-12) == nil)
    let broken = (0..<1024).map { $0 == 77 ? Double.infinity : 1 }
    #expect(LowRankBlock(broken, rows: 32..<64, columns: 0..<32, tolerance: 1e-12) == nil)
    let zeros = [Double](repeating: 0, count: 1024)
    #expect(LowRankBlock(zeros, rows: 32..<64, columns: 0..<32, tolerance: 0)?.rank == 0)
  }
}
