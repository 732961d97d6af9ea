import Fixtures
import Problems
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

  /// Equation (7.2) by rescaling: the sums of scale top are the means of a spectrum D times as large whose network is √D
  /// times as rich and D times as wide and slow.
  @Test("training under scale top is training under means, rescaled", arguments: [0, 1, 2])
  func rescaled(mode: Int) throws {
    let dimension = 6
    let size = Double(dimension)
    let samplings: [(DataModel.Sampling, DataModel.Sampling)] = [
      (.batch(.count(9)), .batch(.ratio(9 / size))), (.onePass(.count(5)), .onePass(.ratio(5 / size))),
      (.population, .population),
    ]
    let top = makeProblem(
      width: .units(4), richness: 0.8,
      spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 1.2, signalDecay: 1.5, scale: .top)),
      dimension: dimension, noise: 0.3, sampling: samplings[mode].0,
      optimizer: LinearOptimizer(learningRate: 0.1), steps: 25)
    let found = measures(.top, dimension: dimension)
    let spectrum = MeasuredSpectrum(
      eigenvalues: found.signal.points.map { size * $0 },
      targetCoefficients: zip(found.signal.weights, found.signal.points).map { ($0 / $1).squareRoot() },
      residualVariance: 0.09, inputFactor: 1, targetShift: 0, targetScale: 1, rows: 100, columns: dimension)
    let means = makeProblem(
      width: .ratio(4 / size), richness: 0.8 * size.squareRoot(), spectrum: .measured(spectrum), dimension: dimension,
      noise: 0.3, sampling: samplings[mode].1, optimizer: LinearOptimizer(learningRate: 0.1 / size), steps: 25)
    let (one, other) = (try solve(top).curve, try solve(means).curve)
    #expect(one.testLoss.count == 26 && other.testLoss.count == 26)
    #expect(one.testLoss[25] < 0.8 * one.testLoss[0])
    for step in 0...25 {
      #expect(abs(one.testLoss[step] - other.testLoss[step]) < 1e-12)
      #expect(abs(one.trainLoss[step] - other.trainLoss[step]) < 1e-12)
    }
  }
}
