/// A work as a bibliography lists it: its fields as BibTeX has them, from which the entry and a readable line are made.
package struct Publication: Hashable, Sendable {
  /// What it is, in BibTeX's words.
  package enum Kind: String, Sendable {
    case article, book, inproceedings, misc, software
  }

  /// A name of BibTeX and what stands there, in its spelling: braces around words whose capitals stay, `--` in pages.
  package struct Field: Hashable, Sendable {
    let name: String
    let value: String
  }

  let kind: Kind
  /// What a text cites it by.
  let key: String
  let fields: [Field]

  /// - Parameters:
  ///   - kind: what it is.
  ///   - key: what a text cites it by.
  ///   - fields: names and values in the order in which they are printed; every name once.
  package init(_ kind: Kind, _ key: String, _ fields: KeyValuePairs<String, String>) {
    self.kind = kind
    self.key = key
    self.fields = fields.map { Field(name: $0.key, value: $0.value) }
  }

  /// A work that is cited by its number at the arXiv.
  ///
  /// - Parameters:
  ///   - key: what a text cites it by.
  ///   - number: such as `2502.02531`.
  ///   - authors: as BibTeX has them, joined by `and`.
  ///   - title: its title.
  ///   - year: of its first version.
  /// - Returns: the work.
  package static func arXiv(_ key: String, _ number: String, _ authors: String, _ title: String, _ year: String)
    -> Publication
  {
    Publication(
      .misc, key,
      [
        "author": authors, "title": title, "year": year, "eprint": number, "archiveprefix": "arXiv",
        "url": "https://arxiv.org/abs/\(number)",
      ])
  }

  private subscript(name: String) -> String? {
    fields.first { $0.name == name }?.value
  }

  /// Where it can be read, if anywhere: its own address, or that of its DOI.
  var url: String? { self["url"] ?? self["doi"].map { "https://doi.org/\($0)" } }

  /// The BibTeX entry, without a newline at its end.
  var bibtex: String {
    let width = fields.map(\.name.count).max() ?? 0
    let lines = fields.map { field in
      let gap = String(repeating: " ", count: width - field.name.count)
      return "  \(field.name)\(gap) = {\(field.value)},\n"
    }
    return "@\(kind.rawValue){\(key),\n" + lines.joined() + "}"
  }

  /// One printed line: who, what, where, when.
  var text: String {
    let parts = [names + ": " + Self.plain(self["title"] ?? ""), place].compactMap { $0 }
    let year = self["year"].map { " (\($0))" } ?? ""
    return parts.joined(separator: ". ") + year
  }

  /// Authors by first and last name; of more than four the first.
  private var names: String {
    let names = (self["author"] ?? "").split(separator: " and ").map { author in
      Self.plain(author.split(separator: ",").reversed().map { $0.drop { $0 == " " } }.joined(separator: " "))
    }
    guard names.count <= 4 else { return names[0] + " et al." }
    return [names.dropLast().joined(separator: ", "), names.last ?? ""].filter { !$0.isEmpty }.joined(
      separator: " and ")
  }

  /// Journal, proceedings, publisher, version: whatever says where it appeared.
  private var place: String? {
    if let journal = self["journal"] {
      let number = self["number"].map { "(\($0))" } ?? ""
      return Self.plain(journal + (self["volume"].map { " \($0)" } ?? "") + number + pages)
    }
    if let proceedings = self["booktitle"] { return Self.plain(proceedings + pages) }
    let edition = self["edition"].map { "\($0) edition" }
    let publisher = [edition, self["publisher"] ?? self["howpublished"], self["isbn"].map { "ISBN \($0)" }].compactMap {
      $0
    }
    if !publisher.isEmpty { return Self.plain(publisher.joined(separator: ", ")) }
    if let version = self["version"] { return "Version \(version)" }
    return self["eprint"].map { "arXiv:\($0)" }
  }

  private var pages: String { self["pages"].map { ", \($0)" } ?? "" }

  /// BibTeX's spelling as printed.
  private static func plain(_ text: String) -> String {
    var plain = text
    for (spelt, meant) in [("{\\'e}", "\u{E9}"), ("--", "\u{2013}"), ("{", ""), ("}", "")] {
      plain = plain.split(separator: spelt, omittingEmptySubsequences: false).joined(separator: meant)
    }
    return plain
  }
}
