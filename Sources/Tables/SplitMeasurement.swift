import LinearAlgebra
import Problems

/// The rows of an exact split as networks see them, equation (16.2): every mean, deviation and factor is that of the training rows, the
/// directions that are kept are those of all rows.
public struct SplitMeasurement: Sendable {
  /// Spectrum, target and residuals of the training rows.
  public let spectrum: MeasuredSpectrum
  /// Both sets of rows in the principal directions of the training rows.
  public let rows: GivenRows
  /// How many test rows also are training rows, inputs and targets alike.
  public let sharedRows: Int

  /// Eigenvalues below this share of the largest are rounding of zero: training rows do not vary there.
  static let eigenvalueFloor = 1e-10

  /// Prepares a table of which some rows are trained on and the others test.
  ///
  /// - Parameters:
  ///   - table: all rows.
  ///   - train: numbers of the training rows, from 0, each once, in the order in which a fixed sequence of batches takes them.
  ///   - choice: how they were chosen.
  ///   - standardization: how inputs are prepared.
  /// - Throws: `InvalidTable` with every reason: no training or no test row, a target that is constant on the training rows, a class that no
  ///   training row has, inputs that do not vary on the training rows.
  public init(
    _ table: DataTable, train: [Int], choice: GivenRows.Choice = .files, _ standardization: DataTable.Standardization
  ) throws(InvalidTable) {
    let isTrained = Set(train)
    let test = (0..<table.rows).filter { !isTrained.contains($0) }
    guard !train.isEmpty, !test.isEmpty else {
      throw InvalidTable(problems: ["an exact split needs a training row and a test row at least"])
    }
    let targets = Result { () throws(InvalidTable) in try SplitTargets(table, train: train) }
    let inputs = try SplitInputs(table, train: train, standardization, besides: targets.problems)
    let (found, fitted) = (try targets.get(), SplitFit(inputs, train: train))
    let fits = found.values.map(fitted.fit)
    let classes = table.areClasses ? Measurement.classes(table) : nil
    let outputs = fits.count > 1 ? found.outputs(table, fits) : nil
    spectrum = MeasuredSpectrum(
      eigenvalues: fitted.eigenvalues,
      targetCoefficients: outputs.map { Measurement.lengths($0.coefficients) } ?? fits[0].coefficients,
      residualVariance: fits.reduce(0) { $0 + SplitFit.covariance($1, $1) }, inputFactor: fitted.factor(inputs),
      targetShift: found.shifts[0], targetScale: found.scales[0], rows: train.count, columns: table.columns,
      ignoredColumns: inputs.ignored, columnScales: inputs.scales, outputs: outputs, reading: table.reading)
    func prepared(_ rows: [Int]) -> PreparedTable {
      PreparedTable(
        inputs: fitted.inputs.selecting(rows).storage, targets: found.values.map { target in rows.map { target[$0] } },
        classes: classes.map { classes in rows.map { classes[$0] } }, offsets: outputs?.offsets ?? [0])
    }
    rows = GivenRows(train: prepared(train), test: prepared(test), choice: choice)
    sharedRows = Self.sharedRows(table, train: train, test: test)
  }

  private static func sharedRows(_ table: DataTable, train: [Int], test: [Int]) -> Int {
    func row(_ index: Int) -> [Double] {
      table.inputs[index * table.columns..<(index + 1) * table.columns] + table.targets.map { $0[index] }
    }
    let known = Set(train.map(row))
    return test.count { known.contains(row($0)) }
  }
}

extension Result where Failure == InvalidTable {
  /// What is wrong; empty for a success.
  fileprivate var problems: [String] {
    if case .failure(let invalid) = self { invalid.problems } else { [] }
  }
}

/// The targets of all rows, centred and scaled as the training rows ask, equations (7.4) and (16.2).
struct SplitTargets {
  /// A list for each output, one number a row.
  let values: [[Double]]
  let shifts: [Double]
  let scales: [Double]

  init(_ table: DataTable, train: [Int]) throws(InvalidTable) {
    let columns = table.targets.map { target in ScaledColumn(train.map { target[$0] }) }
    let problems =
      table.areClasses
      ? Self.classProblems(table, columns)
      : StandardizedTargets.problems(table, columns, where: " on the training rows")
    guard problems.isEmpty else { throw InvalidTable(problems: problems) }
    let shifts = columns.map { $0.unscaled($0.mean) }
    let common = (shifts.reduce(0) { $0 + $1 * (1 - $1) } / Double(shifts.count)).squareRoot()
    scales = table.areClasses ? shifts.map { _ in common } : columns.map { $0.unscaled($0.deviation) }
    values = zip(table.targets, zip(columns, scales)).map { target, own in
      target.map { own.0.unscaled(own.0.moved($0)) / own.1 }
    }
    self.shifts = shifts
  }

