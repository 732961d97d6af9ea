import Testing

@testable import Validation

@Suite("A log beside the theory")
struct LogComparisonTests {
  @Test("steps in common, deviations, the worst, the typical")
  func deviations() throws {
    let log = try #require(LogComparison(steps: [0, 2, 9], losses: [2.2, 0.4, 7], theory: [2, 1, 0.5]))
    #expect(log.steps == [0, 2] && log.theory == [2, 0.5])
    #expect(abs(log.deviations[0] - 0.1) < 1e-15 && abs(log.deviations[1] + 0.2) < 1e-15)
    #expect(log.worst.step == 2 && abs(log.worst.deviation + 0.2) < 1e-15)
    #expect(abs(log.typicalDeviation - (0.05 / 2).squareRoot()) < 1e-15)
    #expect(abs(log.medianRatio - 1.1) < 1e-15)
    #expect(LogComparison(steps: [3], losses: [1], theory: [1, 1, 1]) == nil)
  }
}
