import MeanField
import Records

/// The largest stable rate in words and as JSON.
enum StableRateText {
  static func words(_ found: StableRate) -> String {
    if found.learningRate == 0 { return "no learning rate is stable: something else makes the loss grow" }
    if found.learningRate.isInfinite { return "no learning rate up to 1e12 diverges" }
    return "largest stable rate \(NumberText.brief(found.learningRate))"
  }

  /// JSON has no infinity: null where no rate was found.
  static func json(_ found: StableRate?) -> JSONValue {
    guard let rate = found?.learningRate, rate.isFinite else { return .null }
    return .number(rate)
  }
}
