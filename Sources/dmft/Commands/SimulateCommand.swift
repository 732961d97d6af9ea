import ArgumentParser
import Experiments
import FiniteWidth
import Validation

/// `dmft simulate`: train networks of finite width.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Train finite networks by exact gradient steps: means over random draws, with their errors.",
    usage: """
      dmft simulate [CONFIG] [key=value ...] [-o DIR] [--arrays]
                           [--spectra [STEPS]] [--sharpness [STEPS]]
                           [--figures] [--workers n] [--json] [--quiet]
      """,
    discussion: """
      Trains simulation.replicas networks (32) from simulation.seed (1); the
      same seed gives the same numbers on any number of cores. With -o,
      finished networks are kept while it runs: after an interrupt (exit 75)
      run the same command again to continue.

      Examples:
        dmft simulate configs/digits.yaml simulation.replicas=64
        dmft simulate network.width=1024 data.inputDimension=1024 -o runs/wide
        dmft simulate --spectra --sharpness network.richness=4
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var keeping: RunOptions
  @OptionGroup var matrices: ArrayOptions
  @OptionGroup var workers: WorkerOptions
  @OptionGroup var spectra: SpectraOptions

  mutating func run() throws {
    let configuration = try options.load(for: Simulate.self, refusals: Simulator.refusals)
    let correlations = matrices.arrays && keeping.folder != nil
    try ExperimentRun(
      output: options.output, keeping: keeping, arrays: matrices.arrays,
      workers: try workers.count, isResumable: true
    ).run(
      try CommandFailure.unless(CommandFailure.init) { () throws(ExperimentFailure) in
        try Simulate(
          configuration.problem, rows: try configuration.preparedRows(), replicas: configuration.simulation.replicas,
          seed: configuration.simulation.seed, measuresCorrelations: correlations,
          spectra: spectra.request)
      }, of: configuration.identity(of: Simulate.keys), next: next)
  }

  private func next(_ networks: TrainedNetworks) -> [String] {
    var next = NextCommand(options.words)
    if networks.networks < Agreement.leastReplicas { next = next.replacing("simulation.replicas", by: "32") }
    return [next.text("validate", "compare with the theory, with a verdict")]
  }
}