  private static func classProblems(_ table: DataTable, _ columns: [ScaledColumn]) -> [String] {
    let names = table.targetNames
    let absent = columns.indices.filter { columns[$0].mean == 0 }
    if columns.count - absent.count < 2 {
      let only = columns.indices.first { columns[$0].mean > 0 }.map { names[$0] } ?? ""
      return ["the training rows have one class only (\(only)): there is nothing to learn"]
    }
    guard let first = absent.first else { return [] }
    let more = absent.count == 1 ? "" : " (and \(absent.count - 1) more classes)"
    return [
      "class \(names[first])\(more) is among the test rows and no training row has it, so that no network can learn it; add "
        + "training rows of it, or remove its test rows"
    ]
  }

  /// Names and statistics of several outputs.
  func outputs(_ table: DataTable, _ fits: [SplitFit.Fit]) -> MeasuredOutputs {
    MeasuredOutputs(
      names: table.targetNames, areClasses: table.areClasses, coefficients: fits.map(\.coefficients), shifts: shifts,
      scales: scales,
      residualCovariance: fits.map { left in fits.map { SplitFit.covariance(left, $0) } })
  }
}

/// The least-squares fit of the training rows in their principal directions, equation (16.1).
struct SplitFit {
  /// `λ_k`, falling, with mean 1; 0 where the training rows do not vary.
  let eigenvalues: [Double]
  /// All rows in those directions.
  let inputs: DenseMatrix
  /// The training rows alone.
  private let trained: DenseMatrix
  private let train: [Int]
  /// What scales the components.
  private let scale: Double

  /// The fit of one target.
  struct Fit {
    /// `β*_k = u_k/λ_k`, 0 where the training rows do not vary.
    let coefficients: [Double]
    /// `e_μ`, one number a training row.
    let residuals: [Double]
  }

  init(_ split: SplitInputs, train: [Int]) {
    self.train = train
    let rotated = DenseMatrix(
      rows: split.components.rows, columns: split.components.columns,
      TallMatrix.rotated(
        split.components.storage, columns: split.components.columns, onto: split.directions, scale: 1))
    let own = rotated.selecting(train)
    // Mean squares are taken of the rows themselves: an eigenvalue from the covariance is off by rounding of the largest.
    let squares = (0..<own.columns).map { column in
      (0..<own.rows).reduce(0) { $0 + own[$1, column] * own[$1, column] } / Double(own.rows)
    }
    let floor = SplitMeasurement.eigenvalueFloor * (squares.max() ?? 0)
    let kept = squares.map { $0 < floor ? 0 : $0 }
    let order = kept.indices.sorted { (kept[$0], $1) > (kept[$1], $0) }
    let mean = squares.reduce(0, +) / Double(squares.count)
    scale = 1 / mean.squareRoot()
    let factor = scale
    eigenvalues = order.map { kept[$0] / mean }
    inputs = DenseMatrix(
      rows: rotated.rows, columns: rotated.columns,
      (0..<rotated.rows).flatMap { row in order.map { factor * rotated[row, $0] } })
    trained = inputs.selecting(train)
  }

  /// Factor on the prepared inputs.
  func factor(_ split: SplitInputs) -> Double {
    Double(sign: .plus, exponent: -split.exponent, significand: scale)
  }

  /// Fits one target on the training rows.
  ///
  /// - Parameter target: one number a row of the whole table.
  /// - Returns: coefficients and residuals.
  func fit(_ target: [Double]) -> Fit {
    let own = train.map { target[$0] }
    let root = Double(eigenvalues.count).squareRoot()
    let overlaps = TallMatrix.transposed(trained.storage, columns: trained.columns, times: own)
    let coefficients = zip(overlaps, eigenvalues).map { overlap, eigenvalue in
      eigenvalue > 0 ? root * overlap / (Double(own.count) * eigenvalue) : 0
    }
    var residuals = own
    trained.addProduct(-1 / root, coefficients, to: &residuals)
    return Fit(coefficients: coefficients, residuals: residuals)
  }

  /// Mean product of what two fits leave.
  static func covariance(_ one: Fit, _ other: Fit) -> Double {
    zip(one.residuals, other.residuals).reduce(0) { $0 + $1.0 * $1.1 } / Double(one.residuals.count)
  }
}
