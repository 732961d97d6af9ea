import Configurations
import Files
import Foundation
import Problems
import Reports
import RunStore
import Testing

@testable import Experiments

@Suite("Sweeps")
struct SweepTests {
  /// A family of small problems.
  private func sweep(_ words: String..., by methods: [Sweep.Method] = [.theory], keepsCurves: Bool = false) throws
    -> Sweep
  {
    let plan = try Plan.load(
      file: nil, words: words, uses: Sweep.keys(of: methods).includes, workingDirectory: "/",
      refusals: Sweep.refusals(of: methods))
    return Sweep(plan, by: methods, keepsCurves: keepsCurves)
  }

  private func rows(_ table: Table) -> [[String]] {
    table.csv.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  @Test("columns: what varies, how it ended, the last and the best losses; a divergence is data")
  func summary() throws {
    let result = try sweep(
      "training.learningRate=0.02,50", "zip(network.width=16,32,data.inputDimension=16,32)", "data.samples=40",
      "training.steps=20", "repeat=2", "simulation.replicas=3", by: [.theory, .simulation], keepsCurves: true
    ).run()
    #expect(
      result.done == 6 && result.ended == 12 && result.diverged == 6 && result.failed.isEmpty && result.missing == 0)
    let report = Sweep.report(result, arrays: nil)
    #expect(report.findings[0] == "done 6, diverged 6, failed 0, to go 0")
    #expect(report.findings.contains { $0.hasPrefix("smallest test loss at the end (simulation): ") })
    let rows = rows(report.tables[0])
    let names =
      "unit,method,training.learningRate,network.width,data.inputDimension,repeat,status,step,time,test_loss,train_loss,"
      + "test_loss_se,train_loss_se,best_test_loss,best_step,replicas,diverged_replicas,reason,hash"
    #expect(rows[0].joined(separator: ",") == names)
    #expect(rows.count == 13 && rows.allSatisfy { $0.count == rows[0].count })
    #expect(rows[1].prefix(8) == ["0", "theory", "0.02", "16", "16", "", "completed", "20"])
    #expect(rows[2].prefix(8) == ["1", "simulation", "0.02", "16", "16", "0", "completed", "20"] && rows[2][15] == "3")
    #expect(rows[3][5] == "1" && rows[3][9] != rows[2][9])
    #expect(rows[7][6] == "diverged" && rows[8][16] == "3")
    let curves = self.rows(report.tables[1])
    #expect(curves[0] == ["unit", "step", "time", "test_loss", "train_loss", "test_loss_se", "train_loss_se"])
    #expect(curves.count { $0[0] == "0" } == 21 && curves.allSatisfy { $0.count == 7 })
  }

  @Test("a stored result has the same report; without curves it has the same summary")
  func stored() throws {
    let (rates, widths, steps) = ("training.learningRate=0.02,50", "network.width=16,32", "training.steps=20")
    let whole = try sweep(rates, widths, steps, keepsCurves: true).run()
    let short = try sweep(rates, widths, steps).run()
    let again = try StoredResult.decode(SweepResult.self, from: StoredResult.encode(short))
    let (first, second) = (Sweep.report(short, arrays: nil), Sweep.report(again, arrays: nil))
    #expect(first.json(head: [:]).text() == second.json(head: [:]).text() && first.figures == second.figures)
    #expect(whole.summary == short.summary && first.tables.count == 1)
  }

