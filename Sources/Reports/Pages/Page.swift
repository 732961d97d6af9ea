/// A page that explains itself, as a value: what stands on it, without a word on how it looks.
struct Page: Sendable {
  /// How a run ended, next to the title.
  struct Badge: Sendable {
    let text: String
    let tone: Report.Badge.Tone

    /// - Parameters:
    ///   - text: a word or two.
    ///   - tone: how they are to be taken.
    init(_ text: String, _ tone: Report.Badge.Tone) {
      self.text = text
      self.tone = tone
    }
  }

  /// A table: a header, and rows of as many cells.
  struct Table: Sendable {
    let header: [String]
    let rows: [[String]]
    let note: String

    /// - Parameters:
    ///   - header: names of the columns.
    ///   - rows: as many cells in each as names in the header; numbers are set to the right.
    ///   - note: what stands below it; empty for nothing.
    init(header: [String], rows: [[String]], note: String = "") {
      precondition(rows.allSatisfy { $0.count == header.count })
      self.header = header
      self.rows = rows
      self.note = note
    }
  }

  /// A drawing within the page.
  struct Drawing: Sendable {
    let svg: String
    let label: String

    /// - Parameters:
    ///   - svg: the picture, a whole SVG file.
    ///   - label: what it shows, for screen readers.
    init(svg: String, label: String) {
      self.svg = svg
      self.label = label
    }
  }

  /// Something that stands in a section.
  enum Block: Sendable {
    case paragraph(String)
    case list([String])
    case table(Table)
    /// Commands for a shell.
    case commands([String])
    /// Drawings side by side as far as the page is wide, under one heading, with one caption.
    case drawings(heading: String, [Drawing], caption: String)
    /// Texts with the place where each is found, relative or absolute, if there is one.
    case links([(text: String, address: String?)])
    /// Text to be copied as it is, such as BibTeX, folded away under a heading.
    case folded(heading: String, text: String)
  }

  /// A part of the page.
  struct Section: Sendable {
    let title: String
    let blocks: [Block]

    /// - Parameters:
    ///   - title: its heading.
    ///   - blocks: what stands in it; a section without any is left out.
    init(_ title: String, _ blocks: [Block]) {
      self.title = title
      self.blocks = blocks
    }
  }

  /// Its heading, and the name of its window.
  let title: String
  /// Next to the heading.
  let badge: Badge?
  /// What the page is about, in a paragraph.
  let lead: String
  /// From the top down.
  let sections: [Section]
  /// The last line.
  let footer: String

  /// - Parameters:
  ///   - title: its heading, and the name of its window.
  ///   - badge: next to the heading.
  ///   - lead: what the page is about, in a paragraph.
  ///   - sections: from the top down.
  ///   - footer: the last line.
  init(title: String, badge: Badge?, lead: String, sections: [Section], footer: String) {
    self.title = title
    self.badge = badge
    self.lead = lead
    self.sections = sections.filter { !$0.blocks.isEmpty }
    self.footer = footer
  }
}
