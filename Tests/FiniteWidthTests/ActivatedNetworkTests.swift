import Fixtures
import Foundation
import LinearAlgebra
import MeanField
import Parallel
import Problems
import Testing

@testable import FiniteWidth

/// Networks with an activation, trained sample by sample, equation (20.14).
@Suite("Activated networks")
struct ActivatedNetworkTests {
  private static let base = [
    "network.width=24", "network.hiddenLayers=3", "data.inputDimension=12", "data.samples=30",
    "data.noise=0.2",
    "training.steps=15", "training.learningRate=0.05",
  ]

  /// The base with other values.
  private func load(_ overrides: [String]) throws -> TrainingProblem {
    func key(_ word: String) -> String { String(word.prefix { $0 != "=" }) }
    let others = overrides.map(key)
    return try loadProblem(overrides: Self.base.filter { !others.contains(key($0)) } + overrides)
  }

  private func sampleBySample(_ problem: TrainingProblem) throws -> ReplicaCurve {
    let whole = problem.withWholeSizes()
    let sizes = try #require(Sizes(whole))
    let roots = try whole.data.outputs.map { try OutputRoots($0) }
    let key = Simulator.key(0, whole)
    var record = Record(sizes, keepsTwoTimes: false)
    var training = ActivatedTraining(
      whole, sizes, table: nil, modes: Modes(whole.data, roots, seed: 1, replica: key), seed: 1,
      replica: key)
    let rates = whole.optimizer.rates(sizes.steps + 1, scheduleSteps: sizes.steps)
    #expect(training.train(rates, into: &record, stop: StopSignal()) == false)
    return record.network(diverged: false, whole.data).curve
  }

  @Test(
    "a linear activation is the linear network of the same seed",
    arguments: [
      [], ["training.momentum=0.8"], ["training.momentum=0.8", "training.nesterov=true"],
      ["training.weightDecay=0.1"],
      ["training.weightDecay=0.1", "training.momentum=0.5", "training.nesterov=true"],
      ["training.weightDecay=0.1", "training.decoupled=true"],
      ["network.residual=true", "network.branchScale=0.7"],
      ["network.parameterization=NTK", "network.richness=0.5"],
      ["network.parameterization=standard"],
      ["network.initScale=[1.2, 0.8, 1, 0.5]", "network.layerRates=[1, 2, 0.5, 1]"],
      ["network.width=[40, 16, 24]"],
      ["data.outputs=2"], ["training.mode=minibatch", "training.samplesPerStep=8"],
      ["data.spectrum.eigenvalueDecay=1", "data.spectrum.signalDecay=1.3"],
      ["training.loss=logistic", "data.labels=sign"],
      ["training.loss=huber", "training.mode=onePass", "training.samplesPerStep=20"],
      ["training.loss=squaredHinge", "data.labels=sign", "training.mode=minibatch", "training.samplesPerStep=8"],
    ])
  func linear(_ overrides: [String]) throws {
    let problem = try load(overrides)
    let expected = try #require(try Simulator(problem, table: nil, seed: 1).train(replica: 0)).curve
    let found = try sampleBySample(problem)
    #expect(found.count == 16 && expected.count == 16)
    func close(_ one: [Double], _ other: [Double], _ name: String) {
      #expect(
        one.count == other.count
          && zip(one, other).allSatisfy { abs($0 - $1) <= 1e-9 * max(abs($1), 1e-3) }, "\(name)")
    }
    close(found.trainLoss, expected.trainLoss, "train")
    if let batch = expected.batchLoss { close(found.batchLoss ?? [], batch, "batch") }
    for layer in found.forward.indices {
      close(found.forward[layer], expected.forward[layer], "forward \(layer)")
    }
    if problem.data.outputCount == 1 {
      for layer in found.backward.indices {
        close(found.backward[layer], expected.backward[layer], "backward \(layer)")
      }
    }
    // Measured on samples here, and exactly there.
    #expect(abs(found.testLoss[15] / expected.testLoss[15] - 1) <= 0.2)
  }

  @Test(
    "with the gain signals start as strong as in the linear network",
    arguments: ActivationFunction.allCases)
  func gain(_ activation: ActivationFunction) throws {
    var problem = try load(["network.width=256", "network.hiddenLayers=2"])
    problem.architecture.activation = activation
    let gain = problem.architecture.startScale[1]
    let kernels = WideKernels(
      problem.architecture, layerRates: problem.architecture.layerRates,
      inputs: DenseMatrix(rows: 1, columns: 4, [1, -1, 1, 1]))
    #expect(abs(kernels.nngp[0, 0] - 1) <= 1e-12)
    #expect(activation == .linear ? gain == 1 : gain > 1)
  }

  @Test(
    "a network of an activation learns, by every mode that has samples",
    arguments: ["batch", "onePass", "minibatch"])
  func modes(_ mode: String) throws {
    let problem = try load(
      ["training.mode=\(mode)", "training.learningRate=0.02"]
        + (mode == "batch" ? [] : ["training.samplesPerStep=10"]))
    for activation in ActivationFunction.allCases where activation != .linear {
      var own = problem
      own.architecture.activation = activation
      let curve = try #require(try Simulator(own, table: nil, seed: 1).train(replica: 0)).curve
      #expect(curve.count == 16 && curve.testLoss[15] < curve.testLoss[0], "\(activation)")
    }
  }

  @Test("the gradient of a population is refused by name")
  func population() throws {
    var problem = try load(["training.mode=population"])
    #expect(Simulator.refusals(problem).isEmpty)
    problem.architecture.activation = .tanh
    #expect(Simulator.refusals(problem).map(\.key) == ["training.mode"])
  }

  /// Networks scatter through their function at the start: each is compared with the theory that starts from its own.
  @Test("lazy networks approach their theory as 1/N, compared from their own start")
  func lazy() throws {
    let gaps = try [32, 64, 128].map { width in
      let problem = try LazyEnsemble.problem(
        "network.width=\(width)", "network.activation=relu", "network.parameterization=NTK",
        "network.initScale=1.4142135623730951")
      return try LazyEnsemble(problem, replicas: 400).gap
    }
    // Mean squares, which fall as 1/N; 400 networks leave some tenths of them to chance.
    #expect(gaps[0] > gaps[1] && gaps[1] > gaps[2], "\(gaps)")
    #expect(gaps[0] / gaps[2] > 2.5 && gaps[0] / gaps[2] < 6, "\(gaps)")
  }
}

