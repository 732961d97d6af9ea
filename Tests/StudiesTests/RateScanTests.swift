import Foundation
import Studies
import Testing

@Suite("Scans of learning rates")
struct RateScanTests {
  /// A loss with a valley at `bottom`, steep above, and a wall.
  private func valley(_ bottom: Double, wall: Double) -> RateExperiment {
    { rate, horizon in
      let exponent = log2(rate / bottom)
      let below = 1 - 0.5 * Foundation.exp(-exponent * exponent / 8)
      let loss = rate > wall ? .infinity : exponent < 0 ? below : 0.5 + exponent * exponent / 2
      return RateTrial(start: 1, losses: Array(repeating: loss, count: horizon + 1), peak: max(1, loss))
    }
  }

  @Test("the result does not depend on where a scan begins")
  func start() throws {
    for start in [1e-9, 1e-3, 0.04, 7, 1e6] {
      let experiment = valley(0.0371, wall: 1)
      let scan = RateScan(around: start, horizons: 1, experiment)
      let minima = RateMinimum.all(in: scan, horizon: 0, experiment)
      #expect(minima.count == 1, "from \(start)")
      #expect(abs(log2(try #require(minima.first).rate / 0.0371)) < 2e-3, "from \(start)")
    }
  }

  @Test("a narrow minimum behind a maximum is found, and distinguished from the first")
  func behindARise() throws {
    let experiment: RateExperiment = { rate, _ in
      let first = 0.5 + pow(log2(rate / 0.1), 2) / 8
      let second = 0.4 + 40 * pow(log2(rate / 0.42), 2)
      let loss =
        rate > 0.5
        ? .infinity : min(min(first, 1), rate > 0.33 ? second : .infinity) + (rate > 0.2 && rate < 0.37 ? 6 : 0)
      return RateTrial(start: 1, losses: [loss], peak: rate > 0.2 ? 7 : 1)
    }
    let scan = RateScan(around: 0.01, horizons: 1, experiment)
    let minima = RateMinimum.all(in: scan, horizon: 0, experiment)
    #expect(minima.count == 2)
    #expect(abs(minima[0].rate / 0.1 - 1) < 1e-3 && !minima[0].isCatapult)
    #expect(abs(minima[1].rate / 0.42 - 1) < 1e-3 && minima[1].isCatapult)
  }

  @Test("a loss that only grows, or falls until it diverges, has no optimum")
  func none() {
    let growing: RateExperiment = { rate, _ in RateTrial(start: 1, losses: [1 + rate], peak: 1 + rate) }
    #expect(RateMinimum.all(in: RateScan(around: 1, horizons: 1, growing), horizon: 0, growing).isEmpty)
    let falling: RateExperiment = { rate, _ in
      RateTrial(start: 1, losses: [rate < 1 ? exp(-rate) : .infinity], peak: rate < 1 ? 1 : .infinity)
    }
    #expect(RateMinimum.all(in: RateScan(around: 0.1, horizons: 1, falling), horizon: 0, falling).isEmpty)
  }

  @Test("a trial reports losses, divergence and peak of a run")
  func trial() {
    let whole = RateTrial(test: [2, 1, 3, 0.5], train: [1, 4, 2, 1], horizons: [1, 3])
    #expect(whole == RateTrial(start: 2, losses: [1, 0.5], peak: 4))
    let broken = RateTrial(test: [2, 1], train: [1, 4], horizons: [1, 3])
    #expect(broken == RateTrial(start: 2, losses: [1, .infinity], peak: .infinity))
  }

  @Test("a small gain above a high floor is found from anywhere")
  func smallGain() throws {
    // Nine tenths of the loss can't be learned; above the valley the loss exceeds its start.
    let experiment: RateExperiment = { rate, _ in
      let exponent = log2(rate / 0.002)
      let loss = rate > 1 ? .infinity : exponent < 0 ? 1 - 0.05 * exp2(exponent) : 0.95 + 0.01 * exponent * exponent
      return RateTrial(start: 1, losses: [loss], peak: max(1, loss))
    }
    for start in [1e-7, 0.0005, 0.05, 0.5, 100] {
      let minima = RateMinimum.all(in: RateScan(around: start, horizons: 1, experiment), horizon: 0, experiment)
      #expect(abs(log2(try #require(minima.first, "from \(start)").rate / 0.002)) < 0.01, "from \(start)")
    }
  }

  @Test("a bottom that is flat to rounding is one valley, and its least rate counts")
  func plateau() throws {
    let experiment: RateExperiment = { rate, _ in
      let loss = rate > 4 ? Double.infinity : rate > 1 ? 0.1 : rate < 0.1 ? 1 - rate : 1e-16 * rate
      return RateTrial(test: [1, loss], train: [1, 0.5], horizons: [1])
    }
    let minima = RateMinimum.all(in: RateScan(around: 0.01, horizons: 1, experiment), horizon: 0, experiment)
    #expect(try #require(minima.first).rate < 0.11 && #require(minima.first).loss == 1e-12)
  }
}
