import Fixtures
import Testing

@testable import MeanField

/// The march on equations that have nothing to do with networks.
@Suite("March")
struct MarchTests {
  /// x_t = 1 + sum over s <= t of x_s / 8, block by block: implicit in a block because of s = t.
  private struct Toy: CausalEquations {
    var blocks: [Range<Int>]
    var values: [Double] = []
    var begun: [Range<Int>] = []
    var stopAt: Int?
    var explicit = false
    var factor = 0.125
    var hasNoSolution = false
    /// Blocks that are refused once, and then offered as their first halves.
    var refused: Set<Range<Int>> = []

    func isExplicit(_ block: Range<Int>) -> Bool { explicit }
    mutating func begin() -> Range<Int>? {
      guard let block = blocks.first else { return nil }
      begun.append(block)
      values = values.prefix(block.lowerBound) + Array(repeating: 0, count: block.count)
      return block
    }
    mutating func sweep(_ block: Range<Int>) {
      for time in block {
        values[time] = 1 + factor * values[0...time].reduce(0, +) + (hasNoSolution ? abs(values[time]) : 0)
      }
    }
    var unknowns: [[Double]] {
      get { [Array(values[(begun.last ?? 0..<0)])] }
      set { values.replaceSubrange(begun.last ?? 0..<0, with: newValue[0]) }
    }
    mutating func finish(_ block: Range<Int>, isSettled: Bool) -> March.Verdict {
      if refused.remove(block) != nil {
        let middle = block.lowerBound + block.count / 2
        blocks.replaceSubrange(0..<1, with: [block.lowerBound..<middle, middle..<block.upperBound])
        return .again
      }
      blocks.removeFirst()
      if let time = stopAt, block.contains(time) { return .stop(at: time) }
      return isSettled ? .goOn : .giveUp
    }
  }

  @Test("implicit blocks are swept until they settle")
  func implicit() {
    var toy = Toy(blocks: [0..<2, 2..<5])
    let report = March().run(&toy)
    // Exactly: x_t = (1 + S/8) / (1 - 1/8) with S the sum before.
    var sum = 0.0
    for value in toy.values {
      let exact = (1 + sum / 8) / (1 - 1 / 8)
      #expect(abs(value - exact) < 1e-13 * exact)
      sum += value
    }
    #expect(toy.begun == [0..<2, 2..<5])
    #expect(report.sweeps > 4 && report.residual <= 1e-14 && report.unsettledAt == nil)
  }

  @Test("an explicit block gets one sweep")
  func explicit() {
    var toy = Toy(blocks: [0..<1, 1..<2, 2..<3])
    toy.explicit = true
    var seen: [Int] = []
    let report = March().run(&toy) { seen.append($0) }
    #expect(report.sweeps == 3 && report.residual == 0)
    #expect(seen == [1, 2, 3])
  }

  @Test("a block that does not settle is reported, and the march ends there")
  func unsettled() {
    var toy = Toy(blocks: [0..<1, 1..<4, 4..<6])
    toy.hasNoSolution = true
    let report = March(sweepLimit: 40).run(&toy)
    #expect(report.unsettledAt == 0 && report.sweeps == 40)
    #expect(toy.begun == [0..<1])
  }

  @Test("the equations can stop the march")
  func stops() {
    var toy = Toy(blocks: [0..<2, 2..<4, 4..<6])
    toy.stopAt = 3
    #expect(March().run(&toy).stoppedAt == 3)
    #expect(toy.begun.count == 2)
  }

  @Test("a block that is refused is made again as the equations offer it")
  func refused() {
    var whole = Toy(blocks: [0..<2, 2..<6])
    _ = March().run(&whole)
    var toy = Toy(blocks: [0..<2, 2..<6])
    toy.refused = [2..<6]
    let report = March().run(&toy)
    #expect(report.rejected == 1 && toy.begun == [0..<2, 2..<6, 2..<4, 4..<6])
    for (one, other) in zip(toy.values, whole.values) { #expect(abs(one - other) < 1e-12 * other) }
  }
}
