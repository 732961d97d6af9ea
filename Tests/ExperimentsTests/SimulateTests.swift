import Experiments
import Fixtures
import JSON
import Problems
@testable import Reports
import Testing

@Suite struct SimulateTests {
  private let problem = makeProblem(layers: 3, width: .units(40), dimension: 32, noise: 0.2, steps: 12)

  @Test func meansAreThoseOfTheNetworks() throws {
    let report = try report(Simulate(problem, replicas: 6)).report
    let ensemble = try trainedEnsemble(problem, replicas: 6)
    let means = ensemble.means(\.testLoss)
    #expect(report.columns("curves") == "step,time,test_loss,train_loss,test_loss_se,train_loss_se,replicas,r_squared")
    #expect(report.numbers("curves", "test_loss") == means.map(\.value))
    #expect(report.numbers("curves", "test_loss_se") == means.map(\.standardError))
    #expect(report.columns("layers") == "step,layer,forward,backward,forward_se,backward_se")
    let forward = report.numbers("layers", "forward")
    #expect(forward.count == 13 * 4 && forward[5] == ensemble.means { $0.forward[1] }[1].value)
    #expect(report.numbers("layers", "backward")[0].isNaN)
    #expect(report.status == "completed" && report.answer == nil)
    #expect(report.findings.count == 1 && report.findings[0].hasSuffix("after 12 steps (mean of 6 networks)"))
  }

  @Test func workersDoNotChangeTheResult() throws {
    let experiment = try Simulate(problem, replicas: 5, measuresCorrelations: true)
    func run(_ workers: Int) throws -> [[Double]] {
      let finished = try experiment.run(in: RunContext(workers: workers))
      return [finished.result.curve.testLoss] + (try finished.arrays.map { try $0.values() })
    }
    #expect(try run(1) == run(3))
  }

  @Test func bandsAreTwoStandardErrors() throws {
    let report = try report(Simulate(problem, replicas: 4)).report
    let loss = try #require(report.figures.first { $0.name == "loss" })
    guard case .curves(let series) = loss.panels[0].content else { return #expect(Bool(false)) }
    let (means, errors) = (report.numbers("curves", "test_loss"), report.numbers("curves", "test_loss_se"))
    #expect(series[0].points.map(\.high) == zip(means, errors).map { $0 + 2 * $1 })
    let alone = try self.report(Simulate(problem, replicas: 1)).report
    #expect(alone.numbers("curves", "test_loss_se").allSatisfy { $0.isNaN })
    #expect(alone.figures[0].caption == "One network has no band." && alone.findings[0].hasSuffix("(one network)"))
  }

  private func report(_ experiment: Simulate) throws -> (result: TrainedNetworks, report: Report) {
    try ExperimentsTests.report(experiment)
  }

  @Test func divergedNetworksAreCounted() throws {
    var wild = problem
    wild.optimizer.learningRate = 20
    let report = try report(Simulate(wild, replicas: 3)).report
    #expect(report.status == "diverged" && report.details["diverged_replicas"] == .integer(3))
    #expect(report.details["networks"] == .integer(3) && report.findings[0].hasPrefix("3 of 3 networks diverged"))
  }

  @Test func refusesWhatHasNoFiniteNetwork() {
    var wide = problem
    wide.architecture.width = .infinite
    #expect(refusal { _ = try Simulate(wide) }.contains("use a finite network.width"))
    var flow = problem
    flow.time = TimeGrid(.flow(horizon: 1))
    #expect(refusal { _ = try Simulate(flow) }.contains("training.time=discrete"))
    let huge = makeProblem(width: .units(10_000_000), dimension: 10_000_000)
    let words = refusal { try Simulate(huge).estimate(workers: 2).refuseBeyondMemory() }
    #expect(words.contains("use a smaller network.width or data.inputDimension"))
  }
}
