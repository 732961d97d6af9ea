import Files

/// Every key a configuration may have. Decoding, suggestions for misspelt keys, the text of
/// `dmft init` and the table of `dmft explain` all derive from this one table.
public enum Schema {
  /// The kind of a value.
  public enum Kind: Hashable, Sendable {
    /// A whole number, or the word (such as `infinite`) that stands for a limit; with `orList` also one number for each layer.
    case integer(Bounds, orWord: String? = nil, orList: Bool = false)
    /// A number.
    case number(Bounds)
    /// true or false.
    case flag
    /// One of these words, in whichever case.
    case word([String])
    /// One number for all layers, or one for each.
    case perLayer(Bounds)
    /// One number for all outputs, or one for each.
    case perOutput(Bounds)
    /// A list of numbers.
    case list(Bounds)
    /// A list of lists of numbers.
    case matrix(Bounds)
    /// Any text.
    case text
    /// A text or a list of texts.
    case texts
  }

  /// One key. A class, as each configuration goes through all of them.
  public final class Key: Sendable {
    /// Dotted path, such as `network.width`.
    public let path: String
    /// The path without its last component, such as `network`.
    public let section: String
    /// The last component of the path, such as `width`.
    public let name: String
    /// What its value may be.
    public let kind: Kind
    /// The default as YAML text; nil where the key is absent unless given.
    public let defaultText: String?
    /// A value to show where there is no default.
    public let example: String?
    /// What it means, in one line.
    public let meaning: String
    /// Alternative keys: giving two of a group is a mistake.
    public let alternatives: [String]
    /// Its value in a resolved configuration; nil where the key has no effect there.
    let value: @Sendable (Settings) -> Value?

    /// - Parameters:
    ///   - path: dotted path.
    ///   - kind: what its value may be.
    ///   - defaultText: the default as YAML text.
    ///   - example: a value to show where there is no default.
    ///   - alternatives: alternative keys.
    ///   - meaning: one line.
    ///   - value: its value in a resolved configuration; nil where it has no effect there.
    init(
      _ path: String, _ kind: Kind, default defaultText: String? = nil, example: String? = nil,
      or alternatives: [String] = [], _ meaning: String, value: @escaping @Sendable (Settings) -> Value?
    ) {
      self.path = path
      let parts = path.split(separator: ".").map(String.init)
      section = parts.dropLast().joined(separator: ".")
      name = parts.last ?? path
      self.kind = kind
      self.defaultText = defaultText
      self.example = example
      self.alternatives = alternatives
      self.meaning = meaning
      self.value = value
    }
  }

  /// The top-level sections, in order.
  public static let sections = [
    "network", "data", "training", "simulation", "validation", "transfer", "tune", "reduce", "layers", "committee",
  ]

  /// All keys, section by section.
  public static let keys: [Key] =
    networkKeys + activationKeys + dataKeys + splitKeys + labelKeys + trainingKeys + gradientKeys + lossKeys
    + comparisonKeys + reduceKeys
    + layersKeys + committeeKeys

  private static let namesBySection = Dictionary(grouping: keys, by: \.section).mapValues { $0.map(\.name) }
  private static let byPath = Dictionary(uniqueKeysWithValues: keys.map { ($0.path, $0) })

  /// The key of a dotted path.
  ///
  /// - Parameter path: dotted path.
  /// - Returns: nil for unknown paths and for whole sections.
  public static func key(_ path: String) -> Key? {
    byPath[path]
  }

  /// What a key is called within its section.
  ///
  /// - Parameter path: dotted path.
  /// - Returns: its last component.
  public static func shortName(of path: String) -> String {
    path.split(separator: ".").last.map(String.init) ?? path
  }

  /// Names directly below a section or below a key that may be a mapping.
  ///
  /// - Parameter path: dotted path; empty for the top.
  /// - Returns: last components, in order; empty where nothing lies below.
  public static func names(below path: String) -> [String] {
    path.isEmpty ? sections : namesBySection[path] ?? []
  }

  /// The known path that a misspelt one most likely meant.
  ///
  /// - Parameter path: the unknown dotted path.
  /// - Returns: a path of a key or section; nil if none is near.
  public static func nearestKey(to path: String) -> String? {
    nearestPath(to: path, among: sections + keys.map(\.path))
  }
}
