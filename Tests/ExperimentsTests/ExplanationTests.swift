import Configurations
import Fixtures
import JSON
import MeanField
import Problems
import Reports
import Testing

@testable import Experiments

@Suite struct ExplanationTests {
  @Test func layersAreOneTable() throws {
    let problem = try loadProblem(file: "configs/diabetes.yaml")
    let report = try Explanation(problem).report
    let layers = try #require(report.details["layers"]).elements
    let recipes = try #require(problem.withWholeSizes().layerRecipes)
    #expect(layers.count == recipes.count && layers.count == 3)
    for (layer, recipe) in zip(layers, recipes) {
      #expect(layer["sgd_rate"] == .number(recipe.plainRate) && layer["role"] == .text(recipe.role))
      #expect(layer["init_deviation"] == .number(recipe.initialDeviation))
      #expect(layer["multiplier_width_exponent"] == .number(recipe.exponents.multiplierWidth))
    }
    #expect(report.details["data"]?["dimension"] == .integer(10) && report.details["objective"] == .text("MSE/2"))
    #expect(report.lines.contains { $0.hasPrefix("  input factor") })
  }

  @Test func catapultWindowInWordsAndAsANumber() throws {
    let report = try Explanation(makeProblem(noise: 0.3, steps: 100)).report
    let begins = try #require(report.details["catapult_rate"]?.number)
    #expect(try begins < 0.95 * #require(report.details["largest_stable_rate"]?.number))
    #expect(report.findings.contains { $0.contains("catapult window from rate \(NumberText.brief(begins)) up to it") })
  }

  @Test("the sharpness at the start is shown with the stable rates, and left out where it is not derived")
  func sharpness() throws {
    func make(_ words: [String], asks: Bool = true) throws -> Report {
      let words = ["network.width=infinite", "training.steps=5", "training.learningRate=0.3"] + words
      return try Explanation(
        try Configuration.load(file: nil, overrides: words, workingDirectory: "/").problem, searches: asks
      ).report
    }
    let report = try make([])
    // (L + 1)(1 + alpha^-1/2)^2 at alpha = 2, L = 2.
    let expected = 3 * (1 + 1 / 2.0.squareRoot()) * (1 + 1 / 2.0.squareRoot())
    #expect(abs(try #require(report.details["sharpness_at_start"]?.number) / expected - 1) < 1e-10)
    #expect(
      report.findings.contains { $0.contains("(Gauss-Newton, not Hessian) 8.743: eta lambda/2 is 1.311, above 1") })
    #expect(try isWithout(report: make(["network.residual=true"])))
    #expect(try isWithout(report: make([], asks: false)))
  }

  private func isWithout(report: Report) -> Bool { report.details["sharpness_at_start"] == nil }

  /// One pass: a warm-up moves the beginning of the window from .31 to .40, and the largest stable rate hardly.
  @Test(.slow(.long)) func warmupsLongEnoughAndTooShort() throws {
    func explanation(_ rate: Double, _ length: Int) throws -> (WarmupStability, String) {
      let words = [
        "training.mode=onePass", "training.samplesPerStep=64", "data.inputDimension=64", "data.noise=0.3",
        "training.steps=60", "training.learningRate=\(rate)", "training.schedule.warmupSteps=\(length)",
      ]
      let problem = try Configuration.load(file: nil, overrides: words, workingDirectory: "/").problem
      let explanation = try Explanation(problem, searches: true)
      return (try #require(explanation.warmup), try #require(explanation.report.findings.last))
    }
    let (found, not) = try explanation(0.1, 10)
    #expect(found.lengths == [0, 1, 2, 5, 10, 20] && found.given == 10)
    #expect(not.hasPrefix("no warm-up is needed: at rate 0.1 the train loss never exceeds its start without one"))
    // A warm-up of one step is none.
    #expect(found.windows[0] == found.windows[1])
    #expect(
      abs(found.windows[1].beginning / 0.3093 - 1) < 0.011 && abs(found.windows[3].beginning / 0.3996 - 1) < 0.011)
    #expect(try explanation(0.37, 10).1.hasPrefix("the warm-up of 10 steps is long enough: at rate 0.37"))
    let short = try explanation(0.37, 1).1
    #expect(
      short.hasPrefix("the warm-up of 1 step is too short: at rate 0.37 the train loss first exceeds its start; "))
    #expect(short.hasSuffix(" steps are long enough"))
    let fast = try explanation(2, 10).1
    #expect(fast.hasPrefix("the warm-up of 10 steps is too short: rate 2 diverges"))
    #expect(fast.hasSuffix("no warm-up of up to 20 steps is long enough, take a smaller rate"))
  }

  @Test func factorsOnlyOfASchedule() throws {
    func factors(_ schedule: Schedule) throws -> JSONValue? {
      let optimizer = LinearOptimizer(learningRate: 0.05, schedule: schedule)
      return try Explanation(makeProblem(optimizer: optimizer, steps: 5)).report.details["optimizer"]?["rate_factors"]
    }
    #expect(try factors(.constant) == nil)
    #expect(try factors(.multipliers([1, 0.5, 0.25, 0.1, 0])) == JSONValue([1, 0.5, 0.25, 0.1, 0]))
  }

  @Test func noFiniteNetworkHasNoLayers() throws {
    let report = try Explanation(makeProblem(width: .infinite)).report
    #expect(report.details["layers"] == .null && report.details["width_ratio"] == .number(.infinity))
    #expect(report.findings[0].hasPrefix("no finite network"))
  }

  @Test func valuesAreCutForPeopleOnly() throws {
    let words = [
      "training.schedule.multipliers=[" + Array(repeating: "0.5", count: 50).joined(separator: ",") + "]",
      "training.steps=50",
    ]
    let configuration = try Configuration.load(file: nil, overrides: words, workingDirectory: "/")
    let report = try Explanation(configuration.problem, values: configuration.values).report
    let value = try #require(
      report.details["values"]?.elements.first { $0["key"] == .text("training.schedule.multipliers") })
    #expect(value["value"]?.text?.count ?? 0 > 200 && value["origin"] == .text("command line"))
    #expect(
      report.lines.contains { $0.hasPrefix("  training.schedule.multipliers") && $0.contains("...  command line") })
  }
}
