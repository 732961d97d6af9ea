import ArgumentParser
import DeepLinear
import Foundation
import Logging
import Records
import Studies

/// `dmft transfer`: does a learning rate hold at another size?
struct TransferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transfer",
    abstract: "Find the optimal learning rate against width, depth, batch or horizon, and whether it carries over.",
    usage: """
      dmft transfer [CONFIG] [key=value ...] [key=axis ...] [--horizons n,n] [--branch-scaling s,s] [--check drift] \
      [-o DIR] [--figures] [--workers n] [--json] [--quiet]
      """,
    discussion: """
      The size is an axis of network.width, network.widthRatio,
      network.hiddenLayers, data.samples, data.sampleRatio,
      training.samplesPerStep or training.steps; without one it is the width,
      from a quarter of the configured one to 32 times it. Every other axis
      (a comma list, range(a,b,step), logspace(a,b,n), pow2(i..j), zip(...))
      makes families that are compared. Losses are test losses at the end.

      Examples:
        dmft transfer
        dmft transfer network.parameterization=muP,NTK 'network.width=pow2(6..13)' data.noise=0.3
        dmft transfer network.residual=true network.hiddenLayers=2,4,8,16 --branch-scaling '1/sqrt(L),constant'
        dmft transfer my.yaml --check 0.05        (exit 1 if the optimum drifts more)
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var keeping: RunOptions
  @OptionGroup var workers: WorkerOptions

  @Option(
    help: ArgumentHelp("Tell the optimum after each of these numbers of steps, from one solve.", valueName: "n,n"))
  var horizons: String?

  @Option(
    help: ArgumentHelp(
      "How residual branches shrink with depth: 1/sqrt(L), 1/L, constant, or several of them.", valueName: "s,s"),
    completion: .list(["1/sqrt(L)", "1/L", "constant"]))
  var branchScaling: String?

  @Option(
    help: ArgumentHelp(
      "Exit with 1 if log2 of any optimum moves by more than this in one of the last two doublings of the size.",
      valueName: "drift"))
  var check: String?

  /// What is computed when nothing is said: richer than lazy, one pass over the data, so that widths differ.
  static let builtIn = [
    "training.mode=onePass", "data.sampleRatio=1", "data.noise=0.3", "network.richness=3", "training.steps=30",
    "network.parameterization=muP,NTK", "network.widthRatio=pow2(-1..6)",
  ]

  mutating func run() throws {
    let log = NoticeHandler.logger(quiet: options.output.quiet)
    let horizons = try horizonList()
    let scalings = try scalingList()
    let limit = try driftLimit()
    if options.words.isEmpty, horizons.isEmpty {
      log.notice("the built-in example: dmft transfer \(Self.builtIn.map(NextCommand.quoted).joined(separator: " "))")
    }
    let plan = try plan(horizons, log)
    if plan.repeats > 1 { log.notice("repeat is for dmft sweep; the theory has nothing to repeat") }
    let layout = try TransferLayout(plan, scalings: scalings)
    if !horizons.isEmpty, case .warmup(_, let decay, _) = layout.families[0].problems[0].optimizer.schedule,
      decay != .constant
    {
      log.notice(
        "the schedule is laid out for \(horizons.last ?? 0) steps: shorter horizons are told of a schedule that is cut off"
      )
    }
    let study = try TransferStudy(
      layout: layout, horizons: horizons, tolerance: plan.points[0].configuration.transferTolerance)
    let runFolder = try keeping.claim(plan.identity, command: "transfer", options: optionWords, log)
    if !options.output.json { print(TransferReport.head(plan, layout)) }
    if !options.output.json { print(study.costLine(workers: try workers.count)) }
    fflush(nil)
    let interruption = Interruption()
    let progress = ProgressLine(quiet: options.output.quiet)
    let clock = ContinuousClock.now
    let families = try study.run(workers: try workers.count, progress: progress.report)
    progress.finish()
    interruption.end()
    let report = TransferReport(
      plan: plan, study: study, families: families, driftLimit: limit,
      seconds: (ContinuousClock.now - clock) / .seconds(1))
    if !options.output.json { for line in report.lines { print(line) } }
    try keeping.write(
      report.record, to: runFolder, isListed: !options.output.json, log)
    if options.output.json { print(report.json.text()) } else if keeping.folder == nil { printNext(plan) }
    fflush(nil)
    if !report.passes { throw ExitStatus.exit(.checkFailed) }
  }

  /// What beside the family decides the results.
  private var optionWords: [String] { flags.map { "\($0.name) \($0.value)" } }

  private var flags: [(name: String, value: String)] {
    [("--horizons", horizons), ("--branch-scaling", branchScaling)].compactMap { name, value in value.map { (name, $0) }
    }
  }

  /// The family as asked for, with the sizes that nobody named.
  private func plan(_ horizons: [Int], _ log: Logger) throws(CommandFailure) -> Plan {
    var words = options.words.isEmpty ? Self.builtIn : options.words
    if let last = horizons.last {
      guard !(try options.plan(words).columns.contains("training.steps")) else {
        throw CommandFailure(status: .usage, lines: ["--horizons and an axis of training.steps say the same; keep one"])
      }
      words = words.filter { !$0.hasPrefix("training.steps=") } + ["training.steps=\(last)"]
    }
    let plan = try options.plan(words)
    guard TransferLayout.sizeAxis(of: plan) == nil else { return plan }
    let sizes = try Self.usualSizes(plan.points[0].configuration.problem.architecture.width)
    log.notice("no axis is a size, so the sizes are \(sizes)")
    let others = words.filter { !$0.hasPrefix("network.width=") && !$0.hasPrefix("network.widthRatio=") }
    return try options.plan(others + [sizes])
  }

  /// From a quarter of the configured width to 32 times it.
  private static func usualSizes(_ width: Architecture.Width) throws(CommandFailure) -> String {
    let factors: [Double] = [0.25, 0.5, 1, 2, 4, 8, 16, 32]
    switch width {
    case .ratio(let ratio):
      return "network.widthRatio=" + factors.map { NumberText.short($0 * ratio) }.joined(separator: ",")
    case .units(let units):
      let widths = factors.compactMap { Int(exactly: (Double(units) * $0).rounded()) }.filter { $0 > 0 }
      return "network.width=" + Array(Set(widths)).sorted().map(String.init).joined(separator: ",")
    case .infinite:
      throw CommandFailure(
        status: .badInput,
        lines: ["network.width is infinite and no axis is a size; give one, such as 'network.width=pow2(6..13)'"])
    }
  }

  private func horizonList() throws(CommandFailure) -> [Int] {
    guard let horizons else { return [] }
    let list = horizons.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
    guard list.allSatisfy({ $0 >= 1 && $0 == $0.rounded() && $0 < 1e9 }) else {
      throw CommandFailure(status: .usage, lines: ["--horizons must be whole numbers of steps, got \(horizons)"])
    }
    return Array(Set(list.map { Int($0) })).sorted()
  }

  private func scalingList() throws(CommandFailure) -> [TransferLayout.BranchScaling] {
    guard let branchScaling else { return [] }
    var scalings: [TransferLayout.BranchScaling] = []
    for word in branchScaling.split(separator: ",", omittingEmptySubsequences: false) {
      guard let scaling = TransferLayout.BranchScaling(rawValue: String(word)) else {
        let all = TransferLayout.BranchScaling.allCases.map(\.rawValue)
        throw CommandFailure(
          status: .usage,
          lines: ["--branch-scaling must be \(all.joined(separator: ", ")) or several of them, got \(word)"])
      }
      if !scalings.contains(scaling) { scalings.append(scaling) }
    }
    return scalings
  }

  private func driftLimit() throws(CommandFailure) -> Double? {
    guard let check else { return nil }
    guard let limit = Double(check), limit > 0, limit.isFinite else {
      throw CommandFailure(status: .usage, lines: ["--check must be a number above 0, got \(check)"])
    }
    return limit
  }

  /// Commands to paste that go on from here.
  private func printNext(_ plan: Plan) {
    let same = NextCommand(options.words, flags: flags)
    if plan.columns.contains("network.parameterization") {
      print(
        "next:  " + same.text("transfer") + " -o runs/transfer --figures    (the tables, and the figure everyone draws)"
      )
    } else {
      let both = same.replacing(
        "network.parameterization", by: "muP,NTK,standard", orGivenAs: "network.parameterization")
      print("next:  " + both.text("transfer") + "    (the same beside other parameterisations)")
    }
  }
}
