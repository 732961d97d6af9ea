import LinearAlgebra
import Problems

/// The inputs of all rows of an exact split, standardised by the training rows and rotated: components in the directions that all rows
/// span, and the principal directions of the training rows among these, equation (16.2).
struct SplitInputs {
  /// All rows, `rows x D`, over `2^exponent`.
  let components: DenseMatrix
  /// Principal directions of the training rows, D vectors of D numbers.
  let directions: [Double]
  /// The common exponent of the components.
  let exponent: Int
  /// Columns that add no direction.
  let ignored: [IgnoredColumn]
  /// Largest and smallest size on all rows; nil under `zscore`.
  let scales: ColumnScales?

  /// One column, standardised: its entries divided by their root mean square over all rows, which is `size · 2^exponent`.
  private struct Column {
    let number: Int
    let entries: [Double]
    let size: Double
    let exponent: Int
  }

  /// - Parameters:
  ///   - table: all rows.
  ///   - train: numbers of the training rows.
  ///   - standardization: how inputs are prepared.
  ///   - others: what else is wrong and is to be reported with what is found here.
  /// - Throws: `InvalidTable` with every reason.
  init(
    _ table: DataTable, train: [Int], _ standardization: DataTable.Standardization, besides others: [String]
  ) throws(InvalidTable) {
    try Standardized.refuseNonFinite(table)
    var columns: [Column] = []
    var constants: [(Int, IgnoredColumn.Reason)] = []
    for number in 0..<table.columns {
      let entries = (0..<table.rows).map { table.inputs[$0 * table.columns + number] }
      if let column = Self.column(number, entries, train, standardization) {
        columns.append(column)
      } else {
        constants.append((number, .constant(entries[0])))
      }
    }
    let names = columns.map { table.inputNames[$0.number] }
    let raw = columns.map { Double(sign: .plus, exponent: $0.exponent, significand: $0.size) }
    exponent = columns.map { $0.exponent + Int($0.size.exponent) }.max() ?? 0
    scales = standardization == .zscore ? nil : Standardized.scales(names, raw)
    let problems = others + Self.problems(columns, names, raw, exponent: exponent, rows: table.rows)
    guard problems.isEmpty else { throw InvalidTable(problems: problems) }
    let found = try Self.rotated(columns, exponent: exponent, rows: table.rows, train: train)
    (components, directions) = (found.components, found.directions)
    let dependent = found.dependent.map {
      (
        columns[$0.column].number,
        IgnoredColumn.Reason.combination(of: $0.others.map { names[$0] }, remainder: $0.remainder)
      )
    }
    ignored = (constants + dependent).sorted { $0.0 < $1.0 }.map {
      IgnoredColumn(name: table.inputNames[$0.0], reason: $0.1)
    }
  }

  /// Sizes over `2^exponent`.
  private static func sizes(_ columns: [Column], _ exponent: Int) -> [Double] {
    columns.map { Double(sign: .plus, exponent: $0.exponent - exponent, significand: $0.size) }
  }

  private static func problems(
    _ columns: [Column], _ names: [String], _ raw: [Double], exponent: Int, rows: Int
  ) -> [String] {
    if columns.isEmpty { return ["no input column varies: there is nothing to learn from"] }
    var problems = Standardized.unrepresentable(names, raw, sizes(columns, exponent), exponent: exponent)
    if min(rows, columns.count) > Measurement.mostDirections {
      problems.append(
        "\(rows) rows of \(columns.count) inputs: at most \(Measurement.mostDirections) of the one or the other are taken; leave "
          + "out rows or columns")
    }
    return problems
  }

  /// Components in the directions of all rows, and the principal directions of the training rows among these.
  private static func rotated(
    _ columns: [Column], exponent: Int, rows: Int, train: [Int]
  ) throws(InvalidTable) -> (components: DenseMatrix, directions: [Double], dependent: [DependentColumn]) {
    let count = columns.count
    var values = [Double](repeating: 0, count: rows * count)
    for (index, column) in columns.enumerated() {
      for row in 0..<rows { values[row * count + index] = column.entries[row] }
    }
    do throws(LinearAlgebraFailure) {
      let principal = try PrincipalDirections(values, sizes: sizes(columns, exponent), rows: rows)
      var components = DenseMatrix(
        rows: rows, columns: principal.roots.count,
        TallMatrix.rotated(values, columns: count, onto: principal.whitening.storage, scale: 1))
      components.scaleColumns(by: principal.roots)
      let gram = TallMatrix.gram(components.selecting(train).storage, columns: components.columns)
      let directions = try SymmetricEigenproblem(gram, size: components.columns).eigenvectors
      if gram.contains(where: { $0 > 0 }) { return (components, directions, principal.dependent) }
    } catch {
      throw InvalidTable(problems: ["the covariance of the inputs has no spectrum: \(error)"])
    }
    throw InvalidTable(problems: ["no input column varies on the training rows: there is nothing to learn from"])
  }

  /// A standardised column; nil where all rows have the same entry.
  private static func column(
    _ number: Int, _ entries: [Double], _ train: [Int], _ standardization: DataTable.Standardization
  ) -> Column? {
    let own = ScaledColumn(train.map { entries[$0] })
    var (values, exponent) = (entries.map(own.moved), own.exponent)
    if own.isConstant { for row in train { values[row] = 0 } }
    switch standardization {
    case .none: values = entries.map { Double(sign: .plus, exponent: -own.exponent, significand: $0) }
    case .center: break
    case .zscore where own.isConstant: break
    case .zscore:
      for row in values.indices { values[row] /= own.deviation }
      exponent = 0
    }
    let size = (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
    guard size > 0, size.isFinite else { return nil }
    return Column(number: number, entries: values.map { $0 / size }, size: size, exponent: exponent)
  }
}
