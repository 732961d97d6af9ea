import ArgumentParser
import Foundation
import LinearAlgebra
import Logging
import Parsimony
import Records

/// `dmft reduce`: the exact small network behind a deep linear one that starts orthogonal.
struct ReduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reduce",
    abstract: "Train the exact small network behind an orthogonally initialised one; or show progressive collapse.",
    usage: """
      dmft reduce [CONFIG] [key=value ...] [--full | --collapse] [-o DIR] [--arrays] [--figures] [--json] [--quiet]
      """,
    discussion: """
      A product of L square matrices learns a matrix of low rank r. If it starts
      orthogonal, a network 2r wide says everything about it. The keys reduce.*
      say what is learned, training.* how: learningRate, steps, schedule,
      momentum, nesterov, weightDecay, decoupled; here training.learningRate is
      the plain rate (0.1 unless given, 1000 steps). Where the law does not hold
      (Gaussian start, inputs of unequal variance, missing entries) the whole
      network is trained too, and the true deviation is told.

      --collapse trains a classifier and shows how each layer pulls its classes
      together; data.file and data.target bring a table of your own.

      Examples:
        dmft reduce --full
        dmft reduce reduce.size=1000 reduce.rank=10 training.steps=500
        dmft reduce reduce.target=matrix.npy reduce.initScale=0.03 --full
        dmft reduce reduce.observed=0.2 reduce.size=200 reduce.outerRate=0.01
        dmft reduce --collapse -o runs/collapse --figures
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var keeping: RunOptions
  @OptionGroup var matrices: ArrayOptions

  @Flag(help: "Train the whole network beside the small one and compare.")
  var full = false

  @Flag(help: "Train a classifier instead and show the collapse of its classes, layer by layer.")
  var collapse = false

  private static let defaults = ["training.learningRate=0.1", "training.steps=1000"]
  private static let collapseDefaults = [
    "training.learningRate=0.01", "training.steps=1000", "reduce.weightLayers=4", "reduce.initScale=0.5",
  ]

  mutating func run() throws {
    if full && collapse {
      throw CommandFailure(status: .usage, lines: ["--full and --collapse are two things; give one of them"])
    }
    let configuration = try options.load(
      defaults: collapse ? Self.collapseDefaults : Self.defaults, scope: collapse ? .collapse : .reduction,
      refusals: { _ in [] })
    let log = NoticeHandler.logger(quiet: options.output.quiet)
    options.noteUnused(configuration, by: "reduce", log)
    let runFolder = try keeping.claim(
      configuration.identity, command: "reduce", options: collapse ? ["--collapse"] : full ? ["--full"] : [],
      arrays: matrices.arrays, log)
    // The number of threads decides the last bits of large products.
    BLAS.useThreads(1)
    if collapse {
      try runCollapse(configuration, runFolder, log)
    } else {
      try runReduction(configuration, runFolder, log)
    }
  }

  private func runReduction(_ configuration: Configuration, _ runFolder: RunFolder?, _ log: Logger) throws {
    let setting = ReductionSetting(configuration)
    for notice in setting.notices { log.notice("\(notice)") }
    try setting.refuseBeyondMemory(withFull: full)
    let interruption = Interruption()
    defer { interruption.end() }
    let report = try report(setting, log)
    try tell(setting.line, report, in: runFolder, next: next(report), log)
  }

  /// A command that goes on from a reduction, with its reason.
  private func next(_ report: ReduceReport) -> String {
    let same = NextCommand(options.words)
    if report.reduction.full == nil { return same.text("reduce") + " --full    (the whole network beside it)" }
    if let errors = report.rows.last?.completion, errors.small > errors.full {
      let longer = same.replacing("training.learningRate", by: "2", orGivenAs: "training.sgdRate")
        .replacing("training.steps", by: "3000", orGivenAs: "training.steps")
      return longer.text("reduce") + "    (a completion takes larger and more steps)"
    }
    return same.replacing("reduce.start", by: "gaussian", orGivenAs: "reduce.start").text("reduce")
      + "    (how far off it is from another start)"
  }

  /// Prints what was found, and writes the run folder.
  private func tell(
    _ line: String, _ report: any ReductionResult, in runFolder: RunFolder?, next: String, _ log: Logger
  ) throws {
    if !options.output.json {
      print(line)
      for line in report.lines { print(line) }
    }
    try keeping.write(
      report.record(arrays: matrices.arrays), to: runFolder,
      isListed: !options.output.json, log)
    print(options.output.json ? report.json.text() : "next:  " + next)
  }

  private func report(_ setting: ReductionSetting, _ log: Logger) throws(CommandFailure) -> ReduceReport {
    let progress = ProgressLine(quiet: options.output.quiet)
    defer { progress.finish() }
    do {
      var reduction = try Reduction(try setting.problem(), clock: ProcessorTime.seconds)
      let withFull = full || !reduction.broken.isEmpty
      for assumption in reduction.broken { log.warning("\(ReduceText.sentence(assumption))") }
      if !reduction.broken.isEmpty, !full {
        log.notice(
          "the law of parsimony says nothing of this problem: the whole network is trained too, to tell the deviation")
      }
      if withFull { try setting.refuseBeyondMemory(withFull: true) }
      let rows = try reduction.run(reported: setting.rows, withFull: withFull, progress: progress.report)
      return ReduceReport(setting: setting, reduction: reduction, rows: rows, layers: try reduction.layers())
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure(status: .checkFailed, lines: ["\(error)"])
    }
  }

  private func runCollapse(_ configuration: Configuration, _ runFolder: RunFolder?, _ log: Logger) throws {
    let setting = try CollapseSetting(configuration)
    try setting.refuseBeyondMemory()
    for notice in setting.notices { log.notice("\(notice)") }
    let interruption = Interruption()
    defer { interruption.end() }
    let progress = ProgressLine(quiet: options.output.quiet)
    let report: CollapseReport
    do throws(LinearAlgebraFailure) {
      let start = ProcessorTime.seconds()
      var collapse = try setting.collapse()
      let before = collapse.scatters
      let rows = collapse.run(reported: setting.rows, progress: progress.report)
      report = CollapseReport(
        setting: setting, collapse: collapse, rows: rows, before: before, seconds: ProcessorTime.seconds() - start)
    } catch {
      throw CommandFailure(status: .checkFailed, lines: ["\(error)"])
    }
    progress.finish()
    let deeper = NextCommand(options.words).replacing(
      "reduce.weightLayers", by: String(configuration.reduction.weightLayers + 2), orGivenAs: "reduce.weightLayers")
    try tell(
      setting.line, report, in: runFolder, next: deeper.text("reduce") + " --collapse    (a deeper network)", log)
  }
}

/// What either kind of reduction can tell.
protocol ReductionResult {
  var lines: [String] { get }
  var json: JSONValue { get }
  func record(arrays: Bool) -> RunRecord
}

extension ReduceReport: ReductionResult {}
extension CollapseReport: ReductionResult {}
