import LinearAlgebra
import Parallel

/// A junction of which one field alone is asked for, equations (4.2) and (4.3): its answer to the other's source, and its covariance.
///
/// The covariance follows from the answers (3.4) and the sources, without the correlations (3.5) of both fields:
///
///     H = X Π Xᵀ + Â Ψ Âᵀ        G = Y Ψ Yᵀ + Ŝ Π Ŝᵀ
///
/// so that a row reads eight triangles in place of twelve, and six matrices are kept in place of eight. An implicit block, whose rows
/// depend on each other, is left to a whole junction.
struct BranchJunction: Sendable {
  /// Which field is asked for: h below a branch (4.2), g above one (4.3).
  enum Field { case forward, backward }

  private let field: Field
  /// `X`, `Y`, `Â` and `Ŝ` of `Junction`.
  private var forwardGain: Response
  private var backwardGain: Response
  private var forwardResponse: Response
  private var backwardResponse: Response
  /// `Π` and `Ψ`.
  private var forwardSource: Correlation
  private var backwardSource: Correlation
  /// Rows of H, or of G.
  private var covariance: RowBlock
  /// In implicit blocks.
  private(set) var whole: Junction?

  /// Number of time matrices that it holds.
  static let matrices = 6

  init(_ field: Field, _ layout: BlockLayout) {
    self.field = field
    let size = layout.isImplicit ? 0 : layout.size
    forwardGain = Response(size: size, storage: layout.storage)
    backwardGain = forwardGain
    forwardResponse = forwardGain
    backwardResponse = forwardGain
    forwardSource = Correlation(size: size, storage: layout.storage)
    backwardSource = forwardSource
    covariance = RowBlock(size: layout.size, capacity: layout.height)
    whole = layout.isImplicit ? Junction(layout) : nil
  }

  /// Changes the junction of implicit blocks, if there is one.
  mutating func update(_ body: (inout Junction) -> Void) {
    guard var junction = whole else { return }
    // While it is changed, nobody else may hold it.
    whole = nil
    body(&junction)
    whole = junction
  }

  /// `Y_t = e + K_t Â`, `Ŝ_t = K_t X`, and where it is asked for `G_t = (Y_t Ψ) Yᵀ + (Ŝ_t Π) Ŝᵀ`.
  ///
  /// - Parameters:
  ///   - map: rows of K.
  ///   - source: rows of Ψ.
  ///   - work: scratch.
  mutating func updateBackward(map: RowBlock, source: RowBlock, work: inout Junction.Scratch) {
    guard whole == nil else { return update { $0.updateBackward(map: map, source: source, work: &work) } }
    answer(map, response: forwardResponse, gain: forwardGain, &work)
    backwardGain.setRows(work.first)
    backwardResponse.setRows(work.second)
    backwardSource.setRows(source)
    guard field == .backward else { return }
    setCovariance(&work, backwardSource, backwardGain, forwardSource, backwardResponse)
  }

  /// `X_t = e + M_t Ŝ`, `Â_t = M_t Y`, and where it is asked for `H_t = (X_t Π) Xᵀ + (Â_t Ψ) Âᵀ`.
  ///
  /// - Parameters:
  ///   - map: rows of M.
  ///   - source: rows of Π.
  ///   - work: scratch.
  mutating func updateForward(map: RowBlock, source: RowBlock, work: inout Junction.Scratch) {
    guard whole == nil else { return update { $0.updateForward(map: map, source: source, work: &work) } }
    answer(map, response: backwardResponse, gain: backwardGain, &work)
    forwardGain.setRows(work.first)
    forwardResponse.setRows(work.second)
    forwardSource.setRows(source)
    guard field == .forward else { return }
    setCovariance(&work, forwardSource, forwardGain, backwardSource, forwardResponse)
  }

  /// Rows of a field's answer to its own source, in `first`, and to the other's, in `second`.
  private func answer(_ map: RowBlock, response: Response, gain: Response, _ work: inout Junction.Scratch) {
    SideBySide.both(work.isShared(map)) {
      work.first.set(map, times: response)
    } and: {
      work.second.set(map, times: gain)
    }
    work.first.addIdentity()
  }

  /// From the newest rows of both answers, which are in `first` and `second`.
  private mutating func setCovariance(
    _ work: inout Junction.Scratch, _ own: Correlation, _ gain: Response, _ other: Correlation, _ response: Response
  ) {
    let rows = work.first.rows
    SideBySide.both(work.isShared(work.first)) {
      work.third.begin(rows)
      work.third.add(work.first, times: own)
      covariance.set(work.third, timesTransposed: gain)
    } and: {
      work.fourth.begin(rows)
      work.fourth.add(work.second, times: other)
      work.second.set(work.fourth, timesTransposed: response)
    }
    covariance.add(work.second)
  }

  /// Adds the newest rows of what is asked for: the answer to the other field's source, and the covariance.
  ///
  /// - Parameters:
  ///   - map: receives rows of `Â`, or of `Ŝ`.
  ///   - source: receives rows of H, or of G.
  func add(toMap map: inout RowBlock, source: inout RowBlock) {
    if let whole {
      map.addRows(of: field == .forward ? whole.forwardResponse : whole.backwardResponse)
      source.addRows(of: field == .forward ? whole.forwardCorrelation : whole.backwardCorrelation)
    } else {
      map.addRows(of: field == .forward ? forwardResponse : backwardResponse)
      source.add(covariance)
    }
  }
}
