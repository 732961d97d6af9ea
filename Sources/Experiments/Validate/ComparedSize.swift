import FiniteWidth
import MeanField
import Problems
import Validation

/// Theory and networks of one size while they are compared.
struct ComparedSize {
  let problem: TrainingProblem
  let solution: Solution
  let ensemble: Ensemble
  let sums: TwoTimeSums?
  /// The networks with the losses that are compared: without what a random start changes where the theory knows it, equation (20.16).
  private let paired: Ensemble
  /// Of the two losses: what the verdict rests on.
  let losses: Agreement
  private let resamples: Resamples

  init(
    _ simulator: Simulator, solution: Solution, ensemble: Ensemble, sums: TwoTimeSums?, resamples: Resamples,
    tolerance: Double, isSameProblem: Bool
  ) {
    problem = simulator.problem
    paired = isSameProblem ? Self.paired(ensemble, simulator, solution) : ensemble
    self.solution = solution
    self.ensemble = ensemble
    self.sums = sums
    self.resamples = resamples
    losses = Self.compared(
      [
        ComparedCurve("test loss", theory: Self.steps(solution, solution.curve.testLoss)) { $0.testLoss },
        ComparedCurve("train loss", theory: Self.steps(solution, solution.curve.trainLoss)) { $0.trainLoss },
      ]
        + (solution.curve.batchLoss.map { loss in
          [ComparedCurve("batch loss", theory: Self.steps(solution, loss)) { $0.batchLoss ?? [] }]
        } ?? []), solution, paired, resamples, tolerance)
  }

  /// Of `H^l(t,t)` and `G^l(t,t)`, which are no part of the verdict.
  var orderParameters: Agreement {
    // A theory with other layers than the networks is compared on those that both have.
    let parameters = solution.orderParameters
    guard parameters.count > 0 else {
      return Self.compared([], solution, ensemble, resamples, losses.tolerance)
    }
    let isInfinite = parameters.places != nil
    let layers = isInfinite ? 0 : min(parameters.hiddenLayers, problem.architecture.hiddenLayers)
    func theory(_ strength: [Double]) -> [Double] { Self.steps(solution, solution.rows(of: strength)) }
    let forward = (0...layers).map { layer in
      ComparedCurve("forward, layer \(layer)", theory: theory(parameters.forwardStrength(layer))) { $0.forward[layer] }
    }
    let backward = (0..<layers).map { below in
      ComparedCurve("backward, layer \(below + 1)", theory: theory(parameters.backwardStrength(below + 1))) {
        $0.backward[below]
      }
    }
    return Self.compared(forward + backward, solution, ensemble, resamples, losses.tolerance)
  }

  /// Of the losses of each of several outputs, which are no part of the verdict; nil for one, or where the theory has others.
  var outputs: Agreement? {
    let names = problem.data.outputNames
    guard names.count > 1, let theory = solution.outputs, theory.testLoss.count == names.count else { return nil }
    let curves = names.enumerated().flatMap { output, name in
      [
        ComparedCurve("test loss of \(name)", theory: Self.steps(solution, theory.testLoss[output])) {
          $0.outputs?.testLoss[output] ?? []
        },
        ComparedCurve("train loss of \(name)", theory: Self.steps(solution, theory.trainLoss[output])) {
          $0.outputs?.trainLoss[output] ?? []
        },
      ]
    }
    return Self.compared(curves, solution, paired, resamples, losses.tolerance)
  }

  /// The same networks where no random function starts the theory.
  private static func paired(_ ensemble: Ensemble, _ simulator: Simulator, _ solution: Solution) -> Ensemble {
    // LAPACK has solved this eigenproblem for the solution.
    guard let starts = try? WideStarts(solution) else { return ensemble }
    var paired = ensemble
    for replica in ensemble.replicas.indices {
      paired.replicas[replica] = starts.paired(
        ensemble.replicas[replica], startOutputs: simulator.startOutputs(replica: replica))
    }
    return paired
  }

  /// Rows before this one are judged: where steps of given length overshoot, networks of finite size differ in phase, and their mean
  /// is no curve of any of them, equation (17.10).
  static func judgedEnd(_ solution: Solution) -> Int {
    guard solution.problem.gradientRule?.isNormalized == true, let turn = solution.gradients?.turn else { return .max }
    return turn
  }

  /// One number a step of numbers that are one a row of the curve; on panels most steps have none.
  private static func steps(_ solution: Solution, _ rows: [Double]) -> [Double] {
    var all = Array(repeating: Double.nan, count: 1 + (solution.curve.steps.last ?? -1))
    for (step, value) in zip(solution.curve.steps, rows) { all[step] = value }
    return all
  }

  private static func compared(
    _ curves: [ComparedCurve], _ solution: Solution, _ ensemble: Ensemble, _ resamples: Resamples, _ tolerance: Double
  ) -> Agreement {
    var diverges = false
    if case .diverged = solution.outcome { diverges = true }
    let end = judgedEnd(solution)
    let rows = solution.reportedRows.filter { $0 < end }.map { solution.curve.steps[$0] }
    return Agreement(
      curves, ensemble, rows: rows, theoryDiverges: diverges,
      tolerance: tolerance, resamples)
  }
}
