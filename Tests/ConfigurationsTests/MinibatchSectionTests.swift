import Fixtures
import Problems
import Testing

@testable import Configurations

@Suite("Keys of minibatches")
struct MinibatchSectionTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func load(_ words: [String]) throws -> Configuration {
    try Configuration.load(file: nil, overrides: words, workingDirectory: scratch.path)
  }

  private func sampling(_ words: String...) throws -> DataModel.Sampling {
    try load(["training.mode=minibatch", "training.samplesPerStep=100"] + words).problem.data.sampling
  }

  @Test("size, way to draw, and whether a rest is left out")
  func keys() throws {
    #expect(
      try sampling() == .minibatch(.count(512), Minibatches(samplesPerStep: .count(100), shuffle: .epochs)))
    #expect(
      try sampling("training.shuffle=fixed", "training.dropLast=true", "data.samples=250")
        == .minibatch(.count(250), Minibatches(samplesPerStep: .count(100), shuffle: .fixed, dropsLast: true)))
    #expect(
      try sampling("training.shuffle=replacement", "data.sampleRatio=3")
        == .minibatch(.ratio(3), Minibatches(samplesPerStep: .count(100), shuffle: .replacement)))
  }

  @Test(
    "epochs are steps",
    arguments: [
      ([], 18), (["training.dropLast=true"], 15), (["data.samples=300"], 9),
      (["training.shuffle=independent"], 18), (["data.sampleRatio=2"], 18),
    ])
  func epochs(_ words: [String], steps: Int) throws {
    let loaded = try load(["training.mode=minibatch", "training.samplesPerStep=100", "training.epochs=3"] + words)
    #expect(loaded.problem.time.steps == steps)
    // The same run as the number of steps itself.
    let stepped = try load(
      ["training.mode=minibatch", "training.samplesPerStep=100", "training.steps=\(steps)"] + words)
    #expect(loaded.hash() == stepped.hash())
  }

  @Test(
    "what makes no batches is refused",
    arguments: [
      (["training.mode=minibatch"], "training.mode=minibatch needs training.samplesPerStep"),
      (["training.mode=minibatch", "training.samplesPerStep=0"], "training.samplesPerStep must be at least 1, got 0"),
      (["training.mode=minibatch", "training.samplesPerStep=600"], "exceeds the training set of 512"),
      (["training.shuffle=fixed"], "training.shuffle is for training.mode=minibatch, and the mode is batch"),
      (["training.mode=onePass", "training.dropLast=true"], "training.dropLast is for training.mode=minibatch"),
      (["training.epochs=3"], "training.epochs is for training.mode=minibatch"),
      (
        ["training.mode=minibatch", "training.samplesPerStep=64", "training.epochs=2", "training.steps=3"],
        "given together with"
      ),
      (
        [
          "training.mode=minibatch", "training.samplesPerStep=64", "training.shuffle=independent",
          "training.dropLast=true",
        ], "no batch is left over"
      ),
      (
        ["training.mode=minibatch", "training.samplesPerStep=1", "training.epochs=1000000000000"],
        "are more than 1e12 steps"
      ),
    ])
  func refusals(_ words: [String], message: String) throws {
    let mistakes = scratch.problems(nil, words).map(\.description)
    #expect(mistakes.count == 1 && mistakes[0].contains(message), "\(mistakes)")
  }
}
