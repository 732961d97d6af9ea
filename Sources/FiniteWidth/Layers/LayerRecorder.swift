import Problems
import LinearAlgebra

/// Measures the layers of a network while it is trained.
struct LayerRecorder {
  private let network: GatedNetwork
  private let heldOut: Samples
  private let rates: [Double]
  private let conserved: ConservedMatrices
  private let fields: [DenseMatrix]
  private let startLoss: Double
  private(set) var history: LayerHistory

  /// - Parameters:
  ///   - network: what is trained.
  ///   - heldOut: samples that measure the test loss.
  ///   - rates: `c_0 … c_L`.
  ///   - start: the weights at the start.
  init(_ network: GatedNetwork, heldOut: Samples, rates: [Double], start: [DenseMatrix]) {
    self.network = network
    self.heldOut = heldOut
    self.rates = rates
    let pass = network.forward(start)
    conserved = ConservedMatrices(start, rates: rates)
    fields = pass.fields
    startLoss = Self.meanSquare(network.residuals(pass))
    history = LayerHistory(width: start[0].rows)
  }

  private static func meanSquare(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
  }

  /// Whether the loss is within bounds; the history ends as diverged where it is not.
  mutating func isFinite(_ pass: GatedNetwork.Pass, step: Int) -> Bool {
    let loss = Self.meanSquare(network.residuals(pass))
    if loss.isFinite, loss <= Outcome.divergenceFactor * startLoss { return true }
    history.outcome = .diverged(step: step)
    return false
  }

  /// Notes a moment.
  ///
  /// - Parameters:
  ///   - weights: `W^0 … W^{L-1}`, and w as one row.
  ///   - pass: the forward pass with them.
  ///   - step: step or number of the moment.
  ///   - time: sum of the rates before, or flow time.
  ///   - share: d(t).
  mutating func record(_ weights: [DenseMatrix], _ pass: GatedNetwork.Pass, step: Int, time: Double, share: Double) {
    let residuals = network.residuals(pass)
    let drift = ConservedMatrices(weights, rates: rates).drift(from: conserved, share: share)
    history.moments.append(
      LayerHistory.Moment(
        step: step, time: time, trainLoss: Self.meanSquare(residuals), testLoss: testLoss(weights),
        squaredNorms: weights.map(\.squaredNorm), share: share, drift: drift.whole,
        diagonalDrift: drift.diagonal, outputs: keptOutputs(pass), flipped: flipped(pass)))
  }

  /// Outputs are compared with those of frozen gates only.
  private func keptOutputs(_ pass: GatedNetwork.Pass) -> [Double] {
    if case .open = network.gates { [] } else { pass.outputs }
  }

  /// Frozen gates belong to the samples that are trained on: there is no test loss.
  private func testLoss(_ weights: [DenseMatrix]) -> Double {
    if case .frozen = network.gates { return .nan }
    let outputs = network.forward(weights, on: heldOut.inputs).outputs
    return Self.meanSquare(zip(heldOut.target, outputs).map { $0 - $1 })
  }

  private func flipped(_ pass: GatedNetwork.Pass) -> Double? {
    guard case .rectified = network.gates else { return nil }
    let count = zip(pass.fields, fields).reduce(0) { $0 + $1.0.signDifferences(from: $1.1) }
    return Double(count) / Double(pass.fields.count * pass.fields[0].storage.count)
  }
}
