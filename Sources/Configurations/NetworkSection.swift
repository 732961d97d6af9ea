import Problems

/// The rules of `network`.
extension ValueReader {
  /// The network; a placeholder where something is wrong, with the mistake recorded.
  mutating func architecture() -> Architecture {
    let layers = integer("network.hiddenLayers") ?? 1
    let isInfinite = word("network.depth") == "infinite"
    let isResidual = flag("network.residual")
    if isInfinite, !isResidual, areSound("network.depth", "network.residual") {
      refuse(
        "network.depth", "network.depth infinite is the limit of a residual network",
        suggestion: "set network.residual to true")
    }
    let entries = isInfinite ? 3 : layers + 1
    return Architecture(
      hiddenLayers: layers, width: width(),
      connection: isResidual
        ? .residual(branchScale: number("network.branchScale") ?? 1) : .plain,
      depth: isInfinite ? .infinite : .finite,
      initScale: perLayer("network.initScale", entries: entries),
      layerRates: perLayer("network.layerRates", entries: entries))
  }

  /// Output scale and rates.
  mutating func parameterization() -> Parameterization {
    let rule = word("network.parameterization").flatMap(Parameterization.Rule.init) ?? .muP
    if rule != .muP, word("network.width") == "infinite", !isGiven("network.widthRatio") {
      refuse(
        "network.width",
        "network.width infinite has no limit that learns features with \(rule.rawValue)",
        suggestion: "use network.parameterization muP or a finite width")
    }
    return Parameterization(rule, richness: number("network.richness") ?? 1)
  }

  private func width() -> Architecture.Width {
    if isGiven("network.widthRatio"), let ratio = number("network.widthRatio") {
      return .ratio(ratio)
    }
    return integer("network.width").map { .units($0) } ?? .infinite
  }

  private mutating func perLayer(_ path: String, entries: Int) -> [Double] {
    if let value = number(path) { return Array(repeating: value, count: entries) }
    let list = numbers(path) ?? []
    if list.count == entries { return list }
    if areSound(path, "network.hiddenLayers", "network.depth") {
      let which =
        word("network.depth") == "infinite"
        ? "input, branch and readout at infinite depth"
        : "the input layer to the readout of \(entries - 1) hidden layers"
      refuse(path, "\(path) must be one number or \(entries) (\(which)), got \(list.count)")
    }
    return Array(repeating: 1, count: entries)
  }
}
