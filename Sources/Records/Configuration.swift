import DeepLinear

/// How many networks are trained, and from which random numbers.
public struct SimulationSettings: Hashable, Sendable {
  /// Number of trained networks, at least 1.
  public let replicas: Int
  /// Seed of the random numbers, at least 0.
  public let seed: Int

  /// - Parameters:
  ///   - replicas: number of trained networks.
  ///   - seed: seed of the random numbers.
  public init(replicas: Int, seed: Int) {
    self.replicas = replicas
    self.seed = seed
  }
}

/// Which sections of a configuration have an effect on what a command does.
public enum ConfigurationScope: Sendable {
  /// Theory and simulation of a training problem.
  case training
  /// `dmft reduce`: a matrix of its own; of `data` only a file of classes.
  case reduction
  /// `dmft reduce --collapse`: a classifier.
  case collapse
  /// `dmft layers`: a training problem with an activation.
  case growth

  /// Whether a key has an effect.
  func includes(_ path: String) -> Bool {
    let section = path.prefix { $0 != "." }
    switch self {
    case .training: return section != "reduce" && section != "layers"
    case .reduction:
      return ["training", "simulation", "reduce"].contains(section)
        && !["reduce.classes", "reduce.samplesPerClass"].contains(path)
    case .collapse:
      let idle = ["target", "rank", "start", "inputDecay", "observed", "outerRate"].map { "reduce." + $0 }
      return ["training", "simulation", "reduce"].contains(section) && !idle.contains(path)
        || ["data.file", "data.target", "data.standardize"].contains(path)
    case .growth:
      // Moments are spread evenly over the run, whatever the rows of a theory curve would be.
      return ["network", "data", "training", "simulation", "layers"].contains(section) && path != "training.rows"
    }
  }
}

/// A configuration, resolved: the problem it describes, and where each value came from.
public struct Configuration: Sendable {
  /// What theory and simulation start from.
  public let problem: TrainingProblem
  /// Every value in the order of the schema, with its origin.
  public let values: [ResolvedValue]
  /// Replicas and seed of a simulation.
  public let simulation: SimulationSettings
  /// Relative difference of theory and simulation that `validate` lets pass.
  public let validationTolerance: Double
  /// Relative loss that a transferred learning rate may cost.
  public let transferTolerance: Double
  /// What `reduce` compresses.
  public let reduction: ReductionSettings
  /// The file of the matrix that `reduce` learns; nil for a random one and for other commands.
  public let targetFile: TargetFile?
  /// What `layers` trains.
  public let growth: GrowthSettings
  /// The file of real data; nil for generated data.
  public let dataFile: DataFile?
  /// What stood in that file.
  public let table: DataTable?
  /// The configuration file as the user named it; nil without one.
  public let source: String?

  /// What the problem is in canonical keys: the same problem always gives the same list.
  let canonical: [(path: String, value: Value)]
}

extension Configuration {
  /// SHA-256 of the canonical configuration, 64 hexadecimal digits.
  ///
  /// The contents of a data file count, not its place; comments, the order of keys, the spelling
  /// of values, and where they were given do not.
  public var hash: String { hash { _ in true } }

  /// The same of what the theory depends on: network, data and training.
  public var theoryHash: String {
    hash { path in ["network", "data", "training"].contains { path.hasPrefix($0 + ".") } }
  }

  /// The same of what trained networks depend on: tolerances of comparisons are left out.
  public var simulationHash: String {
    hash { path in !path.hasPrefix("validation.") && !path.hasPrefix("transfer.") }
  }

  /// The same configuration with the seed moved on, for a simulation that is repeated.
  func reseeded(by offset: Int) -> Configuration {
    guard offset > 0 else { return self }
    let seed = (simulation.seed &+ offset) & Int.max
    return Configuration(
      problem: problem, values: values, simulation: SimulationSettings(replicas: simulation.replicas, seed: seed),
      validationTolerance: validationTolerance, transferTolerance: transferTolerance, reduction: reduction,
      targetFile: targetFile, growth: growth, dataFile: dataFile, table: table, source: source,
      canonical: canonical.map { $0.path == "simulation.seed" ? ($0.path, .integer(seed)) : $0 })
  }

  private func hash(of isCounted: (String) -> Bool) -> String {
    let lines = canonical.filter { isCounted($0.path) }.map { path, value in
      let text = contentHash(path).map { "sha256:" + $0 } ?? value.yaml
      return "\(path): \(text)\n"
    }
    return sha256(lines.joined().utf8)
  }

  /// Of a file what stands in it counts, not where it lies.
  private func contentHash(_ path: String) -> String? {
    switch path {
    case "data.file": dataFile?.sha256 ?? ""
    case "reduce.target": targetFile?.sha256
    default: nil
    }
  }

  /// The resolved configuration as YAML, which loads again to an equal problem and the same hash.
  ///
  /// - Returns: canonical keys with their values; the data file with its absolute path.
  public func yaml() -> String {
    "# Resolved by dmft: the same command on this file gives the same numbers.\n" + Self.yaml(canonical)
  }

  /// Values under their sections, each section once if its keys come together.
  static func yaml(_ values: [(path: String, value: Value)]) -> String {
    var lines: [String] = []
    var open: [String] = []
    for (path, value) in values {
      let parts = path.split(separator: ".").map(String.init)
      let parents = Array(parts.dropLast())
      let common = zip(open, parents).prefix { $0 == $1 }.count
      for depth in common..<parents.count {
        lines.append(String(repeating: "  ", count: depth) + parents[depth] + ":")
      }
      open = parents
      lines.append(
        String(repeating: "  ", count: parents.count) + (parts.last ?? path) + ": " + value.yaml)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The resolved configuration as nested JSON, with the same keys as `yaml()`.
  public var json: JSONValue { Self.json(canonical) }

  static func json(_ values: [(path: String, value: Value)]) -> JSONValue {
    values.reduce(.object([:])) { tree, entry in
      let parts = entry.path.split(separator: ".").map(String.init)
      return insert(entry.value.json, at: parts[...], into: tree)
    }
  }

  private static func insert(
    _ value: JSONValue, at path: ArraySlice<String>, into tree: JSONValue
  ) -> JSONValue {
    guard let first = path.first else { return value }
    guard case .object(var members) = tree else { return tree }
    members[first] = insert(value, at: path.dropFirst(), into: members[first] ?? .object([:]))
    return .object(members)
  }
}
