import Fixtures
import Foundation
import LinearAlgebra
import Problems
import Testing

@testable import MeanField

/// The bias of a table's own fit, removed: equation (7.10).
@Suite("Correction of a table's fit")
struct FitCorrectionTests {
  private static func corrected(_ file: String) throws -> TrainingProblem {
    try loadProblem(file: file, overrides: ["data.fitCorrection=true"])
  }

  private struct NotMeasured: Error {}

  /// Reference values from a separate program, to four digits.
  @Test(
    "digits and diabetes at step 99, test and train",
    arguments: [("configs/digits.yaml", 0.3844, 0.3161), ("configs/diabetes.yaml", 0.5174, 0.4804)])
  func reference(file: String, test: Double, train: Double) throws {
    let curve = try solve(Self.corrected(file)).curve
    #expect(abs(curve.testLoss[99] - test) <= 0.00005001, "\(curve.testLoss[99])")
    #expect(abs(curve.trainLoss[99] - train) <= 0.00005001, "\(curve.trainLoss[99])")
  }

  /// Some modes of the digits have less power than noise alone would give them.
  @Test("masses may be negative, and their compression keeps the losses")
  func negativeMasses() throws {
    let problem = try Self.corrected("configs/digits.yaml")
    let measures = SpectralMeasures(problem)
    #expect(measures.signal.weights.contains { $0 < 0 } && measures.signal.weights.contains { $0 > 0 })
    let rule = try measures.compressed(for: problem)
    #expect(rule.signal.count < measures.signal.count)
    let (all, few) = (
      try Solver(problem, blockLength: 1, compressing: false).solve().curve, try solve(problem).curve
    )
    for (exact, short) in zip(all.testLoss + all.trainLoss, few.testLoss + few.trainLoss) {
      #expect(abs(short - exact) <= 1e-7 * exact)
    }
  }

  @Test("what is corrected: the noise by n/(n - D - 1), the total power by D/n of it")
  func sums() throws {
    let problem = try loadProblem(file: "configs/diabetes.yaml")
    guard case .measured(let fitted) = problem.data.spectrum else { throw NotMeasured() }
    let corrected = fitted.correctingFit()
    #expect(abs(corrected.noiseVariance / fitted.noiseVariance - 442.0 / 431) < 1e-14)
    #expect(fitted.noiseVariance == fitted.residualVariance && corrected.residualVariance == fitted.residualVariance)
    let power = { (measured: MeasuredSpectrum) in
      measured.eigenvalues.indices.reduce(0) { $0 + measured.eigenvalues[$1] * measured.targetPower($1) / 10 }
    }
    #expect(abs(power(fitted) + fitted.noiseVariance - 1) < 1e-12)
    #expect(abs(power(fitted) - power(corrected) - 10.0 / 442 * corrected.noiseVariance) < 1e-14)
    #expect(corrected.targetPowers.map { $0[0][0] } == corrected.eigenvalues.indices.map(corrected.targetPower))
  }

  /// Ten digits at width 64, step 10, to the digits of the reference (theory-notes/14).
  @Test("several outputs: powers and noise of ten digits are corrected as matrices")
  func severalOutputs() throws {
    let problem = try loadProblem(
      file: "configs/digits10.yaml",
      overrides: ["data.fitCorrection=true", "training.steps=20", "data.outputCoupling=decoupled"])
    guard case .measured(let measured) = problem.data.spectrum else { throw NotMeasured() }
    let outputs = try #require(problem.data.outputs)
    #expect(outputs.noiseCovariance == measured.noiseCovariance)
    let signal = OutputSignal(problem.data, outputs)
    let total = signal.masses.reduce(0) { $0 + $1.trace }
    let share = 61.0 / 1797
    #expect(abs(total - (10 - measured.residualVariance - share * measured.noiseVariance)) < 1e-10)
    // The decoupled approximation is within 8e-4 of the exact solution, whose reference is 5.776 at step 10 and 4.890 at step 20.
    let test = try solve(problem).curve.testLoss
    #expect(abs(test[10] - 5.776) < 0.0051 && abs(test[20] - 4.890) < 0.0044, "\(test[10]), \(test[20])")
  }
}
