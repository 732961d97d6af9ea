import Fixtures
import Problems
import Testing

@testable import Configurations

@Suite("Keys of losses and labels")
struct LossSectionTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func load(_ words: [String]) throws -> Configuration {
    try Configuration.load(file: nil, overrides: words, workingDirectory: scratch.path)
  }

  @Test("loss, labels and their numbers")
  func keys() throws {
    #expect(try load([]).problem.lossRule == nil)
    #expect(try load(["training.loss=squared", "data.labels=linear"]).hash() == load([]).hash())
    #expect(
      try load(["training.loss=logistic", "data.labels=sign"]).problem.lossRule == LossRule(.logistic, labels: .sign))
    #expect(
      try load(["training.loss=huber", "training.huberDelta=0.7"]).problem.lossRule
        == LossRule(.huber(0.7), labels: .linear))
    #expect(
      try load(["training.loss=squaredHinge", "data.labels=mixture", "data.separation=2"]).problem.lossRule
        == LossRule(.squaredHinge, labels: .mixture(separation: 2)))
    #expect(
      try load([
        "training.loss=logcosh", "data.labels=logistic", "data.labelSlope=3", "training.samplePaths=1024",
        "training.sampleSeed=7",
      ]).problem.lossRule == LossRule(.logcosh, labels: .logistic(slope: 3), paths: 1024, seed: 7))
  }

  @Test(
    "what does not go together is refused",
    arguments: [
      (["training.loss=logistic"], "training.loss=logistic is of labels -1 and 1, and data.labels is linear"),
      (["training.huberDelta=1"], "training.huberDelta is for training.loss=huber, and it is squared"),
      (["data.labels=sign", "data.labelSlope=1"], "data.labelSlope is for data.labels=logistic, and it is sign"),
      (["data.labels=sign", "data.separation=1"], "data.separation is for data.labels=mixture, and it is sign"),
      (["data.labels=mixture", "data.noise=0.1"], "data.noise has no meaning with data.labels=mixture"),
      (["training.samplePaths=1000"], "training.samplePaths is for a training set under a loss other than squared"),
      (
        ["training.loss=logistic", "data.labels=sign", "training.samplePaths=10"],
        "training.samplePaths must be at least 64"
      ),
      (["training.loss=crossEntropy"], "of two classes it is training.loss=logistic (BCEWithLogitsLoss)"),
      (["training.loss=hinge"], "training.loss=squaredHinge"),
    ])
  func refusals(_ words: [String], message: String) throws {
    let mistakes = scratch.problems(nil, words).map(\.description)
    #expect(mistakes.count == 1 && mistakes[0].contains(message), "\(mistakes)")
  }

  @Test("several mistakes are found at once")
  func atOnce() throws {
    let mistakes = scratch.problems(
      nil, ["training.loss=logistic", "training.huberDelta=1", "data.labelSlope=2", "data.separation=1"])
    #expect(mistakes.count == 4)
  }
}
