import ArgumentParser
import Configurations
import Experiments
import Problems
import Reports

/// `dmft tune`: the best values of some keys, and how exact they must be.
struct TuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Find the best rate, momentum, decay, batch or schedule, and how exact each must be.",
    usage: """
      dmft tune [CONFIG] [key=value ...] --over KEY[,KEY...]
                       [--bounds KEY=a:b] [--tie KEY=KEY^p] [--schedules s,s]
                       [--check-at KEY=axis] [--train n]
                       [-o DIR] [--figures] [--workers n] [--json] [--quiet]
      """,
    discussion: """
      Makes the predicted test loss at the end least (or tune.objective) over any of
      training.learningRate, training.momentum, training.nesterov,
      training.weightDecay, training.samplesPerStep, training.schedule,
      network.width, network.richness, network.initScale, network.layerRates; the
      values that are configured are where the search begins. training.schedule
      compares constant, linear, cosine and power decays, a constant rate with a
      linear end (wsd), all of these behind a warm-up, and a free smooth curve.
      With tune.budget=samples or multiplications, batch and width are traded for
      steps. Prints which range of each value loses at most 1 %, and what to set in
      PyTorch.

      Examples:
        dmft tune data.noise=0.3 --over training.learningRate,training.momentum
        dmft tune my.yaml --over training.learningRate,training.schedule
        dmft tune my.yaml tune.budget=samples \\
          --over training.learningRate,training.samplesPerStep
        dmft tune my.yaml --over training.learningRate \\
          --check-at network.width=512,1024,4096 --train 32
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var keeping: RunOptions
  @OptionGroup var workers: WorkerOptions

  @Option(help: ArgumentHelp("The keys that are tuned, separated by commas.", valueName: "KEY,KEY"))
  var over: String = "training.learningRate"

  @Option(
    help: ArgumentHelp("Least and largest value of a key; may be repeated.", valueName: "KEY=a:b"))
  var bounds: [String] = []

  @Option(
    help: ArgumentHelp(
      "A key that follows a power of a tuned one, through both as configured; may be repeated.", valueName: "KEY=KEY^p")
  )
  var tie: [String] = []

  @Option(
    help: ArgumentHelp(
      "Which schedules are compared: constant, linear, cosine, power, wsd, the same with warmup_ before, free.",
      valueName: "s,s"))
  var schedules: String?

  @Option(
    name: .customLong("check-at"),
    help: ArgumentHelp(
      "Try the tuned values at other sizes too, such as network.width=512,1024.", valueName: "KEY=axis"))
  var checkAt: String?

  @Option(help: ArgumentHelp("Train so many networks for each choice.", valueName: "n"))
  var train: Int = 0

  @Option(help: ArgumentHelp("Numbers of the free schedule.", valueName: "n"))
  var knots: Int = 14

  mutating func run() throws {
    let keys = try keyList()
    var settings = Tune.Settings()
    settings.bounds = try boundList()
    settings.ties = try tieList()
    settings.schedules = try scheduleList()
    guard train >= 0, knots >= 3 else {
      throw CommandFailure(status: .usage, lines: ["--train must be at least 0 and --knots at least 3"])
    }
    let configuration = try options.load(for: Tune.self)
    let checks = try checkAt.map { try self.checks($0, keys) } ?? []
    settings.objective = configuration.tuneObjective
    settings.budget = configuration.tuneBudget
    settings.networks = train
    settings.seed = configuration.simulation.seed
    try ExperimentRun(output: options.output, keeping: keeping, workers: try workers.count).run(
      try CommandFailure.unless(CommandFailure.init) { () throws(ExperimentFailure) in
        try Tune(
          configuration.problem, over: keys, settings: settings, checks: checks,
          table: settings.objective == .testError && configuration.problem.lossRule == nil
            ? try configuration.preparedClasses() : try configuration.preparedRows())
      },
      of: configuration.identity(of: Tune.keys)
    ) { _ in [] }
  }

  /// The problems of `--check-at`.
  private func checks(_ axis: String, _ keys: [TunedKey]) throws -> [(label: String, problem: TrainingProblem)] {
    let plan = try options.plan(options.words + [axis], uses: Tune.keys)
    if let twice = keys.first(where: { plan.columns.contains($0.rawValue) }) {
      throw CommandFailure(
        status: .usage,
        lines: ["--check-at: \(twice.rawValue) is tuned; check at another key, or leave it out of --over"])
    }
    return plan.points.map { point in
      (
        label: zip(plan.columns, point.labels).map { "\($0)=\($1)" }.joined(separator: " "),
        problem: point.configuration.problem
      )
    }
  }

  private func keyList() throws(CommandFailure) -> [TunedKey] {
    var keys: [TunedKey] = []
    for word in over.split(separator: ",") {
      guard let key = TunedKey(rawValue: String(word)) else {
        throw CommandFailure(
          status: .usage,
          lines: [
            "--over: \(word) can't be tuned; there are \(TunedKey.allCases.map(\.rawValue).joined(separator: ", "))"
          ])
      }
      if !keys.contains(key) { keys.append(key) }
    }
    return keys
  }

  private func boundList() throws(CommandFailure) -> [TunedKey: ClosedRange<Double>] {
    var limits: [TunedKey: ClosedRange<Double>] = [:]
    for word in bounds {
      let parts = word.split(separator: "=", maxSplits: 1)
      let numbers = parts.count == 2 ? parts[1].split(separator: ":").compactMap { Double($0) } : []
      guard parts.count == 2, let key = TunedKey(rawValue: String(parts[0])), numbers.count == 2,
        numbers[0] < numbers[1],
        numbers.allSatisfy(\.isFinite)
      else {
        throw CommandFailure(
          status: .usage, lines: ["--bounds must be KEY=a:b with numbers a < b, got \(word)"])
      }
      limits[key] = numbers[0]...numbers[1]
    }
    return limits
  }

  private func tieList() throws(CommandFailure) -> [TunedTie] {
    var ties: [TunedTie] = []
    for word in tie {
      let sides = word.split(separator: "=", maxSplits: 1).map(String.init)
      let parts = sides.count == 2 ? sides[1].split(separator: "^", maxSplits: 1).map(String.init) : []
      guard let key = sides.first.flatMap(TunedKey.init), let other = parts.first.flatMap(TunedKey.init),
        let power = parts.count == 2 ? Double(parts[1]) : 1, power.isFinite
      else {
        throw CommandFailure(
          status: .usage,
          lines: [
            "--tie must be KEY=KEY or KEY=KEY^p, as in training.learningRate=training.samplesPerStep^0.5, got \(word)"
          ])
      }
      ties.append(TunedTie(key, follows: other, power: power))
    }
    return ties
  }

  private func scheduleList() throws(CommandFailure) -> [TunedSchedule] {
    let all = TunedSchedule.allNamed + [.free(knots: knots)]
    guard let schedules else { return all }
    var list: [TunedSchedule] = []
    for word in schedules.split(separator: ",").map(String.init) {
      guard let schedule = all.first(where: { $0.column == word }) else {
        let names = all.map(\.column).joined(separator: ", ")
        throw CommandFailure(status: .usage, lines: ["--schedules: \(word) is none of \(names)"])
      }
      if !list.contains(schedule) { list.append(schedule) }
    }
    return list
  }
}
