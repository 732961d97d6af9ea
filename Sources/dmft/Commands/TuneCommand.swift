import ArgumentParser
import Configurations
import Experiments
import Reports

/// `dmft tune`: the best values of some keys, and how exact they must be.
struct TuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Find the best rate, momentum, decay, batch or schedule, and how exact each must be.",
    usage: """
      dmft tune [CONFIG] [key=value ...] --over KEY[,KEY...]
                       [--bounds KEY=a:b] [--check-at KEY=axis] [--train n]
                       [-o DIR] [--figures] [--workers n] [--json] [--quiet]
      """,
    discussion: """
      Makes the predicted test loss at the end least over any of
      training.learningRate, training.momentum, training.weightDecay,
      training.samplesPerStep, training.schedule, network.richness,
      network.initScale, network.layerRates; the values that are configured are
      where the search begins. training.schedule compares a constant rate, a
      linear and a cosine decay to 0, and a free smooth curve. Prints which range
      of each value loses at most 1 %, and the rates of each layer for PyTorch.

      Examples:
        dmft tune data.noise=0.3 --over training.learningRate,training.momentum
        dmft tune my.yaml --over training.learningRate,training.schedule
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
    let limits = try boundList()
    guard train >= 0, knots >= 3 else {
      throw CommandFailure(status: .usage, lines: ["--train must be at least 0 and --knots at least 3"])
    }
    let configuration = try options.load(for: Tune.self)
    let checks = try checkAt.map { axis in
      let plan = try options.plan(options.words + [axis], uses: Tune.keys)
      return zip(plan.points, plan.points.indices).map { point, _ in
        (
          label: zip(plan.columns, point.labels).map { "\($0)=\($1)" }.joined(separator: " "),
          problem: point.configuration.problem
        )
      }
    }
    let (networks, knots) = (train, knots)
    try ExperimentRun(output: options.output, keeping: keeping, workers: try workers.count).run(
      try CommandFailure.unless(CommandFailure.init) { () throws(ExperimentFailure) in
        try Tune(
          configuration.problem, over: keys, bounds: limits, knots: knots, checks: checks ?? [], networks: networks,
          seed: configuration.simulation.seed, table: try configuration.preparedRows())
      },
      of: configuration.identity(of: Tune.keys)
    ) { _ in [] }
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
}
