import Problems
import Fixtures
import Foundation
import Testing

@testable import MeanField

/// Exponents of power-law data against those predicted, and what they are made of; section 11 of the notes.
@Suite("Scaling exponents")
struct PowerLawScalingTests {
  /// Source exponent of the data below: (1.6 - 1)/1.5.
  private static let source = 0.4

  /// One layer, rich: what the tests of slopes and of kernel time look at.
  private static let rich = Result { try solution() }

  private static func solution(
    layers: Int = 1, richness: Double = 5, signalDecay: Double = 1.6, horizon: Double = 1e6, tolerance: Double = 1e-4,
    dimension: String = "1e12", _ others: [String] = []
  ) throws -> Solution {
    try solve(
      try loadProblem(
        overrides: [
          "data.spectrum={eigenvalueDecay: 1.5, signalDecay: \(signalDecay), scale: top}",
          "data.inputDimension=\(dimension)",
          "network.width=infinite", "network.hiddenLayers=\(layers)", "training.mode=population",
          "network.richness=\(richness)", "training.time=flow", "training.horizon=\(horizon)",
          "training.tolerance=\(tolerance)",
        ] + others))
  }

  private func isClose(_ value: Double, _ expected: Double, within share: Double) -> Bool {
    abs(value - expected) < share * abs(expected)
  }

  @Test("lazy: -q in time and in kernel time, which is time", arguments: [1, 3])
  func lazy(layers: Int) throws {
    let solution = try Self.solution(layers: layers, richness: 1e-5)
    let scaling = try #require(solution.scaling)
    #expect(isClose(scaling.source, Self.source, within: 1e-12) && scaling.lazy == -scaling.source)
    for exponent in [scaling.exponent, scaling.kernelExponent] {
      #expect(isClose(exponent.value, -Self.source, within: 0.02), "\(exponent)")
      #expect(exponent.uncertainty > 0 && exponent.uncertainty < 0.02 * Self.source, "\(exponent)")
    }
    #expect(scaling.kernelTimes.count == solution.curve.times.count)
    for (kernelTime, time) in zip(scaling.kernelTimes, solution.curve.times) {
      #expect(abs(kernelTime - time) <= 1e-4 * time)
    }
  }

  @Test(
    "rich: q(L+1)/(1+qL) in time, q in kernel time, at any depth", .slow(.long),
    arguments: [(1, 4.0 / 7), (2, 2.0 / 3), (3, 8.0 / 11)])
  func rich(layers: Int, expected: Double) throws {
    let scaling = try #require(try Self.solution(layers: layers).scaling)
    #expect(isClose(try #require(scaling.rich), -expected, within: 1e-12))
    #expect(isClose(scaling.exponent.value, -expected, within: 0.04), "\(scaling.exponent)")
    #expect(isClose(scaling.kernelExponent.value, -Self.source, within: 0.02), "\(scaling.kernelExponent)")
    for exponent in [scaling.exponent, scaling.kernelExponent] {
      #expect(exponent.uncertainty > 0 && exponent.uncertainty < 0.02 * abs(exponent.value), "\(exponent)")
    }
    #expect(scaling.window.upperBound == 1e6 && isClose(scaling.window.lowerBound, 1e5, within: 0.13))
  }

  @Test("q >= 1: features stop moving, rich data fall as lazy ones")
  func steep() throws {
    let scaling = try #require(try Self.solution(signalDecay: 2.8, horizon: 3000, tolerance: 1e-5).scaling)
    #expect(isClose(scaling.source, 1.2, within: 1e-12) && scaling.rich == scaling.lazy)
    #expect(isClose(scaling.exponent.value, -1.2, within: 0.03), "\(scaling.exponent)")
    #expect(isClose(scaling.kernelExponent.value, -1.2, within: 0.02), "\(scaling.kernelExponent)")
  }

  @Test("kernel time is the integral of the backward strength of the first layer")
  func kernelTime() throws {
    let solution = try Self.rich.get()
    let scaling = try #require(solution.scaling)
    let times = solution.curve.times
    let kernel = solution.rows(of: solution.orderParameters.backwardStrength(1))
    // The rectangle before the first row has a height between the kernel's values at its sides.
    let first = scaling.kernelTimes[1] / times[1]
    #expect(scaling.kernelTimes[0] == 0 && first > kernel[0] && first < kernel[1])
    var integral = scaling.kernelTimes[1]
    for row in times.indices.dropFirst(2) {
      integral += (kernel[row] + kernel[row - 1]) / 2 * (times[row] - times[row - 1])
      #expect(isClose(scaling.kernelTimes[row], integral, within: 1e-3), "t = \(times[row])")
    }
    #expect(integral > 100 * times[times.count - 1])
  }

