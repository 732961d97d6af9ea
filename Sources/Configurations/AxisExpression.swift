import Files
import Foundation

/// The values of an axis as a person writes them: a comma list whose entries are values or functions.
///
///     64,128,256        range(0.1,0.5,0.1)       logspace(1e-3,1,25)       pow2(6..13)
///
/// A comma inside brackets, braces, parentheses or quotes belongs to one value.
enum AxisExpression {
  /// What is wrong with an expression.
  struct Flaw: Error {
    let reason: String
    let suggestion: String?
  }

  private static let functions = ["range", "logspace", "pow2"]
  /// More values than this are a slip of the finger.
  private static let limit = 100_000

  /// Whether a value is meant as an axis: several entries, or a function.
  static func isAxis(_ text: String) -> Bool {
    let entries = split(text)
    return entries.count > 1 || isCall(text)
  }

  /// Whether a text calls one of the functions, or one whose name is nearly theirs.
  static func isCall(_ text: String) -> Bool { call(text) != nil }

  /// The values, each as YAML text.
  ///
  /// - Throws: a function that does not exist or has no such arguments.
  static func values(_ text: String) throws(Flaw) -> [String] {
    var values: [String] = []
    for entry in split(text) {
      if let (name, arguments) = call(entry) {
        values += try expand(name, arguments, entry)
      } else if entry.isEmpty {
        throw Flaw(reason: "\(text) has an empty entry", suggestion: "remove the comma")
      } else {
        values.append(entry)
      }
    }
    return values
  }

  /// Entries between the commas of the outermost level.
  static func split(_ text: String) -> [String] {
    var entries = [""]
    var depth = 0
    var quote: Character?
    for character in text {
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if "([{".contains(character) {
        depth += 1
      } else if ")]}".contains(character) {
        depth -= 1
      } else if character == ",", depth == 0 {
        entries.append("")
        continue
      }
      entries[entries.count - 1].append(character)
    }
    return entries.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// `name(arguments)`.
  private static func call(_ entry: String) -> (name: String, arguments: String)? {
    guard let match = entry.wholeMatch(of: /([A-Za-z_]\w*)\((.*?)(\)?)/) else { return nil }
    let name = String(match.1)
    guard functions.contains(name) || nearestName(to: name, among: functions) != nil else { return nil }
    return (name, String(match.2))
  }

  private static func expand(_ name: String, _ arguments: String, _ entry: String) throws(Flaw) -> [String] {
    guard entry.hasSuffix(")") else { throw Flaw(reason: "\(entry) lacks its closing parenthesis", suggestion: nil) }
    switch name {
    case "range": return try range(numbers(arguments, count: 3, entry, "range(from,to,step)"), entry)
    case "logspace": return try logspace(numbers(arguments, count: 3, entry, "logspace(from,to,number)"), entry)
    case "pow2": return try pow2(arguments, entry)
    default:
      let near = nearestName(to: name, among: functions)
      throw Flaw(
        reason: "there is no function \(name)",
        suggestion: near.map { "did you mean \($0)?" } ?? "there are \(functions.joined(separator: ", "))")
    }
  }

  private static func numbers(_ text: String, count: Int, _ entry: String, _ form: String) throws(Flaw) -> [Double] {
    let numbers = split(text).map { Double($0) ?? .nan }
    guard numbers.count == count, numbers.allSatisfy(\.isFinite) else {
      throw Flaw(reason: "\(entry) is not \(form) with numbers", suggestion: nil)
    }
    return numbers
  }

  /// `from, from + step, …` up to `to`, which is among them if the steps reach it.
  private static func range(_ numbers: [Double], _ entry: String) throws(Flaw) -> [String] {
    let (from, to, step) = (numbers[0], numbers[1], numbers[2])
    let steps = (to - from) / step
    guard step != 0, steps >= 0 else {
      throw Flaw(reason: "\(entry) never gets from \(text(from)) to \(text(to))", suggestion: "change the step")
    }
    // The last step may fall short of `to` by rounding.
    let last = (steps + 1e-9).rounded(.down)
    guard last < Double(limit) else { throw tooMany(entry) }
    return (0...Int(last)).map { text(from + Double($0) * step) }
  }

  /// Numbers evenly spaced in the logarithm, both ends among them.
  private static func logspace(_ numbers: [Double], _ entry: String) throws(Flaw) -> [String] {
    let (from, to) = (numbers[0], numbers[1])
    guard from > 0, to > 0 else {
      throw Flaw(reason: "\(entry) needs ends above 0", suggestion: "its ends are numbers, not exponents")
    }
    guard numbers[2] >= 2, numbers[2] == numbers[2].rounded() else {
      throw Flaw(reason: "\(entry) needs a whole number of at least 2 values", suggestion: nil)
    }
    guard numbers[2] <= Double(limit) else { throw tooMany(entry) }
    let last = Int(numbers[2]) - 1
    return (0...last).map { index in
      text(index == last ? to : from * pow(to / from, Double(index) / Double(last)))
    }
  }

  /// Powers of two, both ends among them.
  private static func pow2(_ arguments: String, _ entry: String) throws(Flaw) -> [String] {
    guard let match = arguments.wholeMatch(of: /\s*([+-]?\d+)\s*\.\.\.?\s*([+-]?\d+)\s*/), let from = Int(match.1),
      let to = Int(match.2), from <= to
    else {
      throw Flaw(reason: "\(entry) is not pow2(from..to) with whole exponents, the smaller first", suggestion: nil)
    }
    guard from >= -1000, to <= 1000 else { throw Flaw(reason: "\(entry) is beyond any number", suggestion: nil) }
    return (from...to).map { exponent -> String in
      if (0..<62).contains(exponent) { return String(1 << exponent) }
      let power: Double = pow(2.0, Double(exponent))
      return power.description
    }
  }

  private static func tooMany(_ entry: String) -> Flaw {
    Flaw(reason: "\(entry) has more than \(limit) values", suggestion: nil)
  }

  /// Twelve significant digits: 0.3, not 0.30000000000000004.
  private static func text(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 0x1p53 ? String(Int(number)) : String(format: "%.12g", number)
  }
}
