import ArgumentParser
import Configurations
import Experiments
import Parsimony

/// `dmft reduce`: the exact small network behind a deep linear one that starts orthogonal.
struct ReduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reduce",
    abstract: "Train the exact small network behind an orthogonally initialised one; or show progressive collapse.",
    usage: """
      dmft reduce [CONFIG] [key=value ...] [--full | --collapse]
                         [-o DIR] [--arrays] [--figures] [--json] [--quiet]
      """,
    discussion: """
      A product of L square matrices learns a matrix of low rank r. If it starts
      orthogonal, a network 2r wide determines it exactly. The keys reduce.* set
      what is learned, training.* how: learningRate, steps, schedule,
      momentum, nesterov, weightDecay, decoupled; here training.learningRate is
      the plain rate (0.1 unless given, 1000 steps). Where the law does not hold
      (Gaussian start, inputs of unequal variance, missing entries) the full
      network is trained too, and the true deviation is printed.

      --collapse trains a classifier and shows how each layer contracts its
      classes; data.file and data.target select a table of your own.

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

  @Flag(help: "Train the full network too and compare.")
  var full = false

  @Flag(help: "Train a classifier instead and show the collapse of its classes, layer by layer.")
  var collapse = false

  private static let defaults = ["training.learningRate=0.1", "training.steps=1000"]
  private static let collapseDefaults = [
    "training.learningRate=0.01", "training.steps=1000", "reduce.weightLayers=4", "reduce.initScale=0.5",
  ]

  mutating func run() throws {
    if full && collapse {
      throw CommandFailure(status: .usage, lines: ["--full and --collapse exclude each other; give one of them"])
    }
    let run = ExperimentRun(
      output: options.output, keeping: keeping, arrays: matrices.arrays)
    if collapse {
      let configuration = try options.load(
        for: ClassCollapse.self, defaults: Self.collapseDefaults, refusals: { _ in [] })
      let classes = try CommandFailure.unless(CommandFailure.init) { () throws(ExperimentFailure) in
        try Self.classes(configuration)
      }
      try run.run(classes, of: configuration.identity(of: ClassCollapse.keys), next: nextCollapse)
    } else {
      let configuration = try options.load(for: Reduce.self, defaults: Self.defaults, refusals: { _ in [] })
      try run.run(reduction(configuration), of: configuration.identity(of: Reduce.keys), next: nextReduction)
    }
  }

  private static func training(_ configuration: Configuration) -> ChainTraining {
    ChainTraining(
      scales: configuration.reduction.initScale, optimizer: configuration.problem.optimizer,
      steps: configuration.problem.time.steps ?? 0, rows: configuration.problem.time.rows,
      isMean: configuration.reduction.loss == .mean, seed: configuration.simulation.seed)
  }

  private func reduction(_ configuration: Configuration) -> Reduce {
    let settings = configuration.reduction
    let target: ReductionTarget =
      if let file = configuration.targetFile {
        .matrix(name: file.path, rows: file.rows, columns: file.columns, entries: file.entries, kept: settings.rank)
      } else {
        .random(size: settings.size, rank: settings.rank ?? 1)
      }
    return Reduce(
      target, Self.training(configuration), start: settings.start == .gaussian ? .gaussian : .orthogonal,
      inputDecay: settings.inputDecay, observed: settings.observed, outerRate: settings.outerRate, trainsFull: full)
  }

  private static func classes(_ configuration: Configuration) throws(ExperimentFailure) -> ClassCollapse {
    let settings = configuration.reduction
    guard let table = configuration.table, let file = configuration.dataFile else {
      return try ClassCollapse(
        classes: settings.classes, perClass: settings.samplesPerClass, units: settings.size, training(configuration))
    }
    guard file.split == nil else {
      throw ExperimentFailure(
        .refused, ["data.split: classes are collapsed on all rows of one table; use data.file alone"])
    }
    return try ClassCollapse(
      table, named: file.path, target: file.target, standardize: file.standardize, units: settings.size,
      training(configuration))
  }

  /// A suggested command after a reduction.
  private func nextReduction(_ result: ReducedNetwork) -> [String] {
    guard result.hasFull else {
      return [NextCommand(options.words, flags: ["--full"]).text("reduce", "compare with the full network")]
    }
    let same = NextCommand(options.words)
    if let errors = result.rows.last?.completion, errors.small > errors.full {
      let longer = same.replacing("training.learningRate", by: "2").replacing("training.steps", by: "3000")
      return [longer.text("reduce", "a completion takes larger and more steps")]
    }
    let isGaussian = result.setting.start == .gaussian
    let other = same.replacing("reduce.start", by: isGaussian ? "orthogonal" : "gaussian")
    return [
      other.text(
        "reduce", isGaussian ? "from an orthogonal start, where the law holds" : "from another start")
    ]
  }

  private func nextCollapse(_ result: CollapsedClasses) -> [String] {
    let deeper = NextCommand(options.words, flags: ["--collapse"])
      .replacing("reduce.weightLayers", by: String(result.setting.training.scales.count + 2))
    return [deeper.text("reduce", "a deeper network")]
  }
}
