/// The keys that have an effect on what will be run.
final class UsedKeys: Sendable {
  /// In the order of the schema.
  let keys: [Schema.Key]
  private let paths: Set<String>

  /// - Parameter isUsed: whether the key of a path has an effect.
  init(_ isUsed: (String) -> Bool) {
    keys = Schema.keys.filter { isUsed($0.path) }
    paths = Set(keys.map(\.path))
  }

  func contains(_ path: String) -> Bool { paths.contains(path) }

  /// Whether a key of a section has an effect.
  func containsAny(of section: String) -> Bool { keys.contains { $0.path.hasPrefix(section + ".") } }
}
