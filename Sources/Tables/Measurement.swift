import LinearAlgebra
import Problems

/// The statistics of a real table, equation (7.4): covariance spectrum, linear targets, residual noise.
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
  /// A list for each output, centred and scaled: the variances of all outputs sum to their number.
  public let targets: [[Double]]
  /// The class of each row, a number below that of outputs; nil where the outputs are no classes.
  public let classes: [Int]?

  /// The first target.
  public var target: [Double] { targets[0] }

  /// The table as networks see it.
  public var prepared: PreparedTable {
    guard let outputs = spectrum.outputs else { return PreparedTable(inputs: inputs, target: target) }
    return PreparedTable(inputs: inputs, targets: targets, classes: classes, offsets: outputs.offsets)
  }

  /// Measures a table.
  ///
  /// - Parameters:
  ///   - table: as read.
  ///   - standardization: how inputs are prepared.
  /// - Throws: `InvalidTable` with every reason at once: entries that are not finite, constant columns under `zscore`, a constant
  ///   target, a class of one row, inputs that vanish, sizes beyond the range of numbers, too few rows for a least-squares fit to leave a residual.
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
      principal = try PrincipalDirections(standardized.values, sizes: standardized.sizes, rows: table.rows)
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
    let kept = principal.roots.count
    let mean = principal.roots.reduce(0) { $0 + $1 * $1 } / Double(kept)
    let scaled = principal.roots.map { $0 / mean.squareRoot() }
    let whitened = TallMatrix.rotated(
      standardized.values, columns: standardized.columns.count, onto: principal.whitening.storage, scale: 1)
    let fits = standardized.targets.values.map { LinearFit($0, whitened, directions: kept) }
    targets = standardized.targets.values
    classes = table.areClasses ? Self.classes(table) : nil
    var inputs = DenseMatrix(rows: table.rows, columns: kept, whitened)
    inputs.scaleColumns(by: scaled)
    self.inputs = inputs.storage
    directions = Self.spread(principal.directions, over: standardized.columns, of: table.columns)
    let outputs = fits.count > 1 ? Self.outputs(table, standardized.targets, fits, scaled) : nil
    spectrum = MeasuredSpectrum(
      eigenvalues: scaled.map { $0 * $0 },
      targetCoefficients: outputs.map { Self.lengths($0.coefficients) } ?? fits[0].coefficients(scaled),
      residualVariance: fits.reduce(0) { $0 + $1.residualVariance },
      inputFactor: Double(sign: .plus, exponent: -standardized.exponent, significand: 1 / mean.squareRoot()),
      targetShift: standardized.targets.shifts[0], targetScale: standardized.targets.scales[0],
      rows: table.rows, columns: table.columns,
      ignoredColumns: Self.ignored(table, standardized, principal), columnScales: standardized.scales,
      outputs: outputs, reading: table.reading)
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

// Several outputs.
extension Measurement {
  /// The output that is 1 in each row.
  static func classes(_ table: DataTable) -> [Int] {
    (0..<table.rows).map { row in table.targets.firstIndex { $0[row] == 1 } ?? 0 }
  }

  private static func outputs(
    _ table: DataTable, _ targets: StandardizedTargets, _ fits: [LinearFit], _ scaled: [Double]
  ) -> MeasuredOutputs {
    MeasuredOutputs(
      names: table.targetNames, areClasses: table.areClasses, coefficients: fits.map { $0.coefficients(scaled) },
      shifts: targets.shifts, scales: targets.scales,
      residualCovariance: fits.map { left in fits.map { left.residualCovariance(with: $0) } })
  }

  /// The root of the sum of squares of several lists, entry by entry.
  static func lengths(_ lists: [[Double]]) -> [Double] {
    lists[0].indices.map { index in lists.reduce(0) { $0 + $1[index] * $1[index] }.squareRoot() }
  }
}
