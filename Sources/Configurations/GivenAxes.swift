import Foundation
import Yams

/// The axes that the file and the command line give, and how often each simulation is repeated.
struct GivenAxes {
  private(set) var axes: [Axis] = []
  /// Where each axis comes from: an argument replaces the value of the file.
  private var areOfFile: [Bool] = []
  private(set) var repeats: Int?
  private(set) var mistakes: [Mistake] = []

  /// Every key that some axis runs through.
  var paths: [String] { axes.flatMap { $0.columns.map(\.path) } }

  /// Whether an argument defines axes: `zip(...)`, `repeat=n` or a key with several values.
  static func isAxis(_ word: String) -> Bool {
    if word.hasPrefix("zip(") || word.hasPrefix("repeat=") { return true }
    guard let equals = word.firstIndex(of: "="), word.prefix(upTo: equals).contains(".") else { return false }
    return AxisExpression.isAxis(String(word[word.index(after: equals)...]))
  }

  /// Adds one argument of the command line.
  mutating func read(argument word: String, index: Int) {
    let source = Source.commandLine(word, index)
    if word.hasPrefix("zip("), word.hasSuffix(")") {
      var pairs: [(String, String)] = []
      for entry in AxisExpression.split(String(word.dropFirst(4).dropLast())) {
        if let equals = entry.firstIndex(of: "="), !entry.hasPrefix("[") {
          pairs.append((String(entry[..<equals]), String(entry[entry.index(after: equals)...])))
        } else if pairs.isEmpty {
          return note(source, "is not zip(key=values,key=values)")
        } else {
          pairs[pairs.count - 1].1 += "," + entry
        }
      }
      return add(pairs.compactMap { column($0.0, text: $0.1, source, nil) }, of: pairs.count, source, nil)
    }
    guard let equals = word.firstIndex(of: "="), !word.hasPrefix("zip(") else {
      return note(source, "is not zip(key=values,key=values)")
    }
    let (key, text) = (String(word[..<equals]), String(word[word.index(after: equals)...]))
    if key == "repeat" { return setRepeats(Node(text), source) }
    add([column(key, text: text, source, nil)].compactMap { $0 }, of: 1, source, nil)
  }

  /// Adds the section `axes` of a file: a mapping, or a list of mappings.
  mutating func read(section: Node, of source: Source, repeated: [String: String]) {
    switch section {
    case .mapping(let mapping): take(mapping, below: "", source, repeated)
    case .sequence(let list): for entry in list { read(section: entry, of: source, repeated: repeated) }
    default: note(source, "axes is a mapping of keys to lists, got \(section.words)", section.mark)
    }
  }

  private mutating func take(
    _ mapping: Node.Mapping, below path: String, _ source: Source, _ repeated: [String: String]
  ) {
    for (name, value) in mapping {
      guard case .scalar(let scalar) = name else {
        note(source, "a key is a word, got \(name.words)", name.mark)
        continue
      }
      let key = path.isEmpty ? scalar.string : path + "." + scalar.string
      if let twice = repeated[scalar.string] {
        note(source, "\(twice) is given again further on", name.mark)
      } else if key == "repeat" {
        setRepeats(value, source)
      } else if key == "zip" {
        takeZip(value, source)
      } else if case .mapping(let inner) = value, Schema.key(key) == nil, !Schema.names(below: key).isEmpty {
        take(inner, below: key, source, repeated)
      } else {
        add([column(key, node: value, source, name.mark)].compactMap { $0 }, of: 1, source, name.mark)
      }
    }
  }

  /// One mapping of keys that move together, or a list of such.
  private mutating func takeZip(_ node: Node, _ source: Source) {
    switch node {
    case .mapping(let mapping):
      let columns = mapping.compactMap { column($0.key.scalar?.string ?? "", node: $0.value, source, $0.key.mark) }
      add(columns, of: mapping.count, source, node.mark)
    case .sequence(let list): for entry in list { takeZip(entry, source) }
    default: note(source, "zip is a mapping of keys to lists of one length, got \(node.words)", node.mark)
    }
  }

