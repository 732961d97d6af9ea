import Fixtures
import Problems
import LinearAlgebra
import RealModule
import Testing

@testable import MeanField

@Suite("Spectral compression")
struct CompressionTests {
  static let problems: [TrainingProblem] = [
    powerLaw(0.7, 1.3, rate: 0.002, .batch(.ratio(1))),
    powerLaw(1.2, 1.5, rate: 0.0004, .batch(.ratio(2))),
    powerLaw(0.2, 0.5, rate: 0.02, .onePass(.ratio(1))),
    powerLaw(1.0, 1.5, rate: 0.0005, .population),
  ]

  private static func powerLaw(
    _ eigenvalues: Double, _ signal: Double, rate: Double, _ sampling: DataModel.Sampling
  ) -> TrainingProblem {
    makeProblem(
      spectrum: .powerLaw(PowerLaw(eigenvalueDecay: eigenvalues, signalDecay: signal)),
      dimension: 1000, noise: 0.2, sampling: sampling,
      optimizer: LinearOptimizer(learningRate: rate), steps: 40)
  }

  @Test(
    "few masses give the curve of a thousand eigenvalues, and the reported error is honest", .slow(.long),
    arguments: problems)
  func honest(problem: TrainingProblem) throws {
    let compressed = try Solver(problem).solve()
    let whole = try Solver(problem, blockLength: 1, compressing: false).solve()
    #expect(compressed.compression.eigenvalues == 1000)
    #expect(compressed.curve.steps == whole.curve.steps && whole.curve.steps.count == 41)
    #expect(compressed.compression.fluctuationMasses <= 16)
    let reported = try #require(compressed.compression.measuredError)
    let losses = zip(
      compressed.curve.testLoss + compressed.curve.trainLoss,
      whole.curve.testLoss + whole.curve.trainLoss)
    let error = try #require(losses.map { abs($0 - $1) / $1 }.max())
    #expect(error < 1e-7)
    // The report is of first order; rounding of a thousand modes leaves some 1e-12.
    #expect(error < 10 * reported + 1e-11)
    #expect(whole.compression.measuredError == 0)
  }

  @Test("a coarse rule is reported as coarse", .slow(.long))
  func coarse() throws {
    let problem = Self.problems[3]
    let measures = SpectralMeasures(problem)
    let coarse = SpectralMeasures(
      fluctuation: try SpectralCompression(tolerance: 0.05, steps: 40, reach: 40)
        .compress(measures.fluctuation),
      signal: try SpectralCompression(tolerance: 0.05, steps: 40, reach: 40).compress(measures.signal))
    func run(_ spectrum: SpectralMeasures) -> MeanFieldEquations<PlainChain> {
      var equations = MeanFieldEquations<PlainChain>(
        problem, spectrum: spectrum,
        kernels: OptimizerKernels(problem.optimizer, scheduleSteps: 40, steps: 40), chain: PlainChain.init)
      _ = March().run(&equations)
      return equations
    }
    let equations = run(coarse)
    let exact = run(measures).testLoss
    let error = zip(equations.testLoss, exact).map { abs($0 - $1) / $1 }.max() ?? 0
    let reported =
      CompressedSpectra(measures, rule: coarse).measured(equations).measuredError ?? 0
    #expect(error > 1e-6)
    #expect(reported > error / 10 && reported < 100 * error)
  }

  @Test("cost does not grow with D")
  func growth() throws {
    let masses = try [1_000, 100_000, 1_000_000].map { dimension in
      var problem = Self.problems[1]
      problem.data.inputDimension = dimension
      return try Solver(problem).compression.fluctuationMasses
    }
    #expect(masses[2] <= masses[0] + 2)
  }

  @Test("the integrated tail sums like the enumerated one")
  func tail() {
    let dimension = 200_000
    let indices = ModeIndices(dimension: dimension)
    for exponent in [0.7, 1.0, 1.5] {
      func power(_ k: Double) -> Double { Double.pow(k, -exponent) }
      let exact = (1...dimension).reduce(0.0) { $0 + power(Double($1)) }
      let quick = zip(indices.index, indices.multiplicity).reduce(0.0) {
        $0 + $1.1 * power($1.0)
      }
      #expect(abs(quick - exact) < 1e-10 * exact)
    }
    #expect(indices.index.count < 8192 + 100)
    let total = indices.multiplicity.reduce(0, +)
    #expect(abs(total - Double(dimension)) < 1e-6)
  }

  @Test("trace-class spectra of 1e12 modes solve at once")
  func traceClass() throws {
    let problem = makeProblem(
      width: .infinite,
      spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 1.5, signalDecay: 1.6, scale: .top)),
      dimension: 1_000_000_000_000, sampling: .population,
      optimizer: LinearOptimizer(learningRate: 0.1), steps: 50)
    let solution = try solve(problem)
    #expect(abs(solution.curve.testLoss[0] - 1) < 1e-12)
    #expect(solution.curve.testLoss[50] < 0.5)
    #expect(try #require(solution.compression.measuredError) < 1e-9)
  }

  @Test("the measured error stays small however many modes the tail has")
  func hugeTail() throws {
    let problem = makeProblem(
      spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 1.5, signalDecay: 1.6, scale: .top)),
      dimension: 1_000_000_000_000, sampling: .batch(.count(512)),
      optimizer: LinearOptimizer(learningRate: 0.02), steps: 30)
    #expect(try #require(solve(problem).compression.measuredError) < 1e-8)
  }
}
