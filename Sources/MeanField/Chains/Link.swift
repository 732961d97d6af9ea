import LinearAlgebra

/// The weights between one layer and the next, as the closed equations see them, equations (3.1), (3.2), (4.1).
///
/// The initial weights carry the random part of one layer's field into the other (a source of covariance
/// `e² D X D`) and, through what that layer answers, a response `e² D X̂ D`; the learned weights carry
/// `e² γ0 c κ ∘ X`. With X the correlation and X̂ the response of the layer below, that is the forward
/// map M and the source Π of the layer above; with those of the layer above, the backward map K and
/// the source Ψ of the layer below.
///
/// With layers of unequal widths each has a richness `γ_l` of its own, and responses that pass a link change by the root of
/// the ratio of widths, equation (14.6).
struct Link: Sendable {
  /// Which way a field passes: forward to the layer above, or backward to the layer below.
  enum Direction { case up, down }

  /// `e²`: `ε²` on a residual branch, else 1.
  let branchFactor: Double
  /// `γ0 c_l`.
  let rate: Double
  /// `√(N_l/N_{l+1})`, what responses gain on the way up and lose on the way down.
  private let widthFactor: Double
  /// `√(N_L/N)` of the layers above and below: their richness over γ0.
  private let richnessAbove: Double
  private let richnessBelow: Double
  /// `D_l = s_l d(t)`.
  private(set) var initialWeight: [Double]
  /// `C_l(t)` of the newest rows.
  var learned = LearnedPart.kernel
  private let initScale: Double
  private let outputs: Int

  /// - Parameters:
  ///   - branchFactor: `e²`.
  ///   - rate: `γ0 c_l`.
  ///   - widths: `N_l/N_L` of the layers below and above; nil for the input below and the readout above, which have no width.
  ///   - initScale: `s_l`.
  ///   - layout: of the rows.
  init(
    branchFactor: Double, rate: Double, widths: (below: Double?, above: Double?) = (1, 1), initScale: Double,
    layout: BlockLayout
  ) {
    self.branchFactor = branchFactor
    self.rate = rate
    let (below, above) = (widths.below ?? widths.above ?? 1, widths.above ?? widths.below ?? 1)
    widthFactor = (below / above).squareRoot()
    richnessAbove = 1 / above.squareRoot()
    richnessBelow = 1 / below.squareRoot()
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

  /// Rows of `e² (D X̂ D + γ0 c κ ∘ X)`, equation (3.1) or (3.2), on a residual branch (4.1), with unequal widths (14.6), and for
  /// optimisers that read the gradient (17.4).
  func setMap(
    _ rows: inout RowBlock, _ direction: Direction, response: Response, correlation: Correlation, kernel: RowBlock
  ) {
    let (factor, richness) = direction == .up ? (widthFactor, richnessAbove) : (1 / widthFactor, richnessBelow)
    rows.begin(kernel.rows)
    rows.addCongruence(response, scale: branchFactor * factor, diagonal: initialWeight)
    learned.add(
      to: &rows, correlation, direction, kernel: kernel, outputs: outputs, scale: branchFactor * rate * richness)
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
    learned.addReadout(to: &rows, kernel: kernel, outputs: outputs, scale: rate * richnessBelow)
  }

  /// Rows of `D (1 1ᵀ ⊗ I) D`: what the initial readout sends down, equation (14.2).
  func setReadoutSource(_ rows: inout RowBlock, times: Range<Int>) {
    rows.begin(times)
    rows.addOuter(left: initialWeight, right: initialWeight, outputs: outputs)
  }
}
