import ArgumentParser
import DeepLinear
import FiniteWidth
import Foundation
import Logging
import MeanField
import Parallel
import Records

/// `dmft layers`: how each layer grows.
struct LayersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "layers",
    abstract: "Growth of each layer, its phases, what is conserved; linear networks beside ReLU.",
    usage: "dmft layers [CONFIG] [key=value ...] [-o DIR] [--figures] [--workers n] [--json] [--quiet]",
    discussion: """
      Trains simulation.replicas small networks sample by sample, by steps or by
      gradient flow (training.time=flow), and sets them beside the theory where it
      holds. With layers.activation=relu the linear network and the one with gates
      frozen at the start are trained on the same data from the same weights.
      Plain chains on a batch only, of any parameterisation, data and optimiser.

      Examples:
        dmft layers
        dmft layers layers.activation=relu
        dmft layers configs/neighbours/balanced-layers.yaml
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var keeping: RunOptions
  @OptionGroup var threads: WorkerOptions

  /// The built-in example: small enough for a second, with a start small enough for a plateau.
  private static let example = [
    "network.width=64", "data.inputDimension=64", "data.samples=256", "network.initScale=0.3", "training.steps=300",
    "simulation.replicas=8",
  ]

  mutating func run() throws {
    let isExample = options.words.allSatisfy { $0.contains("=") && !$0.hasPrefix("data.file=") }
    let configuration = try options.load(
      defaults: isExample ? Self.example : [], scope: .growth, refusals: { LayerProblem.refusals($0) })
    let log = NoticeHandler.logger(quiet: options.output.quiet)
    options.noteUnused(configuration, by: "layers", log)
    if isExample {
      let said = options.words.isEmpty ? "the built-in example" : "the built-in example, where you say nothing else"
      log.notice("\(said): dmft layers \(Self.example.joined(separator: " "))")
    }
    let runFolder = try keeping.claim(configuration.identity, command: "layers", log)
    let study = try LayersStudy(configuration)
    let workers = try study.workersThatFit(asked: threads.count)
    if !options.output.json {
      print(ProblemText.line(study.layers.problem))
      print("cost: " + NumberText.seconds(study.seconds(workers: workers)) + " for \(study.networks) networks")
    }
    fflush(nil)
    let clock = ContinuousClock.now
    let stop = StopSignal()
    let interruption = Interruption()
    defer { interruption.end() }
    let theory = try study.theory()
    interruption.now(stops: stop)
    let result = try study.run(
      workers: workers, beside: theory, stop: stop, progress: ProgressLine(quiet: options.output.quiet))
    let report = LayersReport(
      configuration: configuration, study: study, result: result, seconds: (ContinuousClock.now - clock) / .seconds(1))
    if !options.output.json { for line in report.lines { print(line) } }
    let record = LayersRecord(report: report)
    try keeping.write(
      record.record, to: runFolder,
      isListed: !options.output.json, log)
    if options.output.json {
      print(record.json.text())
    } else {
      let next = NextCommand(options.words)
      let other = study.activation == .linear ? "relu" : "linear"
      print(
        "next:  "
          + next.replacing("layers.activation", by: other, orGivenAs: "layers.activation").text("layers")
          + (other == "relu" ? "    (what gates break)" : "    (beside the theory)"))
    }
  }
}
