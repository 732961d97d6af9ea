import Configurations
import Fixtures
import JSON
import MeanField
import Problems
import Studies
import Testing

@testable import Experiments
@testable import Reports
@testable import RunStore

@Suite struct TransferTests {
  /// A study as the command line reads it.
  private func transfer(
    _ words: String..., scalings: [BranchScaling] = [], horizons: [Int] = [], driftLimit: Double? = nil
  ) throws -> Transfer {
    let plan = try Plan.load(
      file: nil, words: words, uses: Transfer.keys.includes, workingDirectory: "/", refusals: Solver.refusals)
    return try Transfer(
      TransferLayout(plan, branchScalings: scalings), horizons: horizons,
      tolerance: plan.points[0].configuration.transferTolerance, driftLimit: driftLimit)
  }

  private func optima(_ result: TransferResult, _ family: Int = 0, horizon: Int = 0) -> [Double] {
    result.families[family].sizes.map { $0.minima[horizon].first?.rate ?? .nan }
  }

  @Test func widthsOfOneProblem() throws {
    let problem = makeProblem(noise: 0.3, sampling: .onePass(.count(256)), steps: 20)
    let (result, report) = try report(Transfer(problem, widths: [2048, 512, 1024, 512, 4096]))
    #expect(result.layout.sizes.map(\.label) == ["512", "1024", "2048", "4096"])
    #expect(report.columns("transfer").hasPrefix("network.width,steps,minimum,learning_rate,test_loss,peak,cost,"))
    // Reference values from a separate program: .07216, .05698, .04944, .04558.
    for (found, expected) in zip(optima(result), [0.07216, 0.05698, 0.04944, 0.04558]) {
      #expect(abs(found / expected - 1) < 2e-3)
    }
    // The optimum of 1024 costs 1.5 % at 4096, so that one size only is above it.
    #expect(
      report.findings[0].hasPrefix("muP: DOES NOT TRANSFER, by the cost: the optimum of width 1024 costs 1.5 % at 4096")
    )
    #expect(report.badge?.text == "DOES NOT TRANSFER")
    #expect(report.answer == nil && report.status == "completed")
  }

  @Test func rangesPlainRatesAndTheNextSize() throws {
    let problem = makeProblem(noise: 0.3, sampling: .onePass(.count(256)), steps: 20)
    let (result, report) = try report(Transfer(problem, widths: [512, 1024, 2048]))
    func loss(_ width: Int, _ rate: Double) throws -> Double {
      var problem = problem
      problem.architecture.width = .units(width)
      problem.optimizer.learningRate = rate
      return try #require(solve(problem).curve.testLoss.last)
    }
    let family = result.families[0]
    for (width, size) in zip([512, 1024, 2048], family.sizes) {
      let (optimum, range) = try (#require(size.minima[0].first), #require(size.ranges[0]))
      // At the ends the loss is 1 % above the least, to what 2 % of the distance are worth.
      for end in [range.lower, range.upper] {
        let excess = try loss(width, end) / optimum.loss - 1
        #expect(abs(excess - 0.01) < 6e-4, "\(width): \(excess)")
      }
    }
    let costs = family.costsOfNext[0]
    for (index, width) in [1024, 2048].enumerated() {
      let rate = try #require(family.sizes[index].minima[0].first).rate
      let expected = try loss(width, rate) / #require(family.sizes[index + 1].minima[0].first).loss - 1
      #expect(abs(try #require(costs[index]) - expected) < 1e-9)
    }
    #expect(costs[2] == nil && costs[1] == family.drifts[0].costs[1])
    #expect(report.columns("transfer").hasSuffix(",largest_stable_rate,from,to,sgd_rate,cost_of_next,eta_lambda_half"))
    #expect(report.findings.contains { $0.hasPrefix("muP: eta lambda/2 at the optimum (Gauss-Newton") })
    for (width, size) in zip([512, 1024, 2048], family.sizes) {
      var problem = problem
      problem.architecture.width = .units(width)
      problem.optimizer.learningRate = try #require(size.minima[0].first).rate
      let ends = try solve(problem).sharpness(steps: [0, 20]).map(\.edgeShare)
      let share = try #require(size.edgeShares[0])
      #expect(ends.count == 2 && ends.allSatisfy { $0 <= share } && share < 1.5)
    }
    // muP: gamma^2 D is richness^2 N.
    let plain = report.numbers("transfer", "sgd_rate")
    #expect(abs(try #require(plain[0]) / (512 * optima(result)[0]) - 1) < 1e-12)
    #expect(
      report.findings.contains {
        $0.hasPrefix("muP: doubling the width from 1024 to 2048 with the optimum of 1024 costs ")
      })
  }

  @Test(.slow(.long)) func depthsWithBranchScalings() throws {
    let (result, report) = try report(
      transfer(
        "network.residual=true", "network.widthRatio=2", "data.sampleRatio=4", "data.noise=0.2", "training.steps=15",
        "network.branchScale=0.5", "network.hiddenLayers=2,4,8", scalings: BranchScaling.allCases))
    #expect(result.layout.families.map(\.name) == ["muP, 1/sqrt(L)", "muP, 1/L", "muP, constant"])
    #expect(report.columns("transfer").hasPrefix("branch_scaling,network.hiddenLayers,steps,"))
    let rates = (0..<3).map { optima(result, $0) }
    for (found, expected) in zip(rates[0] + rates[2], [0.2278, 0.2151, 0.2106, 0.2278, 0.1136, 0.0322]) {
      #expect(abs(found / expected - 1) < 0.01)
    }
    // At two layers there is one branch, and all scalings are one.
    #expect(rates[0][0] == rates[1][0] && rates[1][0] == rates[2][0])
    #expect(rates[1][2] > rates[1][0])
  }

  @Test(.slow(.long)) func infiniteDepthIsTheLastSize() throws {
    let result = try transfer(
      "network.residual=true", "network.widthRatio=2", "data.sampleRatio=4", "data.noise=0.2", "training.steps=15",
      "network.branchScale=0.5",
      "zip(network.hiddenLayers=2,4,8,16,16,network.depth=finite,finite,finite,finite,infinite)"
    ).run()
    #expect(result.layout.sizes.map(\.label) == ["2", "4", "8", "16", "infinite"])
    let rates = optima(result)
    // Reference values up to L = 32: .2278 .2151 .2106 .2087 .2078, and 1/L leads on to .2069.
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $1 < $0 })
    #expect(abs(rates[4] / 0.2069 - 1) < 0.005, "\(rates)")
  }

  @Test func horizonsComeFromOneSolve() throws {
    let words = ["data.noise=0.3", "network.widthRatio=1,2,4,8", "training.steps=40"]
    let (many, report) = try report(transfer(words[0], words[1], words[2], horizons: [40, 10, 20]))
    #expect(report.figures.map(\.name) == ["transfer-10", "transfer-20", "transfer-40", "optimal_rates"])
    #expect(report.findings.contains { $0.contains("the horizon moves log2(rate*) by ") })
    #expect(Set(report.numbers("transfer", "steps")) == [10, 20, 40])
    let axis = try transfer("data.noise=0.3", "network.widthRatio=2", "training.steps=10,20,40").run()
    for (horizon, rate) in optima(axis).enumerated() {
      #expect(abs(optima(many, horizon: horizon)[1] / rate - 1) < 2e-3)
    }
  }

  @Test func verdictNamesTheSizeThatBreaksTheRun() throws {
    let (result, report) = try report(
      transfer("data.noise=0.3", "network.widthRatio=1,2,4,8", "training.steps=40"))
    #expect(result.families[0].drifts[0].verdict == .doesNot(.cost))
    #expect(
      report.findings[0]
        == "muP: DOES NOT TRANSFER, by the cost: the optimum of widthRatio 2 costs 1.75 % at 8 (allowed: 1 %), and fewer than 3 sizes "
        + "are above it")
    #expect(report.badge?.text == "DOES NOT TRANSFER" && report.details["passes"] == .flag(true))
  }

  @Test func limitOfTheDriftDecidesTheAnswer() throws {
    let words = ["data.noise=0.3", "training.steps=20", "network.widthRatio=2,4,8,16,32"]
    let strict = try report(transfer(words[0], words[1], words[2], driftLimit: 0.05)).report
    #expect(strict.answer == .failed && strict.findings[0].hasSuffix("allowed 0.05 -> FAIL"))
    let loose = try report(transfer(words[0], words[1], words[2], driftLimit: 0.5)).report
    #expect(loose.answer == .passed && loose.findings[0].hasSuffix("allowed 0.5 -> PASS"))
    let short = try report(
      transfer("data.noise=0.3", "training.steps=5", "network.widthRatio=2,3", driftLimit: 1)
    ).report
    #expect(short.answer == .failed && short.findings[0].contains("do not span two doublings"))
  }

  @Test func tablesAndJSONAreOne() throws {
    let (result, report) = try report(
      transfer("data.noise=0.3", "training.steps=20", "network.widthRatio=8,32", "network.parameterization=ntk,mup"))
    #expect(
      report.columns("transfer_scan")
        == "network.parameterization,network.widthRatio,learning_rate,steps,test_loss,peak,start_loss")
    let second = try #require(result.families[0].sizes[1].minima[0].dropFirst().first)
    #expect(second.rate > 0.4 && second.peak > 5)
    let json = report.json(head: [:])
    #expect(json["learning_rate"]?.elements.map(\.number) == report.numbers("transfer", "learning_rate").map { $0 })
    #expect(json["transfer_scan"]?["peak"]?.elements.count == report.tables.last?.rowCount)
    #expect(json["status"] == .text("completed") && json["size_key"] == .text("network.widthRatio"))
    #expect(json["families"]?.elements.compactMap { $0["name"]?.text } == ["NTK", "muP"])
    #expect(
      Citation.unique(report.citations).map(\.key)
        == ["BordelonPehlevan2025", "Jacot2018", "YangHu2021", "Yang2022", "Brent1973", "GSL"])
  }

  @Test func numberOfWorkersChangesNothing() throws {
    let transfer = try transfer("data.noise=0.3", "training.steps=10", "network.width=32,64")
    let one = Transfer.report(try transfer.run(in: RunContext(workers: 1)).result, arrays: nil)
    #expect(one.tables == Transfer.report(try transfer.run(in: RunContext(workers: 3)).result, arrays: nil).tables)
  }

  @Test func sizesAreKeptAndTakenUpAgain() throws {
    let scratch = try Scratch()
    let transfer = try transfer("data.noise=0.3", "training.steps=10", "network.width=32,64,128")
    var context = RunContext(workers: 1)
    context.units = UnitStore(folder: try scratch.directory, version: "1")
    let whole = try StoredResult.encode(transfer.run(in: context).result)
    #expect(try scratch.names == ["size-0", "size-1", "size-2"])
    // What is kept is taken as it stands: a size that was kept under another's number is found there again.
    let units = TransferUnits(store: context.units)
    try units.keep(#require(units.size(2)), 0)
    var notices: [String] = []
    context.notice = { notices.append($0) }
    let swapped = try transfer.run(in: context).result
    #expect(optima(swapped)[0] == optima(swapped)[2] && notices == ["3 of 3 sizes done before"])
    // A damaged one is computed again.
    try scratch.write("rubbish", to: "size-0")
    #expect(try StoredResult.encode(transfer.run(in: context).result) == whole)
  }

  @Test func aStoppedTransferKeepsWhatIsDone() throws {
    let scratch = try Scratch()
    let transfer = try transfer("data.noise=0.3", "training.steps=10", "network.width=32,64,128")
    var context = RunContext(workers: 1)
    let store = UnitStore(folder: try scratch.directory, version: "1")
    context.units = store
    var stop: (() -> Void)?
    context.stopping = { signal in if let signal { stop = { signal.raise() } } }
    context.progress = { share in if share > 0.2 { stop?() } }
    let failure = #expect(throws: ExperimentFailure.self) { try transfer.run(in: context) }
    let kept = TransferUnits(store: store).count(3)
    #expect(failure?.reasons == ["stopped: \(kept) of 3 sizes kept; repeat the command to continue"])
    #expect(kept > 0 && kept < 3)
    context.progress = { _ in }
    let (whole, again) = try (transfer.run().families[0].sizes, transfer.run(in: context).result.families[0].sizes)
    #expect(try StoredResult.encode(again) == StoredResult.encode(whole))
  }

  @Test func usualSizesAreAroundTheConfiguredWidth() throws {
    func sizes(_ words: String...) throws -> String? {
      try TransferLayout.usualSizes(for: Plan.load(file: nil, words: words, workingDirectory: "/"))
    }
    #expect(try sizes("network.width=64") == "network.width=16,32,64,128,256,512,1024,2048")
    #expect(try sizes("network.widthRatio=2") == "network.widthRatio=0.5,1,2,4,8,16,32,64")
    #expect(try sizes("network.width=64,128") == nil)
    #expect(refusal { _ = try sizes("network.width=infinite") }.contains("give one, such as"))
  }

  @Test func refusesWhatIsNoStudy() throws {
    #expect(refusal { _ = try transfer("network.width=64,64") }.contains("the same size twice"))
    #expect(
      refusal { _ = try transfer("network.width=64,128", "training.learningRate=0.1,0.2") }
        .contains("looks for the best rate itself"))
    #expect(
      refusal { _ = try transfer("network.hiddenLayers=2,4", scalings: [.depth]) }
        .contains("goes with network.residual=true"))
    #expect(
      refusal { _ = try transfer("network.width=8,16", "training.steps=5", horizons: [6]) }
        .contains("a horizon is a number of steps from 1 to 5"))
  }
}
