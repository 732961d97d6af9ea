import LinearAlgebra
import Problems

/// What the singular values of one layer's weights depend on: the correlations and responses of the fields on both sides of them, the
/// initial weights' share and the kernel of the optimiser, section 22.
struct WeightHistory: Sendable {
  /// Rows of the matrices, `size` numbers each.
  let size: Int
  /// Rows of one time: the outputs.
  let outputs: Int
  /// `H^l` and `G^{l+1}`.
  let forward: [Double]
  let backward: [Double]
  /// `A^l` and `S^{l+1}`, to the undressed noise.
  let forwardResponse: [Double]
  let backwardResponse: [Double]
  /// `s_l d(t)` at the time points.
  let initialWeight: [Double]
  /// `e γ0 c_l`.
  let rate: Double
  /// `q = n/m`, rows over columns.
  let aspect: Double

  /// - Parameters:
  ///   - march: data, layers and weights.
  ///   - layer: l from 0 to L - 1.
  ///   - aspect: `q = n/m`.
  init(_ march: OrderParameters.SolvedMarch, layer: Int, aspect: Double) {
    let (link, above) = (march.above[layer], march.layers[layer])
    let factor = link.branchFactor.squareRoot()
    size = above.forwardGain.size
    outputs = march.outputs
    if layer == 0 {
      forward = march.data.inputCorrelation.entries
      forwardResponse = march.data.inputResponse.scaled(by: factor, columns: link.initialWeight)
    } else {
      forward = march.layers[layer - 1].forwardCorrelation.entries
      forwardResponse = march.layers[layer - 1].forwardResponse.scaled(by: factor, columns: link.initialWeight)
    }
    backward = above.backwardCorrelation.entries
    backwardResponse = above.backwardResponse.scaled(by: factor, columns: march.below[layer].initialWeight)
    let outputs = outputs
    initialWeight = (0..<size / outputs).map { link.initialWeight[$0 * outputs] }
    rate = factor * link.rate
    self.aspect = aspect
  }

  /// One that is given.
  init(
    forward: [Double], backward: [Double], forwardResponse: [Double], backwardResponse: [Double],
    initialWeight: [Double], rate: Double, aspect: Double, outputs: Int = 1
  ) {
    size = Int(Double(forward.count).squareRoot().rounded())
    self.outputs = outputs
    self.forward = forward
    self.backward = backward
    self.forwardResponse = forwardResponse
    self.backwardResponse = backwardResponse
    self.initialWeight = initialWeight
    self.rate = rate
    self.aspect = aspect
  }
}

/// Rows `κ(t, ·)` of the optimiser's kernel (1.7), of growing length.
struct KernelRows: Sendable {
  let rows: [[Double]]

  init(_ problem: TrainingProblem, steps: Int) {
    var kernels = OptimizerKernels(
      problem.linearOptimizer, scheduleSteps: problem.time.steps ?? steps, steps: steps)
    var weights = [Double](repeating: 0, count: steps + 1)
    var block = RowBlock(size: steps + 1, capacity: 1)
    rows = (0...steps).map { time in
      kernels.fill(time..<time + 1, into: &block, initialWeight: &weights)
      return (0..<time).map { block[time, $0] }
    }
  }
}
