import Committee
import Experiments
import Foundation
import JSON
import Testing

@Suite("The experiment of a committee machine")
struct CommitteeMachineTests {
  private var problem: CommitteeProblem {
    CommitteeProblem(
      activation: .erfScaled, overlaps: .regular(studentUnits: 2, teacherUnits: 2, norm: 0.25, alignment: 0.1),
      learningRate: 0.5, noise: 0.1)
  }

  @Test("a library runs it in a line; the result survives its file")
  func library() throws {
    let result = try CommitteeMachine(problem, horizon: 200).run()
    #expect(result.plateaus.count == 1 && result.specialisations.map(\.teacherUnit) == [0, 1])
    let again = try StoredResult.decode(LearnedCommittee.self, from: StoredResult.encode(result))
    #expect(again.curve == result.curve && again.networks == nil)
    let report = CommitteeMachine.report(again, arrays: nil)
    #expect(report.findings.contains { $0.hasPrefix("plateau from time ") })
    #expect(report.findings.contains { $0.hasPrefix("student unit 1 follows teacher unit 1 from time") })
    let curves = try #require(report.tables.first { $0.name == "curves" })
    #expect(curves.csv.hasPrefix("time,test_loss,fall,plateau\n0.0,0.77") && curves.rowCount == 201)
    let overlaps = try #require(report.tables.first { $0.name == "overlaps" })
    #expect(overlaps.csv.hasPrefix("time,q_1_1,q_1_2,q_2_2,r_1_1,r_1_2,r_2_1,r_2_2,v_1,v_2\n0.0,0.25,0.0,0.25,0.1"))
    #expect(report.figures.map(\.name) == ["loss", "overlaps"])
  }

  @Test("networks beside it agree with the theory, and not with another one")
  func networks() throws {
    let networks = CommitteeMachine.Networks(count: 16, dimension: 400, seed: 2, tolerance: 0.2)
    let result = try CommitteeMachine(problem, horizon: 2, networks: networks).run()
    let trained = try #require(result.networks)
    #expect(trained.agreement.verdict == .agrees, "\(trained.agreement.worst.map { "\($0)" } ?? "")")
    #expect(CommitteeMachine.report(result, arrays: nil).answer == .passed)
    let wide = CommitteeMachine.Networks(count: 8, dimension: 60, seed: 2, tolerance: 0.001)
    let small = try CommitteeMachine(problem, horizon: 2, networks: wide).run()
    #expect(small.networks?.agreement.verdict != .agrees)
    let csv = try #require(CommitteeMachine.report(result, arrays: nil).tables.first).csv
    #expect(csv.hasPrefix("time,test_loss,fall,plateau,trained_loss,trained_loss_se,trained_loss_z\n"))
  }

  @Test("rates: what is asked for is found and said")
  func rates() throws {
    let result = try CommitteeMachine(problem, horizon: 20, searchesRates: true).run()
    let rates = try #require(result.rates)
    let report = CommitteeMachine.report(result, arrays: nil)
    #expect(report.findings.contains { $0.hasPrefix("best rate ") })
    #expect(report.findings.contains { $0.hasPrefix("largest stable rate ") })
    #expect(report.details["best_rate"] == .number(try #require(rates.best).rate))
    #expect(report.figures.map(\.name) == ["loss", "overlaps", "rates"])
  }

  @Test("wrong problems are refused with every part")
  func refusals() {
    var wrong = problem
    wrong.studentReadout = [1]
    let few = CommitteeMachine.Networks(count: 2, dimension: 3)
    do {
      _ = try CommitteeMachine(wrong, horizon: 0, networks: few)
      Issue.record("passes")
    } catch {
      #expect(error.reasons.count == 4, "\(error)")
      #expect(error.reasons.contains { $0.hasPrefix("data.inputDimension: 3 inputs are too few for 4 units") })
    }
  }
}
