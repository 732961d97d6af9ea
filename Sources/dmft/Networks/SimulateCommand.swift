import ArgumentParser
import DeepLinear
import FiniteWidth
import Foundation
import Logging
import Parallel
import Records
import Validation

/// `dmft simulate`: train networks of finite width.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Train finite networks by exact gradient steps: means over random draws, with their errors.",
    usage: "dmft simulate [CONFIG] [key=value ...] [-o DIR] [--arrays] [--figures] [--workers n] [--json] [--quiet]",
    discussion: """
      Trains simulation.replicas networks (32) from simulation.seed (1); the
      same seed gives the same numbers on any number of cores. With -o,
      finished networks are kept while it runs: after an interrupt (exit 75)
      the same command goes on.

      Examples:
        dmft simulate configs/digits.yaml simulation.replicas=64
        dmft simulate network.width=1024 data.inputDimension=1024 -o runs/wide
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var keeping: RunOptions
  @OptionGroup var matrices: ArrayOptions
  @OptionGroup var simulation: SimulationOptions

  mutating func run() throws {
    let configuration = try options.load(refusals: Simulator.refusals)
    let log = NoticeHandler.logger(quiet: options.output.quiet)
    let runFolder = try keeping.claim(configuration.identity, command: "simulate", arrays: matrices.arrays, log)
    let wantsArrays = matrices.arrays && keeping.folder != nil
    let simulator = try SimulationOptions.simulator(configuration.problem, configuration, keepsTwoTimes: wantsArrays)
    let replicas = configuration.simulation.replicas
    let workers = try simulation.workers(for: simulator)
    if !options.output.json {
      print(ProblemText.line(simulator.problem))
      print(SimulationOptions.cost(simulator, replicas: replicas, workers: workers))
    }
    let clock = ContinuousClock.now
    let stop = StopSignal()
    let units = try EnsembleTraining.units(runFolder)
    // To the very end: a signal while the result is written comes too late to matter.
    let interruption = Interruption(stop, saying: units == nil ? Interruption.nothingKept : Interruption.networksKept)
    defer { interruption.end() }
    let training = EnsembleTraining(
      simulator: simulator, replicas: replicas, workers: workers, group: "",
      units: units, keepsTwoTimes: wantsArrays)
    let trained = try training.run(stop: stop, quiet: options.output.quiet, log)
    let report = SimulateReport(
      configuration: configuration, problem: simulator.problem, ensemble: trained.ensemble(simulator),
      sums: trained.sums, seconds: (ContinuousClock.now - clock) / .seconds(1))
    if !options.output.json { for line in report.lines { print(line) } }
    try keeping.write(
      report.record, to: runFolder, isListed: !options.output.json, log)
    if options.output.json {
      print(report.json.text())
    } else {
      var next = NextCommand(options.words)
      if replicas < Agreement.leastReplicas {
        next = next.replacing("simulation.replicas", by: "32", orGivenAs: "simulation.replicas")
      }
      print("next:  " + next.text("validate") + "    (the same beside the theory, with a verdict)")
    }
  }
}
