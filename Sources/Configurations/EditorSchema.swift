import JSON

/// The table of keys as a JSON Schema, by which editors complete and check configurations.
///
/// Draft 7, because yaml-language-server, which stands behind most editors, reads "JSON Schema 7 and below". It says
/// what one value may be, and which keys exclude each other; rules between values (as many rates as layers) are left
/// to the program. A schema does not see quotes: where it allows the text 1e-3, it can't refuse "1e-3".
public enum EditorSchema {
  /// The schema, as `dmft init --schema` writes it.
  public static let text = json.text() + "\n"

  /// The schema.
  public static let json: JSONValue = {
    let sections = Schema.sections.map { ($0, section($0)) } + [("axes", AxisSchema.json)]
    var members = mapping(Dictionary(uniqueKeysWithValues: sections))
    members["$schema"] = .text("http://json-schema.org/draft-07/schema#")
    members["title"] = .text("Configuration of dmft")
    members["description"] = .text("Made from the program's own table of keys by dmft init --schema.")
    // An empty file, and a section without content, stand for the defaults.
    members["type"] = .list([.text("object"), .text("null")])
    members["definitions"] = .object(
      Dictionary(uniqueKeysWithValues: Schema.keys.map { ($0.path, ValueSchema.described($0)) })
        .merging(AxisSchema.definitions) { own, _ in own })
    return .object(members)
  }()

  /// What a section may hold.
  private static func section(_ name: String) -> JSONValue {
    var members = keys(below: name)
    members["type"] = .list([.text("object"), .text("null")])
    members["description"] = Configuration.introductions[name].map { .text($0) }
    return .object(members)
  }

  /// A mapping of the keys directly below a section, or below a key that may be a mapping.
  private static func keys(below path: String) -> [String: JSONValue] {
    let keys = Schema.keys.filter { $0.section == path }
    let properties = keys.map { key in (key.name, property(key)) }
    return mapping(Dictionary(uniqueKeysWithValues: properties), excluding: exclusions(keys) { $0.name })
  }

  private static func property(_ key: Schema.Key) -> JSONValue {
    guard !Schema.names(below: key.path).isEmpty else { return reference(key.path) }
    return .object([
      "description": .text(key.meaning), "anyOf": .list([reference(key.path), .object(keys(below: key.path))]),
    ])
  }

  /// A mapping that may hold these keys and no others.
  ///
  /// - Parameters:
  ///   - properties: what stands behind each key.
  ///   - exclusions: for each key, those that exclude it.
  /// - Returns: members of a schema.
  static func mapping(
    _ properties: [String: JSONValue], excluding exclusions: [String: JSONValue] = [:]
  ) -> [String: JSONValue] {
    var members: [String: JSONValue] = [
      "type": .text("object"), "additionalProperties": .flag(false), "properties": .object(properties),
    ]
    if !exclusions.isEmpty { members["dependencies"] = .object(exclusions) }
    return members
  }

  /// Alternative keys: if one is given, the other is refused at its own place.
  ///
  /// - Parameters:
  ///   - keys: the keys of one mapping.
  ///   - name: what each is called there.
  /// - Returns: what draft 7 calls dependencies.
  static func exclusions(_ keys: [Schema.Key], _ name: (Schema.Key) -> String) -> [String: JSONValue] {
    var result: [String: JSONValue] = [:]
    for key in keys where !key.alternatives.isEmpty {
      let rivals = key.alternatives.compactMap(Schema.key).map { (name($0), JSONValue.flag(false)) }
      result[name(key)] = .object(["properties": .object(Dictionary(uniqueKeysWithValues: rivals))])
    }
    return result
  }

  /// What is said elsewhere.
  static func reference(_ definition: String) -> JSONValue {
    .object(["$ref": .text("#/definitions/" + definition)])
  }
}
