import Fixtures
import Foundation
import Testing

@Suite("dmft committee", .slow(.processes))
struct CommitteeCommandTests {
  @Test("without arguments: losses, the plateau, who follows whom, what next")
  func builtIn() throws {
    let run = try CommandLineRun(["committee"])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    for words in [
      "exact for many inputs", "plateau from time", "student unit 2 follows teacher unit 2",
      "dmft committee --validate",
    ] {
      #expect(run.output.contains(words), "\(run.output)")
    }
  }

  @Test("a run folder: tables, figures, the same bytes from its own configuration, plot makes it again")
  func folder() throws {
    let scratch = try ScratchFolder()
    let words = [
      "committee.horizon=2", "simulation.replicas=24", "data.inputDimension=200", "validation.tolerance=0.4",
    ]
    let first = try CommandLineRun(["committee"] + words + ["--validate", "-o", "one", "--figures"], in: scratch.url)
    #expect(first.status == 0, "\(first.output)\(first.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.url.path + "/one").sorted()
    #expect(
      names == [
        "config.yaml", "curves.csv", "figures", "manifest.json", "overlaps.csv", "report.html", "result.json",
      ])
    for figure in ["loss", "overlaps"] { #expect(try scratch.text("one/figures/\(figure).svg").contains("</svg>")) }
    let second = try CommandLineRun(
      ["committee", "one/config.yaml", "--validate", "--workers", "1", "-o", "two"], in: scratch.url)
    #expect(second.status == 0, "\(second.errors)")
    for file in ["curves.csv", "overlaps.csv", "config.yaml", "result.json"] {
      #expect(try scratch.text("one/\(file)") == scratch.text("two/\(file)"), "\(file)")
    }
    let other = try CommandLineRun(
      ["committee", "one/config.yaml", "committee.noise=0.2", "-o", "one"], in: scratch.url)
    #expect(other.status == 65)
    let plot = try CommandLineRun(["plot", "two"], in: scratch.url)
    #expect(plot.status == 0, "\(plot.errors)")
    #expect(try scratch.text("two/figures/loss.svg").contains("</svg>"))
    let cite = try CommandLineRun(["cite", "two"], in: scratch.url)
    #expect(cite.output.contains("SaadSolla1995") && cite.output.contains("Goldt2019"))
  }

  @Test("JSON holds the curve, overlaps and what was found; codes say how a comparison ended")
  func json() throws {
    let run = try CommandLineRun(["committee", "configs/related/committee.yaml", "--rates", "--json", "--quiet"])
    #expect(run.status == 0, "\(run.errors)")
    let result = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    for key in [
      "time", "test_loss", "overlaps", "plateaus", "specialisation", "rates", "best_rate", "largest_stable_rate",
    ] {
      #expect(result[key] != nil, "\(key)")
    }
    let strict = try CommandLineRun([
      "committee", "committee.horizon=4", "simulation.replicas=8", "data.inputDimension=20",
      "validation.tolerance=0.001",
      "--validate",
    ])
    #expect([1, 3].contains(strict.status), "\(strict.output)")
  }

  @Test("wrong keys all at once, idle ones noticed")
  func mistakes() throws {
    let run = try CommandLineRun(["committee", "committee.alignment=0.7", "committee.teacherUnits=0"])
    #expect(run.status == 65 && run.errors.contains("committee.teacherUnits must be at least 1"))
    let overlap = try CommandLineRun(["committee", "committee.alignment=0.7", "committee.readoutRate=2"])
    #expect(overlap.status == 65 && overlap.errors.contains("no weights have these overlaps"))
    #expect(overlap.errors.contains("committee.readoutRate is that of a trained readout"))
    let idle = try CommandLineRun(["committee", "network.width=32", "committee.horizon=2"])
    #expect(idle.status == 0 && idle.errors.contains("without effect on dmft committee: network.width"))
  }
}