  @Test("a unit that does not fit into memory is listed, and the others are done")
  func failed() throws {
    let sweep = try sweep("training.steps=10,9000000,20")
    let result = try sweep.run()
    #expect(result.done == 2 && result.failed.map(\.unit.index) == [1])
    let report = Sweep.report(result, arrays: nil)
    #expect(
      report.status == "failed units"
        && report.findings[1].hasPrefix("failed: unit 1 (theory 9000000): the theory needs "))
    #expect(report.tables[0].csv.contains("\n1,theory,9000000,failed,,"))
    // It does not count in what is taken here.
    #expect(SweepBudget(sweep).bytes > 1 << 40 && sweep.estimate(workers: 1).bytes < 1 << 30)
  }

  @Test("a unit is named, and a sweep known, by the keys that its methods use")
  func names() throws {
    func theory(_ seed: Int) throws -> Sweep { try sweep("network.width=8,16", "simulation.seed=\(seed)") }
    func both(_ seed: Int) throws -> Sweep {
      try sweep("network.width=8,16", "simulation.seed=\(seed)", by: [.theory, .simulation])
    }
    #expect(try theory(1).units.map(\.name) == theory(2).units.map(\.name))
    #expect(try theory(1).plan.hash() == theory(2).plan.hash())
    #expect(try theory(1).units.map(\.name) == both(1).units.filter { $0.method == .theory }.map(\.name))
    #expect(try both(1).units[1].name != both(2).units[1].name)
    #expect(try both(1).plan.hash() != both(2).plan.hash())
    #expect(try theory(1).options.isEmpty && both(1).options == ["--run both"])
    for word in Sweep.words {
      let methods = try #require(Sweep.methods(word))
      #expect(Sweep.methods(options: try sweep("network.width=8,16", by: methods).options) == methods)
    }
    #expect(Sweep.methods("neither") == nil && Sweep.methods(options: ["--run neither"]) == nil)
  }

  @Test("the theory has nothing to repeat; shards share the units")
  func units() throws {
    let sweep = try sweep("network.width=8,16", "repeat=3", by: [.theory, .simulation])
    #expect(sweep.units.count == 8 && sweep.units.count { $0.method == .theory } == 2)
    #expect(Set(sweep.units.map(\.name)).count == 8)
    #expect((0..<3).flatMap { sweep.shard($0, of: 3) }.map(\.index).sorted() == Array(0..<8))
  }

  @Test("results of units read back as they were kept; other numbers are none")
  func numbers() throws {
    let curve = LearningCurve(steps: [0, 4], times: [0, 0.4], testLoss: [2, 1], trainLoss: [2, 0.5])
    for outcome in [Outcome.completed, .diverged(step: 5), .unsettled(step: 7)] {
      let theory = UnitCurve(outcome: outcome, curve: curve)
      let networks = UnitCurve(
        outcome: outcome, curve: curve, testError: [0, 0.1], trainError: [0, 0.2], networks: 3, divergedNetworks: 1)
      #expect(UnitCurve(numbers: theory.numbers) == theory && UnitCurve(numbers: networks.numbers) == networks)
      #expect(UnitCurve(numbers: networks.numbers.dropLast()) == nil)
    }
    #expect(UnitCurve(numbers: []) == nil && UnitCurve(numbers: [3, 0, 0, 0, 0, 0]) == nil)
    #expect(UnitCurve(numbers: [.nan, 0, 0, 0, 0, 0]) == nil && UnitCurve(numbers: [0, 0, 0, 0, -1, 0]) == nil)
  }

  @Test("units are kept one by one, taken up again, and run again where they are damaged")
  func folder() throws {
    let path = NSTemporaryDirectory() + "sweep-tests-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    let small = ["data.inputDimension=16", "data.samples=32", "training.steps=5"]
    let sweep = try sweep("network.width=8,16", small[0], small[1], small[2])
    let folder = try SweepFolder(claiming: path, sweep: sweep, version: "1")
    #expect(folder.result().missing == 2 && Sweep.report(folder.result(), arrays: nil).status == "unfinished")
    try folder.run(sweep.shard(0, of: 2), in: RunContext())
    #expect(folder.result().done == 1 && sweep.pending(sweep.units, in: folder.units).map(\.index) == [1])
    // The same sweep is read back from the folder.
    let opened = try SweepFolder.open(path, version: "1")
    try opened.run(opened.sweep.units, in: RunContext())
    #expect(try folder.result().summary == sweep.run().summary)
    #expect(folder.result(curves: true).curves.rowCount == 12)
    // Two processes' worth of records; a bit flips in one of them.
    let file = try #require(
      FileManager.default.contentsOfDirectory(atPath: path + "/units").filter { $0.hasSuffix(".units") }.first)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: "\(path)/units/\(file)"))
    bytes[bytes.count - 100] ^= 1
    try bytes.write(to: URL(fileURLWithPath: "\(path)/units/\(file)"))
    #expect(folder.result().missing == 1)
    let other = try self.sweep("network.width=8,32", "training.steps=5")
    #expect(throws: WritingProblem.self) { try SweepFolder(claiming: path, sweep: other, version: "1") }
    try Data("axes: {network.width: [8, 32]}\ntraining: {steps: 5}\n".utf8).write(
      to: URL(fileURLWithPath: path + "/config.yaml"))
    #expect(throws: WritingProblem.self) { try SweepFolder.open(path, version: "1") }
  }

  @Test("a plan has units, packs, hours, bytes and axes")
  func plan() throws {
    let sweep = try sweep(
      "training.learningRate=logspace(2e-3,0.05,20)", "zip(network.width=16,32,data.inputDimension=16,32)", "repeat=2",
      "data.samples=40", by: [.theory, .simulation])
    let budget = SweepBudget(sweep)
    #expect(budget.units == 120 && budget.pending == 120 && budget.refused == 0 && budget.packs == 1)
    #expect(SweepBudget(sweep, packs: 7).packs == 7 && SweepBudget(sweep, packs: 1000).packs == 120)
    #expect(budget.estimate(workers: 1).note.hasPrefix("120 units in 1 pack, "))
    let rows = rows(budget.report(sweep).tables[0])
    #expect(rows.map { $0[0] } == ["axis", "1", "2", "2", "3"])
    #expect(rows[1].prefix(4) == ["1", "training.learningRate", "20", "\"0.002"])
  }
}

