import Configurations
import Fixtures
import Foundation
import JSON
import MeanField
import Problems
import RunStore
import Tables
import Testing

@testable import Experiments
@testable import Reports

/// Experiments on a table with classes: what `transfer` makes small, logs, and losses in the target's own units.
@Suite struct ClassesTests {
  private let scratch: Scratch

  /// Three classes that overlap, in four columns: 90 rows.
  init() throws {
    scratch = try Scratch()
    var random = SeededRandom(seed: 5)
    func number() -> Double { (0..<6).reduce(-3) { sum, _ in sum + Double.random(in: 0..<1, using: &random) } }
    let rows = (0..<90).map { row -> String in
      let label = row % 3
      let inputs = (0..<4).map { column in number() + (column == label ? 1.2 : 0) }
      return
        (inputs.map { "\($0)" } + [
          "abc".map(String.init)[label], "\(10 + 3 * inputs[0] + number())", "\(40 * inputs[1] + 8 * number())",
        ])
        .joined(separator: ",")
    }
    try scratch.write((["u,v,w,x,kind,y,z"] + rows).joined(separator: "\n") + "\n", to: "kinds.csv")
  }

  private static let classes = [
    "data.file=kinds.csv", "data.target=kind", "data.exclude=[y,z]", "data.samples=45", "training.steps=12",
    "training.learningRate=0.05",
  ]

  private func configuration(_ words: [String]) throws -> Configuration {
    try Configuration.load(file: nil, overrides: words, workingDirectory: scratch.path, refusals: Solver.refusals)
  }

  private func transfer(_ words: [String], horizons: [Int] = []) throws -> Transfer {
    let plan = try Plan.load(
      file: nil, words: words, uses: Transfer.keys.includes, workingDirectory: scratch.path, refusals: Solver.refusals)
    let first = plan.points[0].configuration
    return try Transfer(
      TransferLayout(plan), horizons: horizons, tolerance: first.transferTolerance,
      objective: first.transferObjective, rows: plan.classifiedRows())
  }

