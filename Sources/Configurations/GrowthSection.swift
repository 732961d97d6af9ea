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
    let activation = word("layers.activation").flatMap(GrowthSettings.Activation.init) ?? .linear
    let hasGain = activation == .relu && !isBalanced
    if isGiven("layers.gain"), !hasGain, areSound("layers.activation", "layers.start") {
      refuse(
        "layers.gain", "layers.gain is that of a ReLU network from a random start",
        suggestion: "set layers.activation to relu and layers.start to random, or leave it out")
    }
    return GrowthSettings(
      activation: activation, gain: hasGain ? word("layers.gain").flatMap(GrowthSettings.Gain.init) ?? .he : nil,
      start: isBalanced ? .balanced(strength: number("layers.startStrength") ?? 0.001) : .random,
      isWhitened: flag("layers.whiten"))
  }
}
