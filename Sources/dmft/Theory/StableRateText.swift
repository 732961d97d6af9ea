import MeanField
import Records

/// The largest stable rate in words and as JSON.
enum StableRateText {
  static func words(_ found: StableRate) -> String {
    if found.learningRate == 0 { return "no learning rate is stable: something else makes the loss grow" }
    if found.learningRate.isInfinite { return "no learning rate up to 1e12 diverges" }
    return "largest stable rate \(NumberText.brief(found.learningRate))"
  }

  /// What happens below the largest stable rate; nothing to say where there is no such rate.
  static func words(_ window: CatapultWindow) -> [String] {
    let stable = window.end.learningRate
    guard stable > 0, stable.isFinite else { return [] }
    if window.isEmpty { return ["no catapult window: up to that rate the train loss never exceeds its start"] }
    if window.beginning == 0 { return ["the train loss exceeds its start at every rate: that is no catapult"] }
    return [
      "catapult window from rate \(NumberText.brief(window.beginning)) up to it: there the train loss first grows "
        + "beyond its start, then falls;",
      "  finite networks scatter widely there (stay below the window to compare them with the theory)",
    ]
  }

  /// Where the window begins; the largest stable rate where it is empty.
  static func json(_ window: CatapultWindow?) -> JSONValue {
    guard let rate = window?.beginning, rate.isFinite else { return .null }
    return .number(rate)
  }

  /// JSON has no infinity: null where no rate was found.
  static func json(_ found: StableRate?) -> JSONValue {
    guard let rate = found?.learningRate, rate.isFinite else { return .null }
    return .number(rate)
  }
}
