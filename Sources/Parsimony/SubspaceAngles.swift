import LinearAlgebra
import RealModule

/// Angles between the directions predicted to learn and those in which trained weights have really moved,
/// equation (10.12).
public struct SubspaceAngles: Codable, Sendable {
  /// Sines of the principal angles, largest first, as many as directions were used.
  public let sines: [Double]
  /// How strong the used directions are, largest first, in units of the weights.
  public let strengths: [Double]

  /// Share of the strongest used direction below which one counts as not used: its place is rounding.
  public static let tolerance = 1e-8

  /// - Parameters:
  ///   - trained: `W_l(T)`.
  ///   - start: `W_l(0)`.
  ///   - predicted: `V_l`, d x m with orthonormal columns.
  ///   - seed: of the probes.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  public init(trained: DenseMatrix, start: DenseMatrix, predicted: DenseMatrix, seed: Int)
    throws(LinearAlgebraFailure)
  {
    // Off the predicted subspace the weights have shrunk by one factor at most: the best one is taken out.
    var outside = start
    outside.setProduct(
      -1, .plain(.product(.plain(start), .plain(predicted))), .transposed(predicted), own: 1)
    let weight = outside.squaredNorm
    let factor = predicted.columns < predicted.rows && weight > 0 ? trained.dot(outside) / weight : 1
    var moved = trained
    moved.combine(own: 1, weight: -factor, other: start)
    let used = try LeadingDirections.first(predicted.columns, of: moved, seed: seed)
    let largest = used.values[0]
    let count = largest > 0 ? used.values.count { $0 > Self.tolerance * largest } : 0
    strengths = Array(used.values.prefix(count))
    guard count > 0 else {
      sines = []
      return
    }
    let directions = used.right.selecting(Array(0..<count)).transposed
    // What sticks out of the predicted subspace: sines, as cosines near 1 would lose half the digits.
    var rest = directions
    rest.setProduct(
      -1, .plain(predicted), .plain(.product(.transposed(predicted), .plain(directions))), own: 1)
    sines = try SingularValues(rest, vectors: false).values
  }
}
