/// Where a mistake stands.
public enum Location: Hashable, Sendable {
  /// The configuration file as a whole.
  case wholeFile(String)
  /// A place in the configuration file; line and column count from 1.
  case file(String, line: Int, column: Int)
  /// A place in a table, already part of the message.
  case table(String)
  /// An argument of the command line; the index gives the order.
  case commandLine(argument: String, index: Int)
  /// A default value of this key.
  case builtIn(key: String)

  /// Files before tables before arguments before defaults; from top to bottom within each.
  var order: (Int, Int, Int) {
    switch self {
    case .wholeFile: (0, 0, 0)
    case .file(_, let line, let column): (1, line, column)
    case .table: (2, 0, 0)
    case .commandLine(_, let index): (3, index, 0)
    case .builtIn: (4, 0, 0)
    }
  }
}

extension Location: CustomStringConvertible {
  /// `x.yaml:12:5`, `command line: network.width=0`, or the name of the thing.
  public var description: String {
    switch self {
    case .wholeFile(let name), .table(let name): name.isEmpty ? "''" : name
    case .file(let name, let line, let column): "\(name):\(line):\(column)"
    case .commandLine(let argument, _): "command line: \(argument)"
    case .builtIn(let key): "default of \(key)"
    }
  }
}

/// One thing that is wrong with a configuration.
public struct Mistake: Hashable, Sendable {
  /// Where it stands.
  public let location: Location
  /// What is wrong, with the value found.
  public let reason: String
  /// What to do instead; nil where the reason says it already.
  public let suggestion: String?
  /// Whether an argument is no `key=value` at all (exit code 64 instead of 65).
  public let isMalformed: Bool

  /// - Parameters:
  ///   - location: where it stands.
  ///   - reason: what is wrong.
  ///   - suggestion: what to do instead.
  ///   - isMalformed: whether an argument is no `key=value` at all.
  public init(
    at location: Location, _ reason: String, suggestion: String? = nil, isMalformed: Bool = false
  ) {
    self.location = location
    self.reason = reason
    self.suggestion = suggestion
    self.isMalformed = isMalformed
  }
}

extension Mistake: CustomStringConvertible {
  /// `x.yaml:12:5: unknown key network.widht; did you mean network.width?`
  public var description: String {
    let sentence = suggestion.map { "\(reason); \($0)" } ?? reason
    if case .table = location { return sentence }
    return "\(location): \(sentence)"
  }
}

/// Everything that is wrong with a configuration, in the order of its places.
public struct InvalidConfiguration: Error, Hashable, Sendable {
  /// No more mistakes than this are listed.
  public static let mostListed = 20

  /// At least one mistake: those of the file from top to bottom, then those of the command line; the first twenty.
  public let mistakes: [Mistake]
  /// How many more there are.
  public let further: Int
  /// 64 if an argument is no `key=value`, otherwise 65.
  public let exitCode: Int32

  /// - Parameters:
  ///   - mistakes: in any order.
  ///   - further: how many more are known and not among them.
  public init(mistakes: [Mistake], further: Int = 0) {
    let sorted = mistakes.enumerated().sorted { a, b in
      let (left, right) = (a.element.location.order, b.element.location.order)
      return left == right ? a.offset < b.offset : left < right
    }.map(\.element)
    self.mistakes = Array(sorted.prefix(Self.mostListed))
    self.further = further + max(0, sorted.count - Self.mostListed)
    exitCode = sorted.contains(where: \.isMalformed) ? 64 : 65
  }

  /// This and more mistakes.
  ///
  /// - Parameter others: in any order.
  /// - Returns: all of them.
  func adding(_ others: [Mistake]) -> InvalidConfiguration {
    InvalidConfiguration(mistakes: others + mistakes, further: further)
  }

  /// A sentence each, and how many more there are.
  public var lines: [String] { mistakes.map(\.description) + (further > 0 ? ["and \(further) more mistakes"] : []) }
}

extension InvalidConfiguration: CustomStringConvertible {
  /// One line for each mistake.
  public var description: String {
    lines.joined(separator: "\n")
  }
}
