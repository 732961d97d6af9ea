import Problems
import RealModule

/// The largest eigenvalue of the Gauss-Newton matrix at one step: section 22, part B.
///
/// The Gauss-Newton matrix `JᵀJ/P`, J the derivative of the outputs by the weights in units in which gradient descent has the rate η, is the curvature
/// of the loss without the curvature of the outputs. It has the positive eigenvalues of the tangent kernel over the samples; with fresh samples or the
/// population those of the kernel over the distribution of the inputs.
public struct Sharpness: Codable, Hashable, Sendable {
  /// t.
  public let step: Int
  /// Upper edge of the bulk, equation (22.12).
  public let edge: Double
  /// Eigenvalues above the edge, counted by inertia, equation (22.15).
  public let outlierCount: Int
  /// The largest eigenvalue above the edge; nil where there is none.
  public let outlier: Double?
  /// `Δᵀ Θ Δ/|Δ|²`, equation (22.10): how fast the train loss falls, and a lower bound of the largest eigenvalue.
  public let rayleigh: Double
  /// `η_t λ/2` with the largest eigenvalue λ, with momentum `η_t λ/(2(1+μ))`, equation (22.16): above 1 a step overshoots in its direction.
  public let edgeShare: Double
  /// γ: by how much the largest eigenvalue of n rows fluctuates about the bare edge, times `n^{2/3}`, equation (22.17).
  public let edgeScale: Double

  /// The largest eigenvalue.
  public var value: Double { outlier ?? edge }

  /// The mean of Tracy and Widom's law of real symmetric matrices.
  static let meanOfTracyWidom = -1.2065335745820

  /// The mean of the largest eigenvalue of a network of finite size where no outlier is predicted, equation (22.17).
  ///
  /// - Parameter rows: samples of the training set, or input dimensions without one.
  /// - Returns: a number below the edge.
  public func topWithoutOutlier(rows: Int) -> Double {
    let size = Double(rows)
    return edge + Self.meanOfTracyWidom * edgeScale / Double.root(size * size, 3)
  }
}

extension LinearOptimizer {
  /// The largest `η λ` at which steps of a fixed rate on a quadratic loss of curvature λ do not grow, equation (22.16): 2 for gradient descent. Weight
  /// decay, which adds to the curvature, is left out.
  public var stableProduct: Double {
    let mu = momentum.coefficient
    return momentum.isNesterov ? 2 * (1 + mu) / (1 + 2 * mu) : 2 * (1 + mu)
  }
}

extension Solver {
  /// Why the sharpness of a problem is not known.
  ///
  /// - Parameter problem: a problem that `refusals` names nothing for.
  /// - Returns: one reason for each thing that is not derived; none where `Solution.sharpness` answers.
  public static func refusalsOfSharpness(_ problem: TrainingProblem) -> [Refusal] {
    var refusals = refusalsOfSpectra(problem, subject: "sharpness")
    if problem.architecture.branchFactor != nil {
      refusals.append(
        Refusal(
          key: "network.residual",
          reason: "sharpness: derived for plain chains; skip connections couple the layers' fields at one neuron",
          suggestion: "use network.residual=false"))
    }
    if problem.data.outputCount > 1 {
      refusals.append(
        Refusal(
          key: "data.outputs",
          reason: "sharpness: derived for one output; the kernel of several has a block for each pair",
          suggestion: "use data.outputs=1"))
    }
    if case .isotropic = problem.data.spectrum {
    } else {
      refusals.append(
        Refusal(
          key: "data.spectrum",
          reason:
            "sharpness: derived for isotropic data; the top modes of a graded spectrum stand apart from any bulk, and its edge "
            + "lies 8 to 17 % above the largest eigenvalue of networks", suggestion: "use data.spectrum=isotropic"))
    }
    if problem.minibatches != nil {
      refusals.append(
        Refusal(
          key: "training.mode",
          reason: "sharpness: the training set of minibatches has been seen batch by batch, which is not derived",
          suggestion: "use training.mode=batch or onePass"))
    }
    return refusals
  }
}

extension Solution {
  /// Edge and largest eigenvalue of the Gauss-Newton matrix, and the Rayleigh quotient of the residuals.
  ///
  /// - Parameter steps: which steps; those that the run did not reach are left out, and those at which decay has taken the initial weights away.
  /// - Returns: a value a step; empty where `Solver.refusalsOfSharpness` names a reason.
  public func sharpness(steps: [Int]) -> [Sharpness] {
    let steps = steps.filter { $0 >= 0 && $0 < orderParameters.count }
    guard let last = steps.max(), Solver.refusalsOfSharpness(problem).isEmpty,
      let history = SharpnessHistory(self, count: last + 1)
    else { return [] }
    let kernel = KernelRows(problem, steps: last)
    let optimizer = problem.linearOptimizer
    let rates = optimizer.rates(last + 1, scheduleSteps: problem.time.steps ?? last)
    return steps.compactMap { step in
      let count = SharpnessCount(history, kernel: kernel.rows[step], step: step)
      guard let bulk = count.bulkEdge(), let outliers = count.outliers(below: bulk.parameter) else { return nil }
      return Sharpness(
        step: step, edge: bulk.eigenvalue, outlierCount: outliers.total, outlier: outliers.largest,
        rayleigh: count.rayleigh,
        edgeShare: rates[step] * (outliers.largest ?? bulk.eigenvalue) / optimizer.stableProduct,
        edgeScale: count.edgeScale(bulk.parameter))
    }
  }
}
