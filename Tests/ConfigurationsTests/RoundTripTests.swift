import Fixtures
import Foundation
import Problems
import Testing

@testable import Configurations
@testable import Files

@Suite struct RoundTripTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  static let problems: [[String]] = [
    [],
    ["network.width=infinite", "network.initScale=[1, 0.1, 3e-7]", "training.momentum=0.3"],
    ["network.widthRatio=0.1", "network.parameterization=standard", "training.sgdRate=0.3"],
    ["network.residual=true", "network.depth=infinite", "network.layerRates=[1, 0, 2]"],
    ["data.sampleRatio=0.7", "training.mode=onePass"],
    ["training.mode=onePass", "data.samples=17"],
    ["training.mode=population", "training.time=flow", "training.horizon=12.5"],
    ["data.spectrum={eigenvalueDecay: 1.2, signalDecay: 1.5}", "data.noise=0.1"],
    ["data.spectrum={eigenvalueDecay: 1, signalDecay: 2, scale: top}", "data.inputDimension=1e12"],
    ["training.schedule={warmupSteps: 5, decay: cosine, finalFraction: 1e-3}"],
    ["training.schedule={multipliers: [1, 0.5, 1e-22]}", "training.steps=3"],
    [
      "training.weightDecay=1e-5", "training.decoupled=true", "training.nesterov=true",
      "training.momentum=0.9",
    ],
    ["training.steps=20000", "training.time=panels", "training.tolerance=1e-9"],
    ["simulation.seed=9007199254740993", "simulation.replicas=3", "validation.tolerance=0.5"],
  ]

  @Test(arguments: problems)
  func resolvedTextLoadsAgain(overrides: [String]) throws {
    let first = try load(nil, overrides)
    try scratch.write(first.yaml(), to: "again.yaml")
    let second = try load("again.yaml", [])
    #expect(second.problem == first.problem)
    #expect(second.simulation == first.simulation)
    #expect(second.hash() == first.hash())
    #expect(second.yaml() == first.yaml())
    #expect(second.json() == first.json())
  }

  @Test func differentProblemsHaveDifferentHashes() throws {
    let hashes = try Self.problems.map { try load(nil, $0).hash() }
    #expect(Set(hashes).count == hashes.count)
    #expect(hashes.allSatisfy { $0.count == 64 })
  }

  @Test func spellingAndOriginDoNotCount() throws {
    let spellings = [
      "network: {width: 64, initScale: 1}\ntraining: {steps: 10}\n",
      "# a comment\ntraining:\n  steps: 1e1\nnetwork:\n  initScale: [1, 1.0, 1e0]\n  width: 64\n",
      "network: {width: 64, hiddenLayers: 2}\ntraining: {steps: 10, schedule: {decay: constant}}\n",
      "network: {width: 64}\ntraining: {steps: 10, nesterov: false, samplesPerStep: 3}\n",
    ]
    let hashes = try spellings.enumerated().map { index, text in
      try scratch.write(text, to: "\(index)/x.yaml")
      return try load("\(index)/x.yaml", []).hash()
    }
    #expect(Set(hashes).count == 1)
    #expect(try load(nil, ["network.width=64", "training.steps=10"]).hash() == hashes[0])
    #expect(try load(nil, ["network.width=65", "training.steps=10"]).hash() != hashes[0])
  }

  @Test func digestIsSHA256() {
    #expect(
      sha256("abc".utf8) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      sha256([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test(arguments: [
    "a b", "1", "true", "#x", "é: \"\\", "tab\there", "plain", "/a-b.c", "~", "ünì",
  ])
  func textsReadBackEqual(text: String) throws {
    let node = try #require(try YAMLText(Value.text(text).yaml).root)
    #expect(try Schema.key("data.target")?.decode(node) == .text(text))
  }

  @Test(arguments: [0.1, 1e-6, 1e300, .leastNonzeroMagnitude, -0.0, 12345678.9, 1e16, 1.0 / 3])
  func numbersReadBackEqual(number: Double) throws {
    let node = try #require(try YAMLText(Value.number(number).yaml).root)
    guard case .scalar(let scalar) = node else { Issue.record("no scalar"); return }
    #expect(Double(scalar.string)?.bitPattern == number.bitPattern)
    #expect(scalar.string.contains("."))
  }

  private func load(_ file: String?, _ overrides: [String]) throws -> Configuration {
    try Configuration.load(
      file: file, overrides: overrides, workingDirectory: scratch.path)
  }
}
