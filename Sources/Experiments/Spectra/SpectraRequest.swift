import FiniteWidth
import Foundation
import MeanField
import Problems

/// At which steps something is looked at that costs more than a row of a curve.
public enum SpectraSteps: Hashable, Sendable {
  /// About twelve on a logarithmic scale, the last step among them.
  case spread
  /// These.
  case some([Int])

  /// How many are spread.
  static let usual = 12

  /// - Parameters:
  ///   - last: the last step of the run.
  ///   - first: the earliest that says anything, 0 or 1.
  /// - Returns: the steps, rising.
  func steps(upTo last: Int, from first: Int) -> [Int] {
    switch self {
    case .some(let steps): return Array(Set(steps)).sorted()
    case .spread:
      guard last > first else { return [last] }
      let count = Self.usual - (first == 0 ? 1 : 0)
      let powers = (0..<count).map { Int(pow(Double(last), Double($0) / Double(count - 1)).rounded()) }
      return Array(Set((first == 0 ? [0] : []) + powers)).sorted()
    }
  }

  /// As it is written behind a flag; empty for the usual steps.
  var words: String {
    switch self {
    case .spread: ""
    case .some(let steps): "=" + steps.map(String.init).joined(separator: ",")
    }
  }
}

/// What is asked beside the curve: spectra of the weights, sharpness.
public struct SpectraRequest: Hashable, Sendable {
  /// Steps at which the singular values of the weights are looked at; nil: at none.
  public var weights: SpectraSteps?
  /// Steps at which the Gauss-Newton matrix is looked at; nil: at none.
  public var sharpness: SpectraSteps?

  /// - Parameters:
  ///   - weights: steps for the singular values of the weights.
  ///   - sharpness: steps for the Gauss-Newton matrix.
  public init(weights: SpectraSteps? = nil, sharpness: SpectraSteps? = nil) {
    self.weights = weights
    self.sharpness = sharpness
  }

  /// As options of the command.
  var options: [String] {
    [weights.map { "--spectra" + $0.words }, sharpness.map { "--sharpness" + $0.words }].compactMap { $0 }
  }

  /// What is not derived for a problem, and steps that it has not.
  func refusals(_ solver: Solver) -> [Refusal] {
    let reasons =
      (weights == nil ? [] : solver.refusalsOfSpectra)
      + (sharpness == nil ? [] : Solver.refusalsOfSharpness(solver.problem))
    return reasons.isEmpty ? refusalsOfSteps(solver.problem) : reasons
  }

  /// Steps at which networks of a problem are looked at.
  func measured(_ problem: TrainingProblem) -> MeasuredSteps {
    guard case .discrete(let last) = problem.time.kind else { return MeasuredSteps() }
    return MeasuredSteps(
      weights: weights?.steps(upTo: last, from: 1) ?? [], sharpness: sharpness?.steps(upTo: last, from: 0) ?? [])
  }

  /// Steps that a problem has not.
  func refusalsOfSteps(_ problem: TrainingProblem) -> [Refusal] {
    guard case .discrete(let last) = problem.time.kind else { return [] }
    let beyond = [weights, sharpness].compactMap { $0 }.flatMap { $0.steps(upTo: last, from: 0) }
      .filter { $0 < 0 || $0 > last }
    guard let step = beyond.first else { return [] }
    return [
      Refusal(
        key: "training.steps", reason: "step \(step) was asked for, and there are the steps 0 to \(last)",
        suggestion: "use steps up to \(last), or a larger training.steps")
    ]
  }

  /// Seconds of one core, right within a factor of some: of counting, which costs the cube of the step.
  func seconds(_ problem: TrainingProblem) -> Double {
    guard case .discrete(let last) = problem.time.kind else { return 0 }
    let (layers, outputs) = (Double(problem.architecture.hiddenLayers), Double(problem.data.outputCount))
    func cubes(_ steps: SpectraSteps?, _ rows: Double) -> Double {
      (steps?.steps(upTo: last, from: 1) ?? []).reduce(0) { $0 + pow(rows * Double($1), 3) }
    }
    let operations = 60 * layers * cubes(weights, 2 * outputs) + 40 * cubes(sharpness, 2 * (layers + 1))
    return operations / 4e9
  }

  /// Bytes beside those of the solve.
  func bytes(_ problem: TrainingProblem) -> Int {
    guard case .discrete(let last) = problem.time.kind, self != SpectraRequest() else { return 0 }
    let (layers, outputs) = (Double(problem.architecture.hiddenLayers), Double(problem.data.outputCount))
    let side = Double(last + 1) * 2 * max(outputs, sharpness == nil ? 0 : layers + 1)
    let histories = Double((last + 1) * (last + 1)) * outputs * outputs * 8 * (layers + 1)
    return Int(8 * (4 * side * side + histories))
  }
}
