import LinearAlgebra

extension Junction {
  /// One side of a junction in an implicit block: the newest rows of its map and of its source, and what the past makes of them,
  /// equation (5.5). The names are those of the backward side, `g = K h + q`; the forward side is its mirror image.
  struct BlockSide: Sendable {
    var map: RowBlock
    var source: RowBlock
    /// Past columns of the answers to the other field's source, `K X`, and to its own, `K Â`.
    private(set) var toOther: RowBlock
    private(set) var toOwn: RowBlock
    /// Past columns of the correlations with h, `K H + Ψ Âᵀ`, and with g, `K C + Ψ Yᵀ`.
    private(set) var withForward: RowBlock
    private(set) var withBackward: RowBlock

    init(size: Int, capacity: Int) {
      map = RowBlock(size: size, capacity: capacity)
      source = map
      toOther = map
      toOwn = map
      withForward = map
      withBackward = map
    }

    fileprivate mutating func begin() {
      toOther.begin(map.rows)
      toOwn.begin(map.rows)
      withForward.begin(map.rows)
      withBackward.begin(map.rows)
    }

    /// What the past makes of K and Ψ.
    mutating func meetPast(backwardOf junction: Junction) {
      begin()
      toOther.addPast(map, times: junction.forwardGain)
      toOwn.addPast(map, times: junction.forwardResponse)
      withForward.addPast(map, times: junction.forwardCorrelation)
      withForward.addPast(source, timesTransposed: junction.forwardResponse)
      withBackward.addPast(map, times: junction.crossCorrelation)
      withBackward.addPast(source, timesTransposed: junction.backwardGain)
    }

    /// What the past makes of M and Π: `M Ŝ`, `M Y`, `M Cᵀ + Π Xᵀ`, `M G + Π Ŝᵀ`.
    mutating func meetPast(forwardOf junction: Junction) {
      begin()
      toOther.addPast(map, times: junction.backwardResponse)
      toOwn.addPast(map, times: junction.backwardGain)
      withForward.addPast(map, timesTransposed: junction.crossCorrelation)
      withForward.addPast(source, timesTransposed: junction.forwardGain)
      withBackward.addPast(map, times: junction.backwardCorrelation)
      withBackward.addPast(source, timesTransposed: junction.backwardResponse)
    }
  }

  /// Takes the newest rows of the backward side. What the past makes of the forward side is made again too: its rows are a guess, or
  /// have been mixed since they were made.
  mutating func takeBackward(_ map: RowBlock, _ source: RowBlock) {
    var side = BlockSide(size: 0, capacity: 0)
    swap(&side, &backwardSide)
    side.map.copy(map)
    side.source.copy(source)
    side.meetPast(backwardOf: self)
    swap(&side, &backwardSide)
    // Now the side is empty again.
    swap(&side, &forwardSide)
    side.meetPast(forwardOf: self)
    swap(&side, &forwardSide)
  }

  /// Takes the newest rows of the forward side.
  mutating func takeForward(_ map: RowBlock, _ source: RowBlock) {
    var side = BlockSide(size: 0, capacity: 0)
    swap(&side, &forwardSide)
    side.map.copy(map)
    side.source.copy(source)
    side.meetPast(forwardOf: self)
    swap(&side, &forwardSide)
  }

  /// Rows of everything in an implicit block, from both maps and both sources and what the past made of them, equation (5.5).
  mutating func solveBlock(work: inout Scratch) {
    let system = OwnSystem(backwardSide.map, times: forwardSide.map)
    solveResponses(system, &work)
    solveCorrelations(system, &work)
  }

  /// `g = K h + e_g`, `h = M g + e_h` for the block's rows, some columns: in place of the right-hand sides.
  private func close(
    _ system: OwnSystem, backward: inout RowBlock, forward: inout RowBlock, _ columns: Range<Int>
  ) {
    backward.addOwnColumns(of: backwardSide.map, times: forward, in: columns)
    system.solve(&backward, columns: columns)
    forward.addOwnColumns(of: forwardSide.map, times: backward, in: columns)
  }

