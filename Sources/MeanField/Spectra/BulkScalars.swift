/// The bulk of the Gauss-Newton matrix of a plain chain on isotropic data: every scalar of the cavity equations as a function of one,
/// equations (22.11) and (22.12).
struct BulkScalars {
  /// `a_l` and `Ĝ_l` of each layer of weights, l = 0 … L (a: below L).
  let forward: [Double]
  let backward: [Double]
  /// `ρ_l`, l = 1 … L, at l - 1.
  let gains: [Double]
  /// θ: 1/λ with fresh samples.
  let theta: Double
  /// λ.
  let eigenvalue: Double

  /// nil beyond the branch of large λ.
  ///
  /// - Parameters:
  ///   - parameter: `a_{L-1}`; at infinite width, where all a vanish, θ itself.
  ///   - start: `s_l d(t)`, L + 1 positive numbers.
  ///   - strengths: `c_l G^{l+1}(t,t)`, L + 1 numbers.
  ///   - inverseWidth: `1/ν`.
  ///   - inverseSamples: `1/α`, 0 with fresh samples.
  init?(_ parameter: Double, start: [Double], strengths: [Double], inverseWidth: Double, inverseSamples: Double) {
    let last = start.count - 1
    var backward = strengths
    var forward = [Double](repeating: 0, count: last)
    var gains = forward
    for layer in (1...last).reversed() {
      if inverseWidth > 0 {
        forward[layer - 1] =
          layer == last
          ? parameter
          : forward[layer] / (start[layer - 1] * (start[layer] + forward[layer] * backward[layer]))
      }
      gains[layer - 1] = 1 / (1 - start[layer - 1] * forward[layer - 1] * backward[layer])
      guard gains[layer - 1] > 0, gains[layer - 1].isFinite else { return nil }
      backward[layer - 1] =
        strengths[layer - 1] + start[layer - 1] * start[layer - 1] * backward[layer] * gains[layer - 1]
    }
    theta =
      inverseWidth > 0 ? forward[0] / (start[0] * inverseWidth + forward[0] * backward[0]) : parameter
    let left = 1 - theta * backward[0]
    guard theta > 0, left > 0 else { return nil }
    self.forward = forward
    self.backward = backward
    self.gains = gains
    eigenvalue = 1 / theta + inverseSamples * backward[0] / left
  }
}
