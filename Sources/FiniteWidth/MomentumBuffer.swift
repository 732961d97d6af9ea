import LinearAlgebra
import Problems

/// The momentum buffer of a weight matrix where it is made orthogonal before a step, as Muon does: the gradients as outer products as
/// long as they are few, then the matrix itself.
struct MomentumBuffer {
  private let rows: Int
  private let columns: Int
  private let outputs: Int
  private let coefficient: Double
  private let looksAhead: Bool
  private var left: [Double] = []
  private var right: [Double] = []
  private var count = 0
  private var matrix: DenseMatrix?

  /// - Parameters:
  ///   - rows: of the weight matrix.
  ///   - columns: of the weight matrix.
  ///   - outputs: K, outer products of a gradient.
  ///   - momentum: of the optimiser.
  init(rows: Int, columns: Int, outputs: Int, momentum: LinearOptimizer.Momentum) {
    self.rows = rows
    self.columns = columns
    self.outputs = outputs
    coefficient = momentum.coefficient
    looksAhead = momentum.isNesterov
  }

  /// Takes a gradient into the buffer, and makes the step's direction orthogonal.
  ///
  /// - Parameters:
  ///   - l: K vectors at the output side, one after the other.
  ///   - r: K vectors at the input side.
  ///   - orthogonalizer: how.
  /// - Returns: a matrix of the weights' shape.
  mutating func step(_ l: [Double], _ r: [Double], _ orthogonalizer: Orthogonalizer) -> DenseMatrix {
    let newest = (DenseMatrix(rows: outputs, columns: rows, l), DenseMatrix(rows: outputs, columns: columns, r))
    if matrix == nil {
      left += l
      right += r
      count += 1
      if 2 * count * outputs <= min(rows, columns) { return lowRank(orthogonalizer) }
      // From here on the matrix is shorter than its terms.
      var sum = DenseMatrix(rows: rows, columns: columns)
      sum.addOuterProducts(shares(looksAhead: false), stack(left, rows), stack(right, columns))
      matrix = sum
      (left, right) = ([], [])
    } else {
      matrix?.combine(own: coefficient, weight: 0, other: nil)
      matrix?.addOuterProducts(Array(repeating: 1, count: outputs), newest.0, newest.1)
    }
    guard var direction = matrix else { preconditionFailure("the buffer is a matrix now") }
    if looksAhead {
      direction.combine(own: coefficient, weight: 0, other: nil)
      direction.addOuterProducts(Array(repeating: 1, count: outputs), newest.0, newest.1)
    }
    return orthogonalizer.applied(to: direction)
  }

  private func stack(_ entries: [Double], _ width: Int) -> DenseMatrix {
    DenseMatrix(rows: count * outputs, columns: width, entries)
  }

  /// Shares of the gradients in the buffer, or in the direction of a step that looks ahead.
  private func shares(looksAhead: Bool) -> [Double] {
    var shares = [Double](repeating: 1, count: count)
    for index in (0..<count - 1).reversed() { shares[index] = coefficient * shares[index + 1] }
    if looksAhead {
      for index in shares.indices { shares[index] = coefficient * shares[index] + (index == count - 1 ? 1 : 0) }
    }
    return shares.flatMap { Array(repeating: $0, count: outputs) }
  }

  private func lowRank(_ orthogonalizer: Orthogonalizer) -> DenseMatrix {
    var direction = DenseMatrix(rows: rows, columns: columns)
    let scaled = stack(left, rows).scalingRows(by: shares(looksAhead: looksAhead))
    guard let (above, below) = orthogonalizer.applied(left: scaled, right: stack(right, columns)) else {
      return DenseMatrix(rows: rows, columns: columns, Array(repeating: .nan, count: rows * columns))
    }
    direction.addOuterProducts(Array(repeating: 1, count: above.rows), above, below)
    return direction
  }
}
