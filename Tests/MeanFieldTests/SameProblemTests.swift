import Fixtures
import MeanField
import Problems
import Testing

/// Two descriptions of one problem, and one problem inside another, on problems drawn at random.
@Suite("Generated problems written in two ways")
struct SameProblemTests {
  private static let problems = 60

  /// The equations integrate over two measures (7.5), which do not know how often an eigenvalue stands in a list.
  @Test("equal eigenvalues are one with their masses together")
  func repeatedEigenvalues() throws {
    for var drawn in GeneratedProblem.some(Self.problems) {
      // Groups of equal eigenvalues, each with several coefficients; merged, a group of m has m/2 of their mean power.
      let groups = drawn.random.list(3) { random in
        (eigenvalue: random.scale(0.1, 3), coefficients: random.list(2 * random.whole(1...3)) { $0.between(-2, 2) })
      }
      let whole = groups.flatMap { group in
        group.coefficients.map { SpectrumMode(eigenvalue: group.eigenvalue, weight: 1, power: $0 * $0) }
      }
      let merged = groups.flatMap { group in
        let power = group.coefficients.reduce(0) { $0 + $1 * $1 } / Double(group.coefficients.count)
        return Array(
          repeating: SpectrumMode(eigenvalue: group.eigenvalue, weight: 1, power: power),
          count: group.coefficients.count / 2)
      }
      var other = drawn.problem
      drawn.problem.data.spectrum = .measured(.listing(whole))
      other.data.spectrum = .measured(.listing(merged))
      try expectSame(drawn, other)
    }
  }

  /// Isotropic data have one eigenvalue; as a table they have D.
  @Test("isotropic data are a table of equal eigenvalues, and a power law that does not fall")
  func isotropic() throws {
    for var drawn in GeneratedProblem.some(Self.problems) {
      drawn.problem.data.spectrum = .isotropic
      let size = drawn.problem.data.inputDimension
      let coefficients = drawn.random.list(size) { $0.between(-2, 2) }
      let power = coefficients.reduce(0) { $0 + $1 * $1 } / Double(size)
      var other = drawn.problem
      other.data.spectrum = .measured(
        .listing(coefficients.map { SpectrumMode(eigenvalue: 1, weight: 1, power: $0 * $0 / power) }))
      try expectSame(drawn, other)
      other.data.spectrum = .powerLaw(PowerLaw(eigenvalueDecay: 0, signalDecay: drawn.random.between(0, 2)))
      try expectSame(drawn, other)
    }
  }

  /// Equation (1.9): a schedule is a list of factors, and the march never looks ahead.
  @Test("a schedule is its list of factors; cut short, the list gives the first rows, bit by bit")
  func schedules() throws {
    for var drawn in GeneratedProblem.some(Self.problems) {
      let steps = try #require(drawn.problem.time.steps)
      let whole = try solve(drawn.problem).curve
      let schedule = drawn.problem.optimizer.schedule
      let factors = (0..<steps).map { schedule.factor(step: $0, total: steps) }
      drawn.problem.optimizer.schedule = .multipliers(factors)
      #expect(try solve(drawn.problem).curve == whole, "\(drawn)")

      let first = drawn.random.whole(1...steps - 1)
      drawn.problem.optimizer.schedule = .multipliers(Array(factors.prefix(first)))
      drawn.problem.time.kind = .discrete(steps: first)
      let part = try solve(drawn.problem).curve
      #expect(part.times == Array(whole.times.prefix(first + 1)), "\(drawn)")
      #expect(part.testLoss == Array(whole.testLoss.prefix(first + 1)), "\(drawn)")
      #expect(part.trainLoss == Array(whole.trainLoss.prefix(first + 1)), "\(drawn)")
    }
  }

  /// Without a momentum nothing moves at a step of rate zero: the same samples (or none) give the same losses again.
  @Test("a schedule cut in two by a step of rate zero goes on as if nothing had been")
  func pause() throws {
    for var drawn in GeneratedProblem.some(Self.problems) {
      let steps = try #require(drawn.problem.time.steps)
      drawn.problem.optimizer.momentum = .none
      let schedule = drawn.problem.optimizer.schedule
      let factors = (0..<steps).map { schedule.factor(step: $0, total: steps) }
      let place = drawn.random.whole(0...steps)
      var other = drawn.problem
      other.time.kind = .discrete(steps: steps + 1)
      other.optimizer.schedule = .multipliers(factors[..<place] + [0] + factors[place...])
      let (one, two) = (try solve(drawn.problem).curve, try solve(other).curve)
      let unit = Double(one.steps.count) * .ulpOfOne
      for (before, after) in [(one.testLoss, two.testLoss), (one.trainLoss, two.trainLoss)] {
        let expected = Array(before[...place] + before[place...])
        #expect(after.distance(from: expected) <= 100 * unit, "pause at step \(place), \(drawn)")
      }
    }
  }

  /// Table (3.13): the noise of a batch, and of fresh samples, is proportional to 1/α, and so is R - I.
  @Test("ever more samples tend to the population at the rate 1/α", arguments: [true, false])
  func manySamples(isBatch: Bool) throws {
    for var drawn in GeneratedProblem.some(Self.problems) {
      drawn.problem.data.sampling = .population
      let population = try solve(drawn.problem).curve.testLoss
      let distances = try [1e5, 1e6].map { ratio in
        let samples = DataModel.SampleSize.ratio(ratio)
        drawn.problem.data.sampling = isBatch ? .batch(samples) : .onePass(samples)
        return try solve(drawn.problem).curve.testLoss.distance(from: population)
      }
      #expect(distances[1] > 0, "\(drawn)")
      #expect(abs(distances[0] / distances[1] - 10) <= 0.1, "\(distances), \(drawn)")
    }
  }

  private func expectSame(
    _ drawn: GeneratedProblem, _ other: TrainingProblem, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (one, two) = (try solve(drawn.problem).curve, try solve(other).curve)
    let unit = Double(one.steps.count) * .ulpOfOne
    #expect(
      two.testLoss.distance(from: one.testLoss) <= 100 * unit, "\(drawn)", sourceLocation: sourceLocation)
    #expect(
      two.trainLoss.distance(from: one.trainLoss) <= 100 * unit, "\(drawn)", sourceLocation: sourceLocation)
  }
}

extension MeasuredSpectrum {
  /// A spectrum as of a table, given mode by mode; all weigh the same.
  static func listing(_ modes: [SpectrumMode]) -> MeasuredSpectrum {
    MeasuredSpectrum(
      eigenvalues: modes.map(\.eigenvalue), targetCoefficients: modes.map { $0.power.squareRoot() },
      residualVariance: 0, inputFactor: 1, targetShift: 0, targetScale: 1, rows: 100, columns: modes.count)
  }
}

extension [Double] {
  /// Largest difference from a multiple of another list, relative to that list's largest number; infinite where lengths
  /// differ or something is no number.
  func distance(from other: [Double], times factor: Double = 1) -> Double {
    guard count == other.count, (self + other).allSatisfy(\.isFinite) else { return .infinity }
    let scale = other.map { abs(factor * $0) }.max() ?? 0
    let difference = zip(self, other).map { abs($0 - factor * $1) }.max() ?? 0
    return difference == 0 ? 0 : difference / scale
  }
}
