import Calculus
import LinearAlgebra

/// Samples with classes: inputs and one-hot targets, equation (10.14).
public struct ClassData: Sendable {
  /// Inputs, one sample a column: (input dimension) x N.
  public let inputs: DenseMatrix
  /// Class of each sample, from 0.
  public let labels: [Int]
  /// K, the number of classes.
  public let classes: Int

  /// - Parameters:
  ///   - inputs: one sample a column.
  ///   - labels: class of each sample, from 0 to `classes - 1`.
  ///   - classes: K.
  public init(inputs: DenseMatrix, labels: [Int], classes: Int) {
    precondition(inputs.columns == labels.count)
    self.inputs = inputs
    self.labels = labels
    self.classes = classes
  }

  /// Orthonormal inputs, the same number for each class.
  ///
  /// - Parameters:
  ///   - dimension: of the inputs, at least as many as samples.
  ///   - classes: K.
  ///   - perClass: n.
  ///   - seed: the user's seed.
  /// - Returns: K n samples, class by class.
  /// - Throws: `LinearAlgebraFailure` when LAPACK refuses.
  public static func orthonormal(dimension: Int, classes: Int, perClass: Int, seed: Int) throws(LinearAlgebraFailure)
    -> ClassData
  {
    let count = classes * perClass
    var stream = RandomStream(seed: seed, replica: 0, purpose: .inputs)
    let draws = DenseMatrix(rows: dimension, columns: count, stream.normals(dimension * count))
    return ClassData(
      inputs: try draws.orthonormalColumns(), labels: (0..<count).map { $0 / perClass }, classes: classes)
  }

  /// N, the number of samples.
  public var count: Int { labels.count }

  /// Number of samples of each class, K numbers.
  public var counts: [Int] {
    labels.reduce(into: Array(repeating: 0, count: classes)) { $0[$1] += 1 }
  }

  /// Ones where a sample is of a class: K x N.
  var oneHot: DenseMatrix {
    var entries = [Double](repeating: 0, count: classes * count)
    for (sample, label) in labels.enumerated() { entries[label * count + sample] = 1 }
    return DenseMatrix(rows: classes, columns: count, entries)
  }

  /// Largest departure of `XᵀX` from the identity: 0 for the inputs of the law.
  public var departureFromOrthonormal: Double {
    var gram = DenseMatrix.product(.transposed(inputs), .plain(inputs))
    gram.combine(own: 1, weight: -1, other: .identity(count))
    return gram.storage.reduce(0) { Swift.max($0, abs($1)) }
  }

  /// The loss of all samples as one of a matrix, equation (10.14): samples never enter a step.
  ///
  /// - Returns: the least-squares fit with the root of the second moments, and the loss that it leaves.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  func objective() throws(LinearAlgebraFailure) -> Objective {
    let moments = DenseMatrix.product(.plain(inputs), .transposed(inputs))
    let eigen = try CovarianceEigenvectors(moments)
    let cross = DenseMatrix.product(.plain(oneHot), .transposed(inputs))
    let fit = DenseMatrix.product(.plain(cross), .plain(eigen.matrix { 1 / $0 }))
    var rest = oneHot
    rest.setProduct(-1, .plain(fit), .plain(inputs), own: 1)
    return Objective(target: fit, root: .dense(eigen.matrix { $0.squareRoot() }), floor: rest.squaredNorm / 2)
  }
}

extension ClassData {
  /// Some rows of a table, drawn by a seed.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - total: of how many.
  ///   - seed: the user's seed.
  /// - Returns: their numbers in rising order; all where all are wanted.
  public static func draw(_ count: Int, of total: Int, seed: Int) -> [Int] {
    if count >= total { return Array(0..<total) }
    var stream = RandomStream(seed: seed, replica: 0, purpose: .rows)
    return stream.draw(count, of: total).drawn.sorted()
  }
}
