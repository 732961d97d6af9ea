import Experiments
import FiniteWidth
import Fixtures
import Foundation
import Problems
import RealModule
import Tables
import Testing
import Validation

/// Bands in which one network lies, section 23.
@Suite("The band of one network")
struct ForecastTests {
  private func last(_ numbers: [Double?]) -> Double { (numbers.last ?? nil) ?? .nan }

  private let problem = makeProblem(width: .units(24), dimension: 24, noise: 0.3, steps: 10)

  @Test("bands are those of the networks, whichever of them were trained before")
  func bands() throws {
    let result = try Forecast(problem, effort: .networks(20), seed: 4).run()
    let simulator = try Simulator(problem.withWholeSizes(), table: nil, seed: 4)
    let curves = try (0..<20).map { try #require(simulator.train(replica: $0)).curve }
    for (loss, values) in zip(result.losses, [curves.map(\.testLoss), curves.map(\.trainLoss)]) {
      let band = PredictionBand([values.map { Double.log($0[10]) }], level: 0.9)
      #expect(abs(last(loss.low) - .exp(band.points[0].low)) <= 1e-12, "\(loss.name)")
      #expect(abs(last(loss.high) - .exp(band.points[0].high)) <= 1e-12, "\(loss.name)")
      for row in result.steps.indices.dropFirst() {
        let (low, joint) = (loss.low[row] ?? .nan, loss.jointLow[row] ?? .nan)
        #expect(joint < low, "\(loss.name) \(row)")
      }
    }
    // A budget that 39 networks do not use up.
    let whole = try Forecast(problem, effort: .budget(seconds: 60), seed: 4).run()
    let named = try Forecast(problem, effort: .networks(39), seed: 4).run()
    #expect(whole.networks == 39 && whole.losses[0].high == named.losses[0].high)
    let again = try StoredResult.decode(Forecasted.self, from: StoredResult.encode(result))
    let report = Forecast.report(again, arrays: nil)
    #expect(report.findings[0].hasPrefix("one network ends in 90 % of cases with a test loss from "))
    #expect(report.findings.contains { $0.hasPrefix("from 20 trained networks of this size; assumes") })
    #expect(report.figures.map(\.name) == ["loss"] && report.tables.count == 2)
  }

  @Test("half of the networks need a narrower band than nine in ten")
  func level() throws {
    func width(_ level: Double) throws -> Double {
      let loss = try Forecast(problem, effort: .networks(20), level: level).run().losses[0]
      return last(loss.high) / last(loss.low)
    }
    #expect(try width(0.5) < width(0.9))
  }

  @Test("networks that take too long: smaller ones stand for them, with less of an offset")
  func smaller() throws {
    let large = makeProblem(width: .ratio(0.5), dimension: 1600, noise: 0.3, steps: 10)
    let result = try Forecast(large, effort: .budget(seconds: 0.4)).run()
    #expect((2...8).contains(result.scale) && result.networks == 39)
    for loss in result.losses {
      let (center, theory) = (last(loss.center), loss.theory.last ?? .nan)
      #expect(abs(center / theory - 1) <= 0.1, "\(loss.name)")
      #expect(last(loss.low) < center && center < last(loss.high), "\(loss.name)")
    }
    let few = #expect(throws: ExperimentFailure.self) { try Forecast(large, effort: .budget(seconds: 1e-5)).run() }
    #expect(few?.reasons.first?.contains("8 networks of this size take about") == true, "\(few?.reasons ?? [])")
  }

  @Test("a log narrows the band of the rest, and one of another problem is found out")
  func log() throws {
    let simulator = try Simulator(problem.withWholeSizes(), table: nil, seed: 77)
    let curve = try #require(simulator.train(replica: 0)).curve
    let path = FileManager.default.temporaryDirectory.path + "/forecast-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    func log(_ factor: Double, steps: Int) throws -> TrainingLog {
      let rows = (0...steps).map { "\($0),\(factor * curve.testLoss[$0]),\(factor * curve.trainLoss[$0])" }
      let text = (["step,test_loss,train_loss"] + rows).joined(separator: "\n") + "\n"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      return try TrainingLog(path)
    }
    let plain = try Forecast(problem, effort: .networks(39)).run()
    let result = try Forecast(problem, effort: .networks(39), log: try log(1, steps: 6)).run()
    #expect(result.steps == [7, 8, 9, 10] && result.log?.outside == nil)
    for (narrow, wide) in zip(result.losses, plain.losses) {
      func width(_ loss: Forecasted.Loss) -> Double { last(loss.high) / last(loss.low) }
      #expect(Double.log(width(narrow)) < 0.7 * .log(width(wide)), "\(narrow.name)")
    }
    let other = try Forecast(problem, effort: .networks(39), log: try log(4, steps: 6)).run()
    #expect(other.log?.outside?.step == 0)
    #expect(Forecast.report(other, arrays: nil).findings.contains { $0.contains("a training of another problem") })
    let ended = #expect(throws: ExperimentFailure.self) {
      try Forecast(problem, effort: .networks(39), log: try log(1, steps: 10)).run()
    }
    #expect(ended?.reasons.first?.contains("it reaches the last step") == true)
  }

  @Test("what has no band is refused, with all reasons")
  func refusals() throws {
    var fast = problem
    fast.optimizer.learningRate = 30
    let diverging = #expect(throws: ExperimentFailure.self) { try Forecast(fast, effort: .networks(8)).run() }
    #expect(diverging?.reasons.first?.contains("the theory ends at step") == true)
    let wrong = #expect(throws: ExperimentFailure.self) {
      try Forecast(problem, effort: .budget(seconds: .nan), level: 2)
    }
    #expect(wrong?.reasons.count == 2)
    var flow = problem
    flow.time = TimeGrid(.flow(horizon: 3))
    #expect(throws: ExperimentFailure.self) { try Forecast(flow) }
  }
}
