import Foundation
import Testing

@testable import Problems

@Suite("Schedule")
struct ScheduleTests {
  @Test("warm-up counts from 1/w, then cosine and linear fall to the final fraction")
  func factors() {
    let cosine = Schedule.warmup(steps: 4, decay: .cosine, finalFraction: 0.2)
    #expect(cosine.factor(step: 0, total: 12) == 0.25)
    #expect(cosine.factor(step: 3, total: 12) == 1)
    #expect(cosine.factor(step: 4, total: 12) == 1)
    #expect(abs(cosine.factor(step: 8, total: 12) - 0.6) < 1e-15)
    let linear = Schedule.warmup(steps: 0, decay: .linear, finalFraction: 0.5)
    #expect(linear.factor(step: 5, total: 10) == 0.75)
    let constant = Schedule.warmup(steps: 2, decay: .constant, finalFraction: 0.5)
    #expect(constant.factor(step: 9, total: 10) == 1)
    #expect(Schedule.constant.factor(step: 3, total: 4) == 1)
    #expect(Schedule.multipliers([1, 3]).factor(step: 1, total: 2) == 3)
  }

  @Test("a power of the rest, and constant before a linear end")
  func powerAndStable() {
    let power = Schedule.warmup(steps: 2, decay: .power(exponent: 3), finalFraction: 0.1)
    #expect(power.factor(step: 1, total: 12) == 1 && power.factor(step: 2, total: 12) == 1)
    #expect(abs(power.factor(step: 7, total: 12) - (0.1 + 0.9 / 8)) < 1e-15)
    let linear = Schedule.warmup(steps: 0, decay: .linear, finalFraction: 0.3)
    let first = Schedule.warmup(steps: 0, decay: .power(exponent: 1), finalFraction: 0.3)
    let none = Schedule.warmup(steps: 0, decay: .stable(fraction: 0), finalFraction: 0.3)
    for step in 0..<10 {
      #expect(abs(first.factor(step: step, total: 10) - linear.factor(step: step, total: 10)) < 1e-15)
      #expect(abs(none.factor(step: step, total: 10) - linear.factor(step: step, total: 10)) < 1e-15)
    }
    let stable = Schedule.warmup(steps: 4, decay: .stable(fraction: 0.75), finalFraction: 0.2)
    #expect(stable.factor(step: 0, total: 12) == 0.25 && stable.factor(step: 10, total: 12) == 1)
    #expect(abs(stable.factor(step: 11, total: 12) - 0.6) < 1e-15)
    #expect(abs(stable.factor(step: 40, total: 12) - 0.2) < 1e-15)
  }

  @Test("a horizon beyond the schedule stays at its end")
  func beyond() {
    let linear = Schedule.warmup(steps: 0, decay: .linear, finalFraction: 0.5)
    #expect(linear.factor(step: 25, total: 10) == 0.5)
    #expect(Schedule.multipliers([1, 3]).factor(step: 7, total: 2) == 3)
  }
}

@Suite("Training problem")
struct TrainingProblemTests {
  private func problem(
    _ rule: Parameterization.Rule, width: Architecture.Width = .units(512),
    connection: Architecture.Connection = .plain
  ) -> TrainingProblem {
    TrainingProblem(
      architecture: Architecture(
        hiddenLayers: 3, width: width, connection: connection, layerRates: [1, 2, 3, 4]),
      parameterization: Parameterization(rule, richness: 0.5),
      data: DataModel(inputDimension: 256, sampling: .batch(.count(640))),
      optimizer: LinearOptimizer(
        learningRate: 0.1, momentum: .none, weightDecay: .coupled(0.3)),
      time: TimeGrid(.discrete(steps: 10)))
  }

  @Test("ratios and richness of table (1.6)")
  func ratios() {
    #expect(problem(.muP).widthRatio == 2)
    #expect(problem(.muP).sampleRatio == 2.5)
    #expect(problem(.muP).effectiveRichness == 0.5)
    #expect(abs(problem(.ntk).effectiveRichness - 0.5 / 2.0.squareRoot()) < 1e-15)
    #expect(problem(.ntk).layerRates == [1, 2, 3, 4])
    #expect(problem(.standard).layerRates == [1, 4, 6, 8])
    #expect(problem(.muP, width: .infinite).widthRatio == .infinity)
    #expect(problem(.muP, width: .ratio(0.25)).widthRatio == 0.25)
  }