  private mutating func column(_ key: String, node: Node, _ source: Source, _ mark: Mark?) -> Axis.Column? {
    switch node {
    case .sequence(let list):
      guard isKnown(key, source, mark) else { return nil }
      // A list is taken as it stands, but for functions among its entries.
      let values = list.flatMap { entry -> [Given] in
        guard case .scalar(let scalar) = entry, AxisExpression.isCall(scalar.string) else {
          return [given(entry, source)]
        }
        return expanded(scalar.string, source, entry.mark)
      }
      return Axis.Column(path: key, values: values)
    case .scalar(let scalar): return column(key, text: scalar.string, source, scalar.mark ?? mark)
    default:
      note(source, "\(key) must be a list of values or a function such as pow2(6..13), got \(node.words)", node.mark)
      return nil
    }
  }

  private mutating func column(_ key: String, text: String, _ source: Source, _ mark: Mark?) -> Axis.Column? {
    let key = key.trimmingCharacters(in: .whitespaces)
    guard isKnown(key, source, mark) else { return nil }
    return Axis.Column(path: key, values: expanded(text, source, mark))
  }

  private mutating func expanded(_ text: String, _ source: Source, _ mark: Mark?) -> [Given] {
    do throws(AxisExpression.Flaw) {
      return try AxisExpression.values(text).map { value in
        do throws(YAMLText.Flaw) {
          return given(try YAMLText(value).root ?? Node(""), source, at: mark)
        } catch {
          note(source, "the value \(value) is \(error.reason)", mark)
          return given(Node(value), source, at: mark)
        }
      }
    } catch {
      mistakes.append(Mistake(at: source.location(mark), error.reason, suggestion: error.suggestion))
      return []
    }
  }

  private func given(_ node: Node, _ source: Source, at mark: Mark? = nil) -> Given {
    let place = mark ?? node.mark
    return Given(node: node, location: source.location(place), origin: source.origin(place))
  }

  private mutating func isKnown(_ key: String, _ source: Source, _ mark: Mark?) -> Bool {
    if Schema.key(key) != nil { return true }
    let location = source.location(mark)
    mistakes.append(GivenValues.unknown(key, at: location, isListed: mistakes.count < InvalidConfiguration.mostListed))
    return false
  }

  private mutating func setRepeats(_ node: Node, _ source: Source) {
    guard case .scalar(let scalar) = node, let count = Int(scalar.string), count >= 1 else {
      return note(source, "repeat must be a whole number of at least 1, got \(node.words)", node.mark)
    }
    repeats = count
  }

  /// Takes an axis of `expected` columns, of which the sound ones are given.
  private mutating func add(_ columns: [Axis.Column], of expected: Int, _ source: Source, _ mark: Mark?) {
    let axis = Axis(columns: columns)
    guard columns.count == expected, !columns.isEmpty else { return }
    guard columns.allSatisfy({ $0.values.count == axis.count }) else {
      let lengths = columns.map { "\($0.path) has \($0.values.count)" }.joined(separator: ", ")
      return note(source, "keys that move together need as many values each: \(lengths)", mark)
    }
    if axis.count == 0 {
      // A flaw of the expression has been noted already.
      if mistakes.isEmpty { note(source, "\(columns[0].path) has no values", mark) }
      return
    }
    for (place, path) in columns.map(\.path).enumerated() {
      if let rival = columns[..<place].first(where: { Self.sayTheSame($0.path, path) }) {
        return note(source, "\(path) says the same as \(rival.path)", mark)
      }
      guard let old = axes.firstIndex(where: { $0.columns.contains { Self.sayTheSame($0.path, path) } }) else {
        continue
      }
      guard areOfFile[old], !source.isFile else {
        let rival = axes[old].columns.first { Self.sayTheSame($0.path, path) }?.path ?? path
        return note(
          source, rival == path ? "\(path) is an axis already" : "\(path) says the same as the axis \(rival)", mark)
      }
      axes.remove(at: old)
      areOfFile.remove(at: old)
    }
    axes.append(axis)
    areOfFile.append(source.isFile)
  }

  /// Whether two keys are one, or alternatives of one key.
  static func sayTheSame(_ path: String, _ other: String) -> Bool {
    path == other || Schema.key(path)?.alternatives.contains(other) == true
  }

  /// Drops the file's axis of a key that the command line gives one value.
  mutating func displace(_ paths: [String]) {
    for index in axes.indices.reversed() where areOfFile[index] {
      if axes[index].columns.contains(where: { paths.contains($0.path) }) {
        axes.remove(at: index)
        areOfFile.remove(at: index)
      }
    }
  }

  private mutating func note(_ source: Source, _ reason: String, _ mark: Mark? = nil) {
    mistakes.append(Mistake(at: source.location(mark), reason))
  }
}
