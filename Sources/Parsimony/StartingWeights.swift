import Calculus
import LinearAlgebra

/// The weight matrices before training: random orthogonal, equation (10.3), or Gaussian.
public struct StartingWeights: Sendable {
  /// Where the weights begin.
  public enum Kind: String, Codable, Hashable, Sendable {
    /// A random orthogonal matrix times a scale.
    case orthogonal
    /// Independent normal entries of the variance scale²/d.
    case gaussian
  }

  /// One matrix without its scale; an orthogonal one is not dense unless requested.
  private enum Layer: Sendable {
    case orthogonal(OrthogonalReflections)
    case gaussian(DenseMatrix)
  }

  /// Which kind.
  public let kind: Kind
  /// `ε_l`, input to output.
  public let scales: [Double]
  private let layers: [Layer]

  /// Draws the matrices; each layer has a stream of its own.
  ///
  /// - Parameters:
  ///   - kind: orthogonal or Gaussian.
  ///   - size: d, rows and columns of each.
  ///   - scales: `ε_l`, input to output.
  ///   - seed: the user's seed.
  public init(_ kind: Kind, size: Int, scales: [Double], seed: Int) {
    self.kind = kind
    self.scales = scales
    layers = scales.indices.map { layer in
      var stream = RandomStream(seed: seed, replica: 0, purpose: .weights, substream: layer)
      switch kind {
      case .orthogonal: return .orthogonal(OrthogonalReflections(size: size) { stream.normals($0) })
      case .gaussian:
        let deviation = 1 / Double(size).squareRoot()
        return .gaussian(
          DenseMatrix(rows: size, columns: size, stream.normals(size * size, deviation: deviation)))
      }
    }
  }

  /// `W_l(0) C / ε_l`, or with the transpose.
  ///
  /// - Parameters:
  ///   - layer: from 0, input to output.
  ///   - matrix: C, with d rows.
  ///   - transposed: whether the weight matrix is transposed.
  /// - Returns: a matrix of the shape of C.
  /// - Throws: `LinearAlgebraFailure` when LAPACK refuses.
  func direction(_ layer: Int, _ matrix: DenseMatrix, transposed: Bool = false) throws(LinearAlgebraFailure)
    -> DenseMatrix
  {
    switch layers[layer] {
    case .orthogonal(let reflections): return try reflections.product(matrix, transposed: transposed)
    case .gaussian(let weight): return .product(transposed ? .transposed(weight) : .plain(weight), .plain(matrix))
    }
  }

  /// `W_l(0)`, all of it.
  ///
  /// - Parameter layer: from 0, input to output.
  /// - Returns: d x d.
  /// - Throws: `LinearAlgebraFailure` when LAPACK refuses.
  func dense(_ layer: Int) throws(LinearAlgebraFailure) -> DenseMatrix {
    switch layers[layer] {
    case .orthogonal(let reflections): return try reflections.dense(scale: scales[layer])
    case .gaussian(var weight):
      weight.combine(own: scales[layer], weight: 0, other: nil)
      return weight
    }
  }
}
