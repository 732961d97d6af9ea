/// Configuration keys that an experiment uses: whole sections, so that a new key in one of them needs no further line.
public struct KeySelection: Sendable {
  private let sections: [String]
  private let excluded: Set<String>
  private let further: Set<String>

  /// - Parameters:
  ///   - sections: sections all of whose keys count.
  ///   - excluded: keys of them that do not.
  ///   - further: single keys of other sections.
  public init(_ sections: [String], except excluded: Set<String> = [], and further: Set<String> = []) {
    self.sections = sections
    self.excluded = excluded
    self.further = further
  }

  /// The problem of theory and networks.
  static let problem = KeySelection(["network", "data", "training"])

  /// Whether a key is used.
  ///
  /// - Parameter path: dotted path.
  /// - Returns: whether it decides the result.
  public func includes(_ path: String) -> Bool {
    let section = String(path.prefix { $0 != "." })
    return further.contains(path) || sections.contains(section) && !excluded.contains(path)
  }
}
