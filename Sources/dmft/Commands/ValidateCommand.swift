import ArgumentParser
import Configurations
import Experiments
import MeanField

/// `dmft validate`: theory and trained networks, compared.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Compare the theory with trained networks: they agree, disagree, or the networks cannot tell.",
    usage: """
      dmft validate [CONFIG] [key=value ...] [-o DIR]
                           [--theory key=value ...] [--sizes D,D,...]
                           [--spectra [STEPS]] [--sharpness [STEPS]]
                           [--arrays] [--figures] [--workers n] [--json]
                           [--quiet]
      """,
    discussion: """
      Trains simulation.replicas networks (32) and prints their means and the
      theory; z is the difference in standard errors, m marks a median.

      Around the networks' losses lies a band that holds at all steps together
      in 99 of 100 cases. They agree (exit 0) where all of it is within
      validation.tolerance (0.05) times the theory, disagree (exit 1) where at
      any step of either loss all of it is beyond; otherwise these networks
      cannot tell (exit 3), and the verdict says how many could. p asks whether
      there is any difference at all: finite networks have a bias of order 1/D,
      which --sizes extrapolates. With -o the same command continues an
      interrupted run (exit 75).

      Examples:
        dmft validate configs/digits.yaml
        dmft validate configs/digits.yaml -o runs/digits --figures
        dmft validate data.noise=0.3 --sizes 64,128,256
        dmft validate configs/digits.yaml --theory training.learningRate=0.02
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var keeping: RunOptions
  @OptionGroup var matrices: ArrayOptions
  @OptionGroup var workers: WorkerOptions
  @OptionGroup var spectra: SpectraOptions

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("A key changed on the theory's side only; may be repeated.", valueName: "key=value"),
    completion: WordCompletion.configuration)
  var theory: [String] = []

  @Option(help: ArgumentHelp("Input dimensions to compare at, width and samples in proportion.", valueName: "D,D,..."))
  var sizes: String?

  mutating func run() throws {
    let configuration = try options.load(for: Validate.self, refusals: Validate.refusals)
    let other = try otherTheory()
    let dimensions = try dimensions()
    let correlations = matrices.arrays && keeping.folder != nil
    try ExperimentRun(
      output: options.output, keeping: keeping, arrays: matrices.arrays,
      workers: try workers.count, isResumable: true
    ).run(
      try CommandFailure.unless(CommandFailure.init) { () throws(ExperimentFailure) in
        try Validate(
          configuration.problem, rows: try configuration.preparedRows(), theory: other, dimensions: dimensions,
          replicas: configuration.simulation.replicas, seed: configuration.simulation.seed,
          tolerance: configuration.validationTolerance, measuresCorrelations: correlations,
          spectra: spectra.request)
      }, of: configuration.identity(of: Validate.keys))
  }

  /// The theory's side where it has keys of its own.
  private func otherTheory() throws(CommandFailure) -> Validate.OtherTheory? {
    guard !theory.isEmpty else { return nil }
    if let wrong = theory.first(where: { !$0.contains("=") }) {
      throw CommandFailure(
        status: .usage, lines: ["--theory \(wrong): expected key=value, as in --theory data.noise=0.1"])
    }
    let shared = theory.filter { word in Self.sharedKeys.contains { word.hasPrefix($0) } }
    guard shared.isEmpty else {
      throw CommandFailure(
        status: .badInput,
        lines: shared.map { "--theory \($0): theory and networks share this key; set it without --theory" })
    }
    let configuration = try options.load(
      further: theory, uses: Validate.keys, refusals: { Solver.refusals($0.ofTheory) })
    return Validate.OtherTheory(configuration.problem, changes: theory)
  }

  /// Keys that say how long, how often and how strictly is compared, not what the theory is.
  private static let sharedKeys = [
    "simulation.", "validation.", "transfer.", "training.steps=", "training.rows=", "training.time=",
    "training.horizon=",
  ]

  /// Input dimensions; none for the one of the configuration.
  private func dimensions() throws(CommandFailure) -> [Int] {
    guard let sizes else { return [] }
    let words = sizes.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = words.compactMap { Int($0) }.filter { $0 >= 1 && $0 <= 1_000_000 }
    guard numbers.count == words.count, Set(numbers).count == numbers.count, numbers.count >= 2 else {
      throw CommandFailure(
        status: .usage,
        lines: ["--sizes \(sizes): expected two or more different input dimensions, as in --sizes 64,128,256"])
    }
    return numbers
  }
}
