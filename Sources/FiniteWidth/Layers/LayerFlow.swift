import Calculus
import Problems
import LinearAlgebra

/// Gradient flow of a network, equation (12.2), by GSL's eighth-order steps with error control.
///
/// Where a gate flips, the derivative of a ReLU network jumps, and the flow may even slide along such a surface, which no stepper
/// crosses. So gates are held fixed over a short interval and evaluated again after it: within an interval
/// the system is smooth, the law of the diagonals holds to the stepper's tolerance, and gates flip late by less than one interval.
struct LayerFlow {
  private let layerRates: [Double]
  private let decay: Double
  private let shapes: [(rows: Int, columns: Int)]
  /// Error of each step relative to the weights: far below what conservation is tested to.
  private static let tolerance = 1e-11
  /// Intervals between two reported times.
  private let stretches: Int

  /// - Parameters:
  ///   - problem: rates and decay.
  ///   - start: the weights at the start.
  ///   - stretches: how often gates are looked at between two moments.
  init(_ problem: TrainingProblem, start: [DenseMatrix], stretches: Int = 10) {
    layerRates = problem.layerRates
    decay = problem.optimizer.weightDecay.strength
    shapes = start.map { ($0.rows, $0.columns) }
    self.start = start
    self.stretches = stretches
  }

  private let start: [DenseMatrix]

  /// Shows the weights at some times.
  ///
  /// - Parameters:
  ///   - network: what flows.
  ///   - times: rising, from 0.
  ///   - body: gets the number of the time and the weights; false ends the flow.
  /// - Throws: `GSLFailure` when a step fails.
  func visit(_ network: GatedNetwork, _ times: [Double], _ body: (Int, [DenseMatrix]) -> Bool) throws(GSLFailure) {
    guard body(0, start) else { return }
    guard case .rectified = network.gates else {
      return try system(network, start.flatMap(\.storage), from: 0).visit(Array(times.dropFirst())) { index, state in
        body(index + 1, split(state))
      }
    }
    var weights = start
    for index in times.indices.dropFirst() {
      let (from, to) = (times[index - 1], times[index])
      for stretch in 0..<stretches {
        let ends = [stretch, stretch + 1].map { from + (to - from) * Double($0) / Double(stretches) }
        var system = system(network.holdingGates(at: weights), weights.flatMap(\.storage), from: ends[0])
        system.firstStep = ends[1] - ends[0]
        try system.visit([ends[1]]) { _, state in
          weights = split(state)
          return true
        }
      }
      guard body(index, weights) else { return }
    }
  }

  private func system(_ network: GatedNetwork, _ state: [Double], from time: Double) -> InitialValueProblem {
    var pass = GatedNetwork.Pass()
    return InitialValueProblem(
      start: time, state: state, relativeTolerance: Self.tolerance, absoluteTolerance: Self.tolerance
    ) { _, state, derivative in
      let weights = split(state)
      network.forward(weights, on: network.samples.inputs, into: &pass)
      network.descend(weights, &pass)
      var index = 0
      for (layer, gradient) in pass.gradients.enumerated() {
        for entry in gradient.storage {
          derivative[index] = layerRates[layer] * entry - decay * state[index]
          index += 1
        }
      }
    }
  }

  private func split(_ state: some RandomAccessCollection<Double>) -> [DenseMatrix] {
    var first = state.startIndex
    return shapes.map { shape in
      let end = state.index(first, offsetBy: shape.rows * shape.columns)
      defer { first = end }
      return DenseMatrix(rows: shape.rows, columns: shape.columns, Array(state[first..<end]))
    }
  }
}
