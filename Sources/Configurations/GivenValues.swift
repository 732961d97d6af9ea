import Foundation
import Yams

/// Where a node was read from.
enum Source {
  /// A configuration file, named as the user typed it.
  case file(String)
  /// An argument of the command line and its number.
  case commandLine(String, Int)

  func location(_ mark: Mark?) -> Location {
    switch self {
    case .file(let name):
      mark.map { .file(name, line: $0.line, column: $0.column) } ?? .wholeFile(name)
    case .commandLine(let argument, let index): .commandLine(argument: argument, index: index)
    }
  }

  func origin(_ mark: Mark?) -> Origin {
    switch self {
    case .file(let name):
      .file(name: URL(fileURLWithPath: name).lastPathComponent, line: mark?.line ?? 1)
    case .commandLine: .commandLine
    }
  }

  var isFile: Bool {
    if case .file = self { true } else { false }
  }
}

/// A value as given, undecoded.
struct Given {
  let node: Node
  let location: Location
  let origin: Origin

  var isOfFile: Bool {
    if case .file = origin { true } else { false }
  }
}

/// All that the file and the command line give, by dotted path: known keys only.
///
/// An argument replaces the value in the file of the same key, of a mapping that
/// holds it or lies below it, and of an alternative key (`widthRatio`
/// for `width`); within one source such a pair is a mistake.
struct GivenValues {
  /// Values by dotted path.
  private(set) var entries: [String: Given] = [:]
  /// Keys that were written as a mapping, such as `training.schedule`.
  private(set) var mappings: [String: Given] = [:]
  /// Unknown keys, repeated keys and contradictions.
  private(set) var mistakes: [Mistake] = []
  /// Whether every text was YAML at all.
  private(set) var isReadable = true
  /// Axes of a sweep, from the section `axes` of a file and from arguments with several values.
  private(set) var axes = GivenAxes()
  /// Where axes are given to a command that runs one problem.
  private(set) var axesPlace: Location?

  /// Adds a configuration file.
  mutating func read(file text: String, named name: String) {
    do throws(YAMLText.Flaw) {
      let yaml = try YAMLText(text)
      guard let root = yaml.root, !root.isNull else { return }
      guard case .mapping = root else {
        mistakes.append(
          Mistake(
            at: Source.file(name).location(root.mark), "a configuration consists of sections",
            suggestion: "such as \(Schema.sections.joined(separator: ", "))"))
        return
      }
      take(root, at: "", from: .file(name), repeated: yaml.repeated)
    } catch {
      isReadable = false
      mistakes.append(
        Mistake(at: .file(name, line: error.line, column: error.column), error.reason))
    }
  }

  /// Adds one argument of a command that runs through axes.
  mutating func read(argumentWithAxes argument: String, index: Int) {
    guard GivenAxes.isAxis(argument) else { return read(argument: argument, index: index) }
    axes.read(argument: argument, index: index)
    // One problem's file may say the same key: the axis takes its place.
    for path in axes.paths { displace(path) }
  }

  /// Sets the keys of one point of the axes.
  mutating func take(_ point: [(path: String, value: Given)]) {
    for (path, value) in point {
      displace(path, evenFromHere: true)
      entries[path] = value
    }
  }

  /// Adds one argument `key=value`.
  mutating func read(argument: String, index: Int) {
    let source = Source.commandLine(argument, index)
    let location = source.location(nil)
    guard let equals = argument.firstIndex(of: "=") else {
      mistakes.append(
        Mistake(at: location, "is not key=value", suggestion: nil, isMalformed: true))
      return
    }
    let path = argument[..<equals].trimmingCharacters(in: .whitespaces)
    guard !path.isEmpty else {
      mistakes.append(
        Mistake(at: location, "has no key before the =", suggestion: nil, isMalformed: true))
      return
    }
    guard Self.isKnown(path) else {
      mistakes.append(Self.unknown(path, at: location))
      return
    }
    let value = String(argument[argument.index(after: equals)...])
    // A file is standard input, where YAML has a list of nothing.
    if value == "-", Schema.key(path)?.kind == .text { return take(Node(value), at: path, from: source, repeated: [:]) }
    do throws(YAMLText.Flaw) {
      let yaml = try YAMLText(value)
      take(yaml.root ?? Node(""), at: path, from: source, repeated: yaml.repeated)
    } catch {
      isReadable = false
      mistakes.append(Mistake(at: location, "the value of \(path) is \(error.reason)"))
    }
  }

  /// Notes values that contradict one another.
  mutating func checkContradictions() {
    var seen: Set<String> = []
    for key in Schema.keys where entries[key.path] != nil && !seen.contains(key.path) {
      let below = Schema.names(below: key.path).map { key.path + "." + $0 }
      let rivals = [key.path] + (key.alternatives + below).filter { entries[$0] != nil }
      guard rivals.count > 1 else { continue }
      seen.formUnion(rivals)
      let sorted = rivals.compactMap { path in entries[path].map { (path, $0.location) } }
        .sorted { $0.1.order < $1.1.order }
      guard let late = sorted.last else { continue }
      let others = sorted.dropLast().map(\.0).joined(separator: ", ")
      mistakes.append(
        Mistake(
          at: late.1, "\(late.0) is given together with \(others)",
          suggestion: "they exclude each other, keep one"))
    }
  }

