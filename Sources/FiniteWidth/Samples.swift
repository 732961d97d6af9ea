import Calculus
import LinearAlgebra
import Problems
import RealModule

/// Samples with their targets, one a row.
struct Samples: Sendable {
  /// Rows of as many numbers as input dimensions.
  var inputs: DenseMatrix
  /// One number a row.
  var target: [Double]

  /// Gaussian samples of the population, equation (1.5).
  ///
  /// - Parameters:
  ///   - modes: eigenvalues and target.
  ///   - count: how many.
  ///   - seed: the user's seed.
  ///   - replica: which network.
  ///   - set: 0 for those that are trained on; others are independent of them.
  init(_ modes: Modes, count: Int, seed: Int, replica: Int, set: Int = 0) {
    let dimension = modes.target.count
    var stream = RandomStream(seed: seed, replica: replica, purpose: .inputs, substream: set)
    var numbers = stream.normals(count * dimension)
    if let roots = modes.eigenvalues?.map({ $0.squareRoot() }) {
      for start in stride(from: 0, to: numbers.count, by: dimension) {
        for mode in 0..<dimension { numbers[start + mode] *= roots[mode] }
      }
    }
    var noise = RandomStream(seed: seed, replica: replica, purpose: .noise, substream: set)
    var target = noise.normals(count, deviation: modes.noise)
    let inputs = DenseMatrix(rows: count, columns: dimension, numbers)
    inputs.addProduct(1 / modes.dimension.squareRoot(), modes.target, to: &target)
    self.inputs = inputs
    self.target = target
  }

  /// Some rows of a table.
  init(_ table: PreparedTable, rows: [Int]) {
    inputs = DenseMatrix(rows: table.rows, columns: table.inputs.count / table.rows, table.inputs).selecting(rows)
    target = rows.map { table.target[$0] }
  }

  /// Rows of a table drawn without replacement, and those left over.
  static func drawn(_ count: Int, from table: PreparedTable, seed: Int, replica: Int) -> (drawn: Samples, left: Samples)
  {
    var stream = RandomStream(seed: seed, replica: replica, purpose: .rows)
    let rows = stream.draw(count, of: table.rows)
    return (Samples(table, rows: rows.drawn), Samples(table, rows: rows.left))
  }

  /// Number of samples.
  var count: Int { target.count }
}
