import DeepLinear
import LinearAlgebra
import RealModule
import Testing

@testable import MeanField

@Suite("Spectral measures")
struct SpectralMeasuresTests {
  private func measures(_ scale: PowerLaw.Scale, dimension: Int) -> SpectralMeasures {
    SpectralMeasures(
      DataModel(
        spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 1.2, signalDecay: 1.5, scale: scale)),
        inputDimension: dimension, sampling: .population))
  }

  @Test("scale mean, equation (7.1): mean eigenvalue 1, mean signal power 1, the powers of k")
  func mean() {
    let found = measures(.mean, dimension: 40)
    #expect(abs(found.fluctuation.total - 1) < 1e-14 && abs(found.signal.total - 1) < 1e-14)
    #expect(abs(found.fluctuation.points.reduce(0, +) / 40 - 1) < 1e-14)
    #expect(abs(found.signal.points[7] / found.signal.points[0] - .pow(8, -1.2)) < 1e-15)
    #expect(abs(found.signal.weights[7] / found.signal.weights[0] - .pow(8, -1.5)) < 1e-15)
    #expect(abs(found.fluctuation.weights[2] - found.fluctuation.points[2] / 40) < 1e-16)
  }

  @Test("scale top, equation (7.2): largest eigenvalue 1, weights 1, sums instead of means")
  func top() {
    let found = measures(.top, dimension: 40)
    #expect(found.fluctuation.points[0] == 1)
    #expect(found.fluctuation.weights == found.fluctuation.points)
    #expect(abs(found.signal.total - 1) < 1e-14)
  }

  /// Initial loss by hand: signal 1, noise, and the random predictor Σ λ_k / (γ0² N).
  @Test("a finite width under scale top starts with the predictor's trace")
  func initialPredictor() throws {
    let problem = makeProblem(
      width: .units(5), richness: 2,
      spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 1.2, signalDecay: 1.5, scale: .top)),
      dimension: 3, noise: 0.5, sampling: .batch(.count(9)), steps: 1)
    let trace = 1 + Double.pow(2, -1.2) + Double.pow(3, -1.2)
    let expected = 1 + 0.25 + trace / (4 * 5)
    #expect(abs(try solve(problem).curve.testLoss[0] - expected) < 1e-14)
  }
}
