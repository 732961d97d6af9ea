import ArgumentParser
import Experiments
import MeanField
import Reports

/// `dmft solve`: predict the curves, train nothing.
struct SolveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solve",
    abstract: "Predict the loss curve of a deep linear network without training it.",
    usage: """
      dmft solve [CONFIG] [key=value ...] [-o DIR] [--compare-limits]
                 [--spectra [STEPS]] [--sharpness [STEPS]]
                 [--arrays] [--figures] [--json] [--quiet]
      """,
    discussion: """
      Examples:
        dmft solve
        dmft solve configs/digits.yaml
        dmft solve configs/digits.yaml training.learningRate=0.02 -o runs/digits
        dmft solve --spectra --sharpness 0,10,100 network.richness=4
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var keeping: RunOptions
  @OptionGroup var matrices: ArrayOptions
  @OptionGroup var workers: WorkerOptions
  @OptionGroup var spectra: SpectraOptions

  @Flag(help: "Also show the exact limits near this problem and how far the solver is from each.")
  var compareLimits = false

  mutating func run() throws {
    let configuration = try options.load(for: Solve.self)
    options.note(configuration.problem)
    try ExperimentRun(
      output: options.output, keeping: keeping, arrays: matrices.arrays,
      workers: try workers.count
    ).run(
      try CommandFailure.unless(CommandFailure.init) { () throws(ExperimentFailure) in
        try Solve(
          configuration.problem, rows: try configuration.preparedClasses(), comparesLimits: compareLimits,
          spectra: spectra.request)
      }, of: configuration.identity(of: Solve.keys), next: next)
  }

  /// Suggested commands for the same problem.
  private func next(_ prediction: Prediction) -> [String] {
    let same = NextCommand(options.words)
    let explain = same.text("explain", "every value and its origin")
    if case .diverged = prediction.outcome {
      guard let rate = prediction.stableRate?.learningRate, rate > 0, rate.isFinite else { return [explain] }
      let name = prediction.stableRate?.isFound == true ? "half the largest stable rate" : "half a stable rate"
      let half = same.replacing("training.learningRate", by: NumberText.brief(rate / 2), orGivenAs: "training.sgdRate")
      return [explain, half.text("solve", name)]
    }
    guard let folder = keeping.folder else {
      return [
        explain,
        NextCommand(options.words, flags: ["-o", "runs/first"]).text("solve", "keep the curve as a run folder"),
      ]
    }
    return [explain, NextCommand([folder]).text("plot", "its figures")]
  }
}
