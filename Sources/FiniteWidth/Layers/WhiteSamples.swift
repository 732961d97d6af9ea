import LinearAlgebra

/// What white inputs make simple.
extension Samples {
  /// Length and direction of `b = Xᵀ y / P`, which white inputs make the least-squares predictor.
  var targetDirection: (strength: Double, unit: [Double]) {
    var sum = [Double](repeating: 0, count: inputs.columns)
    inputs.addTransposedProduct(1 / Double(count), target, to: &sum)
    let strength = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return (strength, sum.map { $0 / strength })
  }

  /// The same samples in coordinates in which the covariance of `reference` is the identity.
  ///
  /// - Parameter reference: samples that are trained on.
  /// - Returns: nil where they do not span all input dimensions.
  func whitened(as reference: Samples) -> Samples? {
    let dimension = reference.inputs.columns
    let moments = TallMatrix.gram(reference.inputs.storage, columns: dimension)
      .map { $0 / Double(reference.count) }
    guard reference.count >= dimension, let eigen = try? SymmetricEigenproblem(moments, size: dimension),
      let last = eigen.eigenvalues.last, last > 1e-10 * eigen.eigenvalues[0]
    else { return nil }
    let roots = eigen.eigenvalues.map { 1 / $0.squareRoot() }
    let rotated = TallMatrix.rotated(inputs.storage, columns: dimension, onto: eigen.eigenvectors, scale: 1)
    let scaled = rotated.indices.map { rotated[$0] * roots[$0 % dimension] }
    var result = self
    result.inputs = DenseMatrix(rows: count, columns: dimension, scaled)
    return result
  }
}