  private mutating func take(
    _ node: Node, at path: String, from source: Source, repeated: [String: String],
    keyMark: Mark? = nil
  ) {
    let key = Schema.key(path)
    if key != nil, !source.isFile {
      displace(path)
      axes.displace([path] + (key?.alternatives ?? []))
    }
    // An empty value has the place of whatever comes next, so its key is named instead.
    let mark = node.isNull ? keyMark ?? node.mark : node.mark
    let given = Given(node: node, location: source.location(mark), origin: source.origin(mark))
    if case .mapping(let mapping) = node, !Schema.names(below: path).isEmpty {
      if key != nil { mappings[path] = given }
      for (name, value) in mapping {
        takePair(name, value, below: path, from: source, repeated: repeated)
      }
      return
    }
    if key == nil {
      guard !node.isNull else { return }
      let names = Schema.names(below: path).joined(separator: ", ")
      mistakes.append(
        Mistake(
          at: given.location, "\(path) is a section, got \(node.words)",
          suggestion: "below it go \(names)"))
      return
    }
    if entries[path] != nil {
      mistakes.append(
        Mistake(at: given.location, "\(path) is given twice", suggestion: "keep one"))
    }
    entries[path] = given
  }

  private mutating func takePair(
    _ name: Node, _ value: Node, below path: String, from source: Source,
    repeated: [String: String]
  ) {
    let location = source.location(name.mark)
    guard case .scalar(let scalar) = name else {
      mistakes.append(Mistake(at: location, "a key is a word, got \(name.words)"))
      return
    }
    let isRepeated = repeated[scalar.string] != nil
    let word = repeated[scalar.string] ?? scalar.string
    let child = path.isEmpty ? word : path + "." + word
    if child == "axes", !isRepeated {
      axes.read(section: value, of: source, repeated: repeated)
      axesPlace = location
    } else if !Self.isKnown(child) {
      mistakes.append(Self.unknown(child, at: location, isListed: mistakes.count < InvalidConfiguration.mostListed))
    } else if isRepeated {
      mistakes.append(
        Mistake(at: location, "\(child) is given again further on", suggestion: "keep one"))
      // A section is checked nevertheless, so that its other mistakes are reported too.
      if Schema.key(child) == nil { take(value, at: child, from: source, repeated: repeated) }
    } else {
      take(value, at: child, from: source, repeated: repeated, keyMark: name.mark)
    }
  }

  /// Removes what an argument for this path, or a point of an axis, takes the place of.
  private mutating func displace(_ path: String, evenFromHere isAxis: Bool = false) {
    var paths = [path] + (Schema.key(path)?.alternatives ?? [])
    if let key = Schema.key(path) {
      paths += Schema.names(below: path).map { path + "." + $0 }
      paths.append(key.section)
    }
    for path in paths {
      if let old = entries[path], isAxis || old.isOfFile { entries[path] = nil }
      if let old = mappings[path], isAxis || old.isOfFile, Schema.key(paths[0])?.section != path {
        mappings[path] = nil
      }
    }
  }

  private static func isKnown(_ path: String) -> Bool {
    !path.isEmpty && (Schema.key(path) != nil || !Schema.names(below: path).isEmpty)
  }

  /// - Parameters:
  ///   - path: what was given.
  ///   - location: where.
  ///   - isListed: whether anybody will read what to do instead, which takes a look at every key there is.
  /// - Returns: the mistake.
  static func unknown(_ path: String, at location: Location, isListed: Bool = true) -> Mistake {
    guard isListed else { return Mistake(at: location, "unknown key \(path)") }
    if let foreign = ForeignKeys.advice(on: path) {
      return Mistake(at: location, "unknown key \(path)", suggestion: foreign)
    }
    if let nearest = Schema.nearestKey(to: path) {
      return Mistake(at: location, "unknown key \(path)", suggestion: "did you mean \(nearest)?")
    }
    let section = path.split(separator: ".").dropLast().joined(separator: ".")
    let names = Schema.names(below: section)
    if section.isEmpty || names.isEmpty {
      let sections = Schema.sections.joined(separator: ", ")
      return Mistake(
        at: location, "unknown key \(path)", suggestion: "the sections are \(sections)")
    }
    return Mistake(
      at: location, "unknown key \(path)",
      suggestion: "\(section) has \(names.joined(separator: ", "))")
  }
}

extension Node {
  /// Whether the value is empty: an empty value, `~` or `null`, unquoted.
  var isNull: Bool {
    guard case .scalar(let scalar) = self, scalar.isPlain else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  /// A description of the value for an error message.
  var words: String {
    switch self {
    case .scalar(let scalar):
      isNull ? "nothing" : scalar.isPlain ? scalar.string : "the text \"\(scalar.string)\""
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .alias: "an alias"
    }
  }
}

extension Node.Scalar {
  /// Without quotes.
  var isPlain: Bool { style == .plain || style == .any }
}
