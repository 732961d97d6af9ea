/// What a least-squares fit on the table's own rows makes of noise, removed: equation (7.10).
///
/// A fit on n rows in D directions takes D/n of the residual's variance for signal. Unbiased are a residual covariance that is larger
/// by n/(n - D - 1), and target powers that are smaller by what noise alone adds to them.
public struct FitCorrection: Codable, Hashable, Sendable {
  /// Unbiased covariance `Σ'` of the residuals, K lists of K numbers.
  public var residualCovariance: [[Double]]

  /// - Parameter residualCovariance: `Σ'`.
  public init(residualCovariance: [[Double]]) { self.residualCovariance = residualCovariance }
}

extension MeasuredSpectrum {
  /// The same table with the bias of its fit removed, equation (7.10).
  ///
  /// - Returns: the spectrum with `fitCorrection`; what was fitted stays as it was.
  public func correctingFit() -> MeasuredSpectrum {
    let (count, dimension) = (Double(rows), Double(eigenvalues.count))
    let factor = count / (count - dimension - 1)
    var other = self
    other.fitCorrection = FitCorrection(
      residualCovariance: fittedNoiseCovariance.map { row in row.map { factor * $0 } })
    return other
  }

  private var fittedNoiseCovariance: [[Double]] { outputs?.residualCovariance ?? [[residualVariance]] }

  /// Covariance Σ of the target noise over the outputs: that of the residuals, unbiased where the fit is corrected.
  public var noiseCovariance: [[Double]] { fitCorrection?.residualCovariance ?? fittedNoiseCovariance }

  /// `σ²`: the trace of `noiseCovariance`.
  public var noiseVariance: Double {
    let covariance = noiseCovariance
    return covariance.indices.reduce(0) { $0 + covariance[$1][$1] }
  }

  /// Target powers `b_k = β*_k β*_kᵀ`, a list of K lists of K numbers for each eigenvalue; where the fit is corrected
  /// `b_k - D Σ' / (n λ_k)`, equation (7.10), whose eigenvalues may be negative.
  public var targetPowers: [[[Double]]] {
    let coefficients = outputs?.coefficients ?? [targetCoefficients]
    return eigenvalues.indices.map { mode in
      let excess = excess(mode)
      return coefficients.indices.map { left in
        coefficients.indices.map { right in
          coefficients[left][mode] * coefficients[right][mode] - (excess?[left][right] ?? 0)
        }
      }
    }
  }

  /// The trace of `targetPowers` at an eigenvalue, of one output its power `β*_k²`.
  ///
  /// - Parameter mode: number of the eigenvalue, from 0.
  /// - Returns: the power, which may be negative where the fit is corrected.
  public func targetPower(_ mode: Int) -> Double {
    let power = targetCoefficients[mode] * targetCoefficients[mode]
    guard let excess = excess(mode) else { return power }
    return excess.indices.reduce(power) { $0 - excess[$1][$1] }
  }

  /// What noise alone adds to the powers of a mode, `D Σ' / (n λ_k)`; nil where the fit is not corrected.
  private func excess(_ mode: Int) -> [[Double]]? {
    guard let covariance = fitCorrection?.residualCovariance else { return nil }
    let factor = Double(eigenvalues.count) / (Double(rows) * eigenvalues[mode])
    return covariance.map { row in row.map { factor * $0 } }
  }
}
