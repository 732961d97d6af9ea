import Citations
import Records

/// What a run folder tells of what went into the run.
///
/// A family of problems counts as using whatever any of its problems uses.
struct RunIngredients {
  let run: StoredRun

  /// Modes up to which a spectrum is summed one by one; see `ModeIndices` of MeanField.
  private static let enumeratedModes = 8192.0

  var facts: RunFacts {
    RunFacts(
      version: run.manifest["version"]?.text ?? "", ingredients: ingredients,
      dataSHA256: run.manifest["data_sha256"]?.text, library: run.manifest["blas.library"]?.text)
  }

  private var ingredients: Set<Ingredient> {
    let found: [(Ingredient, Bool)] = [
      (.theory, hasTheory), (.smallNetwork, run.command == "reduce"), (.layerGrowth, run.command == "layers"),
      (.rateTransfer, run.command == "transfer"), (.minimisation, run.command == "transfer"),
      (.muP, isAny("network.parameterization", "muP")), (.ntk, isAny("network.parameterization", "NTK")),
      (.residual, isAny("network.residual", "true")),
      (.momentum, isAnyAboveZero("training.momentum")),
      (.nesterov, isAnyAboveZero("training.momentum") && isAny("training.nesterov", "true")),
      (.decoupledDecay, isAnyAboveZero("training.weightDecay") && isAny("training.decoupled", "true")),
      (.cosine, isAny("training.schedule.decay", "cosine")),
      (.compressedSpectrum, hasCompressedSpectrum), (.panels, hasTheory && hasPanels),
      (.orthogonalStart, run.command == "reduce" && isAny("reduce.start", "orthogonal")),
      (.randomNumbers, hasNetworks || run.command == "reduce"), (.bootstrap, run.command == "validate"),
      (.scientificLibrary, hasScientificLibrary),
    ]
    return Set(found.filter(\.1).map(\.0))
  }

  /// Which machines a sweep runs; empty for the theory, which is its default.
  private var machines: String {
    let prefix = "--run "
    let option = (run.manifest["options"]?.elements ?? []).compactMap(\.text).last { $0.hasPrefix(prefix) }
    return option.map { String($0.dropFirst(prefix.count)) } ?? ""
  }

  private var hasTheory: Bool {
    switch run.command {
    case "solve", "validate", "compare", "transfer": true
    case "sweep": machines != "simulation"
    // It is left out where it does not hold: ReLU, balanced starts, whitened samples.
    case "layers": run.table("curves.csv")?.header.contains("train_loss_theory") ?? false
    default: false
    }
  }

  private var hasNetworks: Bool {
    ["simulate", "validate", "layers"].contains(run.command) || (run.command == "sweep" && !machines.isEmpty)
  }

  private var hasPanels: Bool { isAny("training.time", "flow") || isAny("training.time", "panels") }

  /// Only a run that tells how far it was compressed is known to have been.
  private var hasCompressedSpectrum: Bool {
    guard let points = run.manifest["compression.points"]?.number else { return false }
    let masses = ["fluctuation_masses", "signal_masses"].compactMap { run.manifest["compression." + $0]?.number }
    return masses.contains { $0 < points }
  }

  /// Straight lines and minima of the studies, nodes of panels and of infinite depth, tails of spectra.
  private var hasScientificLibrary: Bool {
    if ["transfer", "layers"].contains(run.command) { return true }
    let hasTail =
      values("data.inputDimension").contains { Double($0).map { $0 > Self.enumeratedModes } ?? false }
      && !values("data.spectrum.eigenvalueDecay").isEmpty
    return hasTheory && (hasPanels || isAny("network.depth", "infinite") || hasTail)
  }

  private func isAny(_ key: String, _ word: String) -> Bool {
    values(key).contains { $0.lowercased() == word.lowercased() }
  }

  private func isAnyAboveZero(_ key: String) -> Bool { values(key).contains { Double($0).map { $0 > 0 } ?? false } }

  /// Every value that a key takes in the run, as text.
  private func values(_ key: String) -> [String] {
    let overrides = (run.manifest["theory_overrides"]?.elements ?? []).compactMap(\.text)
    return given(key) + overrides.filter { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
  }

  /// A single problem tells all its values, a family those that were given, and those of its axes.
  private func given(_ key: String) -> [String] {
    let axes = run.manifest["configuration.axes"]
    for axis in axes?.elements ?? [] {
      if let values = axis.members[key] { return values.elements.map(Self.text) }
    }
    if let value = run.value(key) { return [Self.text(value)] }
    return axes == nil ? [] : Schema.key(key)?.defaultText.map { [$0] } ?? []
  }

  private static func text(_ value: JSONValue) -> String { value.text ?? value.text(pretty: false) }
}

extension Citation {
  /// Everything that a run used.
  ///
  /// - Parameter run: the run folder.
  /// - Returns: the program first, then theory, training, data, methods and libraries.
  static func used(by run: StoredRun) -> [Citation] { used(by: RunIngredients(run: run).facts) }
}
