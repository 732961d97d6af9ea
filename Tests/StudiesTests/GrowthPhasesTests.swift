import Foundation
import Studies
import Testing

@Suite("Phases of growth")
struct GrowthPhasesTests {
  /// Loss of one mode of two layers, Saxe's solution, towards 1.
  private func mode(start: Double, horizon: Double = 20, rows: Int = 2000) -> (times: [Double], losses: [Double]) {
    let times = (0...rows).map { horizon * Double($0) / Double(rows) }
    return (times, times.map { pow(1 - 1 / (1 + (1 / start - 1) * exp(-2 * $0)), 2) })
  }

  @Test("a mode from a small start has a plateau; its times are those of the logistic equation")
  func plateau() throws {
    let start = 1e-4
    let (times, losses) = mode(start: start)
    let phases = try #require(GrowthPhases(times: times, losses: losses))
    #expect(phases.hasPlateau && phases.isFinished)
    // Progress p is u = u0 + p (1 - u0).
    func time(_ progress: Double) -> Double {
      let strength = start + progress * (1 - start)
      return log(strength / (1 - strength) * (1 - start) / start) / 2
    }
    #expect(abs(phases.plateauEnd - time(0.1)) < 1e-4)
    #expect(abs(phases.halfTime - time(0.5)) < 1e-4)
    #expect(abs(phases.transitionEnd - time(0.9)) < 1e-4)
    #expect(abs((phases.relaxationRate ?? 0) - 2) < 0.04)
  }

  @Test("what relaxes from the start has none, nor has linear growth")
  func relaxation() throws {
    let times = (0...1000).map { 0.02 * Double($0) }
    let phases = try #require(GrowthPhases(times: times, losses: times.map { 0.3 + exp(-2 * $0) }))
    #expect(!phases.hasPlateau)
    #expect(abs(phases.halfTime - log(2)) < 1e-3 && abs((phases.relaxationRate ?? 0) - 1) < 1e-3)
    let line = try #require(GrowthPhases(times: times, losses: times.map { pow(max(0, 1 - $0 / 10), 2) }))
    #expect(!line.hasPlateau)
  }

  @Test("a curve that was cut off says so")
  func unfinished() throws {
    let (times, losses) = mode(start: 1e-4, horizon: 5)
    #expect(try #require(GrowthPhases(times: times, losses: losses)).isFinished == false)
  }

  @Test("means over networks, where each has phases")
  func means() throws {
    let phases = [1e-3, 1e-5].map { start in
      let (times, losses) = mode(start: start)
      return GrowthPhases(times: times, losses: losses)
    }
    let mean = try #require(GrowthPhases(meanOf: phases))
    #expect(abs(mean.halfTime - ((phases[0]?.halfTime ?? 0) + (phases[1]?.halfTime ?? 0)) / 2) < 1e-12)
    #expect(mean.hasPlateau && mean.isFinished)
    #expect(GrowthPhases(meanOf: phases + [nil]) == nil)
    #expect(GrowthPhases(meanOf: []) == nil)
  }

  @Test("a loss that never falls has no phases")
  func rising() {
    #expect(GrowthPhases(times: [0, 1, 2], losses: [1, 2, 3]) == nil)
    #expect(GrowthPhases(times: [], losses: []) == nil)
    #expect(GrowthPhases(times: [0], losses: [1]) == nil)
  }
}
