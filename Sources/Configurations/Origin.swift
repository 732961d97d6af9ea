/// Where a resolved value comes from.
public enum Origin: Hashable, Sendable {
  /// A default.
  case `default`
  /// A line of the configuration file, which is named without its folder.
  case file(name: String, line: Int)
  /// An argument `key=value`.
  case commandLine
  /// Computed from other values, as the text says.
  case derived(String)
}

extension Origin {
  /// Whether a person gave the value, in a file or on the command line.
  public var isGiven: Bool {
    switch self {
    case .file, .commandLine: true
    case .default, .derived: false
    }
  }
}

extension Origin: CustomStringConvertible {
  /// `default`, `config.yaml:7`, `command line` or `derived: …`.
  public var description: String {
    switch self {
    case .default: "default"
    case .file(let name, let line): "\(name):\(line)"
    case .commandLine: "command line"
    case .derived(let how): "derived: \(how)"
    }
  }
}

/// One value of the resolved problem.
public struct ResolvedValue: Hashable, Sendable {
  /// Dotted path of its key.
  public let key: String
  /// The value as YAML text, as it was given or as it was resolved.
  public let text: String
  /// Where it comes from.
  public let origin: Origin
  /// False for a value that was given but has no effect on this problem, such as samples in
  /// population mode.
  public let isUsed: Bool

  /// - Parameters:
  ///   - key: dotted path.
  ///   - text: YAML text.
  ///   - origin: where it comes from.
  ///   - isUsed: whether it has an effect on this problem.
  public init(key: String, text: String, origin: Origin, isUsed: Bool) {
    self.key = key
    self.text = text
    self.origin = origin
    self.isUsed = isUsed
  }
}
