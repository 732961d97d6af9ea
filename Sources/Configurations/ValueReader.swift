import Problems

/// Decoded values on their way to a problem: hands them out by key, and collects what is wrong.
struct ValueReader {
  /// What was given, undecoded.
  private(set) var given: [String: Given]
  /// Keys written as a mapping.
  let mappings: [String: Given]
  /// Decoded values: given ones, and defaults of keys that were not given or not sound.
  private(set) var values: [String: Value]
  /// Everything wrong so far.
  private(set) var mistakes: [Mistake]
  /// Keys whose own value is wrong, so that rules between keys do not complain once more.
  private(set) var unsound: Set<String> = []
  /// How values that are not given are computed, and from which keys.
  private(set) var derivations: [String: String] = [:]
  /// Given keys whose effect is carried by a derived one.
  private(set) var converted: Set<String> = []
  /// Whether every text was YAML at all.
  let isReadable: Bool

  /// Decodes all given values and fills in the defaults.
  init(_ given: GivenValues) {
    self.given = given.entries
    mappings = given.mappings
    mistakes = given.mistakes
    isReadable = given.isReadable
    values = Self.defaults
    for key in Schema.keys {
      guard let entry = given.entries[key.path] else { continue }
      do throws(UnfitValue) {
        values[key.path] = try key.decode(entry.node)
      } catch {
        unsound.insert(key.path)
        for flaw in [error] + error.others {
          mistakes.append(
            Mistake(
              at: Self.place(entry.location, flaw), flaw.reason, suggestion: flaw.suggestion))
        }
      }
    }
  }

  /// Decoded once: a sweep reads thousands of configurations.
  private static let defaults: [String: Value] = {
    let decoded = Schema.keys.compactMap { key -> (String, Value)? in
      guard let text = key.defaultText, let node = try? YAMLText(text).root, let value = try? key.decode(node)
      else { return nil }
      return (key.path, value)
    }
    return Dictionary(uniqueKeysWithValues: decoded)
  }()

  /// Puts a given value in the place of another of the same key.
  ///
  /// - Parameters:
  ///   - path: a key that is given.
  ///   - given: undecoded.
  ///   - value: decoded.
  mutating func replace(_ path: String, by given: Given, _ value: Value) {
    self.given[path] = given
    values[path] = value
  }

  private static func place(_ location: Location, _ flaw: UnfitValue) -> Location {
    guard let mark = flaw.mark, case .file(let name, _, _) = location else { return location }
    return .file(name, line: mark.line, column: mark.column)
  }

  /// Whether the values are what was meant (an unknown key elsewhere does not matter).
  var isSound: Bool { unsound.isEmpty && isReadable }

  /// Whether this key is given.
  func isGiven(_ path: String) -> Bool { given[path] != nil }

  /// Whether the values of all these keys are fine in themselves.
  func areSound(_ paths: String...) -> Bool { unsound.isDisjoint(with: paths) }

  func integer(_ path: String) -> Int? {
    if case .integer(let value) = values[path] { value } else { nil }
  }

  func number(_ path: String) -> Double? {
    if case .number(let value) = values[path] { value } else { nil }
  }

  func flag(_ path: String) -> Bool {
    values[path] == .flag(true)
  }

  func word(_ path: String) -> String? {
    if case .word(let value) = values[path] { value } else { nil }
  }

  func text(_ path: String) -> String? {
    if case .text(let value) = values[path] { value } else { nil }
  }

  /// One text, or several.
  func texts(_ path: String) -> [String]? {
    switch values[path] {
    case .text(let text): [text]
    case .texts(let texts): texts
    default: nil
    }
  }

  func numbers(_ path: String) -> [Double]? {
    if case .numbers(let value) = values[path] { value } else { nil }
  }

  func matrix(_ path: String) -> [[Double]]? {
    if case .matrix(let value) = values[path] { value } else { nil }
  }

  /// Sets a value that follows from others.
  mutating func derive(_ path: String, _ value: Value, how: String, from sources: String...) {
    values[path] = value
    derivations[path] = how
    converted.formUnion(sources)
  }

  /// Notes that a value has an effect that no other key shows.
  mutating func use(_ path: String) { converted.insert(path) }

  /// Notes a mistake at the place of a key.
  mutating func refuse(_ path: String, _ reason: String, suggestion: String? = nil) {
    unsound.insert(path)
    mistakes.append(Mistake(at: location(of: path), reason, suggestion: suggestion))
  }

  /// Records a mistake whose message contains its place in a table.
  mutating func refuse(table name: String, _ reason: String) {
    unsound.insert("data.file")
    mistakes.append(Mistake(at: .table(name), reason))
  }

  /// Where a key, or one of its alternatives, was given.
  func location(of path: String) -> Location {
    let paths = [path] + (Schema.key(path)?.alternatives ?? [])
    for path in paths {
      if let entry = given[path] ?? mappings[path] { return entry.location }
    }
    for name in Schema.names(below: path) {
      if let entry = given[path + "." + name] { return entry.location }
    }
    if let section = Schema.key(path)?.section, let entry = mappings[section] {
      return entry.location
    }
    return .builtIn(key: path)
  }
}