  @Test("tune finds the rate of the least test error, which is not that of the least loss")
  func tunedTestError() throws {
    let configuration = try configuration(Self.classes)
    let table = try #require(try configuration.preparedClasses())
    func error(_ rate: Double) throws -> Double {
      var problem = configuration.problem
      problem.optimizer.learningRate = rate
      return 1 - (try #require(try Solver(problem).solve().accuracy(on: table)?.test.last))
    }
    func tuned(_ objective: StudyObjective) throws -> TuneResult {
      var settings = Tune.Settings()
      settings.objective = objective
      return try Tune(configuration.problem, over: [.learningRate], settings: settings, table: table).run()
    }
    let (least, loss) = (try tuned(.testError), try tuned(.testLoss))
    let (rate, other) = (least.choice.values[0], loss.choice.values[0])
    #expect(abs(try error(rate) - least.choice.loss) <= 1e-9)
    for factor in [0.8, 0.9, 1.1, 1.2] { #expect(try error(factor * rate) > least.choice.loss * (1 - 1e-9)) }
    #expect(try error(other) > least.choice.loss && abs(other / rate - 1) > 0.02)
    #expect(least.lossAsGiven.map { $0 >= least.choice.loss } == true)
  }

  @Test("transfer finds the least test error, and that of the solver", arguments: ["exact", "decoupled"])
  func leastTestError(coupling: String) throws {
    let words =
      Self.classes + ["transfer.objective=testError", "network.width=16,32,64", "data.outputCoupling=\(coupling)"]
    let (result, report) = try report(transfer(words, horizons: [6, 12]))
    let table = try #require(try configuration(Self.classes).preparedClasses())
    func error(_ problem: TrainingProblem, _ rate: Double, _ step: Int) throws -> Double {
      var problem = problem
      problem.optimizer.learningRate = rate
      return 1 - (try #require(try Solver(problem).solve().accuracy(on: table))).test[step]
    }
    for (index, size) in result.families[0].sizes.enumerated() {
      let problem = result.layout.families[0].problems[index]
      for (place, step) in [6, 12].enumerated() {
        let optimum = try #require(size.minima[place].first)
        let least = try error(problem, optimum.rate, step)
        #expect(abs(least - optimum.loss) <= 1e-9, "\(index) \(step)")
        for factor in [0.9, 1.1] {
          #expect(try error(problem, factor * optimum.rate, step) > least, "\(index) \(step) \(factor)")
        }
      }
      let point = size.scan.points[size.scan.points.count / 3]
      #expect(abs(point.trial.start - (try error(problem, 0.01, 0))) <= 1e-9)
      #expect(try abs(error(problem, point.rate, 12) - point.trial.losses[1]) <= 1e-9)
      #expect(try #require(size.uncertainty) < 4e-4)
    }
    #expect(
      report.columns("transfer").hasPrefix("network.width,steps,minimum,learning_rate,test_error,peak,cost,"))
    #expect(report.columns("transfer_scan").hasSuffix(",test_error,peak,start_error"))
    #expect(report.lines.contains { $0.hasPrefix("test error after 12 steps, at the optimal learning rate of ") })
    #expect(report.findings.contains { $0.hasPrefix("test errors have a standard error of at most") })
    #expect(report.details["objective"] == .text("testError"))
    let minima = report.details["families"]?.elements[0]["horizons"]?.elements[1]["minima"]?.elements[0].elements[0]
    #expect(minima?["error"]?.number == result.families[0].sizes[0].minima[1][0].loss)
    #expect(report.figures[0].title.hasPrefix("Test error after 6 steps"))
  }

  @Test("the least train loss lies at another rate than the least test loss")
  func leastTrainLoss() throws {
    let words = Self.classes + ["network.width=16,32"]
    let test = try report(transfer(words))
    let train = try report(transfer(words + ["transfer.objective=trainLoss"]))
    for (index, size) in train.result.families[0].sizes.enumerated() {
      let optimum = try #require(size.minima[0].first)
      var problem = train.result.layout.families[0].problems[index]
      func loss(_ rate: Double) throws -> Double {
        problem.optimizer.learningRate = rate
        return try #require(try Solver(problem).solve().curve.trainLoss.last)
      }
      #expect(try abs(loss(optimum.rate) - optimum.loss) <= 1e-9 * optimum.loss)
      #expect(try loss(0.95 * optimum.rate) > optimum.loss && loss(1.05 * optimum.rate) > optimum.loss)
      #expect(try #require(test.result.families[0].sizes[index].minima[0].first).rate != optimum.rate)
    }
    #expect(train.report.columns("transfer").contains(",train_loss,") && train.result.uncertainty == nil)
    #expect(train.report.lines.contains { $0.hasPrefix("train loss after 12 steps") })
  }

  @Test("a test error without classes is refused, with what works")
  func refusedWithoutClasses() throws {
    for words in [
      ["network.width=16,32"],
      ["data.file=kinds.csv", "data.target=y", "data.exclude=[z,kind]", "network.width=16,32"],
    ] {
      let problems = try #require(throws: InvalidConfiguration.self) {
        _ = try transfer(words + ["transfer.objective=testError"])
      }
      #expect("\(problems)".contains("a test error needs classes"), "\(problems)")
    }
    // Other commands do not use the key.
    _ = try Configuration.load(
      file: nil, overrides: ["transfer.objective=testError"], uses: Solve.keys.includes,
      workingDirectory: scratch.path, refusals: Solver.refusals)
    let found = refusal { _ = try Transfer(makeProblem(), widths: [8, 16], objective: .testError) }
    #expect(found.contains("a test error needs the rows of a table with classes"))
  }

  @Test("a log of several outputs is compared in its total, with accuracies")
  func comparedLog() throws {
    let configuration = try configuration(Self.classes)
    let rows = try #require(try configuration.preparedClasses())
    let solution = try Solver(configuration.problem).solve()
    let accuracy = try #require(solution.accuracy(on: rows))
    func log(_ factor: Double) throws -> TrainingLog {
      let lines = solution.curve.testLoss.enumerated().map { step, loss in
        "\(step),\(factor * loss),\(factor * solution.curve.trainLoss[step]),\(accuracy.test[step] - 0.01 * Double(step))"
      }
      try scratch.write((["step,test_loss,train_loss,val_acc"] + lines).joined(separator: "\n") + "\n", to: "log.csv")
      return try TrainingLog(scratch.path + "/log.csv")
    }
    let (result, report) = try report(Compare(configuration.problem, log: log(1), rows: rows))
    #expect(result.losses.allSatisfy { $0.comparison.typicalDeviation <= 1e-12 })
    #expect(result.accuracies.map(\.name) == ["test"] && abs(result.accuracies[0].worst.difference + 0.12) <= 1e-12)
    #expect(
      report.columns("curves")
        == "step,time,test_loss,train_loss,test_loss_log,train_loss_log,test_accuracy,train_accuracy,test_accuracy_log,r_squared"
    )
    #expect(report.findings.contains { $0.hasPrefix("test accuracy: ") && $0.contains("-12 points at step 12") })
    #expect(report.figures.contains { $0.name == "accuracy" } && report.columns("outputs").hasPrefix("step,output,"))
    let averaged = try ExperimentsTests.report(Compare(configuration.problem, log: log(1.0 / 3), rows: rows)).report
    #expect(
      averaged.findings.contains { $0.contains("the log is about 1/3 of the theory") && $0.contains("multiply by 3") })
    let plain = try self.configuration(["training.steps=12"]).problem
    let ignored = try ExperimentsTests.report(Compare(plain, log: log(1), rows: nil)).report
    #expect(ignored.findings.contains { $0.hasPrefix("not compared: val_acc of the log") })
    try scratch.write("step,loss,test_acc\n0,1,93.4\n", to: "percent.csv")
    let wrong = #expect(throws: InvalidTable.self) { _ = try TrainingLog(scratch.path + "/percent.csv") }
    #expect(wrong.map { "\($0)" }?.contains("divide percentages by 100") == true)
  }

  @Test("losses at the end in the units of the target, and R^2")
  func ownUnits() throws {
    let one = try configuration(["data.file=kinds.csv", "data.target=y", "data.exclude=[z,kind]", "training.steps=9"])
    let found = try report(Solve(one.problem)).report
    guard case .measured(let measured) = one.problem.data.spectrum else { return #expect(Bool(false)) }
    let last = try #require(found.numbers("curves", "test_loss").last)
    let own = try #require(found.details["own_units"]?["test_loss"]?.number)
    #expect(abs(own - last * measured.targetScale * measured.targetScale) <= 1e-12 * own && measured.targetScale > 2)
    let share = try #require(found.numbers("curves", "r_squared").last)
    #expect(
      found.findings.contains {
        $0.hasPrefix("in the target's own units: test loss \(NumberText.short(own)) (root ")
          && $0.hasSuffix("R^2 \(NumberText.short(share)) on rows that are not trained on")
      })
    let two = try configuration(["data.file=kinds.csv", "data.target=[y,z]", "data.exclude=[kind]", "training.steps=9"])
    let several = try report(Solve(two.problem)).report
    #expect(
      several.details["own_units"] == .null && several.lines.contains { $0.contains("R^2") && $0.contains("own units") }
    )
    let kinds = try configuration(Self.classes)
    let classes = try report(Solve(kinds.problem, rows: kinds.preparedClasses())).report
    #expect(classes.columns("curves") == "step,time,test_loss,train_loss,test_accuracy,train_accuracy,r_squared")
    let total = try #require(classes.numbers("curves", "test_loss").last)
    #expect(try #require(classes.numbers("curves", "r_squared").last) == 1 - total / 3)
    // The frequencies are a third each, so that indicators have the variance 2/9.
    #expect(abs(try #require(classes.details["own_units"]?["factor"]?.number) - 2.0 / 9) <= 1e-12)
    let generated = try report(Solve(configuration(["training.steps=3"]).problem)).report
    #expect(generated.details["own_units"] == .null && !generated.findings.contains { $0.contains("own units") })
    let explained = try Explanation(two.problem).report
    for line in ["shift of y", "scale of y", "shift of z", "scale of z"] {
      #expect(explained.lines.contains { $0.hasPrefix("  \(line) ") }, "\(line)")
    }
  }
}
