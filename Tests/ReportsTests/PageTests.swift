import Testing

@testable import Reports

@Suite("Pages")
struct PageTests {
  private func page(_ blocks: [Page.Block], title: String = "T") -> Page {
    Page(
      title: title, badge: nil, lead: "L", sections: [Page.Section("S", blocks), Page.Section("Empty", [])], footer: "F"
    )
  }

  @Test("text is shown literally wherever it stands")
  func escaping() {
    let odd = "a<b> & \"c\""
    let html = page(
      [
        .paragraph(odd), .list([odd]), .commands([odd]), .links([(odd, odd)]), .folded(heading: odd, text: odd),
        .table(Page.Table(header: [odd], rows: [[odd]], note: odd)),
      ], title: odd
    ).html
    #expect(!html.contains("<b>"))
    #expect(html.components(separatedBy: "a&lt;b&gt; &amp; &quot;c&quot;").count == 13)
  }

  @Test("a quote that carries an accent is escaped like any other")
  func accents() {
    let html = page([.links([("x", "y\"\u{301} onclick=\"z")])]).html
    #expect(
      html.contains("y&quot;\u{301} onclick=&quot;z")
        && !html.unicodeScalars.split(separator: "\"").contains { String($0).hasPrefix("\u{301}") })
  }

  @Test("a section without anything in it is left out")
  func emptySections() {
    let html = page([.paragraph("x")]).html
    #expect(html.contains("<h2>S</h2>") && !html.contains("Empty"))
  }

  @Test("columns of numbers are set to the right, columns with words are not")
  func numbers() {
    let table = Page.Table(header: ["rate", "name"], rows: [["0.1", "1"], ["-", "muP"], ["1e-5", "2"]])
    let html = page([.table(table)]).html
    #expect(html.contains("<td class=\"number\">1e-5</td><td>2</td>"))
  }

  @Test("names within a drawing belong to it alone, and what refers to them follows")
  func drawings() {
    let svg = """
      <?xml version="1.0"?>
      <svg viewBox="0 0 9 9"><title>Gnuplot</title><desc>By</desc><defs><circle id='dot' r='1'/></defs>
      <g id="plot"><title>$table index 0</title><use xlink:href='#dot'/><text filter="url(#dot)">t</text></g></svg>
      """
    let html = page([
      .drawings(
        heading: "H", [Page.Drawing(svg: svg, label: "first <1>"), Page.Drawing(svg: svg, label: "second")],
        caption: "C")
    ]).html
    #expect(!html.contains("<?xml") && !html.contains("Gnuplot") && !html.contains("$table"))
    for number in 1...2 {
      #expect(html.contains("id='d\(number)-dot'") && html.contains("href='#d\(number)-dot'"))
      #expect(html.contains("url(#d\(number)-dot)") && html.contains("id=\"d\(number)-plot\""))
    }
    #expect(html.contains("aria-label=\"first &lt;1&gt;\""))
    #expect(html.components(separatedBy: "<svg").count == 3 && html.contains("class=\"drawings several\""))
  }

  @Test("nothing on a page comes from elsewhere")
  func selfContained() {
    let html = page([.paragraph("x")]).html
    #expect(!html.contains("http:") && !html.contains("https:") && !html.contains("<script") && !html.contains("src="))
  }
}
