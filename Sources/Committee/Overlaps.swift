import Calculus
import LinearAlgebra
import Problems

/// Scalar products of all weight vectors, over the input dimension: the covariance of the fields of all units.
public struct Overlaps: Codable, Hashable, Sendable {
  /// Q, K x K: of student units with each other.
  public var student: [[Double]]
  /// R, K x M: of student units with teacher units.
  public var mixed: [[Double]]
  /// T, M x M: of teacher units with each other.
  public var teacher: [[Double]]

  /// - Parameters:
  ///   - student: Q, K x K.
  ///   - mixed: R, K x M.
  ///   - teacher: T, M x M; nil for the identity.
  public init(student: [[Double]], mixed: [[Double]], teacher: [[Double]]? = nil) {
    self.student = student
    self.mixed = mixed
    self.teacher = teacher ?? Self.diagonal(mixed.first?.count ?? 1, 1)
  }

  /// A start without chance: student units of one norm, orthogonal to each other but for their overlaps with the teacher's.
  ///
  /// - Parameters:
  ///   - studentUnits: K.
  ///   - teacherUnits: M.
  ///   - norm: every `Q_kk`.
  ///   - alignment: every `R_km` with m = k modulo M; the others are 0.
  /// - Returns: the overlaps with orthonormal teacher units.
  public static func regular(studentUnits: Int, teacherUnits: Int, norm: Double, alignment: Double) -> Overlaps {
    let mixed = (0..<studentUnits).map { unit in
      (0..<teacherUnits).map { $0 == unit % teacherUnits ? alignment : 0 }
    }
    return Overlaps(student: diagonal(studentUnits, norm), mixed: mixed)
  }

  /// A start at random: Gaussian student weights in a finite number of dimensions, and orthonormal teacher units.
  ///
  /// - Parameters:
  ///   - studentUnits: K.
  ///   - teacherUnits: M.
  ///   - norm: expectation of every `Q_kk`.
  ///   - dimension: D, at least M.
  ///   - seed: of the weights.
  /// - Returns: their overlaps.
  public static func drawn(studentUnits: Int, teacherUnits: Int, norm: Double, dimension: Int, seed: Int) -> Overlaps {
    // The teacher's units are the first axes, times √D.
    let deviation = norm.squareRoot()
    let weights = (0..<studentUnits).map { unit in
      var stream = RandomStream(seed: seed, replica: 0, purpose: .weights, substream: unit)
      return stream.normals(dimension, deviation: deviation)
    }
    func product(_ left: [Double], _ right: [Double]) -> Double {
      zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } / Double(dimension)
    }
    let root = Double(dimension).squareRoot()
    return Overlaps(
      student: weights.map { left in weights.map { product(left, $0) } },
      mixed: weights.map { own in own.prefix(teacherUnits).map { $0 / root } },
      teacher: diagonal(teacherUnits, 1))
  }

  /// A multiple of the identity.
  static func diagonal(_ count: Int, _ value: Double) -> [[Double]] {
    (0..<count).map { row in (0..<count).map { $0 == row ? value : 0 } }
  }

  /// Share of the largest eigenvalue by which one may be negative: rounding of what was typed.
  static let tolerance = 1e-10

  /// The matrix `C = [[Q, R], [Rᵀ, T]]`, row by row.
  var covariance: [Double] {
    student.indices.flatMap { student[$0] + mixed[$0] }
      + teacher.indices.flatMap { unit in mixed.map { $0[unit] } + teacher[unit] }
  }

  /// What is wrong: sizes, symmetry, a covariance that no weights have.
  var refusals: [Refusal] {
    let (units, teachers) = (student.count, teacher.count)
    guard units > 0, teachers > 0 else {
      return [
        Refusal(
          key: units == 0 ? "committee.studentUnits" : "committee.teacherUnits",
          reason: "there must be at least one unit")
      ]
    }
    var refusals: [Refusal] = []
    func check(_ name: String, _ matrix: [[Double]], _ rows: Int, _ columns: Int) {
      let key = "committee.overlaps." + name
      if matrix.count != rows || matrix.contains(where: { $0.count != columns }) {
        refusals.append(Refusal(key: key, reason: "must have \(rows) rows of \(columns) numbers"))
      } else if matrix.contains(where: { $0.contains { !$0.isFinite } }) {
        refusals.append(Refusal(key: key, reason: "must have finite numbers"))
      } else if name != "mixed", let pair = Self.asymmetry(matrix) {
        refusals.append(
          Refusal(
            key: key,
            reason: "must be symmetric; entries \(pair.0 + 1), \(pair.1 + 1) and \(pair.1 + 1), \(pair.0 + 1) differ"))
      }
    }
    check("student", student, units, units)
    check("mixed", mixed, units, teachers)
    check("teacher", teacher, teachers, teachers)
    return refusals.isEmpty ? signs : refusals
  }

  private static func asymmetry(_ matrix: [[Double]]) -> (Int, Int)? {
    for row in matrix.indices {
      for column in 0..<row where matrix[row][column] != matrix[column][row] { return (column, row) }
    }
    return nil
  }

  /// Norms that are not positive, and negative eigenvalues.
  private var signs: [Refusal] {
    for (name, matrix) in [("student", student), ("teacher", teacher)] {
      if let unit = matrix.indices.first(where: { !(matrix[$0][$0] > 0) }) {
        return [
          Refusal(
            key: "committee.overlaps." + name,
            reason: "unit \(unit + 1) has the squared norm \(matrix[unit][unit]); it must be above 0")
        ]
      }
    }
    guard let values = try? SymmetricEigenproblem(covariance, size: student.count + teacher.count).eigenvalues,
      let least = values.min(), let largest = values.max(), !(least >= -Self.tolerance * largest)
    else { return [] }
    return [
      Refusal(
        key: "committee.overlaps.mixed",
        reason: "no weights have these overlaps: [[student, mixed], [mixed^T, teacher]] has the eigenvalue \(least), "
          + "and must be positive semidefinite",
        suggestion: "use smaller mixed overlaps, or larger squared norms of the student units")
    ]
  }

  /// `R_km/√(Q_kk T_mm)`: the cosine of the angle between a student unit and a teacher unit.
  ///
  /// - Parameters:
  ///   - unit: k.
  ///   - teacherUnit: m.
  /// - Returns: between -1 and 1.
  public func cosine(_ unit: Int, _ teacherUnit: Int) -> Double {
    min(1, max(-1, mixed[unit][teacherUnit] / (student[unit][unit] * teacher[teacherUnit][teacherUnit]).squareRoot()))
  }
}
