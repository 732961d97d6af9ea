import ArgumentParser
import DeepLinear
import FiniteWidth
import Foundation
import Logging
import MeanField
import Parallel
import Records
import Validation

/// `dmft validate`: theory and trained networks, compared.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Compare the theory with trained networks: they agree, disagree, or these can't tell.",
    usage: """
      dmft validate [CONFIG] [key=value ...] [-o DIR] [--theory key=value ...] [--sizes D,D,...] [--arrays] \
      [--figures] [--workers n] [--json] [--quiet]
      """,
    discussion: """
      Trains simulation.replicas networks (32) and prints their means beside the
      theory; z is the difference in standard errors, m marks a median.

      Around the networks' losses lies a band that holds at all steps together
      in 99 of 100 cases. They agree (exit 0) where all of it is within
      validation.tolerance (0.05) times the theory, disagree (exit 1) where at
      any step of either loss all of it is beyond; otherwise these networks
      cannot tell (exit 3), and the verdict says how many could. p asks whether
      there is any difference at all: finite networks have a bias of order 1/D,
      which --sizes extrapolates. With -o an interrupted run (exit 75) goes on
      when the same command is given again.

      Examples:
        dmft validate configs/digits.yaml
        dmft validate configs/digits.yaml -o runs/digits --figures
        dmft validate data.noise=0.3 --sizes 64,128,256
        dmft validate configs/digits.yaml --theory training.learningRate=0.02
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var keeping: RunOptions
  @OptionGroup var matrices: ArrayOptions
  @OptionGroup var simulation: SimulationOptions

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("A key changed on the theory's side only; may be repeated.", valueName: "key=value"),
    completion: WordCompletion.configuration)
  var theory: [String] = []

  @Option(help: ArgumentHelp("Input dimensions to compare at, width and samples in proportion.", valueName: "D,D,..."))
  var sizes: String?

  mutating func run() throws {
    // Where both can't, the first word is enough.
    let refusals: (TrainingProblem) -> [Refusal] = { problem in
      let first = Simulator.refusals(problem)
      return first + Solver.refusals(problem).filter { second in !first.contains { $0.key == second.key } }
    }
    let configuration = try options.load(refusals: refusals)
    let predicted = try predictedProblem(configuration)
    try refuseFewReplicas(configuration)
    let log = NoticeHandler.logger(quiet: options.output.quiet)
    let runFolder = try keeping.claim(
      configuration.identity, command: "validate", options: decisiveOptions, arrays: matrices.arrays, log)
    let clock = ContinuousClock.now
    let trials = try trials(configuration, predicted)
    if !options.output.json { try printHead(trials, configuration) }
    let units = try EnsembleTraining.units(runFolder)
    let interruption = Interruption(saying: units == nil ? Interruption.nothingKept : Interruption.networksKept)
    defer { interruption.end() }
    var compared: [ValidatedSize] = []
    for trial in trials {
      compared.append(try compare(trial, configuration, units, isOnly: trials.count == 1, interruption, log))
    }
    var report = ValidateReport(
      configuration: configuration, theory: theory, sizes: compared,
      seconds: (ContinuousClock.now - clock) / .seconds(1))
    if !options.output.json { for line in report.lines { print(line) } }
    if report.verdict != .agrees, theory.isEmpty {
      // Only worth a word where it explains something.
      report.stableRate = try SolverAccess.stableRate(
        report.largest.solution.problem, patience: 10, NoticeHandler.logger(quiet: true))
      if let excuse = report.excuse, !options.output.json { print(excuse) }
    }
    // A signal while the result is written comes too late to matter.
    interruption.now(stops: StopSignal())
    try keeping.write(
      report.record, to: runFolder, isListed: !options.output.json, log)
    print(options.output.json ? report.json.text() : report.verdictLine)
    switch report.verdict {
    case .agrees: break
    case .disagrees: throw ExitStatus.exit(.checkFailed)
    case .cannotTell: throw ExitStatus.exit(.undecided)
    }
  }

  /// What beside the configuration decides the result; a run folder keeps to it.
  private var decisiveOptions: [String] {
    let dimensions = sizes?.split(separator: ",").map(String.init).sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }
    return theory.map { "--theory \($0)" } + (dimensions.map { ["--sizes " + $0.joined(separator: ",")] } ?? [])
  }

  /// The theory's side: the same problem, or one with keys of its own.
  private func predictedProblem(_ configuration: Configuration) throws(CommandFailure) -> TrainingProblem {
    guard !theory.isEmpty else { return configuration.problem }
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
    return try options.load(further: theory, refusals: Solver.refusals).problem
  }

  /// Keys that say how long, how often and how strictly is compared, not what the theory is.
  private static let sharedKeys = [
    "simulation.", "validation.", "transfer.", "training.steps=", "training.rows=", "training.time=",
    "training.horizon=",
  ]

  private func refuseFewReplicas(_ configuration: Configuration) throws(CommandFailure) {
    let replicas = configuration.simulation.replicas
    guard replicas < Agreement.leastReplicas else { return }
    throw CommandFailure(
      status: .badInput,
      lines: [
        "simulation.replicas: a verdict needs at least \(Agreement.leastReplicas) trained networks, got \(replicas)"
      ])
  }

  private func printHead(_ trials: [Trial], _ configuration: Configuration) throws {
    for trial in trials {
      print(ProblemText.line(trial.simulator.problem))
      let workers = try simulation.workers(for: trial.simulator)
      print(
        SimulationOptions.cost(trial.simulator, replicas: configuration.simulation.replicas, workers: workers)
          + "; theory \(NumberText.seconds(trial.solver.cost.seconds))")
    }
    if !theory.isEmpty { print("theory with: " + theory.joined(separator: " ")) }
  }
}

/// One size at which theory and networks are compared, before either is computed.
private struct Trial {
  let simulator: Simulator
  let solver: Solver
}

extension ValidateCommand {
  private func trials(_ configuration: Configuration, _ predicted: TrainingProblem) throws(CommandFailure) -> [Trial] {
    var trials: [Trial] = []
    let dimensions = try dimensions(configuration.problem)
    for dimension in dimensions {
      let wantsArrays = keepsTwoTimes && dimension == dimensions.last
      // Both sides take the whole numbers that networks have.
      let trial = Trial(
        simulator: try SimulationOptions.simulator(
          configuration.problem.withWholeSizes(dimension: dimension), configuration, keepsTwoTimes: wantsArrays),
        solver: try SolverAccess.solver(predicted.withWholeSizes(dimension: dimension)))
      try SolverAccess.refuseBeyondMemory(trial.solver.cost, trial.solver.problem)
      _ = try simulation.workers(for: trial.simulator)
      trials.append(trial)
    }
    return trials
  }

  /// Only the largest size leaves arrays.
  private var keepsTwoTimes: Bool { matrices.arrays && keeping.folder != nil }

  /// Input dimensions in rising order; nil for the one of the configuration.
  private func dimensions(_ problem: TrainingProblem) throws(CommandFailure) -> [Int?] {
    guard let sizes else { return [nil] }
    let words = sizes.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = words.compactMap { Int($0) }.filter { $0 >= 1 && $0 <= 1_000_000 }
    guard numbers.count == words.count, Set(numbers).count == numbers.count, numbers.count >= 2 else {
      throw CommandFailure(
        status: .usage,
        lines: ["--sizes \(sizes): expected two or more different input dimensions, as in --sizes 64,128,256"])
    }
    if case .measured = problem.data.spectrum {
      throw CommandFailure(status: .badInput, lines: ["--sizes: a table has the size it has; leave --sizes out"])
    }
    if problem.data.isTraceClass {
      throw CommandFailure(
        status: .badInput,
        lines: ["--sizes: with data.spectrum.scale top the input dimension is no size; use data.spectrum.scale=mean"])
    }
    return numbers.sorted()
  }

  private func compare(
    _ trial: Trial, _ configuration: Configuration, _ units: UnitStore?, isOnly: Bool, _ interruption: Interruption,
    _ log: Logger
  ) throws -> ValidatedSize {
    let solution = trial.solver.solve()
    let problem = trial.simulator.problem
    let training = EnsembleTraining(
      simulator: trial.simulator, replicas: configuration.simulation.replicas,
      workers: try simulation.workers(for: trial.simulator),
      group: isOnly ? "" : "\(problem.data.inputDimension)-", units: units,
      keepsTwoTimes: trial.simulator.keepsTwoTimes)
    // Only training can stop between two pieces; theory and comparison are left at once.
    let stop = StopSignal()
    interruption.now(stops: stop)
    let trained = try training.run(stop: stop, quiet: options.output.quiet, log)
    interruption.now(stops: nil)
    return ValidatedSize(
      problem: problem, solution: solution, ensemble: trained.ensemble(trial.simulator), sums: trained.sums,
      tolerance: configuration.validationTolerance, seed: configuration.simulation.seed)
  }
}
