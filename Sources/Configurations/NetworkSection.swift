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
    let (width, profile) = widths(layers)
    var architecture = Architecture(
      hiddenLayers: layers, width: width, widthProfile: profile,
      connection: isResidual
        ? .residual(branchScale: number("network.branchScale") ?? 1) : .plain,
      depth: isInfinite ? .infinite : .finite,
      initScale: perLayer("network.initScale", entries: entries),
      layerRates: perLayer("network.layerRates", entries: entries))
    architecture.activation = word("network.activation").flatMap(ActivationFunction.init) ?? .linear
    architecture.regime = word("network.regime").flatMap(Architecture.Regime.init) ?? .rich
    if isGiven("network.gain"), let gain = word("network.gain").flatMap(Architecture.Gain.init) {
      architecture.gain = gain
    }
    architecture.trainedUnits = integer("simulation.width")
    return architecture
  }

  /// Output scale and rates.
  mutating func parameterization() -> Parameterization {
    let rule = word("network.parameterization").flatMap(Parameterization.Rule.init) ?? .muP
    let isLazy = word("network.regime") == "lazy"
    if rule != .muP, !isLazy, word("network.width") == "infinite", !isGiven("network.widthRatio") {
      refuse(
        "network.width",
        "network.width infinite has no limit that learns features with \(rule.rawValue)",
        suggestion: "use network.parameterization muP or a finite width")
    }
    return Parameterization(rule, richness: number("network.richness") ?? 1)
  }

  /// Width of the last hidden layer, and the profile of a chain whose layers differ; a list of widths is both.
  private mutating func widths(_ layers: Int) -> (Architecture.Width, [Double]?) {
    let path = isGiven("network.widthRatio") ? "network.widthRatio" : "network.width"
    let list = numbers(path)
    if list != nil, isGiven("network.widthProfile") {
      refuse(
        "network.widthProfile", "network.widthProfile makes a list of one width, and \(path) is a list already",
        suggestion: "remove one of them")
    }
    let profile = self.profile(list == nil ? "network.widthProfile" : path, layers)
    if let last = list?.last {
      if let profile { derive("network.widthProfile", .numbers(profile), how: "from \(path)", from: path) }
      return (path == "network.width" ? .units(Int(last)) : .ratio(last), profile)
    }
    if path == "network.widthRatio", let ratio = number(path) { return (.ratio(ratio), profile) }
    return (integer("network.width").map { .units($0) } ?? .infinite, profile)
  }

  /// Widths over the last one, from a list; nil where all are equal or there is no list.
  private mutating func profile(_ path: String, _ layers: Int) -> [Double]? {
    guard let list = numbers(path) else { return nil }
    guard let last = list.last else {
      refuse(path, "\(path) is an empty list")
      return nil
    }
    if list.count != layers {
      if areSound(path, "network.hiddenLayers") {
        refuse(path, "\(path) must have \(layers) entries, one for each of network.hiddenLayers, got \(list.count)")
      }
      return nil
    }
    guard Set(list).count > 1 else { return nil }
    if flag("network.residual") {
      refuse(
        path, "skip connections need hidden layers of one width, and \(path) has several",
        suggestion: "use one width, or network.residual=false")
      return nil
    }
    return list.map { $0 / last }
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
