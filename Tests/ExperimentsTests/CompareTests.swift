import Experiments
import Fixtures
import JSON
import Problems
@testable import Reports
import Tables
import Testing

@Suite struct CompareTests {
  private let problem = makeProblem(width: .units(48), dimension: 48, noise: 0.3, steps: 20)
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func log(_ header: String, _ rows: [String]) throws -> TrainingLog {
    try scratch.write(([header] + rows).joined(separator: "\n") + "\n", to: "log.csv")
    return try TrainingLog(scratch.path + "/log.csv")
  }

  @Test func deviationsOfOneNetwork() throws {
    var longer = problem
    longer.time = TimeGrid(.discrete(steps: 30))
    let network = try trainedEnsemble(longer, replicas: 1).replicas[0]
    let rows = network.testLoss.indices.map { "\($0),\(network.testLoss[$0]),\(network.trainLoss[$0])" }
    let log = try log("step,val_loss,loss", rows)
    let (result, report) = try report(Compare(problem, log: log))
    #expect(report.columns("curves") == "step,time,test_loss,train_loss,test_loss_log,train_loss_log,r_squared")
    #expect(report.numbers("curves", "test_loss_log") == Array(network.testLoss.prefix(21)))
    let theory = try solve(problem).curve.trainLoss
    #expect(result.losses[0].comparison.deviations[20] == network.trainLoss[20] / theory[20] - 1)
    #expect(report.findings[0].hasPrefix("train loss: typical deviation"))
    #expect(report.findings.contains { $0.contains("set training.steps=30") })
    #expect(report.inputs == [log.path] && report.details["log_sha256"] == .text(log.sha256))
  }

  /// `loss` is what programs log while they train: that of batches. By epochs it is their mean, and test losses belong to an epoch's end.
  @Test func batchesAndEpochs() throws {
    var minibatches = problem
    minibatches.data.sampling = .minibatch(.count(96), Minibatches(samplesPerStep: .count(40)))
    let curve = try solve(minibatches).curve
    let batch = try #require(curve.batchLoss)
    let bySteps = try log("step,loss,test_loss", batch.indices.map { "\($0),\(batch[$0]),\(curve.testLoss[$0])" })
    let (result, report) = try report(Compare(minibatches, log: bySteps))
    #expect(result.losses.map(\.name) == ["batch", "test"])
    #expect(result.losses.allSatisfy { $0.comparison.typicalDeviation == 0 })
    #expect(
      report.columns("curves")
        == "step,time,test_loss,train_loss,test_loss_log,batch_loss_log,batch_loss,r_squared")
    let named = try log("step,train_loss", curve.trainLoss.indices.map { "\($0),\(curve.trainLoss[$0])" })
    #expect(try ExperimentsTests.report(Compare(minibatches, log: named)).result.losses.map(\.name) == ["train"])
    // Three batches an epoch, of 40, 40 and 16 samples.
    for first in [0, 1] {
      let rows = (0..<6).map { epoch in
        let start = 3 * epoch
        let mean = (40 * batch[start] + 40 * batch[start + 1] + 16 * batch[start + 2]) / 96
        return "\(epoch + first),\(mean),\(curve.testLoss[start + 3])"
      }
      let byEpochs = try log("epoch,loss,val_loss", rows)
      let compare = try Compare(minibatches, log: byEpochs)
      #expect(
        compare.headline[1].contains(
          "loss as batch loss (mean over each epoch), val_loss as test loss, epoch \(first) ends at step 3"))
      let losses = try ExperimentsTests.report(compare).result.losses
      #expect(losses.map(\.name) == ["batch", "test"])
      for loss in losses {
        #expect(loss.comparison.steps == [3, 6, 9, 12, 15, 18])
        #expect(loss.comparison.deviations.allSatisfy { abs($0) < 1e-12 })
      }
    }
    var fresh = problem
    fresh.data.sampling = .onePass(.count(40))
    let epochs = try log("epoch,loss", ["1,2"])
    #expect(refusal { _ = try Compare(fresh, log: epochs) }.contains("the log counts epochs"))
  }

  @Test func dotsAreAllThatWasLogged() throws {
    let log = try log("step,test_loss", stride(from: 1, through: 19, by: 3).map { "\($0),\(1 / Double($0))" })
    let figure = try #require(report(Compare(problem, log: log)).report.figures.first)
    guard case .curves(let series) = figure.panels[0].content else { return #expect(Bool(false)) }
    #expect(series.map(\.label) == ["test, log", "test, theory", "train, theory"])
    #expect(series[0].points.map(\.x) == [1, 4, 7, 10, 13, 16, 19])
  }

  @Test func logOfHalvesIsRecognised() throws {
    let theory = try solve(problem).curve.trainLoss
    let log = try log("step,loss", theory.indices.map { "\($0),\(theory[$0] / 2)" })
    let report = try report(Compare(problem, log: log)).report
    #expect(report.findings.contains { $0.contains("without the factor 1/2") })
  }

  @Test func divergedLogIsComparedUpToItsEnd() throws {
    let log = try log("step,train_loss,test_loss", ["0,2,2", "1,9.1,8.8", "2,4.1e9,4e9", "3,nan,nan"])
    let (result, report) = try report(Compare(problem, log: log))
    #expect(result.losses.map(\.comparison.steps) == [[0, 1, 2], [0, 1, 2]])
    #expect(
      report.findings.contains(
        "the log diverges: test_loss is not finite from step 3 on; it is compared up to there"))
    #expect(report.details["deviations"]?["train_loss"]?["diverged_at_step"] == .integer(3))
  }

  @Test func refusesWhatCannotBeCompared() throws {
    let late = try log("step,loss", ["1000,0.1"])
    #expect(
      refusal { _ = try Compare(problem, log: late).run() }.contains("no loss is logged at any of the theory's steps"))
    var flow = problem
    flow.time = TimeGrid(.flow(horizon: 1))
    #expect(refusal { _ = try Compare(flow, log: late) }.contains("use training.time=discrete"))
  }
}