@Suite("Figures of sweeps")
struct SweepFigureTests {
  private func result(_ words: String..., by methods: [Sweep.Method] = [.theory]) throws -> SweepResult {
    let plan = try Plan.load(file: nil, words: words, uses: Sweep.keys(of: methods).includes, workingDirectory: "/")
    return try Sweep(plan, by: methods).run()
  }

  private func figure(_ result: SweepResult) throws -> Figure {
    try #require(Sweep.report(result, arrays: nil).figures.first)
  }

  private func series(_ panel: Figure.Panel) -> [Figure.Series] {
    if case .curves(let series) = panel.content { series } else { [] }
  }

  @Test("zipped axes make one line")
  func zipped() throws {
    let figure = try figure(result("zip(network.width=16,32,64,data.samples=32,64,128)", "training.steps=5"))
    #expect(figure.panels.count == 1 && series(figure.panels[0]).map(\.points.count) == [3, 3])
  }

  @Test("of three axes one goes along, one makes lines, one makes panels; words alone make no figure, which is said")
  func panels() throws {
    let figure = try figure(
      result("training.learningRate=0.01,0.02,0.03", "network.width=16,32", "data.noise=0,0.3", "training.steps=5"))
    #expect(figure.panels.map(\.title) == ["theory, noise 0 (lines: width)", "theory, noise 0.3 (lines: width)"])
    #expect(figure.panels.allSatisfy { $0.horizontal.label == "training.learningRate" })
    let verbal = Sweep.report(try result("network.parameterization=muP,NTK", "training.steps=5"), arrays: nil)
    #expect(verbal.figures.isEmpty && verbal.hints.contains { $0.contains("No axis of this sweep has numbers") })
    // Works behind both parameterisations are cited.
    #expect(Set(verbal.citations.map(\.key)).isSuperset(of: ["YangHu2021", "Jacot2018", "BordelonPehlevan2025"]))
  }

  @Test("repeats are averaged, diverged units left out")
  func repeats() throws {
    let result = try result(
      "training.learningRate=0.01,0.02,5", "network.width=16,32", "repeat=2", "training.steps=6",
      "data.inputDimension=16", "data.samples=32", "simulation.replicas=2", by: [.simulation])
    let lines = series(try figure(result).panels[0])
    #expect(lines.count == 4 && lines.allSatisfy { $0.points.map(\.x) == [0.01, 0.02] })
    for point in lines[2].points {
      let own = result.units.filter { Double($0.labels[0]) == point.x && $0.labels[1] == "32" }
      let losses = own.compactMap { $0.state.curve?.curve.testLoss.last }
      #expect(losses.count == 2 && abs(losses.reduce(0, +) / 2 - point.y) < 1e-15)
    }
  }
}
