import Foundation
import Testing

@testable import Citations

@Suite("Citations")
struct CitationTests {
  private func keys(_ ingredients: Ingredient..., data: String? = nil, library: String? = nil) -> [String] {
    let facts = RunFacts(version: "1.2", ingredients: Set(ingredients), dataSHA256: data, library: library)
    return Citation.used(by: facts).map(\.key)
  }

  @Test("the program is always cited, with the version that ran, and nothing else is for nothing")
  func program() throws {
    let cited = Citation.used(by: RunFacts(version: "1.2", ingredients: []))
    #expect(cited.map(\.key) == ["dmft"])
    let entry = try #require(try BibTeXText(cited[0].bibtex).entries.first)
    #expect(
      entry.kind == "software" && entry.fields["version"] == "1.2" && entry.fields["license"] == "GPL-3.0-or-later")
    #expect(cited[0].url == nil && entry.fields["doi"] == nil)
    #expect(cited[0].text.hasSuffix("Version 1.2"))
  }

  @Test("every ingredient leads to a work of its own", arguments: Ingredient.allCases)
  func ingredient(_ ingredient: Ingredient) {
    let works = keys(ingredient).dropFirst()
    #expect(!works.isEmpty)
    let others = Ingredient.allCases.filter { $0 != ingredient }
    let rest = Citation.used(by: RunFacts(version: "", ingredients: Set(others))).map(\.key)
    #expect(works.allSatisfy { !rest.contains($0) })
  }

  @Test("which works stand behind which ingredient")
  func works() {
    #expect(keys(.theory) == ["dmft", "BordelonPehlevan2025"])
    #expect(keys(.layerGrowth) == ["dmft", "Basu2019", "Saxe2013"])
    #expect(keys(.residual) == ["dmft", "Bordelon2023", "Yang2023"])
    #expect(keys(.minimisation, .muP, .rateTransfer) == ["dmft", "YangHu2021", "Yang2022", "Brent1973"])
    #expect(keys(.nesterov, .momentum) == ["dmft", "Polyak1964", "Sutskever2013"])
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
    #expect(keys(data: sum) == ["dmft", key])
    #expect(keys(data: String(sum.reversed())) == ["dmft"])
  }

  @Test("OpenBLAS is cited with its version, another library not at all")
  func library() throws {
    let facts = RunFacts(version: "", ingredients: [], library: "/lib/libopenblas.so.0 OpenBLAS 0.3.21 NO_LAPACKE")
    let cited = Citation.used(by: facts)
    #expect(cited.map(\.key) == ["dmft", "OpenBLAS"])
    #expect(try BibTeXText(cited.last?.bibtex ?? "").entries.first?.fields["version"] == "0.3.21")
    #expect(keys(library: "/usr/lib/libgslcblas.so.0") == ["dmft"])
  }

  @Test("all entries are BibTeX with the fields of their kind, keys are never shared")
  func entries() throws {
    let facts = RunFacts(version: "1", ingredients: Set(Ingredient.allCases), library: "OpenBLAS 0.3.21")
    let cited = Citation.used(by: facts)
    #expect(Set(cited.map(\.key)).count == cited.count && cited.count == Citation.table.count + 2)
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
    let cited = Citation.used(by: RunFacts(version: "1", ingredients: Set(Ingredient.allCases)))
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
  func addresses() {
    for row in Citation.table where row.publication.key != "Brent1973" {
      let fields = row.publication.fields
      let url = row.publication.url ?? ""
      let lasting = fields.first { ["doi", "eprint"].contains($0.name) }?.value
      #expect(url.hasPrefix("https://") && (lasting.map(url.hasSuffix) ?? true), "\(row.publication.key)")
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
