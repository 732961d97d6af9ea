import ArgumentParser
import Configurations
import Experiments
import FiniteWidth

/// `dmft layers`: how each layer grows.
struct LayersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "layers",
    abstract: "Growth of each layer, its phases, conserved quantities; linear networks compared with ReLU.",
    usage: """
      dmft layers [CONFIG] [key=value ...] [-o DIR] [--figures]
                         [--workers n] [--json] [--quiet]
      """,
    discussion: """
      Trains simulation.replicas small networks sample by sample, by steps or by
      gradient flow (training.time=flow), and compares them with the theory where
      it holds. With layers.activation=relu the linear network and the one with
      gates frozen at the start are trained on the same data from the same
      weights; those behind gates get the factor sqrt 2 that ReLU needs
      (layers.gain). Plain chains on a batch only, of any parameterisation, data
      and optimiser.

      Examples:
        dmft layers
        dmft layers layers.activation=relu
        dmft layers configs/related/balanced-layers.yaml
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var keeping: RunOptions
  @OptionGroup var workers: WorkerOptions

  /// The built-in example: small enough for a second, with a start small enough for a plateau.
  private static let example = [
    "network.width=64", "data.inputDimension=64", "data.samples=256", "network.initScale=0.3", "training.steps=300",
    "simulation.replicas=8",
  ]

  mutating func run() throws {
    let isExample = options.words.allSatisfy { ProblemWords.isSetting($0) && !$0.hasPrefix("data.file=") }
    let configuration = try options.load(
      for: Layers.self, defaults: isExample ? Self.example : [], refusals: { LayerProblem.refusals($0) })
    if isExample {
      let said = options.words.isEmpty ? "the built-in example" : "the built-in example, with your keys"
      options.log.notice("\(said): dmft layers \(Self.example.joined(separator: " "))")
    }
    let growth = configuration.growth
    let start: LayerStart =
      switch growth.start {
      case .random: .random
      case .balanced(let share): .balanced(share: share)
      }
    // The key of all networks says the same as the command's own.
    let architecture = configuration.problem.architecture
    let isBent = growth.activation != .linear || architecture.activation == .relu
    let gain =
      growth.gain.flatMap { LayerGain(rawValue: $0.rawValue) }
      ?? (isBent && architecture.gain == .keep ? .he : .none)
    let layers = try CommandFailure.unless(CommandFailure.init) { () throws(ExperimentFailure) in
      try Layers(
        configuration.problem.ofTheory, table: configuration.preparedRows(),
        activation: isBent ? .relu : .linear,
        start: start, gain: gain, isWhitened: growth.isWhitened,
        replicas: configuration.simulation.replicas, seed: configuration.simulation.seed)
    }
    try ExperimentRun(output: options.output, keeping: keeping, workers: try workers.count).run(
      layers, of: configuration.identity(of: Layers.keys), next: next)
  }

  /// The other activation on the same problem.
  private func next(_ result: LayerDynamics) -> [String] {
    let isLinear = result.own.activation == .linear
    let other = NextCommand(options.words).replacing("layers.activation", by: isLinear ? "relu" : "linear")
    return [other.text("layers", isLinear ? "the effect of ReLU gates" : "compare with the theory")]
  }
}
