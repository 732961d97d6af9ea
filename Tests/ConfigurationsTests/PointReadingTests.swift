import Fixtures
import Foundation
import Problems
import Testing

@testable import Configurations

@Suite("Points of a family, and the same configurations alone")
struct PointReadingTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Axes whose keys decide what other keys mean, or whether they have an effect.
  static let families = [
    ["training.learningRate=0.01,0.02", "network.width=16,infinite,32"],
    ["training.sgdRate=0.1,0.2", "network.width=16,32", "network.parameterization=muP,standard"],
    ["training.steps=100,20000,5", "training.time=panels"],
    ["training.mode=minibatch", "training.samplesPerStep=8,16", "training.epochs=2,3", "data.samples=32,48"],
    ["training.mode=batch,onePass,population", "data.sampleRatio=1,2"],
    ["network.width=[8,16],[16,16],24", "network.initScale=1,[1,2,1]"],
    ["network.residual=false,true", "network.hiddenLayers=1,2,5", "network.branchScale=0.5,2"],
    ["data.spectrum.eigenvalueDecay=1.1,1.5", "data.spectrum.signalDecay=1.2", "data.inputDimension=64,128"],
    ["training.clipNorm=0.1,0.2", "network.width=16,32"], ["training.optimizer=sgd,muon,lars"],
    ["zip(data.inputDimension=16,32,data.samples=32,64)", "data.noise=0,0.5"],
    ["training.schedule.warmupSteps=0,5", "training.schedule.decay=constant,cosine", "training.steps=10,20"],
    ["data.outputs=2,3", "data.noise=0.1,0.2"],
    ["reduce.size=3,4", "training.momentum=0,0.9"],
  ]

  @Test(
    "each point is what the configuration alone is: problem, hash, every value with its origin", arguments: families)
  func alone(_ words: [String]) throws {
    try scratch.write(
      "network: {richness: 0.7}\nsimulation: {replicas: 4}\nlayers: {activation: relu}\n", to: "base.yaml")
    let plan = try scratch.plan("base.yaml", words)
    #expect(plan.points.count > 1)
    for point in plan.points {
      let given = Set(plan.columns)
      let others = words.filter { word in !word.hasPrefix("zip(") && !given.contains(String(word.prefix { $0 != "=" }))
      }
      let own = zip(plan.columns, point.labels).map { "\($0)=\($1)" }
      let alone = try Configuration.load(
        file: "base.yaml", overrides: others + own, workingDirectory: scratch.path)
      #expect(point.configuration.problem == alone.problem)
      #expect(point.configuration.hash() == alone.hash())
      #expect(point.configuration.values == alone.values, "\(own)")
      #expect(point.configuration.yaml() == alone.yaml())
    }
  }

  @Test("repetitions have seeds of their own, and hashes that differ where seeds count")
  func repetitions() throws {
    let plan = try scratch.plan(nil, ["network.width=8,16", "repeat=2"])
    let seeds = plan.points.map(\.configuration.simulation.seed)
    #expect(seeds == [1, 2, 1, 2])
    var hash = ConfigurationHash()
    let hashes = plan.points.map { hash.hash($0.configuration) }
    #expect(Set(hashes).count == 4 && hashes == plan.points.map { $0.configuration.hash() })
  }
}
