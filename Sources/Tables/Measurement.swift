import LinearAlgebra
import Problems

/// The statistics of a real table, equation (7.4): covariance spectrum, linear target, residual noise.
public struct Measurement: Sendable {
  /// Eigenvalues below this share of the largest, of columns scaled to unit deviation, are rounding of zero and do not count
  /// as dimensions.
  public static let eigenvalueFloor = PrincipalDirections.eigenvalueFloor

  /// Most directions that a table may have.
  static let mostDirections = 10_000

  /// The spectrum with its target.
  public let spectrum: MeasuredSpectrum
  /// Principal directions, `spectrum.eigenvalues.count` rows of `columns` numbers, unit length; ignored constants have 0.
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
  /// - Throws: `InvalidTable` with every reason at once: entries that are not finite, constant columns under `zscore`, a constant
  ///   target, inputs that vanish, sizes beyond the range of numbers, too few rows for a least-squares fit to leave a residual.
  public init(_ table: DataTable, _ standardization: DataTable.Standardization)
    throws(InvalidTable)
  {
    let standardized = try Standardized(table, standardization)
    guard min(table.rows, standardized.columns.count) <= Self.mostDirections else {
      throw InvalidTable(problems: [
        "\(table.rows) rows of \(standardized.columns.count) inputs: at most \(Self.mostDirections) of the one or the other "
          + "are taken, since their matrix and its cube decide memory and time; leave out rows or columns"
      ])
    }
    let principal: PrincipalDirections
    do {
      principal = try PrincipalDirections(standardized, rows: table.rows)
    } catch {
      throw InvalidTable(problems: ["the covariance of the inputs has no spectrum: \(error)"])
    }
    let kept = principal.roots.count
    guard table.rows > kept + 1 else {
      throw InvalidTable(problems: [
        "too few rows: a linear fit on \(kept) independent inputs needs at least "
          + "\(kept + 2) rows to leave a residual, the table has \(table.rows)"
      ])
    }
    self.init(table, standardized, principal)
  }

  private init(_ table: DataTable, _ standardized: Standardized, _ principal: PrincipalDirections) {
    let (kept, rows) = (principal.roots.count, Double(table.rows))
    let mean = principal.roots.reduce(0) { $0 + $1 * $1 } / Double(kept)
    let scaled = principal.roots.map { $0 / mean.squareRoot() }
    let whitened = TallMatrix.rotated(
      standardized.values, columns: standardized.columns.count, onto: principal.whitening.storage, scale: 1)
    target = standardized.target
    // Whitened components are uncorrelated and of mean square 1, so least squares is a projection onto each.
    let overlaps = TallMatrix.transposed(whitened, columns: kept, times: target).map { $0 / rows }
    let root = Double(kept).squareRoot()
    var residuals = target
    DenseMatrix(rows: table.rows, columns: kept, whitened).addProduct(-1, overlaps, to: &residuals)
    var inputs = DenseMatrix(rows: table.rows, columns: kept, whitened)
    inputs.scaleColumns(by: scaled)
    self.inputs = inputs.storage
    directions = Self.spread(principal.directions, over: standardized.columns, of: table.columns)
    spectrum = MeasuredSpectrum(
      eigenvalues: scaled.map { $0 * $0 }, targetCoefficients: zip(overlaps, scaled).map { root * $0 / $1 },
      residualVariance: residuals.reduce(0) { $0 + $1 * $1 } / rows,
      inputFactor: Double(sign: .plus, exponent: -standardized.exponent, significand: 1 / mean.squareRoot()),
      targetShift: standardized.targetShift, targetScale: standardized.targetScale,
      rows: table.rows, columns: table.columns,
      ignoredColumns: Self.ignored(table, standardized, principal), columnScales: standardized.scales)
  }

  /// Rows on some columns as rows on all of them.
  private static func spread(_ matrix: DenseMatrix, over columns: [Int], of count: Int) -> [Double] {
    var entries = [Double](repeating: 0, count: matrix.rows * count)
    for row in 0..<matrix.rows {
      for (index, column) in columns.enumerated() { entries[row * count + column] = matrix[row, index] }
    }
    return entries
  }

  private static func ignored(_ table: DataTable, _ standardized: Standardized, _ principal: PrincipalDirections)
    -> [IgnoredColumn]
  {
    func name(_ column: Int) -> String { table.inputNames[standardized.columns[column]] }
    let dependent = principal.dependent.map {
      IgnoredColumn(
        name: name($0.column), reason: .combination(of: $0.others.map(name), remainder: $0.remainder))
    }
    let order = Dictionary(table.inputNames.enumerated().map { ($1, $0) }) { first, _ in first }
    return (standardized.ignored + dependent).sorted { (order[$0.name] ?? 0) < (order[$1.name] ?? 0) }
  }
}
