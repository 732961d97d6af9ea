/// Where the values of a configuration come from; many points of a family share one.
final class ValueOrigins: Sendable {
  /// Given values as YAML text.
  private let given: [String: (text: String, origin: Origin)]
  private let derivations: [String: String]
  private let converted: Set<String>
  /// The key of the table.
  private let tableKey: String

  /// - Parameter reader: with all values.
  init(_ reader: ValueReader) {
    given = Dictionary(
      uniqueKeysWithValues: reader.given.compactMap { path, given in
        reader.values[path].map { (path, ($0.yaml, given.origin)) }
      })
    derivations = reader.derivations
    converted = reader.converted
    tableKey = reader.tableKey
  }

  /// Whether the values of a point differ from these in nothing but what it has of its own.
  func isShared(by reader: ValueReader) -> Bool { reader.derivations == derivations && reader.converted == converted }

  /// What has an effect or was given, in the order of the schema.
  ///
  /// - Parameters:
  ///   - canonical: values that have an effect.
  ///   - varied: given values of this point in place of those here.
  /// - Returns: each with its origin.
  func values(_ canonical: [(path: String, value: Value)], varied: [ResolvedValue]) -> [ResolvedValue] {
    let used = Dictionary(canonical.map { ($0.path, $0.value) }) { first, _ in first }
    let sums = ["data.sha256": "of \(tableKey)", "data.testSha256": "of data.testFile"]
    return Schema.keys.compactMap { key in
      let path = key.path
      let own = varied.first { $0.key == path }.map { (text: $0.text, origin: $0.origin) }
      if let given = own ?? given[path] {
        return ResolvedValue(
          key: path, text: given.text, origin: given.origin, isUsed: used[path] != nil || converted.contains(path))
      }
      guard let value = used[path] else { return nil }
      let derivation = sums[path] ?? derivations[path]
      return ResolvedValue(
        key: path, text: value.yaml, origin: derivation.map { .derived($0) } ?? .default, isUsed: true)
    }
  }
}
