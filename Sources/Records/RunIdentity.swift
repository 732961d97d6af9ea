/// What a run folder holds the results of: one problem, or a family of them.
public struct RunIdentity: Sendable {
  /// SHA-256 of the problem or the family.
  let hash: String
  /// Text of `config.yaml`, which loads again to the same.
  let yaml: String
  /// The same for the manifest.
  let json: JSONValue
  /// Seed of trained networks; of a family the first.
  let seed: Int
  /// SHA-256 of the table of real data, if there is one.
  let dataSHA256: String?
}

extension Configuration {
  /// What a run of this problem is known by.
  public var identity: RunIdentity {
    RunIdentity(hash: hash, yaml: yaml(), json: json, seed: simulation.seed, dataSHA256: dataFile?.sha256)
  }
}

extension Plan {
  /// What a run of this family is known by.
  public var identity: RunIdentity {
    let first = points[0].configuration
    return RunIdentity(
      hash: hash, yaml: yaml(), json: json, seed: first.simulation.seed, dataSHA256: first.dataFile?.sha256)
  }
}
