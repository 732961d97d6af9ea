import Figures
import Foundation
import Logging
import Pages
import Records

/// The files that are made of a run's tables: figures and the page that explains the run.
struct RunFiles {
  /// Kinds of picture that go to `figures/`; none draws them for the page only.
  let formats: [PictureFormat]
  let log: Logger
  private let damaged: [String]

  /// - Parameters:
  ///   - wanted: kinds of picture that were asked for.
  ///   - earlier: files of the run that is replaced: what was drawn once is drawn again.
  ///   - damaged: files that can't be read as they were written; none of a run that is just being written.
  ///   - log: for what is missing.
  init(_ wanted: [PictureFormat], earlier: [String] = [], damaged: [String] = [], _ log: Logger) {
    formats = PictureFormat.allCases.filter { format in
      wanted.contains(format)
        || earlier.contains { $0.hasPrefix("figures/") && $0.hasSuffix("." + format.rawValue) }
    }
    self.damaged = damaged
    self.log = log
  }

  /// The names that a person is told: the script and the numbers of each picture lie beside it.
  static func told(_ names: [String]) -> [String] {
    names.filter { !$0.hasSuffix(".gp") && !$0.hasSuffix(".dat") }
  }

  /// All files; a picture that can't be drawn is told and left out, its script stays.
  func files(of run: StoredRun) -> [NamedFile] {
    let figures = RunPictures.figures(of: run)
    var problems = damaged.map { "\(run.path)/\($0) is missing, damaged or empty: what it tells is left out" }
    func picture(_ figure: Figure, _ format: PictureFormat) -> Data? {
      do throws(Gnuplot.Problem) {
        return try Gnuplot.picture(figure, as: format)
      } catch {
        if !problems.contains(error.reason) { problems.append(error.reason) }
        return nil
      }
    }
    var files: [NamedFile] = []
    for figure in figures where !formats.isEmpty {
      let script = GnuplotScript(figure)
      files += [
        NamedFile(path: "figures/\(figure.name).gp", text: script.script),
        NamedFile(path: "figures/\(figure.name).dat", text: script.data),
      ]
      files += formats.compactMap { format in
        picture(figure, format).map { NamedFile(path: "figures/\(figure.name).\(format.rawValue)", contents: $0) }
      }
    }
    let blocks = figures.compactMap { figure -> Page.Block? in
      let drawings = figure.single.compactMap { single in
        picture(single, .svg).map {
          Page.Drawing(
            svg: String(decoding: $0, as: UTF8.self), label: single.title.isEmpty ? figure.heading : single.title)
        }
      }
      return drawings.isEmpty ? nil : .drawings(heading: figure.heading, drawings, caption: figure.caption)
    }
    let page = RunPage(run, figures: blocks, problems: problems, files: files.map(\.path)).page
    for problem in problems { log.warning("\(problem)") }
    return files + [NamedFile(path: "report.html", text: page.html)]
  }
}
