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
    let rows = problem.time.reportedRows(of: solution.curve.steps.count)
    var diverges = false
    if case .diverged = solution.outcome { diverges = true }
    // Sizes are resampled independently of each other.
    let resamples = Resamples(replicas: ensemble.replicas.count, seed: seed, group: problem.data.inputDimension)
    func compared(_ curves: [ComparedCurve]) -> Agreement {
      Agreement(curves, ensemble, rows: rows, theoryDiverges: diverges, tolerance: tolerance, resamples)
    }
    losses = compared(ComparedCurve.losses(solution.curve))
    // A theory with other layers than the networks is compared on those that both have.
    let isInfinite = solution.orderParameters.places != nil
    let shared = isInfinite ? 0 : min(solution.orderParameters.hiddenLayers, problem.architecture.hiddenLayers)
    layers = compared(Self.orderParameters(solution.orderParameters, layers: shared))
  }

  private static func orderParameters(_ parameters: OrderParameters, layers: Int) -> [ComparedCurve] {
    (0...layers).map { layer in
      ComparedCurve("forward, layer \(layer)", theory: parameters.forwardStrength(layer)) { $0.forward[layer] }
    }
      + (0..<layers).map { $0 + 1 }.map { layer in
        ComparedCurve("backward, layer \(layer)", theory: parameters.backwardStrength(layer)) { $0.backward[layer - 1] }
      }
  }

  /// How theory and networks end, in a sentence; nil where all reach the last step.
  var endings: String? {
    guard case .diverged(let step) = solution.outcome else {
      return ensemble.firstDivergence.map {
        "\(ensemble.diverged) of \(ensemble.replicas.count) networks diverge, the first at step \($0); the theory does not"
      }
    }
    let networks =
      ensemble.firstDivergence.map {
        "\(ensemble.diverged) of \(ensemble.replicas.count) networks do, the first at step \($0)"
      } ?? "no network does"
    return "the theory diverges at step \(step), \(networks); steps before are compared"
  }
}
