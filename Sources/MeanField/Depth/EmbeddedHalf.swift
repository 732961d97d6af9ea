import LinearAlgebra

/// What lies on one side of a place τ in an infinitely deep chain, as seen from there: below it the map P and the source Π,
/// with `k`, which sends fields back into it; above it Q and Ψ, with `m`. Equations (4.5) and (4.6) have the same form for
/// both, and here are the names of the lower one.
///
/// Rows are made by products from the left only, as those of a junction: row t of `P k P` is `P_t U` with `U = k P`,
/// whose rows are `k_t P`; row t of `P k Π` is `P_t Z` with `Z = k Π`; row t of its transpose is column t of Z times `Pᵀ`.
struct EmbeddedHalf: Sendable {
  /// P, lower triangular (Q: strictly).
  private var map: Response
  /// Π.
  private var source: Correlation
  /// k, the rate at which the branches here turn a forward field back, equation (4.5).
  private var turn: Response
  /// `U = k P`.
  private var echo: Response
  /// `Z = k Π`.
  private var echoSource: CrossCorrelation

  /// The newest rows of k; they are unknown when the sweep of an implicit block begins.
  var turnRows: RowBlock {
    didSet { turn.setRows(turnRows) }
  }
  /// The same of the last block that was accepted.
  private var acceptedTurn: RowBlock

  /// Number of time matrices that a half holds; one that is neither causal nor symmetric counts as two.
  static let matrices = 6

  private let isImplicit: Bool

  init(layout: BlockLayout) {
    isImplicit = layout.isImplicit
    map = Response(size: layout.size, storage: layout.storage)
    source = Correlation(size: layout.size, storage: layout.storage)
    turn = map
    turnRows = RowBlock(size: layout.size, capacity: layout.height)
    acceptedTurn = turnRows
    echo = map
    echoSource = CrossCorrelation(size: layout.size, storage: layout.storage)
  }

  /// Takes rows of k.
  mutating func setTurn(_ rows: RowBlock) { turnRows = rows }

  /// First guess for the rows of k of an implicit block.
  mutating func guess(_ block: Range<Int>, lengthRatio: Double) {
    if acceptedTurn.count > 0 {
      turnRows = acceptedTurn.goingOn(to: block, square: .response(scale: lengthRatio))
    } else {
      turnRows.begin(block)
    }
  }

  /// The next guess starts from the rows of the block that is done.
  mutating func accept() { acceptedTurn = turnRows }

  /// Rows of U and Z, equation (4.7), from rows of k that have settled; P and Π are read at earlier rows.
  mutating func setEchoes(_ times: Range<Int>, work: inout DepthScratch) {
    work.first.begin(times)
    work.first.addRows(of: turn)
    work.second.set(work.first, times: map)
    echo.setRows(work.second)
    work.second.begin(times)
    work.second.add(work.first, times: source)
    echoSource.setRows(work.second)
  }

  /// Takes rows of P and Π, and completes their rates of change along τ, equations (4.5) and (4.6),
  /// with the quadratic terms by rows, equation (4.7).
  ///
  /// - Parameters:
  ///   - opposite: G, what the branches here send into the half by way of its map.
  ///   - weights: D of the branches.
  ///   - growth: the share of P and Π in their own rates that is left out.
  ///   - work: holds the rows of P and Π; the rates hold rows of m and `D H D` and receive the rest.
  mutating func addRates(opposite: Correlation, weights: [Double], growth: Double, work: inout DepthScratch) {
    map.setRows(work.map)
    source.setRows(work.source)
    // An implicit block contains its own echo; an explicit row's is of the past, and made when the row has settled.
    if isImplicit { setEchoes(work.map.rows, work: &work) }
    work.first.set(work.map, times: echo)
    work.mapRate.add(work.first)
    work.mapRate.add(work.map, scale: -growth)

    // Column t of Z, then row t of P k Π.
    work.first.set(work.source, timesTransposed: turn)
    echoSource.setColumns(work.first)
    work.sourceRate.add(work.map, times: echoSource)
    // Row t of (P k Π)ᵀ + P D G D Pᵀ.
    work.second.begin(work.map.rows)
    work.second.add(work.map)
    work.second.scaleColumns(by: weights)
    work.third.begin(work.map.rows)
    work.third.add(work.second, times: opposite)
    work.third.scaleColumns(by: weights)
    work.first.add(work.third)
    work.second.set(work.first, timesTransposed: map)
    work.sourceRate.add(work.second)
    work.sourceRate.add(work.source, scale: -growth)
  }
}
