import LinearAlgebra
import Problems

extension DataTable {
  /// The same table with one target of labels: the first of its two values in sorted order is -1, the other 1.
  ///
  /// - Returns: the table, and what is made of its target.
  /// - Throws: `InvalidTable` where the target has not two values.
  package func withTwoClasses() throws(InvalidTable) -> (table: DataTable, classes: TableClasses) {
    let (labels, names) = try twoLabels()
    let mean = labels.reduce(0, +) / Double(labels.count)
    var other = self
    (other.targets, other.areClasses, other.targetNames) = ([labels], false, [])
    return (other, TableClasses(names: names, meanLabel: mean))
  }

  private func twoLabels() throws(InvalidTable) -> (labels: [Double], names: [String]) {
    if areClasses {
      guard targets.count == 2 else { throw Self.notTwo(targetNames) }
      return (targets[1].map { 2 * $0 - 1 }, targetNames)
    }
    guard targets.count == 1 else {
      throw InvalidTable(problems: [
        "there are \(targets.count) target columns, and a loss of two classes has one: name one in data.target"
      ])
    }
    let values = Set(target).sorted()
    let names = values.map { Int(exactly: $0).map(String.init) ?? $0.description }
    guard names.count == 2 else { throw Self.notTwo(names) }
    return (target.map { $0 == values[0] ? -1 : 1 }, names)
  }

  private static func notTwo(_ names: [String]) -> InvalidTable {
    let list = names.prefix(6).joined(separator: ", ") + (names.count > 6 ? ", ..." : "")
    return InvalidTable(problems: [
      "labels -1 and 1 are made of a target with two values, and this one has \(names.count): \(list); choose such a target, or use "
        + "training.loss=squared with data.targets=oneHot (classes) or numeric (numbers)"
    ])
  }
}

/// A table of two classes as two Gaussian clouds with the covariance that its rows have within their classes, equation (21.15).
package struct ClassMixture {
  /// Eigenvalues within the classes, and `beta*_k = mu_k/(separation lambda_k)`, the best direction.
  package let spectrum: MeasuredSpectrum
  /// Half the distance of the class means in deviations within the classes along the best direction.
  package let separation: Double
  /// Variance of the rows of the second class over that of the first along the difference of their means; the mixture takes them for equal.
  package let spread: Double

  /// - Parameter measurement: of a table whose target is -1 and 1.
  /// - Throws: `InvalidTable` where inputs are not centred, and where classes do not vary in a direction.
  package init(_ measurement: Measurement) throws(InvalidTable) {
    let (inputs, dimension) = (measurement.inputs, measurement.spectrum.eigenvalues.count)
    let clouds = Clouds(inputs, dimension: dimension, isSecond: measurement.target.map { $0 > 0 })
    let lengths = (clouds.center.reduce(0) { $0 + $1 * $1 }, clouds.half.reduce(0) { $0 + $1 * $1 })
    guard lengths.0 <= 1e-12 * max(lengths.1, 1) else {
      throw InvalidTable(problems: [
        "two classes lie about their common mean, which data.standardize=none keeps: use data.standardize=center or zscore"
      ])
    }
    let solved: SymmetricEigenproblem
    do {
      solved = try SymmetricEigenproblem(clouds.covariance, size: dimension)
    } catch {
      throw InvalidTable(problems: ["the covariance within the classes has no spectrum: \(error)"])
    }
    guard let largest = solved.eigenvalues.first, let least = solved.eigenvalues.last,
      least > Measurement.eigenvalueFloor * largest
    else {
      throw InvalidTable(problems: [
        "a combination of columns has one value in each class, so that it names the class: leave that column out with data.exclude"
      ])
    }
    // mu_k = sqrt(D) times half the difference of the means.
    let root = Double(dimension).squareRoot()
    let means = (0..<dimension).map { mode in
      let direction = solved.eigenvectors[mode * dimension..<(mode + 1) * dimension]
      return root * zip(direction, clouds.half).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let power = zip(means, solved.eigenvalues).reduce(0) { $0 + $1.0 * $1.0 / $1.1 } / Double(dimension)
    let separation = power.squareRoot()
    self.separation = separation
    spread = clouds.spread
    var spectrum = measurement.spectrum
    spectrum.eigenvalues = solved.eigenvalues
    spectrum.targetCoefficients = zip(means, solved.eigenvalues).map { $0 / ($1 * separation) }
    self.spectrum = spectrum
  }

  /// Means and covariance of the classes.
  private struct Clouds {
    /// Half the difference of the means, and the mean over all rows.
    var half: [Double]
    var center: [Double]
    /// Within the classes, over all rows.
    var covariance: [Double]
    /// Variance of the second class over that of the first along `half`.
    var spread: Double

    init(_ inputs: [Double], dimension: Int, isSecond: [Bool]) {
      let rows = isSecond.count
      var sums = [[Double]](repeating: Array(repeating: 0, count: dimension), count: 2)
      for (row, second) in isSecond.enumerated() {
        for mode in 0..<dimension { sums[second ? 1 : 0][mode] += inputs[row * dimension + mode] }
      }
      center = zip(sums[0], sums[1]).map { ($0 + $1) / Double(rows) }
      let seconds = isSecond.count { $0 }
      let means = [sums[0].map { $0 / Double(rows - seconds) }, sums[1].map { $0 / Double(seconds) }]
      let half = zip(means[0], means[1]).map { ($1 - $0) / 2 }
      self.half = half
      var rest = inputs
      for (row, second) in isSecond.enumerated() {
        let mean = means[second ? 1 : 0]
        for mode in 0..<dimension { rest[row * dimension + mode] -= mean[mode] }
      }
      var along = [0.0, 0.0]
      for (row, second) in isSecond.enumerated() {
        let part = (0..<dimension).reduce(0) { $0 + half[$1] * rest[row * dimension + $1] }
        along[second ? 1 : 0] += part * part
      }
      spread = along[1] / Double(seconds) / (along[0] / Double(rows - seconds))
      let matrix = DenseMatrix(rows: rows, columns: dimension, rest)
      covariance = DenseMatrix.product(.transposed(matrix), .plain(matrix)).storage.map { $0 / Double(rows) }
    }
  }
}
