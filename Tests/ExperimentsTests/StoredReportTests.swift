import Configurations
import Fixtures
import JSON
import Reports
import RunStore
import Testing

@testable import Experiments

@Suite struct StoredReportTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// A folder with a manifest, as a version of dmft wrote it.
  private func stored(_ command: String, version: String, _ further: String = "", result: String? = nil) throws
    -> StoredRun
  {
    try scratch.write(
      """
      {"version": "\(version)", "command": "\(command)", "configuration": {}, "status": "completed"\(further)}
      """, to: "r/manifest.json")
    if let result { try scratch.write(result, to: "r/result.json") }
    return try StoredRun(scratch.path + "/r")
  }

  @Test func foldersOfVersion1AreRefusedWithTheCommandThatMakesThemAgain() throws {
    let run = try stored(
      "compare", version: "0.1.0", #", "log": "mine.csv", "options": ["log sha256:1", "--theory training.steps=3"]"#)
    let text = refusal { _ = try run.report() }
    #expect(text.contains("was written by dmft 0.1.0, which kept no result.json"))
    #expect(text.hasSuffix("dmft compare \(run.path)/config.yaml mine.csv --theory training.steps=3 -o NEW"))
  }

  @Test func whatDoesNotDecodeIsRefused() throws {
    let listed = #", "files": ["result.json"]"#
    #expect(refusal { _ = try stored("solve", version: "0.2.0", listed).report() }.contains("result.json is missing"))
    #expect(
      refusal { _ = try stored("solve", version: "0.2.0", listed, result: "{}").report() }
        .contains("result.json is damaged or of another version"))
    #expect(refusal { _ = try stored("paint", version: "0.2.0", result: "{}").report() }.contains("not known here"))
  }

  @Test func citationsAreThoseOfTheReportProgramAndLibrary() throws {
    let result = try Solve(makeProblem(steps: 3)).run()
    let text = String(decoding: try StoredResult.encode(result), as: UTF8.self)
    let table = try #require(Citation.tables.first { $0.value.map(\.key) == ["Efron2004"] }?.key)
    let run = try stored(
      "solve", version: "0.2.0", #", "data_sha256": "\#(table)", "blas": {"library": "OpenBLAS 0.3.21"}"#, result: text)
    let report = try run.report()
    #expect(report.citations.map(\.key) == ["dmft", "BordelonPehlevan2025", "YangHu2021", "Efron2004", "OpenBLAS"])
    #expect(report.findings == Solve.report(result, arrays: nil).findings)
    #expect(run.citations(nil).map(\.key) == ["dmft", "Efron2004", "OpenBLAS"])
  }
}
