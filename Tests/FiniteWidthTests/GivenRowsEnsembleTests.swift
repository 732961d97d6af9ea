import FiniteWidth
import Fixtures
import Foundation
import MeanField
import Problems
import Testing

/// Networks trained on the very rows of an exact split.
@Suite("Networks on given rows", .serialized)
struct GivenRowsEnsembleTests {
  /// Train loss within 2 % (its bias is about .2/N of the loss per unit of N) and four standard errors, as the records ask.
  @Test("networks on 300 rows of diabetes follow the theory")
  func diabetes() throws {
    let problem = try loadSplit(
      "diabetes300", target: "progression", "data.standardize=zscore", "network.width=64", "training.learningRate=0.02",
      "training.steps=30")
    let ensemble = try trainedEnsemble(problem, replicas: 256, seed: 11)
    let curve = try solve(problem).curve
    for (means, theory) in [
      (ensemble.means(\.testLoss), curve.testLoss), (ensemble.means(\.trainLoss), curve.trainLoss),
    ] {
      #expect(means.count == 31 && theory.count == 31)
      for (step, mean) in means.enumerated() {
        let allowed = max(4 * mean.standardError, 0.02 * theory[step])
        #expect(abs(mean.value - theory[step]) <= allowed, "step \(step): \(mean.value) against \(theory[step])")
      }
    }
  }

  @Test("every network has the same rows; classes have accuracies on both sides that the theory expects")
  func classes() throws {
    let problem = try loadProblem(overrides: [
      "data.file=configs/data/digits10.csv", "data.trainFraction=0.2", "data.target=digit", "data.targets=oneHot",
      "network.width=64", "training.learningRate=0.01", "training.steps=12",
    ])
    let ensemble = try trainedEnsemble(problem, replicas: 48, seed: 3)
    let solution = try solve(problem)
    let accuracy = try #require(solution.accuracyOfGivenRows())
    let test = ensemble.means { $0.outputs?.testAccuracy ?? [] }
    let train = ensemble.means { $0.outputs?.trainAccuracy ?? [] }
    for step in [4, 8, 12] {
      #expect(abs(test[step].value - accuracy.test[step]) <= 0.01 + 4 * test[step].standardError)
      #expect(abs(train[step].value - accuracy.train[step]) <= 0.01 + 4 * train[step].standardError)
      let loss = ensemble.means(\.testLoss)[step]
      #expect(abs(loss.value / solution.curve.testLoss[step] - 1) <= 0.03)
    }
    #expect(accuracy.train[12] > accuracy.test[12])
  }

  @Test(
    "networks on batches of given rows follow the theory, batch losses too",
    arguments: ["fixed", "independent", "epochs"])
  func batches(shuffle: String) throws {
    let problem = try loadSplit(
      "diabetes300", target: "progression", "data.standardize=zscore", "network.width=64", "training.learningRate=0.03",
      "training.steps=24", "training.mode=minibatch", "training.samplesPerStep=40", "training.shuffle=\(shuffle)")
    let ensemble = try trainedEnsemble(problem, replicas: 256, seed: 5)
    let curve = try solve(problem).curve
    let batch = (try #require(ensemble.batchMeans), try #require(curve.batchLoss))
    for (means, theory) in [
      (ensemble.means(\.testLoss), curve.testLoss), (ensemble.means(\.trainLoss), curve.trainLoss), batch,
    ] {
      #expect(means.count == 25 && theory.count == 25)
      for (step, mean) in means.enumerated() {
        let allowed = max(4 * mean.standardError, 0.02 * theory[step])
        #expect(abs(mean.value - theory[step]) <= allowed, "step \(step): \(mean.value) against \(theory[step])")
      }
    }
  }
}
