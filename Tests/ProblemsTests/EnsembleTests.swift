import Testing

@testable import Problems

@Suite("Ensemble")
struct EnsembleTests {
  private func curve(_ losses: [Double]) -> ReplicaCurve {
    ReplicaCurve(testLoss: losses, trainLoss: losses.map { $0 / 2 }, forward: [losses], backward: [])
  }

  @Test("means, errors and numbers at each step; diverged networks drop out")
  func means() {
    let ensemble = Ensemble(times: [0, 1, 2, 3], replicas: [curve([1, 2, 3]), curve([3, 4]), curve([5])])
    #expect(ensemble.count == 3 && ensemble.diverged == 3 && ensemble.firstDivergence == 1)
    let means = ensemble.means(\.testLoss)
    #expect(means.map(\.value) == [3, 3, 3])
    #expect(means.map(\.replicas) == [3, 2, 1])
    #expect(abs(means[0].standardError - (8.0 / 6).squareRoot()) < 1e-15)
    #expect(means[1].standardError == 1 && means[2].standardError.isNaN)
    #expect(ensemble.meanCurve.times == [0, 1, 2] && ensemble.meanCurve.trainLoss == [1.5, 1.5, 1.5])
  }

  @Test("without a divergence there is no first one")
  func complete() {
    let ensemble = Ensemble(times: [0, 1], replicas: [curve([1, 2])])
    #expect(ensemble.diverged == 0 && ensemble.firstDivergence == nil)
  }
}

@Suite("Whole sizes")
struct WholeSizesTests {
  private func problem(
    _ width: Architecture.Width, _ sampling: DataModel.Sampling, dimension: Int = 100
  ) -> TrainingProblem {
    TrainingProblem(
      architecture: Architecture(hiddenLayers: 2, width: width), parameterization: Parameterization(.muP),
      data: DataModel(inputDimension: dimension, sampling: sampling), optimizer: LinearOptimizer(learningRate: 0.1),
      time: TimeGrid(.discrete(steps: 3)))
  }

  @Test("ratios are rounded, never to zero; whole numbers stay")
  func rounding() {
    let ratios = problem(.ratio(0.333), .batch(.ratio(1e-5))).withWholeSizes()
    #expect(ratios.architecture.width == .units(33) && ratios.data.sampling == .batch(.count(1)))
    for units in [1, 7, 99, 1023] {
      let whole = problem(.units(units), .onePass(.count(units)), dimension: 97)
      #expect(whole.withWholeSizes() == whole)
    }
    let infinite = problem(.infinite, .population)
    #expect(infinite.withWholeSizes() == infinite)
    #expect(problem(.ratio(1e300), .population).withWholeSizes().architecture.width == .units(1 << 53))
  }

  @Test("another dimension takes width and samples along")
  func scaling() {
    let scaled = problem(.units(50), .batch(.count(300))).withWholeSizes(dimension: 64)
    #expect(scaled.data.inputDimension == 64)
    #expect(scaled.architecture.width == .units(32) && scaled.data.sampling == .batch(.count(192)))
  }
}
