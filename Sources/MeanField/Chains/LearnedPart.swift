import LinearAlgebra

/// What a layer's weights have learned up to the newest rows: the coefficients `C_l(t)` of equation (17.3), in the form that the optimiser
/// gives them.
enum LearnedPart: Sendable {
  /// `κ ⊗ 1 1ᵀ`, the same for all layers: an optimiser that is linear in the gradients.
  case kernel
  /// Likewise with a kernel of the layer's own, its newest rows: one output under a rule that acts on each gradient.
  case own(RowBlock)
  /// A K x K block for each time before, one after the other: such a rule with several outputs, and every readout.
  case blocks([Double])
  /// All of it: a rule that acts on the momentum buffer.
  case whole(DenseMatrix)

  /// Adds `scale · X C` on the way down, `scale · X Cᵀ` on the way up, with the newest rows X of a correlation, equation (17.4).
  ///
  /// - Parameters:
  ///   - rows: where to add.
  ///   - correlation: X.
  ///   - direction: which way a field passes.
  ///   - kernel: rows of κ.
  ///   - outputs: K.
  ///   - scale: factor.
  func add(
    to rows: inout RowBlock, _ correlation: Correlation, _ direction: Link.Direction, kernel: RowBlock, outputs: Int,
    scale: Double
  ) {
    let isUp = direction == .up
    switch self {
    case .kernel: rows.addEntrywise(kernel, correlation, scale: scale)
    case .own(let own): rows.addEntrywise(own, correlation, scale: scale)
    case .blocks(let blocks):
      rows.addProduct(correlation, blocks: blocks, outputs: outputs, isTransposed: isUp, scale: scale)
    case .whole(let matrix): rows.addProduct(correlation, matrix, isTransposed: isUp, scale: scale)
    }
  }

  /// Adds the rows of `scale · C_L`: what a readout has learned, of which the fields above are unit vectors.
  func addReadout(to rows: inout RowBlock, kernel: RowBlock, outputs: Int, scale: Double) {
    switch self {
    case .kernel: rows.addEqualOutputs(of: kernel, scale: scale, outputs: outputs)
    case .own(let own): rows.addEqualOutputs(of: own, scale: scale, outputs: outputs)
    case .blocks(let blocks): rows.addOutputRows(blocks: blocks, outputs: outputs, scale: scale)
    case .whole: preconditionFailure("a readout has a row for each output")
    }
  }
}