/// Lazy networks on few given rows, and their theory from the function that each begins with.
struct LazyEnsemble {
  /// Mean squared relative difference of the train loss at the last step.
  let gap: Double

  static func problem(_ overrides: String...) throws -> TrainingProblem {
    var problem = try loadProblem(
      overrides: [
        "data.file=configs/data/diabetes.csv", "data.target=progression", "data.standardize=zscore",
        "data.trainFraction=0.06", "network.regime=lazy", "network.hiddenLayers=1",
        "training.steps=10",
        "training.learningRate=0.02",
      ] + overrides)
    problem.architecture.regime = .lazy
    return problem
  }

  init(_ problem: TrainingProblem, replicas: Int) throws {
    let simulator = try Simulator(problem, table: nil, seed: 3)
    let solution = try Solver(problem).solve()
    let starts = try #require(try WideStarts(solution))
    let steps = try #require(problem.time.steps)
    var gaps: [Double] = []
    for replica in 0..<replicas {
      let start = simulator.startOutputs(replica: replica)
      let theory = starts.losses(startOutputs: start).trainSum
      let network = try #require(simulator.train(replica: replica)).curve
      #expect(abs(theory[0] - network.trainLoss[0]) <= 1e-10 * network.trainLoss[0])
      // What is compared differs from the mean theory as the network does from its own.
      let paired = starts.paired(network, startOutputs: start)
      let difference = paired.trainLoss[steps] - solution.curve.trainLoss[steps]
      #expect(abs(difference - (network.trainLoss[steps] - theory[steps])) <= 1e-12)
      gaps.append(network.trainLoss[steps] / theory[steps] - 1)
    }
    gap = gaps.reduce(0) { $0 + $1 * $1 } / Double(replicas)
  }
}
