import LinearAlgebra

/// The rows of a factor of a covariance that becomes known row by row, `K = L L^T`, equation (21.11): a new row takes from the
/// directions there are what least squares over all earlier rows gives it, and a new direction what is left.
///
/// A triangular factor divides by pivots, and a direction that is first seen at 1e-6 of a row and later grows to all of it carries
/// the relative error of its pivot, 1e-4 of the variance, on. Least squares weigh each earlier row by how much of a direction is in it, so
/// that rows in which it has grown decide.
struct GrowingFactor: Sendable {
  /// Loadings of each row, as many as there were directions.
  private(set) var rows: [[Double]] = []
  /// Number of directions.
  private(set) var directions = 0
  /// The largest share by which `L L^T` exceeded the variance of a row before it was shortened to it.
  private(set) var defect = 0.0

  /// What is left of a row's variance below this share of it is rounding.
  private static let rounding = 1e-13

  /// Adds a row.
  ///
  /// - Parameter covariance: of the new row with all rows so far, and last its variance.
  mutating func append(_ covariance: [Double]) {
    let variance = max(0, covariance[covariance.count - 1])
    var loadings = directions == 0 ? [] : fit(covariance)
    let explained = loadings.reduce(0) { $0 + $1 * $1 }
    if explained > variance {
      if variance > 0 { defect = max(defect, explained / variance - 1) }
      let factor = (variance / explained).squareRoot()
      loadings = loadings.map { factor * $0 }
    } else if variance - explained > Self.rounding * variance {
      loadings.append((variance - explained).squareRoot())
      directions += 1
    }
    rows.append(loadings)
  }

  /// Least squares `min |L x - k|` by Householder's reflections. In the test of this factor LAPACK's dgels leaves a
  /// defect of 3e-5 where this leaves less than 1e-6.
  private func fit(_ covariance: [Double]) -> [Double] {
    let (height, width) = (rows.count, directions)
    var matrix = [Double](repeating: 0, count: height * width)
    for (row, loadings) in rows.enumerated() {
      for (column, value) in loadings.enumerated() { matrix[column * height + row] = value }
    }
    var right = Array(covariance.prefix(height))
    var diagonal = [Double](repeating: 0, count: width)
    for column in 0..<width {
      let start = column * height
      var square = 0.0
      for row in column..<height { square += matrix[start + row] * matrix[start + row] }
      let head = matrix[start + column]
      let length = head > 0 ? -square.squareRoot() : square.squareRoot()
      diagonal[column] = length
      guard length != 0 else { continue }
      matrix[start + column] = head - length
      let factor = 1 / (length * (head - length))
      for other in column + 1..<max(width, column + 1) {
        let place = other * height
        var product = 0.0
        for row in column..<height { product += matrix[start + row] * matrix[place + row] }
        product *= factor
        for row in column..<height { matrix[place + row] += product * matrix[start + row] }
      }
      var product = 0.0
      for row in column..<height { product += matrix[start + row] * right[row] }
      product *= factor
      for row in column..<height { right[row] += product * matrix[start + row] }
    }
    var solution = [Double](repeating: 0, count: width)
    for column in stride(from: width - 1, through: 0, by: -1) {
      var value = right[column]
      for other in column + 1..<max(width, column + 1) { value -= matrix[other * height + column] * solution[other] }
      solution[column] = diagonal[column] == 0 ? 0 : value / diagonal[column]
    }
    return solution
  }
}
