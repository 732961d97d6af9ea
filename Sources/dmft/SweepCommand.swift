import ArgumentParser
import Foundation
import Records
import Slurm

/// `dmft sweep`: any axes, by theory or by trained networks, resumable, on one machine or many.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Run a family of problems, here or on a cluster; the same command goes on where it stopped.",
    usage: """
      dmft sweep [CONFIG] [key=value ...] [key=axis ...] -o DIR [--run theory|simulation|both] [--plan] [--curves] \
      [--slurm key=value ...] [--shards n] [--workers n] [--json] [--quiet]
      """,
    discussion: """
      Axes: a comma list of values (a bracketed list is one value),
      range(a,b,step) and logspace(a,b,n) with both ends, pow2(i..j),
      zip(k1=...,k2=...) for keys that move together, repeat=n for simulations
      with a seed each. In a file: axes: {network.width: 'pow2(6..13)',
      training.learningRate: [0.01, 0.02], repeat: 8}.

      Results go to DIR/summary.csv, a line for each unit. A unit that diverges
      is data; one that fails is listed, and tried again next time (exit 2).

      --slurm takes options of sbatch, writes a job array and submits it with a
      merge behind it. Any other scheduler runs dmft worker DIR --shard i/n for
      i = 0 ... n-1, then dmft merge DIR.

      Examples:
        dmft sweep 'training.learningRate=logspace(1e-3,0.3,25)' network.width=64,256,inf --plan
        dmft sweep 'network.width=pow2(5..10)' 'training.learningRate=logspace(1e-3,0.3,25)' -o runs/sweep
        dmft sweep sweep.yaml --run both repeat=8 -o runs/both --slurm partition=cpu time=30
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var workers: WorkerOptions

  @Option(
    name: .customShort("o"),
    help: ArgumentHelp("The run folder: units, summary and manifest.", valueName: "DIR"))
  var folder: String?

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("What runs each point: theory (default), simulation or both.", valueName: "machine"))
  var machine = "theory"

  @Flag(help: "Print the number of units, bytes and seconds, and run nothing.")
  var plan = false

  @Flag(help: "Also write the losses of every step of every unit (curves.csv).")
  var curves = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Submit to Slurm, with these options of sbatch, such as partition=cpu time=30.", valueName: "key=value"))
  var slurm: [String] = []

  @Option(
    help: ArgumentHelp("With --slurm: number of elements of the job array; default: some minutes each.", valueName: "n")
  )
  var shards: Int?

  mutating func run() throws {
    let (words, directives) = slurmWords
    guard let machines = Sweep.Machines(rawValue: machine) else {
      let all = Sweep.Machines.allCases.map(\.rawValue).joined(separator: ", ")
      throw CommandFailure(status: .usage, lines: ["--run must be one of \(all), got \(machine)"])
    }
    let log = NoticeHandler.logger(quiet: options.output.quiet)
    let family = try options.plan(words, refusals: SweepAccess.refusals(machines))
    let sweep = Sweep(family, by: machines)
    if family.repeats > 1, machines == .theory {
      log.notice("repeat is for simulations; the theory has nothing to repeat")
    }
    let budget = SweepBudget(sweep, shards: try shardCount(), workers: try workers.count)
    if plan { return budget.report(sweep, json: options.output.json) }
    guard let folder, !folder.isEmpty else {
      throw CommandFailure(
        status: .usage,
        lines: ["dmft sweep keeps its units in a folder: name one with -o DIR (or look first, with --plan)"])
    }
    let opened = try SweepAccess.claim(folder, sweep)
    if !options.output.json { print(budget.line) }
    if !slurm.isEmpty { return try submit(opened, budget, directives) }
    try SweepRun(folder: opened, units: sweep.units, workers: try workers.count, quiet: options.output.quiet).run(log)
    try SweepAccess.merge(opened, curves: curves, output: options.output)
  }

  /// A word behind `--slurm` that is no option of sbatch belongs to the sweep.
  private var slurmWords: (words: [String], directives: [(key: String, value: String)]) {
    let isDirective = { (word: String) in
      word.contains("=") && !GivenWord.isOfSweep(word)
    }
    let directives = slurm.filter(isDirective).map { word -> (key: String, value: String) in
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(parts[0].drop { $0 == "-" }), String(parts[1]))
    }
    return (options.words + slurm.filter { !isDirective($0) }, directives)
  }

  private func shardCount() throws(CommandFailure) -> Int? {
    guard let shards else { return nil }
    guard shards >= 1 else {
      throw CommandFailure(status: .usage, lines: ["--shards must be at least 1, got \(shards)"])
    }
    return shards
  }

  private func submit(_ opened: SweepFolder, _ budget: SweepBudget, _ directives: [(key: String, value: String)]) throws
  {
    let submission = SlurmSubmission(folder: opened, budget: budget, directives: directives)
    guard let jobs = try submission.submit() else {
      print("nothing to submit: every unit has its result")
      return try SweepAccess.merge(opened, curves: curves, output: options.output)
    }
    if options.output.json { return print(jobs.json.text()) }
    for line in jobs.lines { print(line) }
  }
}

/// Whether a word of the command line speaks of the sweep: a file, a dotted key, an axis.
private enum GivenWord {
  static func isOfSweep(_ word: String) -> Bool {
    guard let equals = word.firstIndex(of: "=") else { return true }
    return word.hasPrefix("zip(") || word.hasPrefix("repeat=") || word[..<equals].contains(".")
  }
}
