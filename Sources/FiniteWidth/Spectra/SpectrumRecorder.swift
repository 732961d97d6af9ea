import Calculus
import LinearAlgebra
import Problems

/// Spectra of a network's weights and its sharpness at chosen steps of its training.
struct SpectrumRecorder {
  private let steps: MeasuredSteps
  private let problem: TrainingProblem
  private let modes: Modes
  private let inputs: DenseMatrix?
  /// `d(t)` and its momentum buffer.
  private var share = (weight: 1.0, buffer: 0.0)
  /// `|W^l(0)|²`.
  private var startSquares: [Double] = []
  /// `h^0 … h^{L-1}` and `g^1 … g^L` of the steps before, the vectors of all outputs one after the other.
  private var forward: [[Double]]
  private var backward: [[Double]]
  private var start: RandomStream
  /// What was measured.
  private(set) var spectra = NetworkSpectra()
  private let last: Int

  /// nil where nothing is looked at.
  init?(
    _ steps: MeasuredSteps, _ problem: TrainingProblem, modes: Modes, inputs: DenseMatrix?, seed: Int, replica: Int
  ) {
    guard !steps.isEmpty else { return nil }
    (self.steps, self.problem, self.modes, self.inputs) = (steps, problem, modes, inputs)
    let layers = problem.architecture.hiddenLayers
    forward = Array(repeating: [], count: layers)
    backward = forward
    last = steps.weights.max() ?? -1
    start = RandomStream(seed: seed, replica: replica, purpose: .probes)
  }

  /// Looks at a network before its step.
  ///
  /// - Parameters:
  ///   - step: t.
  ///   - network: at that step.
  ///   - fields: `h^0 … h^L`.
  ///   - backward: `g^1 … g^L`.
  ///   - loss: train loss.
  mutating func look(at step: Int, _ network: Network, fields: [[Double]], backward: [[Double]], loss: Double) {
    if step == 0, last >= 0 { startSquares = backward.indices.map { network.weight($0).squaredNorm } }
    if steps.weights.contains(step) {
      spectra.weights += backward.indices.map { weights(network.weight($0), layer: $0, step: step) }
    }
    if steps.sharpness.contains(step) {
      let matrix = GaussNewton(network, backward: backward, inputs: inputs, modes: modes)
      let top = try? LargestEigenvalue(from: start.normals(matrix.size), matrix.product)
      spectra.sharpness.append(
        .init(step: step, value: top?.value ?? .nan, rayleigh: matrix.rayleigh(fields, loss: loss)))
    }
    guard step < last else { return }
    for layer in backward.indices {
      forward[layer] += fields[layer]
      self.backward[layer] += backward[layer]
    }
  }

  /// Follows the share of the initial weights through a step.
  mutating func advance(_ step: OptimizerStep) {
    step.advance(&share.weight, &share.buffer, downhill: 0)
  }

  /// The largest singular values of one layer, from the Gram matrix of its shorter side, and where their vectors point.
  private func weights(_ weight: DenseMatrix, layer: Int, step: Int) -> NetworkSpectra.Weights {
    let (rows, columns) = (weight.rows, weight.columns)
    let aspect = Double(rows) / Double(columns)
    let scale = abs(problem.architecture.initScale[layer] * share.weight)
    let edge = scale * (1 + aspect.squareRoot())
    let isTall = rows > columns
    var gram = DenseMatrix.product(
      isTall ? .transposed(weight) : .plain(weight), isTall ? .plain(weight) : .transposed(weight),
      scale: 1 / Double(columns))
    var result = NetworkSpectra.Weights(
      step: step, layer: layer, edge: edge,
      growth: (weight.squaredNorm - share.weight * share.weight * startSquares[layer]) / Double(columns))
    guard let top = try? SymmetricEigenproblem(gram, largest: min(3, gram.rows)) else { return result }
    for (place, value) in top.eigenvalues.enumerated() { result.values[place] = max(0, value).squareRoot() }
    gram.addToDiagonal(-edge * edge)
    result.above = gram.rows - SymmetricInertia(gram).negatives
    let first = Array(top.eigenvectors.prefix(gram.rows))
    var other = [Double](repeating: 0, count: isTall ? rows : columns)
    if isTall {
      weight.addProduct(1, first, to: &other, vectors: 1)
    } else {
      weight.addTransposedProduct(1, first, to: &other, vectors: 1)
    }
    let length = other.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let second = other.map { $0 / length }
    (result.forwardNewest, result.forwardLargest) = cosines(isTall ? first : second, forward[layer])
    (result.backwardNewest, result.backwardLargest) = cosines(isTall ? second : first, backward[layer])
    return result
  }

  /// Absolute cosines of a unit vector with fields that stand one after the other: the largest of the newest step, and of all.
  private func cosines(_ vector: [Double], _ fields: [Double]) -> (newest: Double, largest: Double) {
    let count = fields.count / vector.count
    guard count > 0 else { return (.nan, .nan) }
    let table = DenseMatrix(rows: count, columns: vector.count, fields)
    var overlaps = [Double](repeating: 0, count: count)
    table.addProduct(1, vector, to: &overlaps, vectors: 1)
    let cosines = overlaps.enumerated().map { row, overlap in
      abs(overlap) / table.withRow(row) { row in row.reduce(0) { $0 + $1 * $1 } }.squareRoot()
    }
    return (cosines.suffix(modes.outputs).max() ?? .nan, cosines.max() ?? .nan)
  }
}
