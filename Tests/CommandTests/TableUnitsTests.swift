import Fixtures
import Foundation
import Testing

@Suite("Tables in any units, from the command line", .slow(.processes))
struct TableUnitsTests {
  /// y = b up to a residual of a fifth of its variance; a is uncorrelated with both.
  private static func table(_ first: Double, _ second: Double, _ target: Double) -> String {
    let rows = [
      (1.0, 1.0, 1.5), (1, 1, 0.5), (1, -1, -0.5), (1, -1, -1.5), (-1, 1, 1.5), (-1, 1, 0.5), (-1, -1, -0.5),
      (-1, -1, -1.5),
    ]
    return "a,b,y\n" + rows.map { "\(first * $0.0),\(second * $0.1),\(target * $0.2)\n" }.joined()
  }

  private static let words = ["data.file=t.csv", "data.target=y", "data.samples=5", "training.steps=3", "--json"]

  private func json(_ arguments: [String], _ table: String) throws -> (members: [String: Any], errors: String) {
    let scratch = try ScratchFolder()
    try scratch.write(table, to: "t.csv")
    let run = try CommandLineRun(arguments, in: scratch.url)
    #expect(run.status == 0, "\(run.errors)")
    // Strict JSON and nothing else: neither words of BLAS before it nor bare infinities within.
    let parsed = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    return (try #require(parsed as? [String: Any]), run.errors)
  }

  @Test(
    "inputs and targets of any size have the curve of the plain table, by theory and by networks",
    arguments: [(1e-155, 1.0), (1e-165, 1), (1e-300, 1e-170), (1e155, 1e155), (1, 1e160), (1.7e308, 1e307)])
  func anySize(inputs: Double, target: Double) throws {
    for command in [["solve"], ["simulate", "simulation.replicas=2", "network.width=8"]] {
      let plain = try json(command + Self.words, Self.table(1, 1, 1)).members
      let scaled = try json(command + Self.words, Self.table(inputs, inputs, target)).members
      for name in ["test_loss", "train_loss"] {
        let expected = try #require(plain[name] as? [Double])
        let found = try #require(scaled[name] as? [Double])
        #expect(found.count == 4 && zip(expected, found).allSatisfy { abs($1 / $0 - 1) < 1e-10 }, "\(command) \(found)")
      }
    }
  }

  @Test("columns in other units: no direction is lost, and what follows is said with its cure")
  func differentUnits() throws {
    let explained = try json(["explain"] + Self.words, Self.table(1e6, 1, 1))
    let data = try #require(explained.members["data"] as? [String: Any])
    #expect(data["dimension"] as? Int == 2)
    #expect(abs(try #require(data["noise_variance"] as? Double) - 0.2) < 1e-12)
    #expect((data["ignored_columns"] as? [Any])?.isEmpty == true)
    let scales = try #require(data["column_scales"] as? [String: [String: Any]])
    #expect(scales["largest"]?["column"] as? String == "a" && scales["smallest"]?["size"] as? Double == 1)
    let note = "column sizes differ by a factor of 1e+06: a has 1e+06, b has 1;"
    #expect(explained.errors.contains(note) && explained.errors.contains("data.standardize=zscore"))
    #expect(try json(["solve"] + Self.words, Self.table(1e6, 1, 1)).errors.contains(note))
    let cured = try json(["explain", "data.standardize=zscore"] + Self.words, Self.table(1e6, 1, 1))
    #expect(!cured.errors.contains("column sizes"))
    #expect((cured.members["data"] as? [String: Any])?["column_scales"] is NSNull)
  }

  @Test("columns that add nothing are named with their reason")
  func ignored() throws {
    let lines = Self.table(1, 1, 1).split(separator: "\n")
    let wide =
      "zero,copy,\(lines[0])\n"
      + lines.dropFirst().map { "0,\(2 * (Double($0.prefix { $0 != "," }) ?? 0)),\($0)\n" }.joined()
    let explained = try json(["explain"] + Self.words, wide)
    #expect(explained.errors.contains("ignored as constant: zero (0)"))
    #expect(explained.errors.contains("adding no direction: a is a linear combination of copy"))
    let data = try #require(explained.members["data"] as? [String: Any])
    let ignored = try #require(data["ignored_columns"] as? [[String: Any]])
    #expect(ignored.map { $0["column"] as? String } == ["zero", "a"])
    #expect(ignored.map { $0["reason"] as? String } == ["constant", "combination"])
    #expect(ignored.last?["of"] as? [String] == ["copy"])
    let quiet = try json(["explain", "--quiet"] + Self.words, wide)
    #expect(quiet.errors.isEmpty)
  }

  @Test("sizes beyond the range of numbers are refused by column and size")
  func refused() throws {
    let scratch = try ScratchFolder()
    try scratch.write(Self.table(1e200, 1, 1), to: "t.csv")
    let run = try CommandLineRun(["solve"] + Self.words, in: scratch.url)
    #expect(run.status == 65 && run.output.isEmpty)
    for words in ["column b of size 1 ", "column a of size 1e+200", "data.standardize=zscore"] {
      #expect(run.errors.contains(words), "\(run.errors)")
    }
  }

  @Test("what is infinite is null in JSON")
  func infinite() throws {
    let explained = try json(["explain", "network.width=infinite"] + Self.words, Self.table(1, 1, 1)).members
    #expect(explained["width_ratio"] is NSNull)
  }
}