  /// Plain SGD rates of theory-notes/01-model.md: γ0² N η for muP, γ² D η for NTK.
  @Test("plain rates, multipliers and decays of the finite network")
  func recipes() throws {
    let muP = try #require(problem(.muP).layerRecipes)
    #expect(abs(muP[0].plainRate - 0.25 * 512 * 0.1) < 1e-12)
    #expect(abs(muP[3].plainRate - 4 * 0.25 * 512 * 0.1) < 1e-12)
    #expect(abs(muP[3].multiplier - 1 / (0.5 * 2.0.squareRoot() * 512.0.squareRoot())) < 1e-15)
    #expect(abs(muP[0].multiplier - 1.0 / 16) < 1e-15)
    // One step shrinks a weight by rate x decay = η weightDecay, whatever the layer's multiplier.
    for recipe in muP { #expect(abs(recipe.plainRate * (recipe.plainWeightDecay ?? .nan) - 0.03) < 1e-15) }
    let ntk = try #require(problem(.ntk).layerRecipes)
    #expect(abs(ntk[0].plainRate - 0.25 * 256 * 0.1) < 1e-12)
    #expect(abs(ntk[3].multiplier - 1 / (0.5 * 512.0.squareRoot())) < 1e-15)
    // Standard: weights of variance 1/fan-in, nothing in the forward pass but 1/γ, one rate γ² η for all.
    let standard = try #require(problem(.standard).layerRecipes)
    #expect(abs(standard[0].initialDeviation - 1.0 / 16) < 1e-15)
    #expect(abs(standard[2].initialDeviation - 1 / 512.0.squareRoot()) < 1e-15)
    #expect(standard.map(\.multiplier) == [1, 1, 1, 2])
    for (index, recipe) in standard.enumerated() {
      #expect(abs(recipe.plainRate - Double(index + 1) * 0.25 * 0.1) < 1e-15)
      #expect(abs(recipe.plainRate * (recipe.plainWeightDecay ?? .nan) - 0.03) < 1e-15)
    }
    #expect(abs(problem(.standard).plainRatePerLearningRate - 0.25) < 1e-14)
    #expect(abs(problem(.ntk).plainRatePerLearningRate - 0.25 * 256) < 1e-12)
    let residual = try #require(
      problem(.muP, connection: .residual(branchScale: 3)).layerRecipes)
    #expect(abs(residual[1].multiplier - 3 / (2.0 * 512).squareRoot()) < 1e-15)
    #expect(residual.map(\.role) == ["input", "branch", "branch", "readout"])
    #expect(problem(.muP, width: .infinite).layerRecipes == nil)
  }

  @Test("exponents are what the multipliers and rates do when the width doubles")
  func exponents() throws {
    for rule in Parameterization.Rule.allCases {
      let narrow = try #require(problem(rule, width: .units(256)).layerRecipes)
      let wide = try #require(problem(rule, width: .units(512)).layerRecipes)
      for (narrow, wide) in zip(narrow, wide) {
        #expect(
          abs(log2(wide.multiplier / narrow.multiplier) - narrow.exponents.multiplierWidth) < 1e-12)
        #expect(abs(log2(wide.plainRate / narrow.plainRate) - narrow.exponents.rateWidth) < 1e-12)
        #expect(
          abs(
            log2(wide.initialDeviation / narrow.initialDeviation) - narrow.exponents.deviationWidth)
            < 1e-12)
      }
    }
  }

  @Test("sums instead of means put 1 where D was")
  func traceClass() {
    var problem = problem(.muP)
    problem.data.spectrum = .powerLaw(PowerLaw(eigenvalueDecay: 1, signalDecay: 1, scale: .top))
    #expect(problem.widthRatio == 512 && problem.sampleRatio == 640)
    #expect(problem.plainRateFactor == 0.25 * 512)
  }
}

@Suite("Time grid")
struct TimeGridTests {
  @Test("log rows: first, 20 a decade, last; all rows otherwise")
  func rows() {
    var grid = TimeGrid(.discrete(steps: 10_000))
    #expect(grid.reportedRows(of: 5) == [0, 1, 2, 3, 4])
    grid.rows = .log
    let rows = grid.reportedRows(of: 10_001)
    #expect(rows.first == 0 && rows.last == 10_000 && rows.contains(1000))
    #expect(rows == Array(Set(rows)).sorted() && rows.count > 55 && rows.count < 82)
    #expect(grid.reportedRows(of: 1) == [0])
  }
}
