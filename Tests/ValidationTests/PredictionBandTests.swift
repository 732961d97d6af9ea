import Calculus
import Testing

@testable import Validation

/// Bands for one more curve, section 23.
@Suite("Prediction bands")
struct PredictionBandTests {
  /// Curves whose values at all points are correlated: a common part and one of each point.
  private func curves(_ count: Int, points: Int, seed: Int) -> [[Double]] {
    var stream = RandomStream(seed: seed, replica: 0, purpose: .weights, substream: 0)
    let common = stream.normals(count, deviation: 1)
    return (0..<points).map { point in
      zip(common, stream.normals(count, deviation: 0.5)).map { Double(point) + $0 + $1 }
    }
  }

  @Test("at a single point it is the interval of Student's distribution")
  func student() {
    let values = [1.2, 0.7, 1.9, 1.1, 0.4, 1.6, 1.3, 0.9]
    let band = PredictionBand([values], level: 0.9)
    let mean = values.reduce(0, +) / 8
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 7).squareRoot()
    // 1.894579: the quantile .95 at 7 degrees of freedom, from a table.
    let half = 1.894578605 * deviation * (1 + 1.0 / 8).squareRoot()
    #expect(abs(band.points[0].center - mean) <= 1e-14)
    #expect(abs(band.points[0].high - mean - half) <= 1e-8 && abs(mean - half - band.points[0].low) <= 1e-8)
    #expect(band.factor == nil && band.together(0) == nil)
  }

  @Test("every curve's distance from what the others predict is that without it", arguments: [0, 1, 2])
  func deleted(_ known: Int) {
    let all = curves(20, points: 3, seed: 4)
    // The largest of one point, from bands of all others with the left-out curve as the new one.
    let largest = (0..<20).map { left in
      func others(_ list: [Double]) -> [Double] { list.enumerated().filter { $0.offset != left }.map(\.element) }
      let given = (0..<known).map { PredictionBand.Known(values: others(all[$0 + 1]), seen: all[$0 + 1][left]) }
      let point = PredictionBand([others(all[0])], level: 0.9, known: given).points[0]
      return abs(all[0][left] - point.center) / (point.error ?? .nan)
    }
    let given = (0..<known).map { PredictionBand.Known(values: all[$0 + 1], seen: 0) }
    let factor = PredictionBand([all[0]], level: 0.9, known: given).factor
    // ceil(.9 * 21) = 19th smallest.
    let expected = largest.sorted()[18]
    #expect(abs((factor ?? .nan) - expected) <= 1e-11 * expected)
  }

  @Test("normal curves lie within as often as asked, pointwise and together, also where something is known of them")
  func coverage() {
    for known in [0, 2] {
      var (inside, together, trials) = (0, 0, 0)
      for seed in 0..<2000 {
        let all = curves(26, points: 5, seed: seed)
        let given = (0..<known).map {
          PredictionBand.Known(values: Array(all[3 + $0].prefix(25)), seen: all[3 + $0][25])
        }
        let band = PredictionBand((0..<3).map { Array(all[$0].prefix(25)) }, level: 0.9, known: given)
        trials += 1
        inside += (band.points[1].low...band.points[1].high).contains(all[1][25]) ? 1 : 0
        together += (0..<3).allSatisfy { band.together($0)?.contains(all[$0][25]) ?? false } ? 1 : 0
      }
      // Four standard errors of 2,000 trials are .027; the ranks of 25 curves give 24/26 or 23/26.
      let (one, joint) = (Double(inside) / Double(trials), Double(together) / Double(trials))
      #expect(abs(one - 0.9) <= 0.027, "\(one) with \(known) known")
      #expect(joint >= 0.873 && joint <= 0.955, "\(joint) with \(known) known")
    }
  }

  @Test("what is known twice counts once, and what is no news changes nothing")
  func dependent() {
    let all = curves(20, points: 2, seed: 9)
    let known = PredictionBand.Known(values: all[1], seen: 1.3)
    let once = PredictionBand([all[0]], level: 0.9, known: [known])
    #expect(PredictionBand([all[0]], level: 0.9, known: [known, known]) == once)
    let flat = PredictionBand.Known(values: all[1].map { _ in 2 }, seen: 2)
    #expect(PredictionBand([all[0]], level: 0.9, known: [flat]) == PredictionBand([all[0]], level: 0.9))
    #expect((once.points[0].error ?? .nan) < (PredictionBand([all[0]], level: 0.9).points[0].error ?? .nan))
  }

  @Test("curves that have ended: ranks, and no upper end where too many have")
  func ended() {
    var values = (1...39).map(Double.init)
    for last in 36...38 { values[last] = .infinity }
    let point = PredictionBand([values], level: 0.9).points[0]
    // The 2nd and the 38th of 39.
    #expect(point.low == 2 && point.high == .infinity && point.error == nil && point.center == 20)
    values[36] = 37
    values[37] = 38
    #expect(PredictionBand([values], level: 0.9).points[0].high == 38)
  }
}
