import LinearAlgebra

/// A squared loss of the product of all weight matrices, equation (10.1).
public struct Objective: Sendable {
  /// What the inputs have for a covariance, as its symmetric square root.
  enum CovarianceRoot: Sendable {
    case white
    case diagonal([Double])
    case dense(DenseMatrix)
  }

  /// The matrix to learn, outputs x inputs.
  let target: DenseMatrix
  let root: CovarianceRoot
  /// Ones where an entry is observed; nil observes all.
  let mask: DenseMatrix?
  /// Loss that no weights can take away.
  let floor: Double

  init(target: DenseMatrix, root: CovarianceRoot = .white, mask: DenseMatrix? = nil, floor: Double = 0) {
    self.target = target
    self.root = root
    self.mask = mask
    self.floor = floor
  }

  /// The loss, and its derivative by the product, `(W - Φ) Σ` or `Ω ∘ (W - Φ)`.
  ///
  /// The loss is a sum of squares whatever the covariance, so that rounding never makes it negative.
  ///
  /// - Parameters:
  ///   - product: W.
  ///   - error: becomes the derivative.
  ///   - scratch: of the same shape where the covariance is dense, otherwise unused.
  /// - Returns: half the sum of the squared errors, and the floor.
  func evaluate(_ product: DenseMatrix, error: inout DenseMatrix, scratch: inout DenseMatrix) -> Double {
    error.setDifference(product, target, mask: mask)
    switch root {
    case .white: return error.squaredNorm / 2 + floor
    case .diagonal(let roots):
      error.scaleColumns(by: roots)
      let loss = error.squaredNorm / 2 + floor
      error.scaleColumns(by: roots)
      return loss
    case .dense(let matrix):
      scratch.setProduct(1, .plain(error), .plain(matrix))
      let loss = scratch.squaredNorm / 2 + floor
      error.setProduct(1, .plain(scratch), .plain(matrix))
      return loss
    }
  }

  var needsScratch: Bool {
    if case .dense = root { true } else { false }
  }
}
