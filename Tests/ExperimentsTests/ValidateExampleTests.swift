import Configurations
import Experiments
import Fixtures
import Foundation
import Reports
import Testing
import Validation

/// The configurations that come with the program, theory against networks.
@Suite(.slow(.statistical)) struct ValidateExampleTests {
  /// Every example that a network can be trained for. The power laws are too large for a test or have no finite
  /// network: `scripts/validate-examples` runs the one that has.
  static let examples = [
    "bottleneck", "clipping", "cosine", "decoupled-decay", "diabetes", "digits", "layers", "lazy", "linear-decay",
    "logistic",
    "momentum",
    "minibatch", "multipliers", "muon", "nesterov",
    "ntk", "one-pass", "outputs", "population", "residual", "spectra", "split", "standard", "weight-decay",
    "width-ratio",
  ]

  private func verdict(_ name: String, _ overrides: String...) throws -> ValidatedTheory {
    let configuration = try Configuration.load(
      file: "configs/\(name).yaml", overrides: overrides, workingDirectory: packageRoot.path,
      refusals: Validate.refusals)
    return try Validate(
      configuration.problem, rows: configuration.preparedRows(), replicas: configuration.simulation.replicas,
      seed: configuration.simulation.seed, tolerance: configuration.validationTolerance
    ).run()
  }

  @Test(arguments: examples)
  func noneDisagrees(name: String) throws {
    #expect(try verdict(name, "simulation.replicas=32").verdict != .disagrees)
  }

  /// `scripts/validate-examples` does this for the others too.
  @Test(arguments: ["bottleneck", "diabetes", "multipliers", "population", "width-ratio"])
  func agreeWithAsManyNetworksAsTheyAskFor(name: String) throws {
    let result = try verdict(name)
    #expect(result.verdict == .agrees && result.wantedReplicas == nil)
  }

  @Test func areHereOrInfiniteOrInTheScriptForLargeOnes() throws {
    let folder = packageRoot.appendingPathComponent("configs")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
    let others = Set(names.map { String($0.dropLast(5)) }).subtracting(Self.examples)
    #expect(
      others == [
        "digits10", "flow", "infinite-depth", "infinite-width", "million-steps", "power-law", "power-law-flow",
        "power-law-top",
      ])
  }

  @Test(arguments: [0.3, 0], [100, 4])
  func anotherRateNeverAgrees(noise: Double, steps: Int) throws {
    let problem = makeProblem(width: .units(128), dimension: 128, noise: noise, steps: steps)
    var other = problem
    other.optimizer.learningRate = 0.065
    let theory = Validate.OtherTheory(other, changes: ["training.learningRate=0.065"])
    #expect(try Validate(problem, theory: theory, replicas: 64).run().verdict != .agrees)
  }
}
