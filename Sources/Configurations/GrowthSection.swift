/// The rules of `layers`.
extension ValueReader {
  /// What `dmft layers` trains; where something is wrong a stand-in, with the mistake noted.
  mutating func growth() -> GrowthSettings {
    let isBalanced = word("layers.start") == "balanced"
    if isGiven("layers.startStrength"), !isBalanced, areSound("layers.start") {
      refuse(
        "layers.startStrength", "layers.startStrength speaks of a balanced start",
        suggestion: "set layers.start to balanced, or use network.initScale")
    }
    return GrowthSettings(
      activation: word("layers.activation").flatMap(GrowthSettings.Activation.init) ?? .linear,
      start: isBalanced ? .balanced(strength: number("layers.startStrength") ?? 0.001) : .random,
      isWhitened: flag("layers.whiten"))
  }
}
