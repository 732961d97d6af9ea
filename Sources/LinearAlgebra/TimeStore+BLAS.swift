/// The entries of a time matrix: a triangle or a square array.
struct TimeStore: Sendable {
  let size: Int
  let storage: TimeStorage
  /// Empty for a square.
  private(set) var triangle: TimeTriangle
  /// `size * size` numbers, row-major; empty for a triangle.
  private(set) var square: [Double]

  init(size: Int, storage: TimeStorage) {
    self.size = size
    self.storage = storage
    triangle = TimeTriangle(size: storage == .triangle ? size : 0)
    square = Array(repeating: 0, count: storage == .square ? size * size : 0)
  }

  subscript(row: Int, column: Int) -> Double {
    storage == .triangle ? triangle[row, column] : square[row * size + column]
  }

  var entries: [Double] { storage == .triangle ? triangle.entries : square }

  mutating func setRows(_ block: RowBlock) {
    guard storage == .square else {
      precondition(block.count == 1, "rows of a triangle come one by one")
      block.withRow(block.rows.lowerBound) { triangle.setRow(block.rows.lowerBound, $0, count: block.columns) }
      return
    }
    for time in block.rows {
      block.withRow(time) { row in
        square.withUnsafeMutableBufferPointer { square in
          let to = square.baseAddress.map { $0 + time * size }
          to?.update(from: row, count: block.columns)
          // A longer block may have been tried here before, and refused: what it left behind the end of this one must go.
          to.map { ($0 + block.columns).update(repeating: 0, count: size - block.columns) }
        }
      }
    }
  }

  /// Only the diagonal entry lies in a triangle.
  mutating func setColumns(_ block: RowBlock) {
    for time in block.rows {
      guard storage == .square else {
        triangle.setDiagonal(time, block[time, time])
        continue
      }
      block.withRow(time) { column in
        for row in 0..<block.columns { square[row * size + time] = column[row] }
      }
    }
  }

  /// Calls with a row's entries up to the diagonal, of a square up to the end.
  func withRow(_ time: Int, _ body: (UnsafePointer<Double>) -> Void) {
    if storage == .triangle { return triangle.withRow(time, body) }
    square.withUnsafeBufferPointer { square in
      guard let address = square.baseAddress else { return }
      body(address + time * size)
    }
  }
}
