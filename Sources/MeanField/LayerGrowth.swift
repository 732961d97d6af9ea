import DeepLinear
import LinearAlgebra
import RealModule

/// How the layers grow in the limit of wide networks: what is learned of `|W^l|²`, for each neuron; equations (12.6) and (12.7).
public struct LayerGrowth: Hashable, Sendable {
  /// Losses at the moments asked for.
  public let curve: LearningCurve
  /// `Γ_l` at each moment, l = 0 … L.
  public let layers: [[Double]]
}

extension Solution {
  /// The growth of the layers of a plain chain at some moments.
  ///
  /// - Parameters:
  ///   - steps: which steps, rising; of a run in discrete steps.
  ///   - times: which times, rising and none beyond the horizon; of gradient flow.
  /// - Returns: moments that were reached; nil for residual chains, whose layers have no growth in common.
  public func layerGrowth(steps: [Int], times: [Double]) -> LayerGrowth? {
    guard problem.architecture.branchFactor == nil, problem.architecture.depth == .finite else { return nil }
    guard let between else {
      let steps = steps.filter { $0 < orderParameters.count }
      let sums = GrowthSums(problem, orderParameters, steps: steps)
      return LayerGrowth(
        curve: curve.rows(steps), layers: (0...orderParameters.hiddenLayers).map { sums.growth($0) })
    }
    let reached = orderParameters.times.last ?? 0
    let times = times.filter { $0 <= reached * (1 + 1e-12) }
    let places = times.map { min($0, reached) / between.unit }
    func values(_ nodes: [Double]) -> [Double] { between.curve.values(at: places, of: nodes) }
    let balance = orderParameters.balance(1)
    let decay = problem.optimizer.weightDecay.strength
    let grown = zip(orderParameters.times, balance).map { Double.exp(2 * decay * $0) * $1 }
    let integrals = zip(orderParameters.times, between.integrals(of: grown)).map { .exp(-2 * decay * $0) * $1 }
    let unit = values(integrals).map { 2 * problem.effectiveRichness * $0 }
    return LayerGrowth(
      curve: LearningCurve(
        steps: Array(times.indices), times: times, testLoss: values(between.testLoss),
        trainLoss: values(orderParameters.residualStrength)),
      layers: problem.layerRates.map { rate in unit.map { rate * $0 } })
  }
}

/// The sums of equation (12.6).
private struct GrowthSums {
  private let parameters: OrderParameters
  private let layerRates: [Double]
  private let richness: Double
  private let steps: [Int]
  /// `κ(t, ·)`, rows of growing length.
  private let kernel: [[Double]]
  /// `d(t)`.
  private let initialWeight: [Double]

  init(_ problem: TrainingProblem, _ parameters: OrderParameters, steps: [Int]) {
    self.parameters = parameters
    self.steps = steps
    layerRates = problem.layerRates
    richness = problem.effectiveRichness
    let last = steps.last ?? 0
    var kernels = OptimizerKernels(
      problem.optimizer, scheduleSteps: problem.time.steps ?? last, steps: last)
    var weights = [Double](repeating: 0, count: last + 1)
    var block = RowBlock(size: last + 1, capacity: 1)
    kernel = (0...last).map { time in
      kernels.fill(time..<time + 1, into: &block, initialWeight: &weights)
      return (0..<time).map { block[time, $0] }
    }
    initialWeight = weights
  }

  /// `Γ_l` at the steps.
  func growth(_ layer: Int) -> [Double] {
    let rate = layerRates[layer]
    let size = parameters.count
    let forward = parameters.forwardCorrelation(layer)
    let backward = layer == parameters.hiddenLayers ? nil : parameters.backwardCorrelation(layer + 1)
    let overlap = forward.indices.map { forward[$0] * (backward?[$0] ?? 1) }
    /// `Σ_s' κ(t,s') G(s,s') H(s,s')`, the overlap of what was learned until t with the gradient at s.
    func learned(_ time: Int, _ step: Int) -> Double {
      let row = step * size
      return kernel[time].indices.reduce(0) { $0 + kernel[time][$1] * overlap[row + $1] }
    }
    let balance = parameters.balance(1)
    let initial = kernel.indices.map { step in
      (balance[step] - richness * rate * learned(step, step)) / initialWeight[step]
    }
    return steps.map { time in
      kernel[time].indices.reduce(0) { sum, step in
        let each = 2 * initialWeight[time] * initial[step] + richness * rate * learned(time, step)
        return sum + richness * rate * kernel[time][step] * each
      }
    }
  }
}
