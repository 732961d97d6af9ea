import Foundation
import LinearAlgebra
import Problems

/// Optimisers that read the gradient as their public codes have them, on dense gradients.
extension NaiveTraining {
  private static func square(_ matrix: Matrix) -> Double { matrix.flatMap { $0 }.reduce(0) { $0 + $1 * $1 } }
  private static func scaled(_ matrix: Matrix, _ factor: Double) -> Matrix { matrix.map { $0.map { factor * $0 } } }
  private static func sum(_ a: Matrix, _ x: Double, _ b: Matrix) -> Matrix {
    zip(a, b).map { zip($0, $1).map { $0 + x * $1 } }
  }

  /// What is made of `-dLoss/dW` before the plain update, whose rate is `γ² D η c_l`.
  mutating func ruled(_ gradients: [Matrix]) -> [Matrix] {
    guard let rule = problem.gradientRule else { return gradients }
    let last = Double(widths[widths.count - 1])
    // `lr` of an update of unit length over learningRate, in units of the plain rate.
    let unit = last.squareRoot() / problem.plainRateFactor
    switch rule {
    case .clip(let limit):
      let norm = totalNorm(gradients)
      let factor = min(1, limit * problem.clipNormFactor / (norm + 1e-6))
      return gradients.map { Self.scaled($0, factor) }
    case .normalized(.global):
      // The standard rule's own weights move by lr / norm; those of unit variance by fan-in times that, which is in c_l.
      let lr = problem.parameterization.rule == .standard ? (last / Double(dimension)).squareRoot() : last.squareRoot()
      let plain =
        problem.parameterization.rule == .standard
        ? problem.parameterization.richness * problem.parameterization.richness : problem.plainRateFactor
      let norm = totalNorm(gradients)
      return gradients.map { Self.scaled($0, lr / norm / plain) }
    case .normalized(.layer):
      return gradients.map { Self.scaled($0, unit / Self.square($0).squareRoot()) }
    case .lars:
      return gradients.indices.map { layer in
        let (rows, columns) = (Double(weights[layer].count), Double(weights[layer][0].count))
        let rate = layer == gradients.count - 1 ? 1 : (last / (rows * columns)).squareRoot()
        let ratio = (Self.square(weights[layer]) / Self.square(gradients[layer])).squareRoot()
        return Self.scaled(gradients[layer], rate * ratio / problem.plainRateFactor)
      }
    case .muon(let muon):
      return gradients.indices.map { layer in Self.scaled(direction(gradients[layer], layer, muon), unit) }
    }
  }

  /// `clip_grad_norm_` sees the weights that the user has: of the standard rule those with variance 1/fan-in.
  private func totalNorm(_ gradients: [Matrix]) -> Double {
    gradients.indices.reduce(0.0) { sum, layer in
      let isStandard = problem.parameterization.rule == .standard
      return sum + (isStandard ? Double(weights[layer][0].count) : 1) * Self.square(gradients[layer])
    }.squareRoot()
  }

  private mutating func direction(_ gradient: Matrix, _ layer: Int, _ muon: Muon) -> Matrix {
    var direction = gradient
    if muon.order == .before {
      let momentum = problem.optimizer.momentum
      gradientBuffers[layer] = Self.sum(gradient, momentum.coefficient, gradientBuffers[layer])
      direction =
        momentum.isNesterov
        ? Self.sum(gradient, momentum.coefficient, gradientBuffers[layer]) : gradientBuffers[layer]
    }
    let (rows, columns) = (direction.count, direction[0].count)
    let matrix = DenseMatrix(rows: rows, columns: columns, direction.flatMap { $0 })
    let result = muon.orthogonalization == .exact ? Self.polar(matrix) : Self.iterated(matrix, muon)
    return (0..<rows).map { row in (0..<columns).map { result[row, $0] } }
  }

  private static func polar(_ matrix: DenseMatrix) -> DenseMatrix {
    guard let parts = try? SingularValues(matrix, vectors: true), let left = parts.left, let right = parts.right else {
      return matrix
    }
    return .product(
      .plain(left), .plain(right.scalingRows(by: parts.values.map { $0 > 1e-12 * parts.values[0] ? 1 : 0 })))
  }

  /// `X <- a X + b (X Xᵀ) X + c (X Xᵀ)² X` on the whole matrix, as it stands.
  private static func iterated(_ matrix: DenseMatrix, _ muon: Muon) -> DenseMatrix {
    guard case .newtonSchulz(let steps, let coefficients) = muon.orthogonalization else { return matrix }
    var x = matrix
    x.combine(own: 1 / (matrix.squaredNorm.squareRoot() + 1e-7), weight: 0, other: nil)
    for _ in 0..<steps {
      let square = DenseMatrix.product(.plain(x), .transposed(x))
      let once = DenseMatrix.product(.plain(square), .plain(x))
      let twice = DenseMatrix.product(.plain(square), .plain(once))
      x.combine(own: coefficients[0], weight: coefficients[1], other: once)
      x.combine(own: 1, weight: coefficients[2], other: twice)
    }
    return x
  }
}
