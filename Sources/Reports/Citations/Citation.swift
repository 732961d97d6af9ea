import JSON

/// A work that a run cites.
public struct Citation: Hashable, Sendable {
  /// What a text cites it by; no two works share one.
  public let key: String
  /// The BibTeX entry, without a newline at its end.
  public let bibtex: String
  /// One printed line.
  public let text: String
  /// Where it can be read; nil where no lasting address is known.
  public let url: String?
  /// Why it is cited: what of the run it stands behind.
  public let reason: String

  /// - Parameters:
  ///   - publication: the work.
  ///   - reason: what of the run it stands behind.
  package init(_ publication: Publication, for reason: String) {
    key = publication.key
    bibtex = publication.bibtex
    text = publication.text
    url = publication.url
    self.reason = reason
  }

  /// As `--json` prints it.
  public var json: JSONValue {
    .object([
      "key": .text(key), "bibtex": .text(bibtex), "text": .text(text), "url": url.map { .text($0) } ?? .null,
      "reason": .text(reason),
    ])
  }

  /// Every work once, in the order in which they first come.
  ///
  /// - Parameter citations: some of them several times.
  /// - Returns: the first of each work.
  public static func unique(_ citations: [Citation]) -> [Citation] {
    var seen: Set<String> = []
    return citations.filter { seen.insert($0.key).inserted }
  }
}
