import DeepLinear

/// A table whose inputs are prepared as asked and whose target is centred and scaled to unit variance, equation (7.4).
struct Standardized {
  let values: [Double]
  let target: [Double]
  let targetShift: Double
  let targetScale: Double

  init(_ table: DataTable, _ standardization: DataTable.Standardization) throws(InvalidTable) {
    var problems: [String] = []
    var values = table.inputs
    var varies = false
    for column in 0..<table.columns {
      let moments = Moments((0..<table.rows).map { table.inputs[$0 * table.columns + column] })
      let shift = standardization == .none ? 0 : moments.mean
      if standardization == .zscore, moments.isConstant {
        problems.append(
          "column \(table.inputNames[column]) is constant (\(moments.mean)), so zscore would divide by zero; "
            + "remove the column or use data.standardize=center")
      }
      varies = varies || !moments.isConstant || (standardization == .none && moments.mean != 0)
      let scale = standardization == .zscore ? moments.deviation : 1
      for row in 0..<table.rows {
        let index = row * table.columns + column
        values[index] = (values[index] - shift) / scale
      }
    }
    let moments = Moments(table.target)
    if moments.isConstant {
      problems.append("the target is constant (\(moments.mean)): there is nothing to learn")
    }
    if !varies { problems.append("no input column varies: there is nothing to learn from") }
    guard problems.isEmpty else { throw InvalidTable(problems: problems) }
    self.values = values
    targetShift = moments.mean
    targetScale = moments.deviation
    target = table.target.map { ($0 - moments.mean) / moments.deviation }
  }
}

/// Mean and deviation (divided by the number of entries) of a list.
struct Moments {
  let mean: Double
  let deviation: Double
  /// Whether the entries differ by rounding only.
  let isConstant: Bool

  init(_ list: [Double]) {
    let count = Double(list.count)
    let mean = list.reduce(0, +) / count
    self.mean = mean
    deviation = (list.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    isConstant = list.allSatisfy { $0 == list[0] } || deviation <= 1e-14 * abs(mean)
  }
}
