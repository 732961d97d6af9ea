import ArgumentParser
import Committee
import Configurations
import Experiments

/// `dmft committee`: one hidden layer of few units that learns a teacher.
struct CommitteeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "committee",
    abstract: "Few non-linear units (erf, ReLU) learn a teacher: loss, plateaus, rates.",
    usage: """
      dmft committee [CONFIG] [key=value ...] [--validate] [--rates]
                     [-o DIR] [--figures] [--workers n] [--json] [--quiet]
      """,
    discussion: """
      A student of committee.studentUnits hidden units learns a teacher of
      committee.teacherUnits by one-pass SGD. For many inputs the loss obeys
      closed equations of a few overlaps, exact for non-linear units too; they
      are integrated to committee.horizon (steps over input dimension). Plateaus
      are marked, and which student unit follows which teacher unit. erfScaled
      is erf(x/sqrt 2). The sections network, data and training have no effect,
      but for data.inputDimension: that of networks (1000 here).

      --validate trains simulation.replicas networks (64 here) beside it and
      says whether both agree within validation.tolerance (exit 1: they do not,
      3: these networks cannot tell). --rates finds the rate with the least loss
      at the horizon, and the largest that ends below its start.

      Examples:
        dmft committee
        dmft committee committee.activation=relu committee.studentUnits=4
        dmft committee configs/related/committee.yaml --validate -o runs/c
        dmft committee committee.readout=trained committee.noise=0.1 --rates
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var keeping: RunOptions
  @OptionGroup var workers: WorkerOptions

  @Flag(help: "Train networks beside the theory and compare.")
  var validate = false

  @Flag(help: "Find the best learning rate and the largest stable one.")
  var rates = false

  private static let defaults = ["data.inputDimension=1000", "simulation.replicas=64"]

  mutating func run() throws {
    let configuration = try options.load(for: CommitteeMachine.self, defaults: Self.defaults, refusals: { _ in [] })
    let settings = configuration.committee
    let networks = CommitteeMachine.Networks(
      count: configuration.simulation.replicas, dimension: configuration.problem.data.inputDimension,
      seed: configuration.simulation.seed, tolerance: configuration.validationTolerance)
    let (hasNetworks, hasRates) = (validate, rates)
    let experiment = try CommandFailure.unless(CommandFailure.init) { () throws(ExperimentFailure) in
      try CommitteeMachine(
        Self.problem(configuration), horizon: settings.horizon, tolerance: settings.tolerance,
        networks: hasNetworks ? networks : nil, searchesRates: hasRates)
    }
    try ExperimentRun(output: options.output, keeping: keeping, workers: try workers.count).run(
      experiment, of: configuration.identity(of: CommitteeMachine.keys), next: next)
  }

  private static func problem(_ configuration: Configuration) -> CommitteeProblem {
    let settings = configuration.committee
    let overlaps =
      settings.isDrawn
      ? Overlaps.drawn(
        studentUnits: settings.studentUnits, teacherUnits: settings.teacherUnits, norm: settings.norm,
        dimension: configuration.problem.data.inputDimension, seed: configuration.simulation.seed)
      : Overlaps(student: settings.student, mixed: settings.mixed, teacher: settings.teacher)
    return CommitteeProblem(
      activation: settings.activation == "relu" ? .relu : .erfScaled, overlaps: overlaps,
      studentReadout: settings.studentReadout, teacherReadout: settings.teacherReadout,
      learningRate: settings.learningRate, readout: settings.readoutRate.map { .trained(rate: $0) } ?? .fixed,
      samplesPerStep: settings.samplesPerStep, weightDecay: settings.weightDecay, noise: settings.noise)
  }

  /// A suggested command after a prediction.
  private func next(_ result: LearnedCommittee) -> [String] {
    if result.rates == nil, result.curve.divergence != nil {
      return [NextCommand(options.words, flags: ["--rates"]).text("committee", "which rates are stable")]
    }
    guard result.networks != nil else {
      return [NextCommand(options.words, flags: ["--validate"]).text("committee", "compare with trained networks")]
    }
    guard result.rates == nil else { return [] }
    return [NextCommand(options.words, flags: ["--rates"]).text("committee", "the best learning rate")]
  }
}
