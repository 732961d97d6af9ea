// Products of a triangle with vectors over times, and its rows. What is multiplied from the left and from the right in one
// call meets each part while it is near the processor.
extension TimeTriangle {
  /// `y += scale · xᵀ A` and `v += scale · A u` over the first rows, either or both.
  ///
  /// - Parameters:
  ///   - count: how many rows; no fewer than are past.
  ///   - scale: factor.
  ///   - left: x and y.
  ///   - right: u and v.
  func multiply(rows count: Int, scale: Double, left: TimeOperands?, right: TimeOperands? = nil) {
    past.multiply(scale: scale, left: left, right: right)
    for block in wide { block.multiply(scale: scale, left: left, right: right) }
    withNewest(count) { $0.multiply(scale: scale, left: left, right: right) }
  }

  /// `y += x H` with the symmetric H of which this is the lower triangle, over the first rows.
  ///
  /// - Parameters:
  ///   - count: how many rows; no fewer than are past.
  ///   - vectors: x and y.
  func multiplySymmetric(rows count: Int, _ vectors: TimeOperands) {
    past.multiplySymmetric(vectors)
    for block in wide { block.multiply(scale: 1, left: vectors, right: vectors) }
    withNewest(count) { $0.multiplySymmetric(vectors) }
  }

  private func withNewest(_ count: Int, _ body: (DensePart) -> Void) {
    // Row `count - 1` may be one that has not come yet.
    let rows = strip.rows.lowerBound..<min(count, strip.rows.upperBound)
    strip.storage.withUnsafeBufferPointer { storage in
      guard let address = storage.baseAddress else { return }
      body(DensePart(address: address, stride: strip.stride, rows: rows, columns: 0..<rows.upperBound))
    }
  }

  /// Sets a row.
  ///
  /// - Parameters:
  ///   - time: t, at most one past the rows known.
  ///   - entries: columns from 0 on.
  ///   - count: how many; t + 1, or fewer where the rest is set otherwise.
  mutating func setRow(_ time: Int, _ entries: UnsafePointer<Double>, count: Int) {
    open(time)
    let start = (time - strip.rows.lowerBound) * strip.stride
    strip.storage.withUnsafeMutableBufferPointer { storage in
      storage.baseAddress.map { ($0 + start).update(from: entries, count: count) }
    }
  }

  /// Calls with a row's entries, columns 0 … t; the newest rows are not copied.
  func withRow<Result>(_ time: Int, _ body: (UnsafePointer<Double>) -> Result) -> Result {
    guard strip.rows.contains(time) else {
      return withUnsafeTemporaryAllocation(of: Double.self, capacity: time + 1) { row in
        row.initialize(repeating: 0)
        guard let address = row.baseAddress else { preconditionFailure("a row has a first entry") }
        past.addRow(time, to: address)
        for block in wide { block.addRow(time, to: address) }
        return body(address)
      }
    }
    return strip.storage.withUnsafeBufferPointer { storage in
      guard let address = storage.baseAddress else { preconditionFailure("a strip has rows") }
      return body(address + (time - strip.rows.lowerBound) * strip.stride)
    }
  }

  /// All entries, `size * size` numbers, row-major.
  var entries: [Double] {
    var result = [Double](repeating: 0, count: size * size)
    result.withUnsafeMutableBufferPointer { result in
      for time in 0..<strip.rows.upperBound {
        withRow(time) { row in result.baseAddress.map { ($0 + time * size).update(from: row, count: time + 1) } }
      }
    }
    return result
  }

  /// Columns 0 … t of a row.
  func entries(ofRow time: Int) -> [Double] {
    withRow(time) { Array(UnsafeBufferPointer(start: $0, count: time + 1)) }
  }
}
