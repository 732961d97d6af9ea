import DeepLinear
import LinearAlgebra

/// What a real table says about itself, equation (7.4): covariance spectrum, linear target, residual noise.
public struct Measurement: Sendable {
  /// Eigenvalues below this share of the largest are rounding of zero and do not count as dimensions.
  public static let eigenvalueFloor = 1e-10

  /// The spectrum with its target.
  public let spectrum: MeasuredSpectrum
  /// Principal directions, `spectrum.eigenvalues.count` rows of `columns` numbers, unit length.
  public let directions: [Double]
  /// Inputs as they enter the network: standardised, rotated and scaled by `spectrum.inputFactor`, row-major.
  public let inputs: [Double]
  /// Target, centred and scaled to unit variance.
  public let target: [Double]

  /// The table as networks see it.
  public var prepared: PreparedTable { PreparedTable(inputs: inputs, target: target) }

  /// Measures a table.
  ///
  /// - Parameters:
  ///   - table: as read.
  ///   - standardization: how inputs are prepared.
  /// - Throws: `InvalidTable` with every reason at once: constant columns under `zscore`, a constant target,
  ///   inputs that vanish, too few rows for a least-squares fit to leave a residual.
  public init(_ table: DataTable, _ standardization: DataTable.Standardization)
    throws(InvalidTable)
  {
    let inputs = try Standardized(table, standardization)
    let covariance = TallMatrix.gram(inputs.values, columns: table.columns)
      .map { $0 / Double(table.rows) }
    guard covariance.allSatisfy(\.isFinite) else {
      throw InvalidTable(problems: ["inputs are so large that their covariance overflows; rescale the columns"])
    }
    let eigen: SymmetricEigenproblem
    do {
      eigen = try SymmetricEigenproblem(covariance, size: table.columns)
    } catch {
      throw InvalidTable(problems: ["the covariance of the inputs has no spectrum: \(error)"])
    }
    let top = eigen.eigenvalues[0]
    let kept = eigen.eigenvalues.prefix { $0 > Self.eigenvalueFloor * top }
    guard table.rows > kept.count + 1 else {
      throw InvalidTable(problems: [
        "too few rows: a linear fit on \(kept.count) independent inputs needs at least "
          + "\(kept.count + 2) rows to leave a residual, the table has \(table.rows)"
      ])
    }
    self.init(table, inputs, eigen, kept: kept.count)
  }

  private init(
    _ table: DataTable, _ standardized: Standardized, _ eigen: SymmetricEigenproblem, kept: Int
  ) {
    let rows = Double(table.rows)
    let eigenvalues = eigen.eigenvalues.prefix(kept)
    let factor = (Double(kept) / eigenvalues.reduce(0, +)).squareRoot()
    directions = Array(eigen.eigenvectors.prefix(kept * table.columns))
    inputs = TallMatrix.rotated(
      standardized.values, columns: table.columns, onto: directions, scale: factor)
    target = standardized.target
    let scaled = eigenvalues.map { $0 * factor * factor }
    // Principal components are uncorrelated, so least squares is a projection onto each.
    let overlaps = TallMatrix.transposed(inputs, columns: kept, times: target)
    let root = Double(kept).squareRoot()
    let coefficients = zip(overlaps, scaled).map { root * $0 / (rows * $1) }
    let explained = zip(coefficients, scaled).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
    let power = target.reduce(0) { $0 + $1 * $1 } / rows
    spectrum = MeasuredSpectrum(
      eigenvalues: scaled, targetCoefficients: coefficients,
      residualVariance: max(0, power - explained / Double(kept)), inputFactor: factor,
      targetShift: standardized.targetShift, targetScale: standardized.targetScale,
      rows: table.rows, columns: table.columns)
  }
}
