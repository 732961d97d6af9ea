import Experiments
import FiniteWidth
import Foundation
import Problems
import Testing

@Suite("layers as a value")
struct LayersTests {
  private static func problem(_ time: TimeGrid.Kind = .discrete(steps: 20), hiddenLayers: Int = 2, rate: Double = 0.05)
    -> TrainingProblem
  {
    TrainingProblem(
      architecture: Architecture(hiddenLayers: hiddenLayers, width: .units(12)),
      parameterization: Parameterization(.muP),
      data: DataModel(inputDimension: 8, sampling: .batch(.count(24))),
      optimizer: LinearOptimizer(learningRate: rate), time: TimeGrid(time))
  }

  @Test("linear: theory beside the networks, and a stored result says the same")
  func linear() throws {
    let result = try Layers(Self.problem(), replicas: 3).run()
    #expect(result.own.steps == Array(0...20) && result.theory?.layers.count == 3)
    let report = Layers.report(result, arrays: nil)
    #expect(report.status == "completed")
    #expect(report.tables.compactMap(\.fileName) == ["curves.csv", "growth.csv", "conserved.csv"])
    #expect(
      report.tables[0].csv.hasPrefix(
        "step,time,test_loss,train_loss,test_loss_se,train_loss_se,test_loss_theory,train_loss_theory\n0,0.0,"))
    #expect(report.findings.contains { $0.hasPrefix("conserved matrices, linear: drift ") })
    let data = try StoredResult.encode(result)
    let stored = try #require(try ExperimentCatalogue.report("layers", data, arrays: nil))
    #expect(stored.tables == report.tables && stored.findings == report.findings && stored.figures == report.figures)
  }

  @Test("relu: gates, and the law of the diagonals survives where that of the matrices does not")
  func relu() throws {
    let result = try Layers(Self.problem(), activation: .relu, replicas: 3).run()
    #expect(result.networks.map(\.activation) == [.relu, .linear, .frozenGates] && result.theory == nil)
    func ratio(_ place: Int, _ value: (LayerDynamics.Drift) -> Double) -> Double {
      value(result.networks[place].drifts[0]) / value(result.networks[place].drifts[1])
    }
    #expect(abs(ratio(0) { $0.largest.diagonal } - 4) < 0.6 && abs(ratio(1) { $0.largest.matrix } - 4) < 0.6)
    #expect(abs(ratio(0) { $0.largest.matrix } - 1) < 0.05)
    let gates = try #require(result.gates)
    #expect(gates.deviationBefore < 1e-13 && gates.flipped.count == 21)
    #expect(result.networks[2].trainLoss[0].value == result.own.trainLoss[0].value)
    #expect(result.networks[2].phases == nil && result.networks[2].drifts.count == 1)
  }

  @Test("a balanced start on white samples under flow is the mode that is predicted")
  func balanced() throws {
    let problem = Self.problem(.flow(horizon: 25), hiddenLayers: 1)
    let result = try Layers(problem, start: .balanced(share: 1e-4), isWhitened: true, replicas: 3).run()
    let (mode, phases) = (try #require(result.mode), try #require(result.own.phases))
    #expect(abs(phases.halfTime / mode.halfTime - 1) < 0.005 && phases.hasPlateau)
    #expect(result.own.drifts.count == 1 && result.own.drifts[0].largest.matrix < 1e-8)
    #expect(
      Layers.report(result, arrays: nil).findings.last?.hasPrefix("no theory to compare with: the start is bal") == true
    )
  }

  @Test("networks that diverge are a result; a run on its plateau says so")
  func endings() throws {
    let diverged = Layers.report(try Layers(Self.problem(rate: 40), replicas: 2).run(), arrays: nil)
    #expect(diverged.status == "diverged" && diverged.findings[0].contains("diverged at step"))
    #expect(diverged.details["diverged_at_step"] != nil)
    let slow = try Layers(Self.problem(hiddenLayers: 6, rate: 1e-6), replicas: 2).run()
    #expect(Layers.report(slow, arrays: nil).findings[0].contains("the run ends on its plateau"))
  }

  @Test("what has no layers to follow is refused with a way out")
  func refused() {
    let residual = Result { try Layers(Self.problem().residual()) }
    #expect(throws: ExperimentFailure.self) { try residual.get() }
    var few = Self.problem()
    few.data.sampling = .batch(.count(4))
    #expect(throws: ExperimentFailure.self) { try Layers(few, isWhitened: true) }
  }
}

extension TrainingProblem {
  fileprivate func residual() -> TrainingProblem {
    var problem = self
    problem.architecture.connection = .residual(branchScale: 1)
    return problem
  }
}
