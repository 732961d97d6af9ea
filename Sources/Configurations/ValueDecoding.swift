import Files
import Yams

/// Why a node is not the value that a key requires.
struct UnfitValue: Error {
  let reason: String
  var suggestion: String?
  /// Place of a bad entry within a list.
  var mark: Mark?
  /// Further bad entries of the same list.
  var others: [UnfitValue] = []
}

extension Schema.Key {
  /// The value of a node, which must be of this key's kind and within its range.
  func decode(_ node: Node) throws(UnfitValue) -> Value {
    if node.isNull {
      throw UnfitValue(reason: "\(path) has no value", suggestion: "give one or remove the key")
    }
    switch kind {
    case .integer(let bounds, let word, let isList):
      if isList, case .sequence = node { return .numbers(try list(node, in: bounds, isWhole: true)) }
      return try integer(node, in: bounds, orWord: word)
    case .number(let bounds): return .number(try number(node, in: bounds, named: path))
    case .flag: return .flag(try flag(node))
    case .word(let words): return .word(try self.word(node, among: words))
    case .perLayer(let bounds), .perOutput(let bounds):
      guard case .sequence = node else {
        let each = if case .perLayer = kind { "layer" } else { "output" }
        let expected = "a number or a list of one number for each \(each)"
        return .number(try number(node, in: bounds, named: path, expected: expected))
      }
      return .numbers(try list(node, in: bounds))
    case .list(let bounds): return .numbers(try list(node, in: bounds))
    case .matrix(let bounds): return .matrix(try matrix(node, in: bounds))
    case .text: return .text(try text(node))
    case .texts: return try texts(node)
    }
  }

  private func integer(_ node: Node, in bounds: Bounds, orWord word: String?)
    throws(UnfitValue) -> Value
  {
    if let word, case .scalar(let scalar) = node, scalar.string.lowercased() == word {
      return .word(word)
    }
    let expected = word.map { "a whole number or \($0)" } ?? "a whole number"
    guard case .scalar(let scalar) = node, scalar.isPlain, let value = plainNumber(scalar.string)
    else { throw unfit(node, expected: expected) }
    // Read as a whole number first: a double would round a long seed.
    let whole = Int(scalar.string) ?? Int(exactly: value)
    guard value.isFinite, whole != nil || value == value.rounded() else {
      throw UnfitValue(reason: "\(path) must be \(expected), got \(scalar.string)")
    }
    guard bounds.contains(value) else {
      throw UnfitValue(reason: "\(path) must be \(bounds.broken(by: value)), got \(scalar.string)")
    }
    guard let whole else {
      throw UnfitValue(reason: "\(path) must be at most \(Int.max), got \(scalar.string)")
    }
    return .integer(whole)
  }

  private func number(
    _ node: Node, in bounds: Bounds, named name: String, expected: String = "a number"
  ) throws(UnfitValue) -> Double {
    guard case .scalar(let scalar) = node, scalar.isPlain else {
      throw unfit(node, expected: expected, named: name)
    }
    guard let value = plainNumber(scalar.string) else {
      if isSpecial(scalar.string) {
        throw UnfitValue(reason: "\(name) must be a finite number, got \(scalar.string)")
      }
      throw unfit(node, expected: expected, named: name)
    }
    guard value.isFinite else {
      throw UnfitValue(reason: "\(name) must be a finite number, got \(scalar.string)")
    }
    guard bounds.contains(value) else {
      throw UnfitValue(reason: "\(name) must be \(bounds.broken(by: value)), got \(scalar.string)")
    }
    return value
  }

  private func matrix(_ node: Node, in bounds: Bounds) throws(UnfitValue) -> [[Double]] {
    let expected = "a list of rows, each a list of numbers, such as \(example ?? "[[1, 0], [0, 1]]")"
    guard case .sequence(let rows) = node else { throw unfit(node, expected: expected) }
    var result: [[Double]] = []
    for (index, row) in rows.enumerated() {
      guard case .sequence = row else { throw unfit(node, expected: expected) }
      result.append(try list(row, in: bounds, named: "row \(index + 1) of \(path)"))
    }
    return result
  }

