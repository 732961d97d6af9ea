import JSON

/// The section `axes` of a sweep as a JSON Schema.
enum AxisSchema {
  /// A mapping of keys to axes, or a list of such mappings.
  static let json: JSONValue = .object([
    "description": .text("Axes of dmft sweep and dmft transfer: every combination is run."),
    "anyOf": .list([
      EditorSchema.reference("axes"),
      .object(["type": .text("array"), "items": EditorSchema.reference("axes")]),
    ]),
  ])

  /// What the section refers to.
  static let definitions: [String: JSONValue] = axes.merging([
    "axes": .object(mapping),
    "zip": .object(keys(Schema.keys) { $0.path }),
    "function": .object([
      "description": .text("range(from,to,step), logspace(from,to,number) or pow2(from..to)"),
      "type": .text("string"), "pattern": .text("^\\s*\(function)\\s*$"),
    ]),
    "expression": .object([
      "description": .text("Values and functions between commas, as on the command line."),
      "type": .text("string"), "pattern": .text("^\\s*\(function)\\s*$|,"),
    ]),
  ]) { own, _ in own }

  private static let axes = Dictionary(uniqueKeysWithValues: Schema.keys.map { (name($0), axis($0)) })

  private static func name(_ key: Schema.Key) -> String { "axisOf." + key.path }

  private static let function = "(range|logspace|pow2)\\(.*\\)"

  /// Dotted keys, sections that hold theirs, keys that move together, and repetitions.
  private static var mapping: [String: JSONValue] {
    var properties: [String: JSONValue] = [:]
    for key in Schema.keys { properties[key.path] = EditorSchema.reference(name(key)) }
    for section in Schema.sections {
      let own = Schema.keys.filter { $0.path.hasPrefix(section + ".") }
      properties[section] = .object(keys(own) { String($0.path.dropFirst(section.count + 1)) })
    }
    let pairs = EditorSchema.reference("zip")
    properties["zip"] = .object([
      "description": .text("Keys that move together: as many values each."),
      "anyOf": .list([pairs, .object(["type": .text("array"), "items": pairs])]),
    ])
    properties["repeat"] = .object([
      "description": .text("How often each simulation is run, with a seed of its own each time."),
      "type": .text("integer"), "minimum": .integer(1),
    ])
    return EditorSchema.mapping(properties, excluding: EditorSchema.exclusions(Schema.keys) { $0.path })
  }

  private static func keys(_ keys: [Schema.Key], _ word: (Schema.Key) -> String) -> [String: JSONValue] {
    let properties = Dictionary(uniqueKeysWithValues: keys.map { (word($0), EditorSchema.reference(name($0))) })
    return EditorSchema.mapping(properties, excluding: EditorSchema.exclusions(keys, word))
  }

  /// A list of values and functions, an expression, or a single value.
  private static func axis(_ key: Schema.Key) -> JSONValue {
    let value = EditorSchema.reference(key.path)
    let entries: JSONValue = .object([
      "type": .text("array"), "minItems": .integer(1),
      "items": .object(["anyOf": .list([value, EditorSchema.reference("function")])]),
    ])
    var ways = [entries, EditorSchema.reference("expression")]
    // A list of numbers would be taken for an axis of numbers.
    if case .list = key.kind {} else { ways.append(value) }
    return .object(["description": .text(key.meaning), "anyOf": .list(ways)])
  }
}
