/// A page that explains itself, as a value: what stands on it, without a word on how it looks.
public struct Page: Sendable {
  /// How a run ended, beside the title.
  public struct Badge: Sendable {
    /// How the words are to be taken.
    public enum Tone: String, Sendable {
      case good, bad, plain
    }

    let text: String
    let tone: Tone

    /// - Parameters:
    ///   - text: a word or two.
    ///   - tone: how they are to be taken.
    public init(_ text: String, _ tone: Tone) {
      self.text = text
      self.tone = tone
    }
  }

  /// A table: a header, and rows of as many cells.
  public struct Table: Sendable {
    let header: [String]
    let rows: [[String]]
    let note: String

    /// - Parameters:
    ///   - header: names of the columns.
    ///   - rows: as many cells in each as names in the header; numbers are set to the right.
    ///   - note: what stands below it; empty for nothing.
    public init(header: [String], rows: [[String]], note: String = "") {
      precondition(rows.allSatisfy { $0.count == header.count })
      self.header = header
      self.rows = rows
      self.note = note
    }
  }

  /// A drawing within the page.
  public struct Drawing: Sendable {
    let svg: String
    let label: String

    /// - Parameters:
    ///   - svg: the picture, a whole SVG file.
    ///   - label: what it shows, for whoever can't see it.
    public init(svg: String, label: String) {
      self.svg = svg
      self.label = label
    }
  }

  /// Something that stands in a section.
  public enum Block: Sendable {
    case paragraph(String)
    case list([String])
    case table(Table)
    /// Lines to paste into a shell.
    case commands([String])
    /// Drawings side by side as far as the page is wide, under one heading, with one caption.
    case drawings(heading: String, [Drawing], caption: String)
    /// Texts with the place where each is found, relative or absolute.
    case links([(text: String, address: String)])
    /// Text to be copied as it is, such as BibTeX, folded away under a heading.
    case folded(heading: String, text: String)
  }

  /// A part of the page.
  public struct Section: Sendable {
    let title: String
    let blocks: [Block]

    /// - Parameters:
    ///   - title: its heading.
    ///   - blocks: what stands in it; a section without any is left out.
    public init(_ title: String, _ blocks: [Block]) {
      self.title = title
      self.blocks = blocks
    }
  }

  /// Its heading, and the name of its window.
  public let title: String
  /// Beside the heading.
  public let badge: Badge?
  /// What the page is about, in a paragraph.
  public let lead: String
  /// From the top down.
  public let sections: [Section]
  /// The last line.
  public let footer: String

  /// - Parameters:
  ///   - title: its heading, and the name of its window.
  ///   - badge: beside the heading.
  ///   - lead: what the page is about, in a paragraph.
  ///   - sections: from the top down.
  ///   - footer: the last line.
  public init(title: String, badge: Badge?, lead: String, sections: [Section], footer: String) {
    self.title = title
    self.badge = badge
    self.lead = lead
    self.sections = sections.filter { !$0.blocks.isEmpty }
    self.footer = footer
  }
}
