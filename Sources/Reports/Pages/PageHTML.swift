extension Page {
  /// The page as one HTML file that needs no other and no network.
  var html: String {
    let mark = badge.map { " <span class=\"badge \($0.tone.rawValue)\">\(Self.escaped($0.text))</span>" } ?? ""
    var drawings = 0
    let parts = sections.map { section in
      "<section>\n<h2>\(Self.escaped(section.title))</h2>\n"
        + section.blocks.map { Self.html($0, &drawings) }.joined(separator: "\n") + "\n</section>"
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(Self.escaped(title))</title>
      <link rel="icon" href="data:,">
      <style>
      \(PageStyle.sheet)
      </style>
      </head>
      <body>
      <main>
      <h1>\(Self.escaped(title))\(mark)</h1>
      <p class="lead">\(Self.escaped(lead))</p>
      \(parts.joined(separator: "\n"))
      <footer>\(Self.escaped(footer))</footer>
      </main>
      </body>
      </html>

      """
  }

  private static func html(_ block: Block, _ drawings: inout Int) -> String {
    switch block {
    case .paragraph(let text): return "<p>\(escaped(text))</p>"
    case .list(let items):
      return "<ul>" + items.map { "<li>\(escaped($0))</li>" }.joined() + "</ul>"
    case .table(let table): return html(table)
    case .commands(let lines):
      return "<pre>" + lines.map(escaped).joined(separator: "\n") + "</pre>"
    case .drawings(let heading, let pictures, let caption):
      let inner = pictures.map { picture in
        drawings += 1
        return InlineDrawing.html(picture, number: drawings)
      }
      let kind = pictures.count == 1 ? "single" : "several"
      return
        "<figure><h3>\(escaped(heading))</h3><div class=\"drawings \(kind)\">\n\(inner.joined(separator: "\n"))\n</div>"
        + "<figcaption>\(escaped(caption))</figcaption></figure>"
    case .links(let links):
      let items = links.map { text, address in
        let inner = address.map { "<a href=\"\(escaped($0))\">\(escaped(text))</a>" } ?? escaped(text)
        return "<li>\(inner)</li>"
      }
      return "<ul class=\"links\">\(items.joined())</ul>"
    case .folded(let heading, let text):
      return "<details><summary>\(escaped(heading))</summary><pre>\(escaped(text))</pre></details>"
    }
  }

  private static func html(_ table: Table) -> String {
    let columns = table.header.indices.map { column in
      table.rows.allSatisfy { isNumber($0[column]) } ? " class=\"number\"" : ""
    }
    func row(_ cells: [String], _ tag: String) -> String {
      "<tr>" + zip(cells, columns).map { "<\(tag)\($1)>\(escaped($0))</\(tag)>" }.joined() + "</tr>"
    }
    let note = table.note.isEmpty ? "" : "<p class=\"note\">\(escaped(table.note))</p>"
    return "<div class=\"scroll\"><table><thead>\(row(table.header, "th"))</thead><tbody>\n"
      + table.rows.map { row($0, "td") }.joined(separator: "\n") + "\n</tbody></table></div>\(note)"
  }

  /// Cells of a column of numbers; one without an entry is a dash.
  private static func isNumber(_ cell: String) -> Bool {
    cell.isEmpty || cell == "-" || Double(cell.split(separator: " ").first.map(String.init) ?? cell) != nil
  }

  /// Text as HTML shows it literally.
  static func escaped(_ text: String) -> String {
    // Scalar by scalar: a quote that carries an accent is still a quote to a browser.
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
}
