import MeanField

/// The largest stable rate in words.
enum StableRateText {
  static func words(_ found: StableRate) -> String {
    if found.learningRate == 0 { return "no learning rate is stable: something else makes the loss grow" }
    if found.learningRate.isInfinite { return "no learning rate up to 1e12 diverges" }
    return "largest stable rate \(NumberText.brief(found.learningRate))"
  }
}
