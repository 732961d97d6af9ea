import ArgumentParser
import Configurations
import Experiments
import Reports

/// `dmft transfer`: does a learning rate hold at another size?
struct TransferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transfer",
    abstract: "Find the optimal learning rate against width, depth, batch or horizon, and whether it transfers.",
    usage: """
      dmft transfer [CONFIG] [key=value ...] [key=axis ...]
                           [--horizons n,n] [--branch-scaling s,s]
                           [--check drift] [-o DIR] [--figures]
                           [--workers n] [--json] [--quiet]
      """,
    discussion: """
      The size is an axis of network.width, network.widthRatio,
      network.hiddenLayers, data.samples, data.sampleRatio,
      training.samplesPerStep or training.steps; without one it is the width,
      from a quarter of the configured one to 32 times it. Every other axis
      (a comma list, range(a,b,step), logspace(a,b,n), pow2(i..j), zip(...))
      makes families that are compared. The best rate is that of the least test
      loss at the end, or of transfer.objective: trainLoss, or testError, one
      minus the expected accuracy of a table's classes.

      Examples:
        dmft transfer
        dmft transfer network.parameterization=muP,NTK \\
          'network.width=pow2(6..13)' data.noise=0.3
        dmft transfer network.residual=true network.hiddenLayers=2,4,8,16 \\
          --branch-scaling '1/sqrt(L),constant'
        dmft transfer my.yaml --check 0.05   (exit 1 if the optimum drifts more)
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var keeping: RunOptions
  @OptionGroup var workers: WorkerOptions

  @Option(
    help: ArgumentHelp("Report the optimum after each of these numbers of steps, from one solve.", valueName: "n,n"))
  var horizons: String?

  @Option(
    help: ArgumentHelp(
      "How residual branches shrink with depth: 1/sqrt(L), 1/L, constant, or several of them.", valueName: "s,s"),
    completion: .list(BranchScaling.allCases.map(\.rawValue)))
  var branchScaling: String?

  @Option(
    help: ArgumentHelp(
      "Exit with 1 if log2 of any optimum moves by more than this in one of the last two doublings of the size.",
      valueName: "drift"))
  var check: String?

  /// The built-in example: richer than lazy, one pass over the data, so that widths differ.
  private static let builtIn = [
    "training.mode=onePass", "data.sampleRatio=1", "data.noise=0.3", "network.richness=3", "training.steps=30",
    "network.parameterization=muP,NTK,standard", "network.widthRatio=pow2(-1..6)",
  ]

  mutating func run() throws {
    let horizons = try horizonList()
    let scalings = try scalingList()
    let limit = try driftLimit()
    let plan = try plan(horizons)
    guard scalings.isEmpty || plan.columns.contains("network.hiddenLayers") else {
      throw CommandFailure(
        status: .usage, lines: ["--branch-scaling goes with an axis of depths, such as network.hiddenLayers=pow2(1..5)"]
      )
    }
    options.noteInputs(of: plan.points[0].configuration, Transfer.name)
    options.note(plan.points[0].configuration.problem)
    if plan.repeats > 1 { options.log.notice("repeat applies to dmft sweep; the theory is deterministic") }
    let transfer = try CommandFailure.unless(CommandFailure.init) { () throws(ExperimentFailure) in
      try Transfer(
        TransferLayout(plan, branchScalings: scalings), horizons: horizons,
        tolerance: plan.points[0].configuration.transferTolerance, driftLimit: limit,
        objective: plan.points[0].configuration.transferObjective, rows: plan.classifiedRows())
    }
    noteSchedule(plan, horizons)
    try ExperimentRun(
      output: options.output, keeping: keeping, workers: try workers.count, isResumable: true
    ).run(transfer, of: plan.identity(of: Transfer.keys)) { _ in next(plan) }
  }

  /// The family as requested, with default sizes where none are given.
  private func plan(_ horizons: [Int]) throws(CommandFailure) -> Plan {
    var words = options.words.isEmpty ? Self.builtIn : options.words
    if options.words.isEmpty, horizons.isEmpty {
      options.log.notice(
        "the built-in example: dmft transfer \(Self.builtIn.map(NumberText.quoted).joined(separator: " "))")
    }
    if let last = horizons.last {
      guard !(try options.plan(words, uses: Transfer.keys).columns.contains("training.steps")) else {
        throw CommandFailure(
          status: .usage, lines: ["--horizons excludes an axis of training.steps; keep one"])
      }
      words = words.filter { !$0.hasPrefix("training.steps=") } + ["training.steps=\(last)"]
    }
    var plan = try options.plan(words, uses: Transfer.keys)
    if decays(plan) {
      words.append("training.schedule.decay=linear")
      options.log.notice(
        """
        steps of given length oscillate at a constant rate, so rates are compared under training.schedule.decay=linear; \
        training.schedule=constant keeps it constant
        """)
      plan = try options.plan(words, uses: Transfer.keys)
    }
    guard
      let sizes = try CommandFailure.unless(
        CommandFailure.init, { () throws(ExperimentFailure) in try TransferLayout.usualSizes(for: plan) })
    else { return plan }
    options.log.notice("no axis is a size, so the sizes are \(sizes)")
    let others = words.filter { !$0.hasPrefix("network.width=") && !$0.hasPrefix("network.widthRatio=") }
    return try options.plan(others + [sizes], uses: Transfer.keys)
  }

  /// Whether some optimiser has steps of given length and nobody has chosen a schedule.
  private func decays(_ plan: Plan) -> Bool {
    let points = plan.points.map(\.configuration)
    return points.contains { $0.problem.gradientRule?.isNormalized == true }
      && !points.contains { $0.values.contains { $0.key.hasPrefix("training.schedule") && $0.origin.isGiven } }
  }

  private func noteSchedule(_ plan: Plan, _ horizons: [Int]) {
    guard let last = horizons.last,
      case .warmup(_, let decay, _) = plan.points[0].configuration.problem.optimizer.schedule, decay != .constant
    else { return }
    options.log.notice(
      "the schedule is laid out for \(last) steps: shorter horizons are those of a schedule that is cut off")
  }

  private func horizonList() throws(CommandFailure) -> [Int] {
    guard let horizons else { return [] }
    let list = horizons.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
    guard list.allSatisfy({ $0 >= 1 && $0 == $0.rounded() && $0 < 1e9 }) else {
      throw CommandFailure(status: .usage, lines: ["--horizons must be whole numbers of steps, got \(horizons)"])
    }
    return Set(list.map { Int($0) }).sorted()
  }

  private func scalingList() throws(CommandFailure) -> [BranchScaling] {
    guard let branchScaling else { return [] }
    var scalings: [BranchScaling] = []
    for word in branchScaling.split(separator: ",", omittingEmptySubsequences: false) {
      guard let scaling = BranchScaling(rawValue: String(word)) else {
        let all = BranchScaling.allCases.map(\.rawValue).joined(separator: ", ")
        throw CommandFailure(
          status: .usage, lines: ["--branch-scaling must be \(all) or several of them, got \(word)"])
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

  /// Suggested commands.
  private func next(_ plan: Plan) -> [String] {
    if let folder = keeping.folder { return [NextCommand([folder]).text("plot", "its figures")] }
    let flags = [("--horizons", horizons), ("--branch-scaling", branchScaling)].flatMap { name, value in
      value.map { [name, $0] } ?? []
    }
    if plan.columns.contains("network.parameterization") {
      let kept = NextCommand(options.words, flags: flags + ["-o", "runs/transfer", "--figures"])
      return [kept.text("transfer", "the tables, and loss against rate at every size")]
    }
    let both = NextCommand(options.words, flags: flags).replacing("network.parameterization", by: "muP,NTK,standard")
    return [both.text("transfer", "compare with other parameterisations")]
  }
}
