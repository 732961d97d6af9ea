import Configurations
import RunStore

extension Configuration {
  /// What a run of an experiment on this problem is known by: the keys that the experiment uses, and nothing else.
  ///
  /// - Parameter keys: those keys.
  /// - Returns: the identity.
  public func identity(of keys: KeySelection) -> RunIdentity {
    RunIdentity(
      hash: hash(of: keys.includes), seed: simulation.seed, dataSHA256: dataFile?.sha256, files: files,
      yaml: { path in yaml(of: keys.includes, path: path) }, json: { path in json(of: keys.includes, path: path) })
  }
}

extension Plan {
  /// What a run of an experiment on this family is known by: the keys that the experiment uses, and nothing else.
  ///
  /// - Parameter keys: those keys; the family was loaded for them.
  /// - Returns: the identity.
  public func identity(of keys: KeySelection) -> RunIdentity {
    let first = points[0].configuration
    return RunIdentity(
      hash: hash(of: keys.includes), seed: first.simulation.seed, dataSHA256: first.dataFile?.sha256, files: files,
      yaml: { path in yaml(path: path) }, json: { path in json(path: path) })
  }
}
