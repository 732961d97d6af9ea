import Problems
import LinearAlgebra
import RealModule

/// How the layers grow in the limit of wide networks: what is learned of `|W^l|²`, for each neuron; equations (12.6) and (12.7).
public struct LayerGrowth: Codable, Hashable, Sendable {
  /// Losses (2.4) at the moments asked for.
  public let curve: LearningCurve
  /// `Γ_l`, equation (12.6): L + 1 lists, l = 0 … L, of one number a moment.
  public let layers: [[Double]]
}

extension Solution {
  /// The growth of the layers of a plain chain at some moments.
  ///
  /// - Parameters:
  ///   - steps: which steps, rising; of a run in discrete steps.
  ///   - times: which times, rising and none beyond the horizon; of gradient flow.
  /// - Returns: moments that were reached; nil where there are none, for residual chains, whose layers have no growth in
  ///   common, where decay takes the initial weights away in a single step, and for a frozen readout under flow with decay.
  public func layerGrowth(steps: [Int], times: [Double]) -> LayerGrowth? {
    guard problem.architecture.branchFactor == nil, problem.architecture.depth == .finite else { return nil }
    guard let between else {
      let steps = steps.filter { $0 < orderParameters.count }
      guard !steps.isEmpty, let sums = GrowthSums(problem, orderParameters, steps: steps) else { return nil }
      return LayerGrowth(
        curve: curve.rows(steps), layers: (0...orderParameters.hiddenLayers).map { sums.growth($0) })
    }
    let reached = orderParameters.times.last ?? 0
    let times = times.filter { $0 <= reached * (1 + 1e-12) }
    let places = times.map { min($0, reached) / between.unit }
    func values(_ nodes: [Double]) -> [Double] { between.curve.values(at: places, of: nodes) }
    guard let learned = learnedByReadout else { return nil }
    let unit = values(learned)
    return LayerGrowth(
      curve: LearningCurve(
        steps: Array(times.indices), times: times, testLoss: values(between.testLoss),
        trainLoss: values(orderParameters.residualStrength)),
      layers: problem.layerRates.map { rate in unit.map { rate * $0 } })
  }
}

extension Solution {
  /// `Γ_l/c_l` at the nodes of gradient flow, which no layer changes, equation (12.7): of the readout it is `G^L(t,t)` less what is left of the start.
  /// A frozen readout leaves the integral of the balance, which is good without decay only: panels are placed for the losses, not for its exponential.
  private var learnedByReadout: [Double]? {
    let decay = problem.optimizer.weightDecay.strength
    let times = orderParameters.times
    let readout = orderParameters.hiddenLayers
    let outputs = Double(problem.data.outputCount)
    if let rate = problem.layerRates.last, rate > 0, let scale = problem.architecture.initScale.last {
      return zip(times, orderParameters.backwardStrength(readout)).map { time, strength in
        (strength - outputs * scale * scale * .exp(-2 * decay * time)) / rate
      }
    }
    guard decay == 0 else { return nil }
    return between?.integrals(of: orderParameters.balance(1)).map { balance in
      2 * problem.effectiveRichness * problem.architecture.relativeWidth(1).squareRoot() * balance
    }
  }
}

/// The sums of equation (12.6).
private struct GrowthSums {
  private let parameters: OrderParameters
  private let layerRates: [Double]
  private let richness: Double
  /// `√(N_1/N_L)`: the balance of layer 1 in units of the last one's.
  private let balanceFactor: Double
  private let steps: [Int]
  /// `κ(t, ·)`, rows of growing length.
  private let kernel: [[Double]]
  /// `d(t)`.
  private let initialWeight: [Double]

  /// nil where decay leaves nothing of the initial weights after one step: their overlap is not determined then.
  init?(_ problem: TrainingProblem, _ parameters: OrderParameters, steps: [Int]) {
    self.parameters = parameters
    self.steps = steps
    layerRates = problem.layerRates
    richness = problem.effectiveRichness
    balanceFactor = problem.architecture.relativeWidth(1).squareRoot()
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
    guard weights.allSatisfy({ $0 != 0 }) else { return nil }
  }

  /// `Γ_l` at the steps.
  func growth(_ layer: Int) -> [Double] {
    let rate = layerRates[layer]
    let size = parameters.count
    let overlap = parameters.gradientOverlap(layer)
    /// `Σ_s' κ(t,s') G(s,s') H(s,s')`, the overlap of what was learned until t with the gradient at s.
    func learned(_ time: Int, _ step: Int) -> Double {
      let row = step * size
      return kernel[time].indices.reduce(0) { $0 + kernel[time][$1] * overlap[row + $1] }
    }
    let balance = parameters.balance(1).map { balanceFactor * $0 }
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
