import Problems
import Fixtures
import LinearAlgebra
import RealModule
import Testing

@testable import MeanField

@Suite("Losses of compressed spectra")
struct CompressedLossesTests {
  /// One problem, with the rate as a share of the lazy edge and the masses that it may take.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    var problem: TrainingProblem
    let masses: Int
    var testDescription: String { name }

    init(
      _ name: String, _ spectrum: Spectrum, share: Double, masses: Int, layers: Int = 2,
      width: Architecture.Width = .ratio(1), richness: Double = 1, noise: Double = 0.1,
      sampling: DataModel.Sampling = .batch(.ratio(2)), momentum: LinearOptimizer.Momentum = .none, steps: Int = 100
    ) {
      self.name = name
      self.masses = masses
      problem = makeProblem(
        layers: layers, width: width, richness: richness, spectrum: spectrum, dimension: 120, noise: noise,
        sampling: sampling, optimizer: LinearOptimizer(learningRate: 1, momentum: momentum), steps: steps)
      let top = SpectralMeasures(problem).signal.points.max() ?? 1
      problem.optimizer.learningRate = 2 * share / (top * Double(layers + 1))
    }
  }

  /// Eigenvalues dense at both ends, as of a sample covariance: the hardest to resolve at the edge of stability.
  private static let bulk: Spectrum = {
    let eigenvalues = (0..<120).map { 1 + 0.95 * Double.cos(.pi * (Double($0) + 0.5) / 120) }
    return .measured(
      MeasuredSpectrum(
        eigenvalues: eigenvalues, targetCoefficients: eigenvalues.map { _ in 1 }, residualVariance: 0,
        inputFactor: 1, targetShift: 0, targetScale: 1, rows: 1000, columns: 120))
  }()

  private static func law(_ eigenvalues: Double, _ signal: Double) -> Spectrum {
    .powerLaw(PowerLaw(eigenvalueDecay: eigenvalues, signalDecay: signal))
  }

  static let cases = [
    Case("three layers", law(1.2, 1.5), share: 0.5, masses: 14, layers: 3, noise: 0.3, steps: 150),
    Case("steep", law(2, 1.5), share: 1.4, masses: 12),
    Case(
      "nothing but the target left", law(0.7, 1.3), share: 0.5, masses: 14, noise: 0, sampling: .population),
    Case(
      "narrow and beyond the lazy edge", law(1.2, 1.5), share: 1.4, masses: 14, width: .ratio(0.25), richness: 0.5,
      noise: 0),
    Case("few samples", law(1.2, 1.5), share: 0.5, masses: 14, richness: 2, sampling: .batch(.ratio(0.3))),
    Case("bulk at the edge", bulk, share: 0.5, masses: 22, sampling: .onePass(.ratio(1))),
    Case("heavy ball", law(1.2, 1.5), share: 0.2, masses: 45, layers: 3, momentum: .heavyBall(0.9)),
    Case("Nesterov", law(0.7, 1.3), share: 0.2, masses: 30, momentum: .nesterov(0.9)),
  ]

  @Test("differ by less than 1e-7 from those with every eigenvalue, on few masses", .slow(.long), arguments: cases)
  func exact(given: Case) throws {
    let compressed = try Solver(given.problem).solve()
    let whole = try Solver(given.problem, blockLength: 1, compressing: false).solve()
    #expect(compressed.compression.isCompressed)
    let masses = compressed.compression.fluctuationMasses
    #expect(masses <= given.masses, "\(masses) masses")
    try #require(compressed.curve.testLoss.count == given.problem.time.steps.map { $0 + 1 })
    let losses = zip(
      compressed.curve.testLoss + compressed.curve.trainLoss, whole.curve.testLoss + whole.curve.trainLoss)
    let error = try #require(losses.map { abs($0 - $1) / $1 }.max())
    let reported = try #require(compressed.compression.measuredError)
    #expect(error < 1e-7, "\(masses) masses, reported \(reported)")
    #expect(error < 100 * reported + 1e-11, "\(masses) masses, reported \(reported)")
  }

  @Test("a thousand eigenvalues at 200 steps take a dozen masses", arguments: [0.7, 1.2, 1.5, 2])
  func count(decay: Double) throws {
    let problem = makeProblem(
      layers: 3, spectrum: Self.law(decay, 1.5), dimension: 1000, optimizer: LinearOptimizer(learningRate: 1e-4),
      steps: 200)
    #expect(try Solver(problem).compression.fluctuationMasses <= 15)
  }

  @Test(
    "the relaxation scale (7.7) rises, begins at 0 and leads back to every digit of an eigenvalue",
    arguments: [true, false])
  func scale(alternates: Bool) {
    let scale = RelaxationScale(top: 3, offset: 1e-3, alternates: alternates)
    #expect(scale.place(0) == 0 && scale.eigenvalue(0) == 0)
    var last = 0.0
    for exponent in stride(from: -20.0, through: 0, by: 0.25) {
      let eigenvalue = 3 * Double.exp10(exponent)
      let place = scale.place(eigenvalue)
      #expect(place > last)
      #expect(abs(scale.eigenvalue(place) - eigenvalue) < 1e-12 * eigenvalue)
      last = place
    }
    // Symmetric about the middle where modes alternate.
    guard alternates else { return }
    #expect(abs(scale.place(1.5) - scale.place(3) / 2) < 1e-12)
    #expect(abs(scale.place(0.3) + scale.place(2.7) - scale.place(3)) < 1e-12)
  }

  @Test("the relaxations of (7.8) and the swings of (7.9) are what they say")
  func functions() {
    let measure = DiscreteMeasure(points: [0.5, 1.9], weights: [2, 3])
    let plain = TestFunctions(top: 2, steps: 100, reach: 100)
    #expect(plain.times.first == 1 && plain.times.last == 256 && plain.rates == [2])
    #expect(plain.steps == [1, 2, 4, 8, 16, 32, 64, 128, 256, 3, 6, 12, 24, 48, 96, 192])
    let sums = plain.integrals(measure)
    for (index, time) in plain.times.enumerated() {
      #expect(abs(sums[index] - 2 * Double.exp(-time / 4) - 3 * Double.exp(-time * 0.95)) < 1e-14)
    }
    for (index, power) in plain.steps.enumerated() {
      let expected = 2 * Double.pow(0.5, power) + 3 * Double.pow(-0.9, power)
      #expect(abs(sums[plain.times.count + index] - expected) < 1e-13)
    }
    #expect(TestFunctions(top: 2, steps: nil, reach: 100).rates.isEmpty)
  }

  @Test("the swings of (7.9) follow the optimizer's own recurrence", arguments: [false, true])
  func swings(isNesterov: Bool) {
    let share = 0.8
    let functions = TestFunctions(
      top: 1, steps: 8, reach: 8, momentum: isNesterov ? .nesterov(share) : .heavyBall(share))
    #expect(abs(functions.rates[0] - (isNesterov ? 3.6 / 2.6 : 3.6)) < 1e-14 && functions.rates.count > 3)
    let point = 0.7
    let sums = functions.integrals(DiscreteMeasure(points: [point], weights: [1]))
    for (place, rate) in functions.rates.enumerated() {
      // Weight and velocity, once over; the trace of the powers of this map is the sum of the powers of its eigenvalues.
      func step(_ state: (weight: Double, velocity: Double)) -> (weight: Double, velocity: Double) {
        let gradient = -rate * point * state.weight
        let velocity = share * state.velocity + gradient
        return (state.weight + (isNesterov ? share * velocity + gradient : velocity), velocity)
      }
      for (index, count) in functions.steps.enumerated() {
        var (first, second) = ((weight: 1.0, velocity: 0.0), (weight: 0.0, velocity: 1.0))
        for _ in 0..<count { (first, second) = (step(first), step(second)) }
        let found = sums[functions.times.count + place * functions.steps.count + index]
        #expect(abs(found - first.weight - second.velocity) < 1e-12)
      }
    }
  }
}