  @Test("local slopes are those of the logarithms between neighbouring rows")
  func slopes() throws {
    let solution = try Self.rich.get()
    let scaling = try #require(solution.scaling)
    let losses = solution.curve.testLoss.map { Foundation.log($0) }
    func check(_ slopes: [Double?], against times: [Double]) throws {
      #expect(slopes.count == times.count && slopes[0] == nil)
      let logarithms = times.map { Foundation.log($0) }
      for row in 1..<times.count - 1 where solution.curve.times[row] > 10 {
        let difference = (losses[row + 1] - losses[row - 1]) / (logarithms[row + 1] - logarithms[row - 1])
        #expect(abs(try #require(slopes[row]) - difference) < 1e-3, "t = \(times[row])")
      }
    }
    try check(scaling.slopes, against: solution.curve.times)
    try check(scaling.kernelSlopes, against: scaling.kernelTimes)
  }

  @Test("an exponent is the fit over the last decade, its uncertainty half the spread of the slopes there")
  func fit() throws {
    let solution = try Self.rich.get()
    let scaling = try #require(solution.scaling)
    let rows = solution.curve.times.indices.filter { solution.curve.times[$0] >= 1e5 }
    let losses = rows.map { Foundation.log(solution.curve.testLoss[$0]) }
    for (exponent, times, slopes) in [
      (scaling.exponent, solution.curve.times, scaling.slopes),
      (scaling.kernelExponent, scaling.kernelTimes, scaling.kernelSlopes),
    ] {
      #expect(abs(exponent.value - slope(rows.map { Foundation.log(times[$0]) }, losses)) < 1e-12)
      let local = rows.compactMap { slopes[$0] }
      #expect(abs(exponent.uncertainty - (try #require(local.max()) - #require(local.min())) / 2) < 1e-12)
    }
  }

  @Test("the noise floor is no part of the slope")
  func noise() throws {
    let clean = try #require(try Self.solution(horizon: 1e3, tolerance: 1e-5).scaling)
    let noisy = try #require(try Self.solution(horizon: 1e3, tolerance: 1e-5, ["data.noise=0.1"]).scaling)
    #expect(abs(noisy.exponent.value - clean.exponent.value) < 1e-3)
    for (one, other) in zip(noisy.slopes, clean.slopes) {
      guard let one, let other else {
        #expect(one == nil && other == nil)
        continue
      }
      #expect(abs(one - other) < 1e-3)
    }
  }

  @Test("no rich exponent is known of residual networks; the lazy one is theirs too")
  func residual() throws {
    let scaling = try #require(
      try Self.solution(layers: 2, richness: 1e-4, horizon: 1e3, ["network.residual=true"]).scaling)
    #expect(scaling.rich == nil && isClose(scaling.exponent.value, scaling.lazy, within: 0.02))
  }

  @Test(
    "one-pass data under flow are the population; batches, isotropic data and single steps have no exponents",
    .slow(.long))
  func others() throws {
    let powerLaw = ["data.spectrum={eigenvalueDecay: 1.5, signalDecay: 1.6, scale: top}", "network.width=infinite"]
    let small = powerLaw + ["data.inputDimension=1000"]
    let flow = ["training.time=flow", "training.horizon=20"]
    func scaling(_ words: [String]) throws -> PowerLawScaling? {
      try solve(try loadProblem(overrides: words)).scaling
    }
    let population = try #require(try scaling(small + flow + ["training.mode=population"]))
    let fresh = try #require(try scaling(small + flow + ["training.mode=onePass", "data.samples=100"]))
    #expect(abs(fresh.exponent.value - population.exponent.value) < 1e-5)
    #expect(abs(fresh.kernelExponent.value - population.kernelExponent.value) < 1e-5)
    #expect(try scaling(small + flow + ["training.mode=batch", "data.samples=100"]) == nil)
    #expect(try scaling(flow + ["training.mode=population", "network.width=infinite"]) == nil)
    let steps = ["training.mode=population", "training.steps=200", "training.learningRate=0.1"]
    #expect(try scaling(small + steps) == nil)
    #expect(try scaling(small + steps + ["training.time=panels"]) != nil)
  }
}
