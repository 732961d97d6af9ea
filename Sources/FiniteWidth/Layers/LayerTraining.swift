import Calculus
import Problems
import LinearAlgebra
import Parallel
import RealModule

/// Trains one network whose layers are watched: by the steps of its optimiser, or by gradient flow with GSL.
///
///     let problem = try LayerProblem(problem, table: nil, seed: 1)
///     let history = try LayerTraining(problem, replica: 0)?.train(.relu)
///     print(history?.growth(0) ?? [])
public struct LayerTraining: Sendable {
  private let problem: LayerProblem
  private let trained: Samples
  private let heldOut: Samples
  /// Of the linear network.
  private let start: [DenseMatrix]
  /// Of the networks with gates.
  private let gatedStart: [DenseMatrix]

  /// Draws samples and weights, which all activations share up to the gain of the gated ones; nil where the samples can't be whitened, as they do not
  /// span all input dimensions.
  ///
  /// - Parameters:
  ///   - problem: what to train.
  ///   - replica: which network, from 0; seed and replica decide all random numbers.
  public init?(_ problem: LayerProblem, replica: Int) {
    guard let samples = problem.samples(replica: replica) else { return nil }
    self.problem = problem
    (trained, heldOut) = samples
    let network = GatedNetwork(problem.problem, samples: trained, gates: .open)
    start = problem.start.weights(network, problem.problem, seed: problem.seed, replica: problem.key(replica))
    gatedStart = problem.start.gated(start, problem.gain)
  }

  /// The mode that a balanced start on white inputs is, equation (12.9); nil for any other problem, and under momentum or weight decay.
  public var mode: (weightLayers: Int, target: Double, rate: Double, start: Double)? {
    guard case .balanced(let share) = problem.start, problem.isWhitened || trained.inputs.columns == 1,
      problem.problem.optimizer.momentum == .none, problem.problem.optimizer.weightDecay == .none
    else {
      return nil
    }
    let network = GatedNetwork(problem.problem, samples: trained, gates: .open)
    let layers = problem.problem.architecture.hiddenLayers + 1
    let target = trained.targetDirection.strength
    let variance = problem.isWhitened ? 1 : trained.inputs.squaredNorm / Double(trained.count)
    let rate = network.balancedRate(weightLayers: layers) * (problem.problem.layerRates.first ?? 1)
    // An input that is not white by a factor: the mode reaches b over its variance, at a rate times it.
    return (layers, target / variance, rate * variance, share * target)
  }

  /// Trains the network by steps of the rule (1.8) or by the flow (12.2).
  ///
  /// - Parameters:
  ///   - activation: what stands between the layers.
  ///   - refinement: k: every step is made as k steps of a k-th of its rate; under flow without effect.
  ///   - moments: most moments that are looked at.
  ///   - stop: ends the training early when raised.
  /// - Returns: what was seen; nil if it was stopped.
  /// - Throws: `GSLFailure` where the integrator of gradient flow fails.
  public func train(
    _ activation: Activation, refinement: Int = 1, moments: Int = LayerProblem.usualMoments,
    stop: StopSignal = StopSignal()
  ) throws(GSLFailure) -> LayerHistory? {
    BLAS.useThreads(1)
    let start = activation == .linear ? start : gatedStart
    let network = GatedNetwork(problem.problem, samples: trained, gates: gates(activation))
    var recorder = LayerRecorder(network, heldOut: heldOut, rates: problem.problem.layerRates, start: start)
    switch problem.problem.time.kind {
    case .discrete(let steps), .panels(let steps):
      descend(network, from: start, steps: steps, refinement: refinement, moments, stop, &recorder)
    case .flow(let horizon):
      try flow(network, from: start, to: horizon, moments, stop, &recorder)
    }
    return stop.isRaised ? nil : recorder.history
  }

  private func gates(_ activation: Activation) -> GatedNetwork.Gates {
    switch activation {
    case .linear: .open
    case .relu: .rectified
    case .frozenGates:
      GatedNetwork(problem.problem, samples: trained, gates: .rectified).holdingGates(at: gatedStart).gates
    }
  }

  private func matrices(_ entries: [[Double]]) -> [DenseMatrix] {
    zip(start, entries).map { DenseMatrix(rows: $0.rows, columns: $0.columns, $1) }
  }

  /// Steps of the optimiser, equation (1.8).
  private func descend(
    _ network: GatedNetwork, from start: [DenseMatrix], steps: Int, refinement: Int, _ moments: Int, _ stop: StopSignal,
    _ recorder: inout LayerRecorder
  ) {
    let optimizer = problem.problem.optimizer
    let layerRates = problem.problem.layerRates
    let rates = optimizer.rates(steps, scheduleSteps: steps)
    let stride = max(1, (steps + moments - 1) / moments)
    var weights = start.map(\.storage)
    var buffers = weights.map { [Double](repeating: 0, count: $0.count) }
    var (share, shareBuffer, time) = (1.0, 0.0, 0.0)
    var pass = GatedNetwork.Pass()
    for index in 0...steps {
      for part in 0..<refinement {
        if stop.isRaised { return }
        let now = matrices(weights)
        network.forward(now, on: trained.inputs, into: &pass)
        if part == 0 {
          guard recorder.isFinite(pass, step: index) else { return }
          if index % stride == 0 || index == steps { recorder.record(now, pass, step: index, time: time, share: share) }
          if index == steps { return }
        }
        network.descend(now, &pass)
        let step = OptimizerStep(optimizer, rate: rates[index] / Double(refinement))
        for layer in weights.indices {
          for entry in weights[layer].indices {
            step.advance(
              &weights[layer][entry], &buffers[layer][entry],
              downhill: layerRates[layer] * pass.gradients[layer].storage[entry])
          }
        }
        step.advance(&share, &shareBuffer, downhill: 0)
      }
      time += rates[index]
    }
  }

  /// Gradient flow, equation (12.2).
  private func flow(
    _ network: GatedNetwork, from start: [DenseMatrix], to horizon: Double, _ moments: Int, _ stop: StopSignal,
    _ recorder: inout LayerRecorder
  ) throws(GSLFailure) {
    let flow = LayerFlow(problem.problem, start: start)
    let decay = problem.problem.optimizer.weightDecay.strength
    let times = (0...moments).map { horizon * Double($0) / Double(moments) }
    try flow.visit(network, times) { index, weights in
      recorder.record(
        weights, network.forward(weights), step: index, time: times[index], share: .exp(-decay * times[index]))
      return !stop.isRaised
    }
  }
}