  /// Ŝ with X, Y with Â.
  private mutating func solveResponses(_ system: OwnSystem, _ work: inout Scratch) {
    let all = 0..<forwardSide.map.columns
    work.backwardResponse.copy(backwardSide.toOther)
    work.forwardGain.copy(forwardSide.toOther)
    work.forwardGain.addIdentity()
    close(system, backward: &work.backwardResponse, forward: &work.forwardGain, all)
    backwardResponse.setRows(work.backwardResponse)
    forwardGain.setRows(work.forwardGain)

    work.backwardGain.copy(backwardSide.toOwn)
    work.backwardGain.addIdentity()
    work.forwardResponse.copy(forwardSide.toOwn)
    close(system, backward: &work.backwardGain, forward: &work.forwardResponse, all)
    backwardGain.setRows(work.backwardGain)
    forwardResponse.setRows(work.forwardResponse)
  }

  /// Correlations with the past first; inside the block the past's share is the transpose of these.
  private mutating func solveCorrelations(_ system: OwnSystem, _ work: inout Scratch) {
    let rows = forwardSide.map.rows
    let past = 0..<rows.lowerBound
    let all = 0..<rows.upperBound
    let (above, below) = (backwardSide, forwardSide)
    // <g h> with <h h>, and <g g> with <h g>.
    work.first.copy(above.withForward)
    work.second.copy(below.withForward)
    close(system, backward: &work.first, forward: &work.second, past)
    work.third.copy(above.withBackward)
    work.fourth.copy(below.withBackward)
    close(system, backward: &work.third, forward: &work.fourth, past)

    work.first.addOwn(above.map, timesTransposed: work.second, over: past)
    work.first.addOwn(above.source, timesTransposed: work.forwardResponse, over: all)
    work.second.addOwn(below.map, timesTransposed: work.fourth, over: past)
    work.second.addOwn(below.source, timesTransposed: work.forwardGain, over: all)
    close(system, backward: &work.first, forward: &work.second, rows)
    work.third.addOwn(above.map, timesTransposed: work.first, over: past)
    work.third.addOwn(above.source, timesTransposed: work.backwardGain, over: all)
    work.fourth.addOwn(below.map, timesTransposed: work.third, over: past)
    work.fourth.addOwn(below.source, timesTransposed: work.backwardResponse, over: all)
    close(system, backward: &work.third, forward: &work.fourth, rows)

    crossCorrelation.setColumns(work.first)
    forwardCorrelation.setRows(work.second)
    backwardCorrelation.setRows(work.third)
    crossCorrelation.setRows(work.fourth)
  }
}

/// Unknowns and first guesses of an implicit block.
extension Junction {
  /// What the forward side is taken to be while the backward side is made.
  mutating func guessForward(map: RowBlock, source: RowBlock) {
    forwardSide.map.copy(map)
    forwardSide.source.copy(source)
  }

  /// What is unknown when a sweep begins: the rows of M and Π.
  var unknowns: [[Double]] {
    get { [forwardSide.map.entries, forwardSide.source.entries] }
    set {
      forwardSide.map.entries = newValue[0]
      forwardSide.source.entries = newValue[1]
    }
  }

  /// First guess for the rows of an implicit block: everything goes on as the last block ended.
  mutating func guess(_ rows: Range<Int>, lengthRatio: Double) {
    guard let accepted else {
      forwardSide.map.begin(rows)
      forwardSide.source.begin(rows)
      return
    }
    forwardSide.map.copy(accepted.map.goingOn(to: rows, square: .response(scale: lengthRatio)))
    forwardSide.source.copy(accepted.source.goingOn(to: rows, square: .correlation))
  }

  /// The block is done: the next guess starts from here.
  mutating func accept() { accepted = (forwardSide.map, forwardSide.source) }
}
