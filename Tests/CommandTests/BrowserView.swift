import Foundation

/// A page as a real browser (Chromium) lays it out: measured by a script that the page itself runs, at any width.
struct BrowserView: Decodable {
  /// Drawings on the page.
  let drawings: Int
  /// Drawings that are too small to be seen.
  let small: Int
  /// Labels of drawings that reach beyond their edges.
  let clipped: [String]
  /// Elements that are wider than the window and do not scroll by themselves.
  let wide: [String]
  /// How far down the page goes, in pixels.
  let height: Double
  /// What the browser complained of.
  var complaints: [String] = []

  private enum CodingKeys: String, CodingKey {
    case drawings, small, clipped, wide, height
  }

  /// Where Chromium is; nil where it is not installed.
  static let program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  private static let probe = """
    <script>addEventListener('load', function () {
      var seen = { drawings: 0, small: 0, clipped: [], wide: [], height: document.documentElement.scrollHeight };
      document.querySelectorAll('svg').forEach(function (drawing) {
        var edge = drawing.getBoundingClientRect();
        seen.drawings++;
        if (edge.width < 200 || edge.height < 120) seen.small++;
        drawing.querySelectorAll('text').forEach(function (label) {
          var box = label.getBoundingClientRect();
          if (box.width > 0 && (box.left < edge.left - 1 || box.right > edge.right + 1
              || box.top < edge.top - 1 || box.bottom > edge.bottom + 1)) seen.clipped.push(label.textContent);
        });
      });
      document.querySelectorAll('main *').forEach(function (element) {
        if (element.getBoundingClientRect().right > innerWidth + 1 && !element.closest('.scroll, pre, svg'))
          seen.wide.push(element.tagName);
      });
      parent.postMessage(JSON.stringify(seen), '*');
    });</script>
    """

  /// Lays a page out.
  ///
  /// - Parameters:
  ///   - page: the HTML file.
  ///   - width: of the window in pixels; within a frame, as a window has a least width.
  /// - Returns: what was seen.
  /// - Throws: what reading, writing or starting the browser throws; `DecodingError` where the page never ran.
  static func open(_ page: URL, width: Int) throws -> BrowserView {
    let scratch = try ScratchFolder()
    let html = try String(contentsOf: page, encoding: .utf8)
    try scratch.write(html.replacingOccurrences(of: "</body>", with: probe + "</body>"), to: "page.html")
    try scratch.write(
      """
      <body><pre id="seen"></pre>
      <script>addEventListener('message', function (event) { document.getElementById('seen').textContent = event.data; });
      </script><iframe src="page.html" width="\(width)" height="800"></iframe></body>
      """, to: "frame.html")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program ?? "")
    process.arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--enable-logging=stderr",
      "--user-data-dir=\(scratch.url.path)/profile", "--window-size=1400,900", "--virtual-time-budget=5000",
      "--dump-dom",
      scratch.url.appendingPathComponent("frame.html").absoluteString,
    ]
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let document = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let log = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let seen = document.firstMatch(of: /<pre id="seen">(.*?)<\/pre>/).map { String($0.1) } ?? ""
    var view = try JSONDecoder().decode(
      BrowserView.self, from: Data(seen.replacingOccurrences(of: "&amp;", with: "&").utf8))
    view.complaints = log.split(separator: "\n").map(String.init).filter { $0.contains("CONSOLE") }
    return view
  }
}
