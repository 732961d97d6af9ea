import ArgumentParser
import Experiments
import Foundation
import JSON
import Parallel
import Reports
import Slurm

/// `dmft sweep`: any axes, by theory or by trained networks, resumable, on one computer or many.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Run a family of problems, here or on a cluster; the same command resumes an interrupted sweep.",
    usage: """
      dmft sweep [CONFIG] [key=value ...] [key=axis ...] -o DIR
                        [--run theory|simulation|both] [--plan] [--curves]
                        [--slurm key=value ...] [--shards n] [--workers n]
                        [--json] [--quiet]
      """,
    discussion: """
      Axes: a comma list of values (a bracketed list is one value),
      range(a,b,step) and logspace(a,b,n) with both ends, pow2(i..j),
      zip(k1=...,k2=...) for keys that move together, repeat=n for simulations
      with a seed each. In a file: axes: {network.width: 'pow2(6..13)',
      training.learningRate: [0.01, 0.02], repeat: 8}.

      Results go to DIR/summary.csv, a line for each unit. A unit that diverges
      is a result; one that fails is listed, and tried again next time (exit 2).

      --slurm takes options of sbatch, writes a job array and submits it with a
      merge behind it. Any other scheduler runs dmft worker DIR --shard i/n for
      i = 0 ... n-1, then dmft merge DIR.

      Examples:
        dmft sweep 'training.learningRate=logspace(1e-3,0.3,25)' \\
          network.width=64,256 --plan
        dmft sweep 'training.learningRate=logspace(1e-3,0.3,25)' \\
          'network.width=pow2(5..10)' -o runs/sweep
        dmft sweep sweep.yaml --run both repeat=8 -o runs/both \\
          --slurm partition=cpu time=30
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var workers: WorkerOptions

  @Option(
    name: .customShort("o"),
    help: ArgumentHelp("The run folder: units, summary and manifest.", valueName: "DIR"), completion: .directory)
  var folder: String?

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("How each point is run: theory (default), simulation or both.", valueName: "method"),
    completion: .list(Sweep.words))
  var method = "theory"

  @Flag(help: "Print the number of units, bytes and seconds, and run nothing.")
  var plan = false

  @Flag(help: "Also write the losses of every step of every unit (curves.csv).")
  var curves = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Submit to Slurm with these options of sbatch, such as partition=cpu time=30.", valueName: "key=value"))
  var slurm: [String] = []

  @Option(
    help: ArgumentHelp("With --slurm: number of elements of the job array; default: some minutes each.", valueName: "n")
  )
  var shards: Int?

  mutating func run() throws {
    let (words, directives) = try slurmWords()
    guard let methods = Sweep.methods(method) else {
      throw CommandFailure(
        status: .usage, lines: ["--run must be one of \(Sweep.words.joined(separator: ", ")), got \(method)"])
    }
    let packs = try packCount()
    let workers = try workers.count
    let reading = ProgressLine(quiet: options.output.quiet)
    defer { reading.finish() }
    let family = try options.plan(
      words, uses: Sweep.keys(of: methods), refusals: Sweep.refusals(of: methods),
      progress: { reading.report(0.6 * $0) })
    let sweep = Sweep(family, by: methods)
    options.noteInputs(of: family.points[0].configuration, Sweep.name)
    if family.repeats > 1, methods == [.theory] {
      options.log.notice("repeat applies to simulations; the theory is deterministic")
    }
    if plan {
      let budget = SweepBudget(sweep, packs: packs, progress: { reading.report(0.7 + 0.3 * $0) })
      reading.finish()
      return report(budget, of: sweep, workers: workers)
    }
    reading.finish()
    guard let folder, !folder.isEmpty else {
      throw CommandFailure(
        status: .usage,
        lines: ["dmft sweep keeps its units in a folder: name one with -o DIR (or use --plan first)"])
    }
    // Before anything is read: a signal that comes early is not lost.
    let ending = StopSignal()
    let interruption = Interruption(saying: Interruption.unitsKept, ending: ending)
    defer { interruption.end() }
    let isNew = !FileManager.default.fileExists(atPath: folder + "/manifest.json")
    let run = try SweepRun(claiming: folder, sweep, output: options.output)
    let pending = sweep.pending(sweep.units, in: run.folder.units)
    let budget = SweepBudget(sweep, pending: pending, packs: packs)
    if options.output.showsFrame { print(budget.estimate(workers: workers).line(arrays: false, figures: false)) }
    if !slurm.isEmpty { return try submit(run, budget, directives, isNew: isNew) }
    try run.run(sweep.units, workers: workers, interruption, ending: ending)
    if options.output.showsFrame { print("") }
    try run.merge(curves: curves)
  }

  private func report(_ budget: SweepBudget, of sweep: Sweep, workers: Int) {
    let report = budget.report(sweep)
    if options.output.json {
      return print(report.json(head: RunDescription(of: sweep).head).text())
    }
    for line in [budget.estimate(workers: workers).line] + report.lines { print(line) }
  }

  /// A word behind `--slurm` that is no option of sbatch belongs to the sweep.
  private func slurmWords() throws(CommandFailure) -> (words: [String], directives: [(key: String, value: String?)]) {
    let ofSweep = slurm.filter(Self.isOfSweep)
    let directives = slurm.filter { !Self.isOfSweep($0) }.map { word -> (key: String, value: String?) in
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(parts[0].drop { $0 == "-" }), parts.count > 1 ? String(parts[1]) : nil)
    }
    let reserved = directives.map(\.key).filter(ArrayJob.reserved.contains)
    guard reserved.isEmpty else {
      throw CommandFailure(
        status: .usage, lines: reserved.map { "--slurm \($0)=...: the scripts set this themselves; leave it out" })
    }
    return (options.words + ofSweep, directives)
  }

  /// Whether an argument belongs to the sweep: a file, a dotted key, an axis.
  private static func isOfSweep(_ word: String) -> Bool {
    guard ProblemWords.isSetting(word), let equals = word.firstIndex(of: "=") else {
      return word.contains(".") || FileManager.default.fileExists(atPath: word)
    }
    return word.hasPrefix("zip(") || word.hasPrefix("repeat=") || word[..<equals].contains(".")
  }

  private func packCount() throws(CommandFailure) -> Int? {
    guard let shards else { return nil }
    guard plan || !slurm.isEmpty else {
      throw CommandFailure(
        status: .usage, lines: ["--shards goes with --slurm or --plan; by hand run dmft worker DIR --shard i/n"])
    }
    guard shards >= 1 else {
      throw CommandFailure(status: .usage, lines: ["--shards must be at least 1, got \(shards)"])
    }
    return shards
  }

  private func submit(
    _ run: SweepRun, _ budget: SweepBudget, _ directives: [(key: String, value: String?)], isNew: Bool
  ) throws {
    let submission = SlurmSubmission(
      folder: run.folder, budget: budget, directives: directives, curves: curves, isNew: isNew)
    guard let jobs = try submission.submit() else {
      if !options.output.json { print("nothing to submit: every unit has its result") }
      return try run.merge(curves: curves)
    }
    if options.output.json {
      let members: [String: JSONValue] = [
        "array": .integer(jobs.array), "merge": .integer(jobs.merge), "elements": .text(jobs.elements),
        "script": .text(jobs.script),
      ]
      return print(JSONValue.object(members).text())
    }
    print("script: \(jobs.script)\nsubmitted array \(jobs.array) [\(jobs.elements)], merge \(jobs.merge) after it")
  }
}
