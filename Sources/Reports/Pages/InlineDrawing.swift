import Foundation

/// A SVG file as a part of a page: names within it must differ from those of other drawings, and it gets a label.
enum InlineDrawing {
  static func html(_ drawing: Page.Drawing, number: Int) -> String {
    guard let start = drawing.svg.range(of: "<svg") else { return "" }
    var svg = String(drawing.svg[start.lowerBound...])
    // A picture's own titles would show as hints on the names of files and columns.
    svg.replace(/<title>[^<]*<\/title>/, with: "")
    svg.replace(/<desc>[^<]*<\/desc>/, with: "")
    svg.replace(/\bid=(["'])/) { "id=\($0.1)d\(number)-" }
    svg.replace(/href=(["'])#/) { "href=\($0.1)#d\(number)-" }
    svg.replace(/url\(#/) { _ in "url(#d\(number)-" }
    svg.replace("<svg", with: "<svg role=\"img\" aria-label=\"\(Page.escaped(drawing.label))\"", maxReplacements: 1)
    return svg
  }
}
