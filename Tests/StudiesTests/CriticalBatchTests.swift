import Studies
import Testing

@Suite("Critical batch")
struct CriticalBatchTests {
  private let sizes = [8.0, 16, 32, 64, 128]

  /// A loss `1 + 64/B` has half of its excess left at each doubling.
  @Test("at equal steps gains fall, and the place is where they pass a tenth")
  func steps() throws {
    let losses: [Double?] = sizes.map { 1 + 64 / $0 }
    let found = try #require(CriticalBatch(sizes: sizes, losses: losses, budget: .steps))
    let expected = [1 - 5.0 / 9, 1 - 3.0 / 5, 1 - 2.0 / 3, 1 - 1.5 / 2]
    for (share, expected) in zip(found.shares, expected) { #expect(abs(share - expected) < 1e-14) }
    #expect(found.size == .above(128))
    let more = sizes + [512, 1024]
    let further = try #require(
      CriticalBatch(sizes: more, losses: more.map { 1 + 64 / $0 }, budget: .steps))
    // 512 over 128 are two doublings: (1.125/1.5)^(1/2).
    #expect(abs(further.shares[4] - (1 - 0.75.squareRoot())) < 1e-14)
    guard case .at(let size) = further.size else { return #expect(Bool(false), "\(further.size)") }
    #expect(size > 256 && size < 725)
  }

  @Test("at equal epochs costs rise")
  func epochs() throws {
    let losses: [Double?] = sizes.map { 1 + $0 / 256 }
    let found = try #require(CriticalBatch(sizes: sizes, losses: losses, budget: .epochs))
    #expect(found.shares.allSatisfy { $0 > 0 } && found.shares == found.shares.sorted())
    guard case .at(let size) = found.size else { return #expect(Bool(false), "\(found.size)") }
    #expect(size > 22 && size < 91)
    #expect(CriticalBatch(sizes: sizes, losses: sizes.map { $0 }, budget: .epochs)?.size == .below(8))
  }

  @Test("sizes without an optimum are passed over, and one is not enough")
  func missing() throws {
    let found = try #require(
      CriticalBatch(sizes: [8, 16, 32], losses: [4, nil, 1], budget: .steps))
    #expect(found.shares == [0.5])
    #expect(CriticalBatch(sizes: [8, 16], losses: [nil, 1], budget: .steps) == nil)
  }
}
