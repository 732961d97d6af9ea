/// What the noise of independent batches adds to linear regression on isotropic data, equation (15.6): every direction of the training
/// set keeps a share of the noise of all steps before, which is as large as the train loss was then.
struct BatchNoise {
  /// `α = P/D`.
  let sampleRatio: Double
  /// Variance of a sample's mask: `1/p - 1`, with replacement `1/p`.
  let variance: Double
  /// The last step.
  let steps: Int
  /// `k η_t`.
  let rates: [Double]

  /// - Parameters:
  ///   - test: losses of the full batch at steps 0, 1, ….
  ///   - train: likewise.
  /// - Returns: losses of minibatches at the same steps.
  func losses(test: [Double], train: [Double]) -> (test: [Double], train: [Double]) {
    // The integrands are polynomials of degree 2 t in x, which so many nodes integrate exactly.
    let rule = MarchenkoPastur(sampleRatio: sampleRatio).bulk(nodes: 2 * steps + 8)
    var powers = rule.points.map { _ in 0.0 }
    var (tests, trains): ([Double], [Double]) = ([], [])
    for (step, (test, train)) in zip(test, train).enumerated() {
      var sums = (test: test, train: train)
      for (index, x) in rule.points.enumerated() {
        let share = rule.weights[index] * x * powers[index]
        sums.test += share
        sums.train += x * share
      }
      tests.append(sums.test)
      trains.append(sums.train)
      let rate = rates[step]
      for (index, x) in rule.points.enumerated() {
        let left = 1 - rate * x
        powers[index] = left * left * powers[index] + rate * rate * variance / sampleRatio * sums.train
      }
    }
    return (tests, trains)
  }
}
