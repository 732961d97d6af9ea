/// The rules of `layers`.
extension ValueReader {
  /// What `dmft layers` trains; a placeholder where something is wrong, with the mistake recorded.
  mutating func growth() -> GrowthSettings {
    let isBalanced = word("layers.start") == "balanced"
    if isGiven("layers.startStrength"), !isBalanced, areSound("layers.start") {
      refuse(
        "layers.startStrength", "layers.startStrength applies to a balanced start only",
        suggestion: "set layers.start to balanced, or use network.initScale")
    }
    return GrowthSettings(
      activation: word("layers.activation").flatMap(GrowthSettings.Activation.init) ?? .linear,
      start: isBalanced ? .balanced(strength: number("layers.startStrength") ?? 0.001) : .random,
      isWhitened: flag("layers.whiten"))
  }
}
