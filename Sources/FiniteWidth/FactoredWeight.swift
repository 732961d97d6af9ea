import LinearAlgebra

/// A weight matrix as its value at the last merge plus outer products: equation (8.2), of several outputs (8.14).
struct FactoredWeight {
  /// `W_•`.
  private var merged: DenseMatrix
  /// `M_•`; nil without momentum, or before the first merge.
  private var mergedBuffer: DenseMatrix?
  private let hasMomentum: Bool
  /// Terms of each gradient.
  private let outputs: Int
  /// Outer products since the last merge, a row for each output of each step: rows of the left stack are scaled gradients at
  /// the output side.
  private var left: DenseMatrix
  private var right: DenseMatrix

  /// - Parameters:
  ///   - start: `W(0)`.
  ///   - capacity: gradients kept before a merge.
  ///   - outputs: K, outer products that each gradient is a sum of.
  ///   - hasMomentum: whether the buffer must be remembered.
  init(_ start: DenseMatrix, capacity: Int, outputs: Int, hasMomentum: Bool) {
    merged = start
    self.outputs = outputs
    self.hasMomentum = hasMomentum
    left = DenseMatrix(rows: capacity * outputs, columns: start.rows)
    right = DenseMatrix(rows: capacity * outputs, columns: start.columns)
  }

  /// `y += scale · W x` for the vectors of all outputs, one after the other.
  func addProduct(_ scale: Double, _ x: [Double], _ coefficients: OptimizerCoefficients, to y: inout [Double]) {
    merged.addProduct(scale * coefficients.weight[0], x, to: &y, vectors: outputs)
    mergedBuffer?.addProduct(scale * coefficients.weight[1], x, to: &y, vectors: outputs)
    let overlaps = weighted(right, x, coefficients)
    left.addTransposedProduct(scale, overlaps, to: &y, rows: overlaps.count / outputs, vectors: outputs)
  }

  /// `y += scale · Wᵀ x` likewise.
  func addTransposedProduct(
    _ scale: Double, _ x: [Double], _ coefficients: OptimizerCoefficients, to y: inout [Double]
  ) {
    merged.addTransposedProduct(scale * coefficients.weight[0], x, to: &y, vectors: outputs)
    mergedBuffer?.addTransposedProduct(scale * coefficients.weight[1], x, to: &y, vectors: outputs)
    let overlaps = weighted(left, x, coefficients)
    right.addTransposedProduct(scale, overlaps, to: &y, rows: overlaps.count / outputs, vectors: outputs)
  }

  /// `a_s (r_s,c' · x_c)` for every vector `x_c`, gradient s and term c' of it.
  private func weighted(_ near: DenseMatrix, _ x: [Double], _ coefficients: OptimizerCoefficients) -> [Double] {
    let terms = coefficients.gradients * outputs
    guard terms > 0 else { return [] }
    var overlaps = [Double](repeating: 0, count: terms * outputs)
    near.addProduct(1, x, to: &overlaps, rows: terms, vectors: outputs)
    for start in stride(from: 0, to: overlaps.count, by: terms) {
      for term in 0..<terms { overlaps[start + term] *= coefficients.weight[term / outputs + 2] }
    }
    return overlaps
  }

  /// Keeps a new gradient, `Σ_c l_c r_cᵀ`, as number `index` since the last merge.
  mutating func keep(_ l: [Double], _ r: [Double], as index: Int) {
    left.setRow(index * outputs, l)
    right.setRow(index * outputs, r)
  }

  /// Multiplies everything out: `W_• <- W(t)`, `M_• <- M(t)`.
  mutating func merge(_ coefficients: OptimizerCoefficients) {
    let (a, b) = (coefficients.weight, coefficients.buffer)
    func terms(_ shares: [Double]) -> [Double] { shares.dropFirst(2).flatMap { repeatElement($0, count: outputs) } }
    let old = hasMomentum ? merged : nil
    merged.combine(own: a[0], weight: a[1], other: mergedBuffer)
    merged.addOuterProducts(terms(a), left, right)
    guard let old else { return }
    var buffer = mergedBuffer ?? DenseMatrix(rows: merged.rows, columns: merged.columns)
    buffer.combine(own: b[1], weight: b[0], other: old)
    buffer.addOuterProducts(terms(b), left, right)
    mergedBuffer = buffer
  }

  /// `W(t)`, multiplied out.
  func value(_ coefficients: OptimizerCoefficients) -> DenseMatrix {
    var copy = self
    copy.merge(coefficients)
    return copy.merged
  }

  /// `|W|²`, where everything is multiplied out.
  var squaredNorm: Double { merged.squaredNorm }

  /// `W <- kept W + scale · direction`, where everything is multiplied out.
  mutating func move(kept: Double, _ scale: Double, _ direction: DenseMatrix) {
    merged.combine(own: kept, weight: scale, other: direction)
  }
}
