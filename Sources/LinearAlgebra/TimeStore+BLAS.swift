/// The entries of a time matrix: a triangle under steps, a square array in panels.
struct TimeStore: Sendable {
  let size: Int
  let causality: Causality
  /// Under steps.
  private(set) var triangle: TimeTriangle
  /// In panels, `size * size` numbers, row-major.
  private(set) var square: [Double]

  init(size: Int, causality: Causality) {
    self.size = size
    self.causality = causality
    triangle = TimeTriangle(size: causality == .steps ? size : 0)
    square = Array(repeating: 0, count: causality == .panels ? size * size : 0)
  }

  subscript(row: Int, column: Int) -> Double {
    causality == .steps ? triangle[row, column] : square[row * size + column]
  }

  var entries: [Double] { causality == .steps ? triangle.entries : square }

  mutating func setRows(_ block: RowBlock) {
    guard causality == .panels else {
      precondition(block.count == 1, "steps come one by one")
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

  /// Under steps only the diagonal entry lies in the triangle.
  mutating func setColumns(_ block: RowBlock) {
    for time in block.rows {
      guard causality == .panels else {
        triangle.setDiagonal(time, block[time, time])
        continue
      }
      block.withRow(time) { column in
        for row in 0..<block.columns { square[row * size + time] = column[row] }
      }
    }
  }

  /// Calls with a row's entries up to the diagonal, in panels up to the end.
  func withRow(_ time: Int, _ body: (UnsafePointer<Double>) -> Void) {
    if causality == .steps { return triangle.withRow(time, body) }
    square.withUnsafeBufferPointer { square in
      guard let address = square.baseAddress else { return }
      body(address + time * size)
    }
  }
}
