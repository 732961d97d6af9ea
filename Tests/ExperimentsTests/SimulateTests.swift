import Configurations
import Experiments
import FiniteWidth
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

  @Test func lossesOfEachOutput() throws {
    var several = problem
    several.data.outputs = OutputModel(
      targetCovariance: [[1, 0.5], [0.5, 2]], noiseCovariance: [[0.1, 0], [0, 0.2]])
    let report = try report(Simulate(several, replicas: 5)).report
    let ensemble = try trainedEnsemble(several, replicas: 5)
    #expect(report.columns("outputs") == "step,output,test_loss,train_loss,test_loss_se,train_loss_se")
    let (test, errors) = (report.numbers("outputs", "test_loss"), report.numbers("outputs", "test_loss_se"))
    let second = ensemble.means { $0.outputs?.testLoss[1] ?? [] }
    #expect(test.count == 26 && test[2 * 7 + 1] == second[7].value && errors[2 * 7 + 1] == second[7].standardError)
    let sums = report.numbers("curves", "test_loss")
    for step in 0...12 { #expect(abs(test[2 * step] + test[2 * step + 1] - sums[step]) < 1e-12) }
    #expect(report.columns("curves").hasSuffix(",replicas,r_squared"))
    #expect(try self.report(Simulate(problem, replicas: 2)).report.tables.allSatisfy { $0.name != "outputs" })
  }

  @Test func accuracyOfClasses() throws {
    let configuration = try Configuration.load(
      file: nil,
      overrides: [
        "data.file=configs/data/digits10.csv", "data.target=digit", "data.targets=oneHot", "data.samples=600",
        "network.width=40", "training.steps=12", "training.learningRate=0.02",
      ], workingDirectory: packageRoot.path, refusals: Simulator.refusals)
    let table = try #require(try configuration.preparedRows())
    let report = try report(Simulate(configuration.problem, rows: table, replicas: 3)).report
    let ensemble = try trainedEnsemble(configuration.problem, replicas: 3, table: table)
    let expected = ensemble.means { $0.outputs?.testAccuracy ?? [] }
    #expect(
      report.columns("curves").hasSuffix(
        ",replicas,test_accuracy,train_accuracy,test_accuracy_se,train_accuracy_se,r_squared"))
    #expect(report.numbers("curves", "test_accuracy") == expected.map(\.value))
    #expect(report.numbers("curves", "test_accuracy_se") == expected.map(\.standardError))
    #expect(expected[0].value < 0.3 && expected[12].value > 0.6)
    #expect(report.findings[1].hasPrefix("accuracy ") && report.findings[1].hasSuffix(" % on those that are"))
    #expect(report.figures.contains { $0.name == "accuracy" && $0.panels.count == 1 })
    #expect(report.numbers("outputs", "test_loss").count == 130)
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
