import LinearAlgebra

extension Junction {
  /// What an implicit block needs to know of its maps and sources: the newest rows of all four, equation (5.5).
  struct BlockRows: Sendable {
    var forwardMap: RowBlock
    var forwardSource: RowBlock
    var backwardMap: RowBlock
    var backwardSource: RowBlock

    init(size: Int, capacity: Int) {
      forwardMap = RowBlock(size: size, capacity: capacity)
      forwardSource = forwardMap
      backwardMap = forwardMap
      backwardSource = forwardMap
    }
  }

  /// Rows of everything in an implicit block, from the newest rows of both maps and both sources, equation (5.5).
  ///
  /// The past enters by products from the left; what the block's rows do to each other is solved for.
  mutating func solveBlock(_ known: BlockRows, work: inout Scratch) {
    let system = OwnSystem(known.backwardMap, times: known.forwardMap)
    solveResponses(known, system, &work)
    solveCorrelations(known, system, &work)
  }

  /// `g = K h + e_g`, `h = M g + e_h` for the block's rows, some columns: in place of the right-hand sides.
  private func close(
    _ known: BlockRows, _ system: OwnSystem, backward: inout RowBlock, forward: inout RowBlock, _ columns: Range<Int>
  ) {
    backward.addOwnColumns(of: known.backwardMap, times: forward, in: columns)
    system.solve(&backward, columns: columns)
    forward.addOwnColumns(of: known.forwardMap, times: backward, in: columns)
  }

  /// Ŝ with X, Y with Â.
  private mutating func solveResponses(_ known: BlockRows, _ system: OwnSystem, _ work: inout Scratch) {
    let all = 0..<known.forwardMap.columns
    let rows = known.forwardMap.rows
    work.begin(rows)
    work.first.addPast(known.backwardMap, times: forwardGain)
    work.second.addPast(known.forwardMap, times: backwardResponse)
    work.second.addIdentity()
    close(known, system, backward: &work.first, forward: &work.second, all)
    backwardResponse.setRows(work.first)
    forwardGain.setRows(work.second)

    work.third.addPast(known.backwardMap, times: forwardResponse)
    work.third.addIdentity()
    work.fourth.addPast(known.forwardMap, times: backwardGain)
    close(known, system, backward: &work.third, forward: &work.fourth, all)
    backwardGain.setRows(work.third)
    forwardResponse.setRows(work.fourth)
  }

  /// Correlations with the past first, then inside the block. On entry the scratch holds Ŝ, X, Y, Â.
  private mutating func solveCorrelations(_ known: BlockRows, _ system: OwnSystem, _ work: inout Scratch) {
    let rows = known.forwardMap.rows
    let past = 0..<rows.lowerBound
    let all = 0..<rows.upperBound
    let (answer, gain, backGain, response) = (work.first, work.second, work.third, work.fourth)

    // With h: <g h> and <h h>.
    work.begin(rows)
    work.first.addPast(known.backwardMap, times: forwardCorrelation)
    work.first.addPast(known.backwardSource, timesTransposed: forwardResponse)
    work.second.addPast(known.forwardMap, timesTransposed: crossCorrelation)
    work.second.addPast(known.forwardSource, timesTransposed: forwardGain)
    close(known, system, backward: &work.first, forward: &work.second, past)
    // With g: <g g> and <h g>.
    work.third.addPast(known.backwardMap, times: crossCorrelation)
    work.third.addPast(known.backwardSource, timesTransposed: backwardGain)
    work.fourth.addPast(known.forwardMap, times: backwardCorrelation)
    work.fourth.addPast(known.forwardSource, timesTransposed: backwardResponse)
    close(known, system, backward: &work.third, forward: &work.fourth, past)

    // Inside the block: the past's share is the transpose of what was just made.
    let before = (work.first, work.second, work.third, work.fourth)
    work.first.addOwn(known.backwardMap, timesTransposed: before.1, over: past)
    work.first.addOwn(known.backwardSource, timesTransposed: response, over: all)
    work.second.addOwn(known.forwardMap, timesTransposed: before.3, over: past)
    work.second.addOwn(known.forwardSource, timesTransposed: gain, over: all)
    close(known, system, backward: &work.first, forward: &work.second, rows)
    work.third.addOwn(known.backwardMap, timesTransposed: before.0, over: past)
    work.third.addOwn(known.backwardSource, timesTransposed: backGain, over: all)
    work.fourth.addOwn(known.forwardMap, timesTransposed: before.2, over: past)
    work.fourth.addOwn(known.forwardSource, timesTransposed: answer, over: all)
    close(known, system, backward: &work.third, forward: &work.fourth, rows)

    crossCorrelation.setColumns(work.first)
    forwardCorrelation.setRows(work.second)
    backwardCorrelation.setRows(work.third)
    crossCorrelation.setRows(work.fourth)
  }
}
