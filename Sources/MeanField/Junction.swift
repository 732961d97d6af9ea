import LinearAlgebra

/// Two fields that drive each other through causal maps, equations (3.3)-(3.7).
///
///     h = M g + p,   g = K h + q,   p ~ GP(0, Π), q ~ GP(0, Ψ) independent      (3.3)
///
/// M is lower triangular (the forward map), K strictly lower (the backward map). Every place of the theory
/// where something meets something is one junction: a hidden layer between what lies below and above it,
/// an eigenmode of the data between the sample residuals and the network, and the two halves of a
/// residual chain. A junction keeps the responses (3.4) and the correlations (3.5) and makes their next
/// rows from the next rows of the maps and of the source covariances Π and Ψ; the maps themselves belong
/// to the caller, the source covariances are never stored.
struct Junction: Sendable {
  /// `Â = dh/dq = (I - M K)^{-1} M`, lower triangular.
  private(set) var forwardResponse: Response
  /// `Ŝ = dg/dp = (I - K M)^{-1} K`, strictly lower triangular.
  private(set) var backwardResponse: Response
  /// `H = <h hᵀ>`.
  private(set) var forwardCorrelation: Correlation
  /// `G = <g gᵀ>`.
  private(set) var backwardCorrelation: Correlation
  /// `C = <h gᵀ>`.
  private(set) var crossCorrelation: CrossCorrelation
  /// Factor on the forward map, so that many junctions can share one matrix.
  private let forwardScale: Double
  /// Factor on the backward map, likewise.
  private let backwardScale: Double

  /// Number of time matrices that a junction holds.
  static let matrices = 5

  init(size: Int, causality: Causality, forwardScale: Double = 1, backwardScale: Double = 1) {
    forwardResponse = Response(size: size, causality: causality)
    backwardResponse = Response(size: size, causality: causality)
    forwardCorrelation = Correlation(size: size)
    backwardCorrelation = Correlation(size: size)
    crossCorrelation = CrossCorrelation(size: size)
    self.forwardScale = forwardScale
    self.backwardScale = backwardScale
  }

  /// The rows of g, equation (3.6):
  ///
  ///     y = e + K_t Â        Ŝ_t = y K
  ///     ρ_h = Â Ψ_t          ρ_g = Ψ_t + K ρ_h          (what q(t) shares with h and g)
  ///     C(·,t) = ρ_h + H K_tᵀ
  ///     G_t = ρ_g + K_t C
  ///
  /// - Parameters:
  ///   - forwardMap: M, known before this block.
  ///   - backwardMap: K, known up to this block's end.
  ///   - source: rows of Ψ.
  ///   - work: scratch.
  mutating func updateBackward(
    forwardMap: Response, backwardMap: Response, source: RowBlock, work: inout Scratch
  ) {
    work.map.begin(source.rows)
    work.map.addRows(of: backwardMap, scale: backwardScale)

    work.first.set(work.map, times: forwardResponse)
    work.first.addIdentity()
    work.second.set(work.first, times: backwardMap, scale: backwardScale)
    backwardResponse.setRows(work.second)

    work.first.set(source, timesTransposed: forwardResponse)
    work.second.set(work.first, timesTransposed: backwardMap, scale: backwardScale)
    work.second.add(source)
    work.first.add(work.map, times: forwardCorrelation)
    crossCorrelation.setColumns(work.first)

    work.second.add(work.map, times: crossCorrelation)
    backwardCorrelation.setRows(work.second)
  }

  /// The rows of h, equation (3.7):
  ///
  ///     x = e + M_t Ŝ        Â_t = x M
  ///     ω_g = Ŝ Π_t          ω_h = Π_t + M ω_g          (what p(t) shares with g and h)
  ///     C_t = ω_g + M_t G
  ///     H_t = ω_h + M_t Cᵀ
  ///
  /// - Parameters:
  ///   - forwardMap: M, known up to this block's end.
  ///   - source: rows of Π.
  ///   - work: scratch.
  mutating func updateForward(forwardMap: Response, source: RowBlock, work: inout Scratch) {
    work.map.begin(source.rows)
    work.map.addRows(of: forwardMap, scale: forwardScale)

    work.first.set(work.map, times: backwardResponse)
    work.first.addIdentity()
    work.second.set(work.first, times: forwardMap, scale: forwardScale)
    forwardResponse.setRows(work.second)

    work.first.set(source, timesTransposed: backwardResponse)
    work.second.set(work.first, timesTransposed: forwardMap, scale: forwardScale)
    work.second.add(source)
    work.first.add(work.map, times: backwardCorrelation)
    crossCorrelation.setRows(work.first)

    work.second.add(work.map, timesTransposed: crossCorrelation)
    forwardCorrelation.setRows(work.second)
  }

  /// Row blocks that a junction needs while it works; shared, so that the march never allocates.
  struct Scratch: Sendable {
    var map: RowBlock
    var first: RowBlock
    var second: RowBlock

    init(size: Int, capacity: Int) {
      map = RowBlock(size: size, capacity: capacity)
      first = map
      second = map
    }
  }
}
