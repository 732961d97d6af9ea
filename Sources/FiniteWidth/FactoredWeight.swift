import LinearAlgebra

/// A weight matrix as its value at the last merge plus outer products: equation (8.2).
struct FactoredWeight {
  /// `W_•`.
  private var merged: DenseMatrix
  /// `M_•`; nil without momentum, or before the first merge.
  private var mergedBuffer: DenseMatrix?
  private let hasMomentum: Bool
  /// Outer products since the last merge: rows of the left stack are scaled gradients at the output side.
  private var left: DenseMatrix
  private var right: DenseMatrix

  /// - Parameters:
  ///   - start: `W(0)`.
  ///   - capacity: gradients kept before a merge.
  ///   - hasMomentum: whether the buffer must be remembered.
  init(_ start: DenseMatrix, capacity: Int, hasMomentum: Bool) {
    merged = start
    self.hasMomentum = hasMomentum
    left = DenseMatrix(rows: capacity, columns: start.rows)
    right = DenseMatrix(rows: capacity, columns: start.columns)
  }

  /// `y += scale · W x`.
  func addProduct(_ scale: Double, _ x: [Double], _ coefficients: OptimizerCoefficients, to y: inout [Double]) {
    merged.addProduct(scale * coefficients.weight[0], x, to: &y)
    mergedBuffer?.addProduct(scale * coefficients.weight[1], x, to: &y)
    let overlaps = weighted(right, left, x, coefficients)
    left.addTransposedProduct(scale, overlaps, to: &y, rows: overlaps.count)
  }

  /// `y += scale · Wᵀ x`.
  func addTransposedProduct(
    _ scale: Double, _ x: [Double], _ coefficients: OptimizerCoefficients, to y: inout [Double]
  ) {
    merged.addTransposedProduct(scale * coefficients.weight[0], x, to: &y)
    mergedBuffer?.addTransposedProduct(scale * coefficients.weight[1], x, to: &y)
    let overlaps = weighted(left, right, x, coefficients)
    right.addTransposedProduct(scale, overlaps, to: &y, rows: overlaps.count)
  }

  /// `a_s (r_s · x)` for every gradient s.
  private func weighted(
    _ near: DenseMatrix, _ far: DenseMatrix, _ x: [Double], _ coefficients: OptimizerCoefficients
  ) -> [Double] {
    let count = coefficients.gradients
    guard count > 0 else { return [] }
    var overlaps = [Double](repeating: 0, count: count)
    near.addProduct(1, x, to: &overlaps, rows: count)
    for index in 0..<count { overlaps[index] *= coefficients.weight[index + 2] }
    return overlaps
  }

  /// Keeps a new gradient, `l rᵀ`, as number `index` since the last merge.
  mutating func keep(_ l: [Double], _ r: [Double], as index: Int) {
    left.setRow(index, l)
    right.setRow(index, r)
  }

  /// Multiplies everything out: `W_• <- W(t)`, `M_• <- M(t)`.
  mutating func merge(_ coefficients: OptimizerCoefficients) {
    let (a, b) = (coefficients.weight, coefficients.buffer)
    let old = hasMomentum ? merged : nil
    merged.combine(own: a[0], weight: a[1], other: mergedBuffer)
    merged.addOuterProducts(Array(a[2...]), left, right)
    guard let old else { return }
    var buffer = mergedBuffer ?? DenseMatrix(rows: merged.rows, columns: merged.columns)
    buffer.combine(own: b[1], weight: b[0], other: old)
    buffer.addOuterProducts(Array(b[2...]), left, right)
    mergedBuffer = buffer
  }
}
