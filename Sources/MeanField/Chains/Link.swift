import LinearAlgebra

/// The weights between one layer and the next, as the closed equations see them, equations (3.1), (3.2), (4.1).
///
/// The initial weights carry the random part of one layer's field into the other (a source of covariance
/// `e² D X D`) and, through what that layer answers, a response `e² D X̂ D`; the learned weights carry
/// `e² γ0 c κ ∘ X`. With X the correlation and X̂ the response of the layer below, that is the forward
/// map M and the source Π of the layer above; with those of the layer above, the backward map K and
/// the source Ψ of the layer below.
struct Link: Sendable {
  /// `e²`: `ε²` on a residual branch, else 1.
  let branchFactor: Double
  /// `γ0 c_l`.
  let rate: Double
  /// `D_l = s_l d(t)`.
  private(set) var initialWeight: [Double]
  private let initScale: Double
  private let outputs: Int

  /// - Parameters:
  ///   - branchFactor: `e²`.
  ///   - rate: `γ0 c_l`.
  ///   - initScale: `s_l`.
  ///   - layout: of the rows.
  init(branchFactor: Double, rate: Double, initScale: Double, layout: BlockLayout) {
    self.branchFactor = branchFactor
    self.rate = rate
    self.initScale = initScale
    outputs = layout.outputs
    initialWeight = Array(repeating: 0, count: layout.size)
  }

  /// Takes d at the times of a block.
  mutating func begin(_ block: Range<Int>, _ shares: [Double]) {
    for time in block {
      for output in 0..<outputs { initialWeight[time * outputs + output] = initScale * shares[time] }
    }
  }

  /// Rows of `e² (D X̂ D + γ0 c κ ∘ X)`, equation (3.1) or (3.2), on a residual branch (4.1).
  func setMap(
    _ rows: inout RowBlock, response: Response, correlation: Correlation, kernel: RowBlock
  ) {
    rows.begin(kernel.rows)
    rows.addCongruence(response, scale: branchFactor, diagonal: initialWeight)
    rows.addEntrywise(kernel, correlation, scale: branchFactor * rate)
  }

  /// Rows of `e² D X D`, the covariance of what the initial weights pass on.
  func setSource(
    _ rows: inout RowBlock, correlation: Correlation, times: Range<Int>, scale: Double = 1
  ) {
    rows.begin(times)
    rows.addCongruence(correlation, scale: branchFactor * scale, diagonal: initialWeight)
  }

  /// Rows of `γ0 c κ ∘ (1 1ᵀ ⊗ I)`: equations (3.2) and (14.2) above the last hidden layer, where the readout's field is one for an output and
  /// independent between outputs.
  func setReadoutMap(_ rows: inout RowBlock, kernel: RowBlock) {
    rows.begin(kernel.rows)
    rows.addEqualOutputs(of: kernel, scale: rate, outputs: outputs)
  }

  /// Rows of `D (1 1ᵀ ⊗ I) D`: what the initial readout sends down, equation (14.2).
  func setReadoutSource(_ rows: inout RowBlock, times: Range<Int>) {
    rows.begin(times)
    rows.addOuter(left: initialWeight, right: initialWeight, outputs: outputs)
  }
}
