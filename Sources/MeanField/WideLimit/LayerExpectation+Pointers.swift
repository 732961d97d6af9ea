import Problems
import RealModule

/// F and F' of one layer for pairs of rows whose variances are known, equations (20.2) to (20.6): loops over whole strips.
struct LayerExpectation: Sendable {
  let activation: ActivationFunction
  /// Variances of the rows' fields.
  let variances: [Double]
  /// Of activations without a closed form.
  let coefficients: HermiteCoefficients?

  init(_ activation: ActivationFunction, variances: [Double]) {
    self.activation = activation
    self.variances = variances
    coefficients =
      PairExpectation.hasClosedForm(activation)
      ? nil : HermiteCoefficients(activation, variances: variances)
  }

  /// `E phi(u)^2` of each row.
  var squares: [Double] {
    if let coefficients {
      return variances.indices.map { row in
        (0..<coefficients.terms[row]).reduce(0) { sum, n in
          let value = coefficients.values[n * coefficients.rows + row]
          return sum + value * value
        }
      }
    }
    return variances.map { a in
      switch activation {
      case .linear: a
      case .relu: 0.5 * a
      case .erf: PairExpectation.erf(a, a, a).value
      default: PairExpectation.gelu(a, a, a).value
      }
    }
  }

  /// F and F' of a row with itself and all rows before it, equation (20.2).
  ///
  /// - Parameters:
  ///   - row: i.
  ///   - covariances: of rows 0 … i with row i; the last is the variance of the row.
  ///   - values: takes F.
  ///   - slopes: takes F'.
  func fill(row: Int, covariances: [Double], values: inout [Double], slopes: inout [Double]) {
    let own = variances[row]
    covariances.withUnsafeBufferPointer { covariances in
      variances.withUnsafeBufferPointer { variances in
        values.withUnsafeMutableBufferPointer { values in
          slopes.withUnsafeMutableBufferPointer { slopes in
            switch activation {
            case .linear:
              for column in 0...row { (values[column], slopes[column]) = (covariances[column], 1) }
            case .relu:
              for column in 0..<row {
                (values[column], slopes[column]) = PairExpectation.relu(
                  own, variances[column], covariances[column])
              }
              (values[row], slopes[row]) = (0.5 * own, 0.5)
            case .erf:
              for column in 0...row {
                (values[column], slopes[column]) = PairExpectation.erf(
                  own, variances[column], covariances[column])
              }
            case .gelu:
              for column in 0...row {
                (values[column], slopes[column]) = PairExpectation.gelu(
                  own, variances[column], covariances[column])
              }
            case .tanh, .silu: mehler(row, covariances, variances, values, slopes)
            }
          }
        }
      }
    }
  }

  /// Horner's scheme in the correlation, with its derivative, for all columns at once, equation (20.6).
  private func mehler(
    _ row: Int, _ covariances: UnsafeBufferPointer<Double>,
    _ variances: UnsafeBufferPointer<Double>,
    _ values: UnsafeMutableBufferPointer<Double>, _ slopes: UnsafeMutableBufferPointer<Double>
  ) {
    guard let coefficients else { return }
    let (rows, count) = (coefficients.rows, row + 1)
    func floored(_ variance: Double) -> Double {
      max(variance, HermiteCoefficients.smallestVariance)
    }
    let own = floored(variances[row])
    let scales = (0...row).map { 1 / (own * floored(variances[$0])).squareRoot() }
    // Rounding can leave a correlation above 1.
    let correlations = (0...row).map { max(-1, min(1, covariances[$0] * scales[$0])) }
    for column in 0..<count { (values[column], slopes[column]) = (0, 0) }
    correlations.withUnsafeBufferPointer { correlations in
      coefficients.values.withUnsafeBufferPointer { all in
        for n in (0..<coefficients.terms[row]).reversed() {
          let (first, ours) = (n * rows, all[n * rows + row])
          for column in 0..<count {
            slopes[column] = slopes[column] * correlations[column] + values[column]
            values[column] = values[column] * correlations[column] + ours * all[first + column]
          }
        }
      }
    }
    for column in 0..<count { slopes[column] *= scales[column] }
  }
}
