import RealModule

/// The covariance spectrum of the inputs and where the target's power sits in it, equations (7.1)-(7.4).
public enum Spectrum: Codable, Hashable, Sendable {
  /// All eigenvalues 1, all target powers 1.
  case isotropic
  /// `λ_k ~ k^-eigenvalueDecay`, `λ_k β*_k² ~ k^-signalDecay`.
  case powerLaw(PowerLaw)
  /// Estimated from a real table.
  case measured(MeasuredSpectrum)
}

/// A spectrum of two powers of the mode index, equations (7.1) and (7.2).
public struct PowerLaw: Codable, Hashable, Sendable {
  /// What is set to one.
  public enum Scale: String, Codable, Hashable, Sendable, CaseIterable {
    /// Mean eigenvalue 1 and mean target power `Σ λ β*²/D = 1`: the proportional limit, equation (7.1).
    case mean
    /// Largest eigenvalue 1, sums instead of means (trace class), `Σ λ β*² = 1`, equation (7.2).
    case top
  }

  /// Exponent of the eigenvalues, ≥ 0.
  public var eigenvalueDecay: Double
  /// Exponent of the target's power `λ_k β*_k²`, ≥ 0.
  public var signalDecay: Double
  /// Normalisation.
  public var scale: Scale

  /// - Parameters:
  ///   - eigenvalueDecay: exponent of the eigenvalues.
  ///   - signalDecay: exponent of the target's power.
  ///   - scale: normalisation.
  public init(eigenvalueDecay: Double, signalDecay: Double, scale: Scale = .mean) {
    self.eigenvalueDecay = eigenvalueDecay
    self.signalDecay = signalDecay
    self.scale = scale
  }

  /// Eigenvalues and target of some modes, equations (7.1) and (7.2).
  ///
  /// - Parameters:
  ///   - indices: mode indices k, from 1.
  ///   - multiplicity: how many modes each stands for; together they are all D modes.
  ///   - dimension: D.
  /// - Returns: `λ_k`, and the share of the target's power `λ_k b_k` that one such mode has (shares sum to 1).
  public func modes(_ indices: [Double], multiplicity: [Double], dimension: Int) -> (
    eigenvalues: [Double], signalShares: [Double]
  ) {
    func sum(_ exponent: Double) -> Double {
      zip(indices, multiplicity).reduce(0) { $0 + $1.1 * .pow($1.0, -exponent) }
    }
    let eigenvalueScale = scale == .mean ? Double(dimension) / sum(eigenvalueDecay) : 1
    let signalScale = 1 / sum(signalDecay)
    return (
      indices.map { eigenvalueScale * .pow($0, -eigenvalueDecay) },
      indices.map { signalScale * .pow($0, -signalDecay) }
    )
  }
}

/// The statistics of a real table, equation (7.4).
public struct MeasuredSpectrum: Codable, Hashable, Sendable {
  /// Eigenvalues `λ_k` in falling order, scaled to mean 1; of an exact split those of the training rows, 0 where these do not vary.
  public var eigenvalues: [Double]
  /// Target coefficients `β*_k` on the principal directions, one for each eigenvalue; of several outputs the root of their sum of
  /// squares.
  public var targetCoefficients: [Double]
  /// Mean squared residual of the least-squares fit, in units of the target's variance: `σ²`; of several outputs the sum over them.
  public var residualVariance: Double
  /// Factor on the prepared inputs that makes the mean eigenvalue 1.
  public var inputFactor: Double
  /// Mean of the raw target, subtracted from it; of several outputs the first.
  public var targetShift: Double
  /// Standard deviation of the raw target, which divides it; of several outputs the first's.
  public var targetScale: Double
  /// Number of rows of the table.
  public var rows: Int
  /// Number of input columns of the table, at least the number of eigenvalues.
  public var columns: Int
  /// Columns that add no eigenvalue, in the order of the table: together with the eigenvalues they are all columns.
  public var ignoredColumns: [IgnoredColumn]
  /// Ratio of the sizes of the columns, as they are before their covariance is taken; nil where not measured.
  public var columnScales: ColumnScales?
  /// The targets of several outputs; nil for one.
  public var outputs: MeasuredOutputs?
  /// How the table was read; nil for one column of numbers beside columns of numbers.
  public var reading: TableReading?
  /// What the fit is corrected by; nil where it is taken as it is.
  public var fitCorrection: FitCorrection?

  /// - Parameters:
  ///   - eigenvalues: falling, mean 1.
  ///   - targetCoefficients: `β*_k`.
  ///   - residualVariance: `σ²`.
  ///   - inputFactor: factor on the standardised inputs.
  ///   - targetShift: raw mean of the target.
  ///   - targetScale: raw deviation of the target.
  ///   - rows: number of table rows.
  ///   - columns: number of input columns.
  ///   - ignoredColumns: columns that add no eigenvalue.
  ///   - columnScales: ratio of the sizes of the columns.
  ///   - outputs: the targets of several outputs; nil for one.
  ///   - reading: how the table was read.
  public init(
    eigenvalues: [Double], targetCoefficients: [Double], residualVariance: Double,
    inputFactor: Double, targetShift: Double, targetScale: Double, rows: Int, columns: Int,
    ignoredColumns: [IgnoredColumn] = [], columnScales: ColumnScales? = nil, outputs: MeasuredOutputs? = nil,
    reading: TableReading? = nil
  ) {
    self.eigenvalues = eigenvalues
    self.targetCoefficients = targetCoefficients
    self.residualVariance = residualVariance
    self.inputFactor = inputFactor
    self.targetShift = targetShift
    self.targetScale = targetScale
    self.rows = rows
    self.columns = columns
    self.ignoredColumns = ignoredColumns
    self.columnScales = columnScales
    self.outputs = outputs
    self.reading = reading
  }
}
