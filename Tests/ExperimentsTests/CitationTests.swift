import Configurations
import Foundation
import Problems
import Testing

@testable import Experiments
@testable import Reports

@Suite("Citations")
struct CitationTests {
  /// Every work that a run can lead to, apart from programs.
  private let works =
    Citation.theory + Citation.compressedSpectrum + Citation.panels + Citation.scientificLibrary + Citation.muP
    + Citation.ntk + Citation.residual + Citation.momentum + Citation.nesterov + Citation.decoupledDecay
    + Citation.cosine + Citation.digits + Citation.diabetes + Citation.smallNetwork + Citation.orthogonalStart
    + Citation.layerGrowth + Citation.rateTransfer + Citation.minimisation + Citation.randomNumbers
    + Citation.bootstrap

  private func keys(_ words: String...) throws -> [String] {
    let problem = try Configuration.load(file: nil, overrides: words, workingDirectory: "/").problem
    return Citation.unique(try Solve(problem).run().citations).map(\.key)
  }

  @Test("the program is cited with the version that ran")
  func program() throws {
    let program = Program.citation(version: "1.2")
    let entry = try #require(try BibTeXText(program.bibtex).entries.first)
    #expect(
      entry.kind == "software" && entry.fields["version"] == "1.2" && entry.fields["license"] == "GPL-3.0-or-later")
    #expect(program.url == nil && entry.fields["doi"] == nil && program.text.hasSuffix("Version 1.2"))
  }

  @Test("a run cites what it used, and nothing else")
  func used() throws {
    let theory = "BordelonPehlevan2025"
    #expect(try keys("training.steps=2") == [theory, "YangHu2021"])
    #expect(try keys("training.steps=2", "network.parameterization=standard") == [theory])
    #expect(try keys("training.steps=2", "network.parameterization=NTK") == [theory, "Jacot2018"])
    #expect(
      try keys("training.steps=2", "network.residual=true") == [theory, "YangHu2021", "Bordelon2023", "Yang2023"])
    #expect(
      try keys("training.steps=2", "training.momentum=0.9", "training.nesterov=true")
        == [theory, "YangHu2021", "Polyak1964", "Sutskever2013"])
    #expect(
      try keys(
        "training.steps=2", "training.weightDecay=0.1", "training.decoupled=true", "training.schedule={decay: cosine}")
        == [theory, "YangHu2021", "LoshchilovHutter2019", "LoshchilovHutter2017"])
    #expect(
      try keys("training.time=flow", "training.horizon=1") == [theory, "YangHu2021", "Anderson1965", "GSL"])
  }

  @Test(
    "the tables of configs/data are known by their bytes",
    arguments: [
      ("digits_parity.csv", "AlpaydinKaynak1998"), ("diabetes.csv", "Efron2004"),
    ])
  func tables(file: String, key: String) throws {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let sum = try checksum(root.appendingPathComponent("configs/data/\(file)").path)
    #expect(Citation.tables[sum]?.map(\.key) == [key])
    #expect(Citation.tables[String(sum.reversed())] == nil)
  }

  @Test("OpenBLAS is cited with its version, another library not at all")
  func library() throws {
    let cited = try #require(Program.blas("/lib/libopenblas.so.0 OpenBLAS 0.3.21 NO_LAPACKE"))
    #expect(try BibTeXText(cited.bibtex).entries.first?.fields["version"] == "0.3.21")
    #expect(Program.blas("/usr/lib/libgslcblas.so.0") == nil)
  }

  @Test("all entries are BibTeX with the fields of their kind, keys are never shared")
  func entries() throws {
    let cited = works + [Program.citation(version: "1")] + (Program.blas("OpenBLAS 0.3.21").map { [$0] } ?? [])
    #expect(Set(cited.map(\.key)).count == cited.count && cited.count == 24)
    let needed = [
      "article": ["author", "title", "journal", "volume", "year"], "book": ["author", "title", "publisher", "year"],
      "inproceedings": ["author", "title", "booktitle", "year"], "misc": ["author", "title", "year"],
      "software": ["author", "title", "version"],
    ]
    for citation in cited {
      let entries = try BibTeXText(citation.bibtex).entries
      let entry = try #require(entries.first)
      #expect(entries.count == 1 && entry.key == citation.key)
      for field in try #require(needed[entry.kind]) { #expect(entry.fields[field]?.isEmpty == false, "\(entry.key)") }
      #expect(entry.fields.values.allSatisfy { $0.allSatisfy(\.isASCII) }, "\(entry.key)")
      #expect(!citation.reason.isEmpty)
    }
  }

  @Test("the readable line is one line without BibTeX's spelling")
  func lines() {
    let cited = works
    let text = Dictionary(uniqueKeysWithValues: cited.map { ($0.key, $0.text) })
    #expect(cited.allSatisfy { !$0.text.contains { "{}\\\n".contains($0) } })
    #expect(
      text["Jacot2018"]
        == "Arthur Jacot, Franck Gabriel and Cl\u{E9}ment Hongler: Neural Tangent Kernel: Convergence and "
        + "Generalization in Neural Networks. Advances in Neural Information Processing Systems 31 (2018)")
    #expect(
      text["Efron1979"]
        == "Bradley Efron: Bootstrap Methods: Another Look at the Jackknife. The Annals of "
        + "Statistics 7(1), 1\u{2013}26 (1979)"
    )
    #expect(text["Yang2022"]?.hasPrefix("Greg Yang et al.: Tensor Programs V: Tuning") == true)
    #expect(
      text["GSL"]
        == "M. Galassi and others: GNU Scientific Library Reference Manual. 3rd edition, Network Theory Ltd, "
        + "ISBN 0954612078 (2009)"
    )
  }

  @Test("an address is given wherever a DOI or an arXiv number is")
  func addresses() throws {
    for work in works where work.key != "Brent1973" {
      let fields = try #require(try BibTeXText(work.bibtex).entries.first).fields
      let url = work.url ?? ""
      let lasting = fields["doi"] ?? fields["eprint"]
      #expect(url.hasPrefix("https://") && (lasting.map(url.hasSuffix) ?? true), "\(work.key)")
    }
  }

  @Test(
    "the checker itself sees what is wrong",
    arguments: [
      "@misc{a,\n  title = {b},\n", "@misc{a,\n  title = {{b},\n}", "@misc{a,\n  t = {b},\n  t = {c},\n}", "misc",
    ])
  func checker(text: String) {
    #expect(throws: BibTeXText.Wrong.self) { try BibTeXText(text) }
  }

  private func checksum(_ path: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sha256sum", path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return String(printed.prefix(64))
  }
}
