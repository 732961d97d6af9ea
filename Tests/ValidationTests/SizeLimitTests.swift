import Fixtures
import Testing

@testable import Validation

@Suite("Several sizes")
struct SizeLimitTests {
  private func sizes(limit: Double, slope: Double, seed: Int, tolerance: Double = 0.05) -> SizeLimit {
    SizeLimit(
      [32, 64, 128].map { dimension in
        let biased = decay.map { $0 * (1 + limit + slope / Double(dimension)) }
        let networks = scattered(biased, networks: 60, deviation: 0.05, seed: seed + dimension)
        return (dimension, agreement(decay, networks, tolerance: tolerance, group: dimension))
      })
  }

  @Test("a bias of order 1/D is distinguished from a difference that remains")
  func limits() throws {
    let bias = sizes(limit: 0, slope: 4, seed: 1)
    #expect(bias.verdict != .disagrees && bias.pValue > 0.01)
    for point in bias.points {
      #expect(abs(point.difference) < 4 * point.standardError)
      #expect(abs(point.slope - 4) < 4)
    }
    #expect(sizes(limit: 0, slope: 4, seed: 1, tolerance: 0.5).verdict == .agrees)
    let wrong = sizes(limit: 0.2, slope: 0, seed: 2)
    #expect(wrong.verdict == .disagrees && wrong.pValue < 0.001)
    let point = try #require(wrong.worst)
    #expect(abs(point.difference - 0.2) < 4 * point.standardError)
  }

  @Test("a wide band cannot tell and says how many networks could; a size without bound leaves the limit open")
  func open() throws {
    func limit(networks: Int, seed: Int) -> SizeLimit {
      SizeLimit(
        [20, 40].map { dimension in
          let networks = scattered(decay, networks: networks, deviation: 0.05, seed: seed + dimension)
          return (dimension, agreement(decay, networks, tolerance: 0.1, group: dimension))
        })
    }
    let few = limit(networks: 12, seed: 3)
    let wanted = few.wantedReplicas
    let number = try #require(wanted)
    #expect(few.verdict == .cannotTell && number > 24, "\(number)")
    #expect((0..<8).count { limit(networks: number, seed: 100 + 1000 * $0).verdict == .agrees } >= 6)

    let curves = (0..<9).map { network in network < 3 ? [1.0] : [1, 1.1 + 0.001 * Double(network)] }
    let unbounded = SizeLimit([20, 40].map { ($0, agreement([1, 1.105], ensemble(curves), group: $0)) })
    #expect(unbounded.unbounded == 1 && unbounded.points.count == 1)
    #expect(unbounded.verdict == .cannotTell && unbounded.wantedReplicas == nil)
  }

  /// The band of the limit holds at all points together as often as it says, with few networks too.
  @Test("the limit's band has its confidence", .slow(.statistical))
  func coverage() {
    var missed = 0
    for trial in 0..<100 {
      let limit = SizeLimit(
        [20, 40].map { dimension in
          let biased = decay.map { $0 * (1 + 2 / Double(dimension)) }
          let networks = scattered(biased, networks: 16, deviation: 0.1, seed: 1000 * trial + dimension)
          return (dimension, agreement(decay, networks, tolerance: 0, seed: trial, group: dimension))
        })
      if limit.points.contains(where: { $0.excess > 0 }) { missed += 1 }
    }
    #expect(missed <= 5, "\(missed) of 100")
  }

  /// Exact in 1/D without noise: the fit must return limit and slope themselves.
  @Test("the fit is exact on exact data")
  func exact() {
    let limit = SizeLimit(
      [10, 20, 40].map { dimension in
        let level = 1 + 0.03 + 0.7 / Double(dimension)
        let networks = ensemble([[level * 0.99], [level * 1.01]])
        return (dimension, agreement([1], networks, group: dimension))
      })
    #expect(abs(limit.points[0].difference - 0.03) < 1e-12)
    #expect(abs(limit.points[0].slope - 0.7) < 1e-10)
  }
}
