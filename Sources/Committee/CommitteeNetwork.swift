import Calculus
import LinearAlgebra
import RealModule

/// A student of finite input dimension beside its teacher, trained sample by sample; equation (19.14).
struct CommitteeNetwork {
  private let problem: CommitteeProblem
  /// D.
  let dimension: Int
  /// Weights of the student's units, K x D, and of the teacher's, M x D.
  private var student: DenseMatrix
  private let teacher: DenseMatrix
  /// v.
  private(set) var readout: [Double]
  private var inputs: RandomStream
  private var noise: RandomStream

  /// Weights in random directions whose overlaps are those of the problem.
  ///
  /// - Parameters:
  ///   - problem: sound.
  ///   - dimension: D, at least K + M.
  ///   - seed: of all random numbers.
  ///   - replica: which network.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  init(_ problem: CommitteeProblem, dimension: Int, seed: Int, replica: Int) throws(LinearAlgebraFailure) {
    self.problem = problem
    self.dimension = dimension
    readout = problem.studentReadout
    inputs = RandomStream(seed: seed, replica: replica, purpose: .inputs)
    noise = RandomStream(seed: seed, replica: replica, purpose: .noise)
    let count = problem.studentUnits + problem.teacherUnits
    var stream = RandomStream(seed: seed, replica: replica, purpose: .weights)
    let directions = try DenseMatrix(rows: dimension, columns: count, stream.normals(dimension * count))
      .orthonormalColumns()
    let eigen = try SymmetricEigenproblem(problem.overlaps.covariance, size: count)
    // C = V Λ Vᵀ, so rows of V √Λ have the scalar products C.
    let root = DenseMatrix(
      rows: count, columns: count,
      (0..<count * count).map { place in
        let (unit, mode) = (place / count, place % count)
        return eigen.eigenvectors[mode * count + unit] * max(0, eigen.eigenvalues[mode]).squareRoot()
      })
    let weights =
      DenseMatrix.product(.plain(root), .transposed(directions), scale: Double(dimension).squareRoot()).storage
    let own = problem.studentUnits * dimension
    student = DenseMatrix(rows: problem.studentUnits, columns: dimension, Array(weights.prefix(own)))
    teacher = DenseMatrix(rows: problem.teacherUnits, columns: dimension, Array(weights.dropFirst(own)))
  }

  /// One step of SGD on fresh samples, equation (19.14).
  mutating func step() {
    let (units, batch) = (problem.studentUnits, problem.samplesPerStep)
    let samples = DenseMatrix(rows: batch, columns: dimension, inputs.normals(batch * dimension))
    let errors = problem.noise > 0 ? noise.normals(batch, deviation: problem.noise) : Array(repeating: 0, count: batch)
    let (own, wanted) = (activated(student, samples), activated(teacher, samples))
    var factors = [Double](repeating: 0, count: batch * units)
    var pulls = [Double](repeating: 0, count: units)
    for sample in 0..<batch {
      var error = errors[sample]
      for unit in 0..<units { error -= readout[unit] * own[sample * units + unit].value }
      for (unit, weight) in problem.teacherReadout.enumerated() {
        error += weight * wanted[sample * teacher.rows + unit].value
      }
      for unit in 0..<units {
        let activated = own[sample * units + unit]
        factors[sample * units + unit] = readout[unit] * error * activated.slope
        pulls[unit] += error * activated.value
      }
    }
    let share = problem.learningRate / Double(batch)
    student.setProduct(
      share / Double(dimension).squareRoot(), .transposed(DenseMatrix(rows: batch, columns: units, factors)),
      .plain(samples),
      own: 1 - problem.learningRate * problem.weightDecay / Double(dimension))
    let decay = problem.learningRate * problem.readoutDecay
    for unit in 0..<units {
      readout[unit] += (share * problem.readoutRate * pulls[unit] - decay * readout[unit]) / Double(dimension)
    }
  }

  /// `g` and its slope at the fields of all units, sample by sample.
  private func activated(_ weights: DenseMatrix, _ samples: DenseMatrix) -> [(value: Double, slope: Double)] {
    DenseMatrix.product(.plain(samples), .transposed(weights), scale: 1 / Double(dimension).squareRoot())
      .storage.map(problem.activation.evaluated)
  }

  /// Q and R as they are now.
  var overlaps: Overlaps {
    func products(_ other: DenseMatrix) -> [[Double]] {
      let products = DenseMatrix.product(.plain(student), .transposed(other), scale: 1 / Double(dimension))
      return (0..<products.rows).map { row in (0..<products.columns).map { products[row, $0] } }
    }
    return Overlaps(student: products(student), mixed: products(teacher), teacher: problem.overlaps.teacher)
  }
}
