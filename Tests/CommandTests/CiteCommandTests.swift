import Fixtures
import Foundation
import Testing

@Suite("dmft cite", .slow(.processes))
struct CiteCommandTests {
  private struct Cited: Decodable {
    let key: String
    let bibtex: String
    let text: String
    let url: String?
    let reason: String
  }

  /// The keys of what a run cites.
  private func keys(_ arguments: [String]) throws -> Set<String> {
    let scratch = try ScratchFolder()
    let folder = scratch.url.appendingPathComponent("run").path
    let run = try CommandLineRun(arguments + ["-o", folder, "--quiet"])
    #expect(run.status == 0, "\(run.errors)")
    let cite = try CommandLineRun(["cite", folder, "--json"])
    #expect(cite.status == 0, "\(cite.errors)")
    let cited = try JSONDecoder().decode([Cited].self, from: Data(cite.output.utf8))
    #expect(cited.allSatisfy { $0.bibtex.contains("{\($0.key),") && !$0.text.isEmpty && !$0.reason.isEmpty })
    return Set(cited.map(\.key))
  }

  private let always: Set<String> = ["dmft", "OpenBLAS"]

  @Test("real data: theory, muP, the source of the table known under another name, Gauss rules; nothing random")
  func digits() throws {
    let scratch = try ScratchFolder()
    let copy = scratch.url.appendingPathComponent("mine.csv")
    try FileManager.default.copyItem(
      at: CommandLineRun.root.appendingPathComponent("configs/data/digits_parity.csv"), to: copy)
    let found = try keys([
      "solve", "configs/digits.yaml", "data.file=\(copy.path)", "training.steps=3",
    ])
    #expect(
      found == always.union(["BordelonPehlevan2025", "YangHu2021", "AlpaydinKaynak1998", "GolubWelsch1969"]))
  }

  @Test("the optimiser's works; no Gauss rule where all eigenvalues are equal")
  func optimiser() throws {
    let found = try keys([
      "solve", "training.steps=3", "training.momentum=0.5", "training.nesterov=true", "training.weightDecay=0.01",
      "training.decoupled=true", "training.schedule.decay=cosine", "network.parameterization=ntk",
      "network.residual=true",
    ])
    #expect(
      found
        == always.union([
          "BordelonPehlevan2025", "Jacot2018", "Bordelon2023", "Yang2023", "Polyak1964", "Sutskever2013",
          "LoshchilovHutter2019", "LoshchilovHutter2017",
        ]))
  }

  @Test("flow: the fixed point of panels, and GSL; flags without effect cite nothing")
  func flow() throws {
    let found = try keys([
      "solve", "training.time=flow", "training.horizon=0.5", "training.tolerance=1e-3", "training.decoupled=true",
    ])
    #expect(found == always.union(["BordelonPehlevan2025", "YangHu2021", "Anderson1965", "GSL"]))
  }

  @Test("validation: random numbers and the bootstrap; a --theory override counts")
  func validation() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.url.appendingPathComponent("run").path
    let run = try CommandLineRun([
      "validate", "configs/diabetes.yaml", "training.steps=2", "simulation.replicas=8", "--theory",
      "training.momentum=0.2", "-o", folder, "--quiet",
    ])
    #expect([0, 1, 3].contains(run.status), "\(run.errors)")
    let cite = try CommandLineRun(["cite", folder])
    for key in ["BordelonPehlevan2025", "Salmon2011", "Efron1979", "Efron2004", "Polyak1964"] {
      #expect(cite.output.contains("{\(key),"), "\(key)")
    }
    #expect(cite.output.hasPrefix("% the program of the run\n@software{dmft,\n"))
    #expect(!cite.output.contains("Brent1973") && !cite.output.contains("Saxe2013"))
  }

  @Test("a spectrum too long to be summed mode by mode: its tail by GSL, all of it by Gauss rules")
  func tail() throws {
    let found = try keys(["solve", "configs/power-law-top.yaml", "training.steps=3"])
    #expect(found.isSuperset(of: ["GSL", "GolubWelsch1969"]) && !found.contains("Anderson1965"))
  }

  @Test("networks alone do not cite the theory")
  func simulation() throws {
    let found = try keys(["simulate", "training.steps=2", "simulation.replicas=2"])
    #expect(found == always.union(["YangHu2021", "Salmon2011"]))
  }

  @Test("families: every value of the axes, defaults where nothing is given, what --run says")
  func families() throws {
    let theory = try keys(["sweep", "network.parameterization=muP,NTK", "training.steps=2"])
    #expect(theory == always.union(["BordelonPehlevan2025", "YangHu2021", "Jacot2018"]))
    let networks = try keys([
      "sweep", "network.width=4,8", "training.steps=2", "simulation.replicas=2", "--run", "simulation",
    ])
    #expect(networks == always.union(["YangHu2021", "Salmon2011"]))
    let transfer = try keys(["transfer", "network.width=64,128", "training.steps=3"])
    #expect(transfer == always.union(["BordelonPehlevan2025", "YangHu2021", "Yang2022", "Brent1973", "GSL"]))
  }

  @Test("related models: the law of parsimony; layers with theory and, where it does not hold, without")
  func relatedModels() throws {
    #expect(
      try keys(["reduce", "reduce.size=20", "training.steps=5"])
        == always.union(["Yaras2023", "Stewart1980", "Salmon2011"]))
    let small = [
      "data.inputDimension=8", "data.samples=32", "network.width=8", "training.steps=5", "simulation.replicas=2",
    ]
    let layers = always.union(["YangHu2021", "Basu2019", "Saxe2013", "Salmon2011", "GSL"])
    #expect(try keys(["layers"] + small) == layers.union(["BordelonPehlevan2025"]))
    #expect(try keys(["layers", "layers.whiten=true"] + small) == layers)
  }

  @Test("no folder, no run, and nothing named: exit 65 and 64, with what to do")
  func mistakes() throws {
    let scratch = try ScratchFolder()
    try FileManager.default.createDirectory(
      at: scratch.url.appendingPathComponent("runs"), withIntermediateDirectories: true)
    let absent = try CommandLineRun(["cite", "rnus"], in: scratch.url)
    #expect(absent.status == 65 && absent.errors.contains("did you mean runs?"))
    let empty = try CommandLineRun(["cite", "runs"], in: scratch.url)
    #expect(
      empty.status == 65 && empty.output.isEmpty && empty.errors.contains("name a folder that was written with -o"))
    let none = try CommandLineRun(["cite"])
    #expect(none.status == 64 && none.errors.contains("needs a run folder"))
  }
}
