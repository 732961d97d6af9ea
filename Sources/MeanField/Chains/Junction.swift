import LinearAlgebra
import Parallel

/// Two fields that drive each other through causal maps, equations (3.3)-(3.7).
///
///     h = M g + p,   g = K h + q,   p ~ GP(0, Π), q ~ GP(0, Ψ) independent      (3.3)
///
/// M is lower triangular (the forward map), K strictly lower (the backward map). Every place of the theory
/// where something meets something is one junction: a hidden layer between what lies below and above it,
/// an eigenmode of the data between the sample residuals and the network, and the two halves of a
/// residual chain. A junction keeps the answers of both fields to both sources (3.4) and their correlations
/// (3.5), and makes the next rows of all of them from the next rows of the maps and of the source covariances.
/// Maps and source covariances are needed one row at a time and never stored.
///
/// Rows of responses come from the past rows by products from the left, `Ŝ_t = K_t X` and the like: each column, the
/// answer to one impulse, evolves by itself as the field does. The algebraically equal `Ŝ_t = (I + K Â)_t K` needs fewer
/// matrices and amplifies rounding without bound (section 3 of the notes has the experiment).
struct Junction: Sendable {
  /// `X = dh/dp = (I - M K)^{-1}`, lower triangular.
  var forwardGain: Response
  /// `Y = dg/dq = (I - K M)^{-1}`, lower triangular.
  var backwardGain: Response
  /// `Â = dh/dq = M Y`, lower triangular.
  var forwardResponse: Response
  /// `Ŝ = dg/dp = K X`, strictly lower triangular.
  var backwardResponse: Response
  /// `H = <h hᵀ>`.
  var forwardCorrelation: Correlation
  /// `G = <g gᵀ>`.
  var backwardCorrelation: Correlation
  /// `C = <h gᵀ>`.
  var crossCorrelation: CrossCorrelation

  /// Both sides' newest rows; only implicit blocks keep them.
  var forwardSide: BlockSide
  var backwardSide: BlockSide
  /// Rows of M and Π of the last implicit block that was accepted.
  var accepted: (map: RowBlock, source: RowBlock)?

  /// Number of time matrices that a junction holds; one that is neither causal nor symmetric counts as two.
  static let matrices = 8

  /// Whether the rows of a block depend on each other.
  let isImplicit: Bool

  init(_ layout: BlockLayout) {
    isImplicit = layout.isImplicit
    let size = layout.size
    forwardGain = Response(size: size, storage: layout.storage)
    backwardGain = forwardGain
    forwardResponse = forwardGain
    backwardResponse = forwardGain
    forwardCorrelation = Correlation(size: size, storage: layout.storage)
    backwardCorrelation = forwardCorrelation
    crossCorrelation = CrossCorrelation(size: size, storage: layout.storage)
    forwardSide = BlockSide(size: size, capacity: layout.isImplicit ? layout.height : 0)
    backwardSide = forwardSide
  }

  /// The rows of g, equation (3.6), and so of the answers (3.4) and correlations (3.5) that begin with it:
  ///
  ///     Y_t = e + K_t Â      Ŝ_t = K_t X
  ///     ρ_h = Â Ψ_t          ρ_g = Y Ψ_t                (what q(t) shares with h and g)
  ///     C(·,t) = ρ_h + H K_tᵀ
  ///     G_t = ρ_g + K_t C
  ///
  /// - Parameters:
  ///   - map: rows of K.
  ///   - source: rows of Ψ.
  ///   - work: scratch.
  mutating func updateBackward(map: RowBlock, source: RowBlock, work: inout Scratch) {
    if isImplicit {
      takeBackward(map, source)
      return solveBlock(work: &work)
    }
    work.meet(map, source, response: forwardResponse, gain: forwardGain, correlation: forwardCorrelation)
    backwardGain.setRows(work.second)
    backwardResponse.setRows(work.third)
    crossCorrelation.setColumns(work.first)

    SideBySide.both(work.isShared(map)) {
      work.second.set(source, timesTransposed: backwardGain)
    } and: {
      work.third.begin(map.rows)
      work.third.add(map, times: crossCorrelation)
    }
    work.second.add(work.third)
    backwardCorrelation.setRows(work.second)
  }

  /// The rows of h, equation (3.7), and so of the answers (3.4) and correlations (3.5) that begin with it:
  ///
  ///     X_t = e + M_t Ŝ      Â_t = M_t Y
  ///     ω_g = Ŝ Π_t          ω_h = X Π_t                (what p(t) shares with g and h)
  ///     C_t = ω_g + M_t G
  ///     H_t = ω_h + M_t Cᵀ
  ///
  /// - Parameters:
  ///   - map: rows of M.
  ///   - source: rows of Π.
  ///   - work: scratch.
  mutating func updateForward(map: RowBlock, source: RowBlock, work: inout Scratch) {
    if isImplicit {
      takeForward(map, source)
      return solveBlock(work: &work)
    }
    work.meet(map, source, response: backwardResponse, gain: backwardGain, correlation: backwardCorrelation)
    forwardGain.setRows(work.second)
    forwardResponse.setRows(work.third)
    crossCorrelation.setRows(work.first)

    SideBySide.both(work.isShared(map)) {
      work.second.set(source, timesTransposed: forwardGain)
    } and: {
      work.third.begin(map.rows)
      work.third.add(map, timesTransposed: crossCorrelation)
    }
    work.second.add(work.third)
    forwardCorrelation.setRows(work.second)
  }

  /// Row blocks that a junction needs while it works; shared, so that the march never allocates.
  struct Scratch: Sendable {
    var first: RowBlock
    var second: RowBlock
    var third: RowBlock
    var fourth: RowBlock
    /// The rest is for implicit blocks.
    var forwardGain: RowBlock
    var backwardGain: RowBlock
    var forwardResponse: RowBlock
    var backwardResponse: RowBlock

    /// Whether two cores work on one row.
    private let isShared: Bool

    /// Columns from which that is worth the waking of a thread (measured).
    private static let sharedColumns = 1000

    init(size: Int, capacity: Int, isShared: Bool = false) {
      self.isShared = isShared
      first = RowBlock(size: size, capacity: capacity)
      second = first
      third = first
      fourth = first
      forwardGain = first
      backwardGain = first
      forwardResponse = first
      backwardResponse = first
    }

    /// What the new rows of either field are made of, by the rows of its map and the answers of the other field: its gain in
    /// `second`, its response in `third`, and in `first` its correlation with the other field, column or row t of C.
    mutating func meet(
      _ map: RowBlock, _ source: RowBlock, response: Response, gain: Response, correlation: Correlation
    ) {
      SideBySide.both(isShared(map)) {
        second.set(map, times: response, and: &first, source)
      } and: {
        third.set(map, times: gain)
        fourth.begin(map.rows)
        fourth.add(map, times: correlation)
      }
      second.addIdentity()
      first.add(fourth)
    }

    /// Whether two cores work on this row.
    func isShared(_ row: RowBlock) -> Bool { isShared && row.columns >= Self.sharedColumns }
  }
}