  private func list(
    _ node: Node, in bounds: Bounds, isWhole: Bool = false, named list: String? = nil
  ) throws(UnfitValue) -> [Double] {
    guard case .sequence(let sequence) = node else {
      throw unfit(node, expected: "a list of numbers")
    }
    var numbers: [Double] = []
    var flaws: [UnfitValue] = []
    for (index, entry) in sequence.enumerated() {
      do throws(UnfitValue) {
        let name = "entry \(index + 1) of \(list ?? path)"
        let value = try number(entry, in: bounds, named: name)
        if isWhole, value != value.rounded() {
          throw UnfitValue(reason: "\(name) must be a whole number, got \(value)")
        }
        numbers.append(value)
      } catch {
        var flaw = error
        flaw.mark = entry.mark
        flaws.append(flaw)
      }
    }
    if var first = flaws.first {
      first.others = Array(flaws.dropFirst())
      throw first
    }
    return numbers
  }

  private func flag(_ node: Node) throws(UnfitValue) -> Bool {
    guard case .scalar(let scalar) = node, scalar.isPlain else {
      throw unfit(node, expected: "true or false")
    }
    switch scalar.string {
    case "true": return true
    case "false": return false
    default:
      let meant = ["yes": "true", "on": "true", "1": "true", "no": "false", "off": "false"]
      let word = scalar.string.lowercased()
      let nearest =
        meant[word] ?? (word == "0" ? "false" : nearestName(to: word, among: ["true", "false"]))
      throw UnfitValue(
        reason: "\(path) must be true or false, got \(scalar.string)",
        suggestion: nearest.map { "did you mean \($0)?" })
    }
  }

  private func word(_ node: Node, among words: [String]) throws(UnfitValue) -> String {
    let below = Schema.names(below: path)
    let mapping = below.isEmpty ? "" : " or a mapping with \(below.joined(separator: ", "))"
    let expected = (words.count == 1 ? "" : "one of ") + words.joined(separator: ", ") + mapping
    guard case .scalar(let scalar) = node else { throw unfit(node, expected: expected) }
    if let word = words.first(where: { $0.lowercased() == scalar.string.lowercased() }) {
      return word
    }
    throw UnfitValue(
      reason: "\(path) must be \(expected), got \(scalar.string)",
      suggestion: nestedWord(scalar.string) ?? ForeignLosses.advice(on: scalar.string, at: path)
        ?? nearestName(to: scalar.string, among: words).map { "did you mean \($0)?" })
  }

  /// `schedule: cosine` was meant as `schedule: {decay: cosine}`.
  private func nestedWord(_ word: String) -> String? {
    for name in Schema.names(below: path) {
      guard let child = Schema.key(path + "." + name), case .word(let words) = child.kind,
        let meant = words.first(where: { $0.lowercased() == word.lowercased() })
      else { continue }
      return "did you mean \(path.split(separator: ".").last ?? ""): {\(name): \(meant)}?"
    }
    return nil
  }

  private func text(_ node: Node) throws(UnfitValue) -> String {
    guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
      throw unfit(node, expected: "a text")
    }
    return scalar.string
  }

  private func texts(_ node: Node) throws(UnfitValue) -> Value {
    guard case .sequence(let sequence) = node else {
      guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
        throw unfit(node, expected: "a text or a list of texts")
      }
      return .text(scalar.string)
    }
    guard !sequence.isEmpty else { throw UnfitValue(reason: "\(path) is an empty list", suggestion: "remove the key") }
    var texts: [String] = []
    for entry in sequence {
      guard case .scalar(let scalar) = entry, !scalar.string.isEmpty else {
        var flaw = unfit(entry, expected: "a text", named: "entry \(texts.count + 1) of \(path)")
        flaw.mark = entry.mark
        throw flaw
      }
      texts.append(scalar.string)
    }
    return .texts(texts)
  }

  private func unfit(_ node: Node, expected: String, named name: String? = nil) -> UnfitValue {
    var suggestion: String?
    if case .scalar(let scalar) = node, !scalar.isPlain, plainNumber(scalar.string) != nil {
      suggestion = "remove the quotes"
    }
    return UnfitValue(
      reason: "\(name ?? path) must be \(expected), got \(node.words)", suggestion: suggestion)
  }
}

/// A decimal number, `1e-3` included, which YAML alone takes for a text; no hexadecimal digits,
/// no underscores, no words. May be infinite by overflow.
private func plainNumber(_ text: String) -> Double? {
  let allowed = Set("0123456789+-.eE".utf8)
  guard text.utf8.allSatisfy(allowed.contains), text.utf8.contains(where: { $0 >= 48 && $0 < 58 })
  else { return nil }
  return Double(text)
}

/// Spellings of numbers that are not finite, in YAML and elsewhere.
private func isSpecial(_ text: String) -> Bool {
  let word = text.lowercased().drop { $0 == "+" || $0 == "-" }.drop { $0 == "." }
  return ["nan", "inf", "infinity"].contains(String(word))
}
