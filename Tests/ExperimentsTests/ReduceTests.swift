import Experiments
import Foundation
import Parsimony
import Problems
import Testing

@Suite("reduce as a value")
struct ReduceTests {
  private static let training = ChainTraining(
    scales: [0.1, 0.1, 0.1], optimizer: LinearOptimizer(learningRate: 0.2), steps: 60)

  @Test("with the full network: the deviation is the known term, and a stored result says the same")
  func full() throws {
    let result = try Reduce(.random(size: 40, rank: 3), Self.training, trainsFull: true).run()
    #expect(result.isExact && result.width == 6 && result.size == 40)
    let last = try #require(result.rows.last)
    #expect(try #require(last.identityError) < 1e-13)
    #expect(try #require(last.remainderShare) < 1e-13)
    #expect(result.layers.allSatisfy { ($0.angles?.sines.first ?? 1) < 1e-8 })
    #expect((result.speedUp ?? 0) > 0)
    let report = Reduce.report(result, arrays: nil)
    #expect(report.findings[0] == "small network: 6 of 40 directions, target of rank 3")
    #expect(report.findings[1].hasPrefix("the law of parsimony holds"))
    #expect(
      report.tables[0].csv.hasPrefix(
        "step,time,small_loss,predicted_loss,full_loss,known_term,deviation,identity_error"))
    let values = report.tables[1].csv.split(separator: "\n")
    #expect(
      values.count == 1 + 3 * (6 + 1 + 40) && values.contains { $0.hasPrefix("1,inactive,") && $0.hasSuffix(",34") })
    #expect(report.figures.map(\.name) == ["loss", "singular_values", "deviation"])
    let stored = try #require(try ExperimentCatalogue.report("reduce", StoredResult.encode(result), arrays: nil))
    #expect(stored.tables == report.tables && stored.findings == report.findings && stored.figures == report.figures)
  }

  @Test("where the law fails the full network is trained anyway, and the reason is the verdict")
  func broken() throws {
    let random = ReductionTarget.random(size: 40, rank: 3)
    for (reduce, words) in [
      (Reduce(random, Self.training, start: .gaussian), "not orthogonal"),
      (Reduce(random, Self.training, inputDecay: 1), "not white"),
      (Reduce(random, Self.training, observed: 0.5), "are observed"),
      (Reduce(.random(size: 40, rank: 25), Self.training), "not below the size 40"),
    ] {
      var context = RunContext(workers: 1)
      nonisolated(unsafe) var warnings: [String] = []
      context.warning = { warnings.append($0) }
      let result = try reduce.run(in: context).result
      #expect(!result.isExact && result.hasFull && warnings.contains { $0.contains(words) })
      let report = Reduce.report(result, arrays: nil)
      #expect(report.findings.contains { $0.hasPrefix("the law of parsimony does not hold") && $0.contains(words) })
      #expect(report.checks.first?.result == "does not hold")
    }
  }

  @Test("a target of one's own: rectangular, with gaps")
  func matrices() throws {
    var entries = (0..<12).flatMap { row in (0..<9).map { Double((row + 1) * ($0 - 4)) } }
    func target(_ kept: Int?) -> ReductionTarget {
      .matrix(name: "t.csv", rows: 12, columns: 9, entries: entries, kept: kept)
    }
    let whole = try Reduce(target(nil), Self.training).run()
    #expect(whole.width == 2 && whole.size == 12 && !whole.hasFull)
    entries[0] = .nan
    let gaps = try Reduce(target(1), Self.training).run()
    #expect(gaps.broken.contains(.unseenEntries(seen: 143, total: 144)))
  }

  @Test("a rate that is too large is a result")
  func diverging() throws {
    var training = Self.training
    training.optimizer.learningRate = 5
    let report = Reduce.report(try Reduce(.random(size: 40, rank: 3), training).run(), arrays: nil)
    #expect(report.status == "diverged" && report.findings[0].contains("diverged at step"))
    #expect(report.figures.map(\.name) == ["loss"])
  }
}

@Suite("the collapse of classes as a value")
struct ClassCollapseTests {
  private static let training = ChainTraining(
    scales: [0.5, 0.5, 0.5, 0.5], optimizer: LinearOptimizer(learningRate: 0.01), steps: 500)

  @Test("measured beside predicted, and a stored result says the same")
  func collapse() throws {
    let result = try ClassCollapse(classes: 5, perClass: 10, units: 50, Self.training).run()
    let pairs = zip(result.ratios, result.predictedRatios).dropFirst()
    #expect(
      Array(pairs).count == 3 && pairs.allSatisfy { abs(($0 ?? 0) / ($1 ?? 1) - 1) < 0.05 } && result.doubts.isEmpty)
    let report = ClassCollapse.report(result, arrays: nil)
    #expect(report.tables.compactMap(\.fileName) == ["collapse.csv", "reduction.csv"])
    #expect(report.tables[0].csv.contains("0.140585"))
    #expect(report.figures.map(\.name) == ["collapse", "loss"])
    let stored = try #require(try ExperimentCatalogue.report("reduce", StoredResult.encode(result), arrays: nil))
    #expect(stored.title == "Collapse of classes" && stored.tables == report.tables)
  }

  @Test("what the prediction takes for granted is named; more samples than dimensions are refused")
  func doubts() throws {
    var training = Self.training
    training.steps = 2
    training.optimizer.weightDecay = .coupled(0.1)
    let result = try ClassCollapse(classes: 5, perClass: 10, units: 60, training).run()
    #expect(result.doubts == ["no weight decay", "training to the end"])
    #expect(throws: ExperimentFailure.self) { try ClassCollapse(classes: 5, perClass: 10, units: 20, training) }
  }
}
