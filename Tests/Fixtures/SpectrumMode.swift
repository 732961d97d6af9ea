import Problems

/// One mode of a spectrum: `λ_k`, its weight `w_k` in sums over modes, and the target's power `b_k` in it; section 7.
package struct SpectrumMode: Sendable {
  package let eigenvalue: Double
  package let weight: Double
  package let power: Double

  package init(eigenvalue: Double, weight: Double, power: Double) {
    self.eigenvalue = eigenvalue
    self.weight = weight
    self.power = power
  }
}

/// Every mode of a data model, one by one.
package func spectrumModes(_ data: DataModel) -> [SpectrumMode] {
  switch data.spectrum {
  case .isotropic: return [SpectrumMode(eigenvalue: 1, weight: 1, power: 1)]
  case .measured(let measured):
    let weight = 1 / Double(measured.eigenvalues.count)
    return zip(measured.eigenvalues, measured.targetCoefficients).map {
      SpectrumMode(eigenvalue: $0, weight: weight, power: $1 * $1)
    }
  case .powerLaw(let law):
    let size = data.inputDimension
    let weight = law.scale == .mean ? 1 / Double(size) : 1
    let modes = law.modes(
      (1...size).map(Double.init), multiplicity: Array(repeating: 1, count: size), dimension: size)
    return zip(modes.eigenvalues, modes.signalShares).map {
      SpectrumMode(eigenvalue: $0, weight: weight, power: $1 / ($0 * weight))
    }
  }
}
