import ArgumentParser
import Experiments

/// Steps behind a flag that may stand alone.
struct StepList: ExpressibleByArgument, Sendable {
  let steps: SpectraSteps
  /// What stands for a flag without steps.
  static let usual = "usual"

  init?(argument: String) {
    if argument == Self.usual {
      steps = .spread
      return
    }
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !numbers.isEmpty, numbers.allSatisfy({ ($0 ?? -1) >= 0 }) else { return nil }
    steps = .some(numbers.compactMap { $0 })
  }
}

/// `--spectra [STEPS]` and `--sharpness [STEPS]`.
struct SpectraOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Also the singular values of the weights that leave their bulk, at steps such as 1,10,100 (default: twelve on a log scale).",
      valueName: "steps"))
  var spectra: StepList?

  @Option(
    help: ArgumentHelp(
      "Also the largest eigenvalue of the Gauss-Newton matrix, against 2 over the rate, at steps likewise.",
      valueName: "steps"))
  var sharpness: StepList?

  var request: SpectraRequest { SpectraRequest(weights: spectra?.steps, sharpness: sharpness?.steps) }

  /// The words of a command line with the usual steps behind each of these flags that has none: what follows may be CONFIG.
  static func completed(_ words: [String]) -> [String] {
    words.enumerated().flatMap { index, word -> [String] in
      guard word == "--spectra" || word == "--sharpness" else { return [word] }
      let next = index + 1 < words.count ? words[index + 1] : ""
      let isList = next.first?.isNumber == true && next.allSatisfy { $0.isNumber || $0 == "," }
      return isList ? [word] : [word, StepList.usual]
    }
  }
}
