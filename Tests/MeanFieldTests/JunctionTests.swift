import Fixtures
import LinearAlgebra
import Testing

@testable import MeanField

/// The junction against the dense formulas (3.4) and (3.5), with maps and sources of no particular meaning.
@Suite("Junction")
struct JunctionTests {
  @Test("rows and panels reproduce the dense formulas", arguments: [1, 4])
  func dense(blockLength: Int) {
    let size = 12
    var numbers = TestNumbers(seed: 7)
    let forwardMap = DenseMatrix(size: size) { $0 >= $1 ? 0.3 * numbers.next() : 0 }
    let backwardMap = DenseMatrix(size: size) { $0 > $1 ? 0.3 * numbers.next() : 0 }
    let root = DenseMatrix(size: size) { _, _ in numbers.next() }
    let below = root * root.transposed
    let above = root.transposed * root

    let junction = march(
      forwardMap, backwardMap, below: below, above: above, blockLength: blockLength)

    let one = DenseMatrix.identity(size)
    let toForward = (one - forwardMap * backwardMap).inverse
    let toBackward = (one - backwardMap * forwardMap).inverse
    let forwardResponse = toForward * forwardMap
    let backwardResponse = toBackward * backwardMap
    let forward = toForward.congruence(below) + forwardResponse.congruence(above)
    let backward = toBackward.congruence(above) + backwardResponse.congruence(below)
    let fromBelow: DenseMatrix = toForward * below * backwardResponse.transposed
    let fromAbove: DenseMatrix = forwardResponse * above * toBackward.transposed
    let cross: DenseMatrix = fromBelow + fromAbove
    #expect(DenseMatrix(junction.forwardGain.entries).distance(toForward) < 1e-12)
    #expect(DenseMatrix(junction.backwardGain.entries).distance(toBackward) < 1e-12)
    #expect(DenseMatrix(junction.forwardResponse.entries).distance(forwardResponse) < 1e-12)
    #expect(DenseMatrix(junction.backwardResponse.entries).distance(backwardResponse) < 1e-12)
    #expect(DenseMatrix(junction.forwardCorrelation.entries).distance(forward) < 1e-12)
    #expect(DenseMatrix(junction.backwardCorrelation.entries).distance(backward) < 1e-12)
    #expect(DenseMatrix(junction.crossCorrelation.entries).distance(cross) < 1e-12)
  }

  @Test("of one field alone: its answers and its covariance, row by row and in panels", arguments: [1, 4])
  func oneField(blockLength: Int) {
    let size = 12
    var numbers = TestNumbers(seed: 8)
    let forwardMap = DenseMatrix(size: size) { $0 >= $1 ? 0.3 * numbers.next() : 0 }
    let backwardMap = DenseMatrix(size: size) { $0 > $1 ? 0.3 * numbers.next() : 0 }
    let root = DenseMatrix(size: size) { _, _ in numbers.next() }
    let (below, above) = (root * root.transposed, root.transposed * root)
    let whole = march(forwardMap, backwardMap, below: below, above: above, blockLength: blockLength)

    let layout = BlockLayout(times: size, timesEach: blockLength)
    var (up, down) = (BranchJunction(.forward, layout), BranchJunction(.backward, layout))
    var scratch = Junction.Scratch(size: size, capacity: blockLength)
    var map = RowBlock(size: size, capacity: blockLength)
    var source = map
    for start in stride(from: 0, to: size, by: blockLength) {
      let block = start..<start + blockLength
      up.update { $0.guess(block, lengthRatio: 1) }
      down.update { $0.guess(block, lengthRatio: 1) }
      // An implicit block is whole behind its second half-step.
      map.fill(block, backwardMap)
      source.fill(block, above)
      up.updateBackward(map: map, source: source, work: &scratch)
      down.updateBackward(map: map, source: source, work: &scratch)
      let explicit = rows(of: down, block)
      map.fill(block, forwardMap)
      source.fill(block, below)
      up.updateForward(map: map, source: source, work: &scratch)
      down.updateForward(map: map, source: source, work: &scratch)
      let (forward, backward) = (rows(of: up, block), blockLength == 1 ? explicit : rows(of: down, block))
      for row in block {
        for column in 0...row {
          #expect(abs(forward.map[row, column] - whole.forwardResponse[row, column]) < 1e-12)
          #expect(abs(forward.source[row, column] - whole.forwardCorrelation[row, column]) < 1e-12)
          #expect(abs(backward.map[row, column] - whole.backwardResponse[row, column]) < 1e-12)
          #expect(abs(backward.source[row, column] - whole.backwardCorrelation[row, column]) < 1e-12)
        }
      }
      up.update { $0.accept() }
      down.update { $0.accept() }
    }
  }

  private func rows(of junction: BranchJunction, _ block: Range<Int>) -> (map: RowBlock, source: RowBlock) {
    var map = RowBlock(size: 12, capacity: block.count)
    map.begin(block)
    var source = map
    junction.add(toMap: &map, source: &source)
    return (map, source)
  }

  private func march(
    _ forwardMap: DenseMatrix, _ backwardMap: DenseMatrix, below: DenseMatrix, above: DenseMatrix,
    blockLength: Int
  ) -> Junction {
    let size = forwardMap.size
    var junction = Junction(BlockLayout(times: size, timesEach: blockLength))
    var scratch = Junction.Scratch(size: size, capacity: blockLength)
    var map = RowBlock(size: size, capacity: blockLength)
    var source = map
    for start in stride(from: 0, to: size, by: blockLength) {
      let block = start..<start + blockLength
      if blockLength > 1 { junction.guess(block, lengthRatio: 1) }
      // The second half-step knows both maps, and a panel is then solved at once.
      map.fill(block, backwardMap)
      source.fill(block, above)
      junction.updateBackward(map: map, source: source, work: &scratch)
      map.fill(block, forwardMap)
      source.fill(block, below)
      junction.updateForward(map: map, source: source, work: &scratch)
      if blockLength > 1 { junction.accept() }
    }
    return junction
  }
}

extension RowBlock {
  fileprivate mutating func fill(_ rows: Range<Int>, _ matrix: DenseMatrix) {
    begin(rows)
    for row in rows {
      for column in 0..<rows.upperBound { self[row, column] = matrix[row, column] }
    }
  }
}

/// Numbers between -1 and 1 for tests that need no statistics (a linear congruential generator, Knuth's constants).
struct TestNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / Double(1 << 52) - 1
  }
}
