import Calculus
import Problems
import LinearAlgebra

/// Where the weights of a network begin whose layers are watched.
public enum LayerStart: Hashable, Sendable {
  /// Gaussian, of the deviations of `initScale`.
  case random
  /// Every layer one equal mode along `Xᵀ y`, which is the target on white inputs; the network
  /// makes this share of it, equation (12.9).
  case balanced(share: Double)
}

/// Whether the random start of a ReLU network makes up for what its gates take away.
public enum LayerGain: String, Codable, Hashable, Sendable, CaseIterable {
  /// Initial weights behind a gate, `W^1 … W^L`, times the square root of 2: a gate halves the mean square of a symmetric field
  /// (He et al., arXiv 1502.01852), so that signals start as strong as in the linear network.
  case he
  /// The weights of the linear network.
  case none
}

extension LayerStart {
  /// The start behind gates, equation (12.12).
  ///
  /// - Parameters:
  ///   - weights: the start of the linear network.
  ///   - gain: how it is changed; a balanced start has a strength of its own and stays.
  /// - Returns: the start of the networks with gates.
  func gated(_ weights: [DenseMatrix], _ gain: LayerGain) -> [DenseMatrix] {
    guard gain == .he, self == .random else { return weights }
    return weights.enumerated().map { layer, weight in
      layer == 0
        ? weight
        : DenseMatrix(rows: weight.rows, columns: weight.columns, weight.storage.map { 2.0.squareRoot() * $0 })
    }
  }

  /// Draws `W^0 … W^{L-1}`, and w as one row.
  ///
  /// - Parameters:
  ///   - network: sizes, samples and multipliers.
  ///   - problem: a plain chain in whole numbers.
  ///   - seed: the user's seed.
  ///   - replica: key of the network.
  /// - Returns: L+1 matrices.
  func weights(_ network: GatedNetwork, _ problem: TrainingProblem, seed: Int, replica: Int) -> [DenseMatrix] {
    let layers = problem.architecture.hiddenLayers
    let width = Int((problem.widthRatio * problem.data.normalizingDimension).rounded())
    let dimension = network.samples.inputs.columns
    let shapes = (0...layers).map { ($0 == layers ? 1 : width, $0 == 0 ? dimension : width) }
    func normals(_ layer: Int, _ count: Int, _ deviation: Double) -> [Double] {
      var stream = RandomStream(seed: seed, replica: replica, purpose: .weights, substream: layer)
      return stream.normals(count, deviation: deviation)
    }
    switch self {
    case .random:
      let scales = problem.architecture.initScale
      return shapes.enumerated().map { layer, shape in
        DenseMatrix(rows: shape.0, columns: shape.1, normals(layer, shape.0 * shape.1, scales[layer]))
      }
    case .balanced(let share):
      let direction = network.samples.targetDirection
      let strength = network.multipliers.reduce(share * direction.strength) { $0 / $1 }
      let scale = Double.root(strength, layers + 1)
      // Positive entries, so that ReLU lets the mode pass; the output is one unit, its vector is 1.
      let vectors = (0..<layers).map { Self.unit(normals($0, width, 1).map { abs($0) }) } + [[1]]
      return shapes.enumerated().map { layer, shape in
        var weight = DenseMatrix(rows: shape.0, columns: shape.1)
        let below = DenseMatrix(rows: 1, columns: shape.1, layer == 0 ? direction.unit : vectors[layer - 1])
        weight.addOuterProducts([scale], DenseMatrix(rows: 1, columns: shape.0, vectors[layer]), below)
        return weight
      }
    }
  }

  private static func unit(_ values: [Double]) -> [Double] {
    let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / norm }
  }
}
