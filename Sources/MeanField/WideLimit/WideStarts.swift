import LinearAlgebra
import Problems

/// Losses of a network of infinite width that starts from a known function, equation (20.16): a trained network scatters through the
/// function it starts from, and without that part far fewer of them are needed to compare means.
///
///     if let starts = try WideStarts(solution) {
///       let paired = starts.paired(network.curve, startOutputs: simulator.startOutputs(replica: 0))
///     }
public struct WideStarts: Sendable {
  private let training: WideTraining
  private let progress: WideTraining.Progress
  /// Whose losses are means over the random function.
  private let solution: Solution
  /// A list for each output, training rows first.
  private let targets: [[Double]]

  /// Whether the infinitely wide network of a problem starts from a random function; muP starts from zero.
  ///
  /// - Parameter problem: any problem.
  /// - Returns: false for the mean-field theory too.
  public static func areRandom(_ problem: TrainingProblem) -> Bool {
    problem.architecture.regime == .lazy && problem.parameterization.rule != .muP
  }

  /// Prepares the losses of any number of networks.
  ///
  /// Nil where no random function starts the training.
  ///
  /// - Parameter solution: any.
  /// - Throws: `LinearAlgebraFailure` where LAPACK gives up.
  public init?(_ solution: Solution) throws(LinearAlgebraFailure) {
    guard let wide = solution.wide, let solver = WideSolver(solution.problem), Self.areRandom(solution.problem)
    else { return nil }
    training = try solver.training(wide.kernels, startVariance: 0)
    progress = solver.progress(training)
    self.solution = solution
    targets = solver.targets
  }

  /// The losses from a start.
  ///
  /// - Parameter startOutputs: a list for each output over all rows, training rows first.
  /// - Returns: a list for each output, one number a step.
  public func losses(startOutputs: [[Double]]) -> WideTraining.Losses {
    training.losses(progress, targets: zip(targets, startOutputs).map { zip($0, $1).map { $0 - $1 } })
  }

  /// A network's losses less what its start changes, equation (20.16).
  ///
  /// - Parameters:
  ///   - curve: of a trained network.
  ///   - startOutputs: its outputs before the first step, as `Simulator.startOutputs` gives them.
  /// - Returns: the curve with other losses; accuracies and layers stay.
  public func paired(_ curve: ReplicaCurve, startOutputs: [[Double]]) -> ReplicaCurve {
    let own = losses(startOutputs: startOutputs)
    func moved(_ loss: [Double], _ own: [Double], _ mean: [Double]) -> [Double] {
      // Where the theory has diverged, nothing is compared.
      loss.indices.map { $0 < mean.count ? loss[$0] - own[$0] + mean[$0] : loss[$0] }
    }
    var curve = curve
    curve.testLoss = moved(curve.testLoss, own.testSum, solution.curve.testLoss)
    curve.trainLoss = moved(curve.trainLoss, own.trainSum, solution.curve.trainLoss)
    if var outputs = curve.outputs, let mean = solution.outputs {
      for output in outputs.testLoss.indices {
        outputs.testLoss[output] = moved(outputs.testLoss[output], own.test[output], mean.testLoss[output])
        outputs.trainLoss[output] = moved(outputs.trainLoss[output], own.train[output], mean.trainLoss[output])
      }
      curve.outputs = outputs
    }
    return curve
  }
}
