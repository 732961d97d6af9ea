import DeepLinear
import FiniteWidth
import MeanField
import Validation

/// Theory and networks of one size with their agreement.
struct ValidatedSize {
  let problem: TrainingProblem
  let solution: Solution
  let ensemble: Ensemble
  let sums: TwoTimeSums?
  /// Of the two losses: what the verdict rests on.
  let losses: Agreement
  /// Of `H^l(t,t)` and `G^l(t,t)`: told beside the verdict.
  let layers: Agreement

  init(
    problem: TrainingProblem, solution: Solution, ensemble: Ensemble, sums: TwoTimeSums?, tolerance: Double, seed: Int
  ) {
    self.problem = problem
    self.solution = solution
    self.ensemble = ensemble
    self.sums = sums
    let rows = problem.time.reportedRows(of: min(solution.curve.steps.count, ensemble.count))
    // Sizes are resampled independently of each other.
    let group = problem.data.inputDimension
    losses = Agreement(
      ComparedCurve.losses(solution.curve), ensemble, rows: rows, tolerance: tolerance, seed: seed, group: group)
    layers = Agreement(
      Self.orderParameters(solution.orderParameters), ensemble, rows: rows, tolerance: tolerance, seed: seed,
      group: group)
  }

  private static func orderParameters(_ parameters: OrderParameters) -> [ComparedCurve] {
    (0...parameters.hiddenLayers).map { layer in
      ComparedCurve("H^\(layer)", theory: parameters.forwardStrength(layer)) { $0.forward[layer] }
    }
      + (1...parameters.hiddenLayers).map { layer in
        ComparedCurve("G^\(layer)", theory: parameters.backwardStrength(layer)) { $0.backward[layer - 1] }
      }
  }

  /// Whether theory and networks stop at different steps, in a sentence.
  var endings: String? {
    let all = ensemble.times.count
    let theory = solution.curve.steps.count
    guard theory < all || ensemble.diverged > 0 else { return nil }
    let predicted = theory < all ? "the theory diverges at step \(theory)" : "the theory does not diverge"
    let networks =
      ensemble.firstDivergence.map {
        "\(ensemble.diverged) of \(ensemble.replicas.count) networks do, the first at step \($0)"
      } ?? "no network does"
    return "\(predicted), \(networks); steps that both reached are compared"
  }
}
