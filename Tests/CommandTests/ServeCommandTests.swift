import Fixtures
import Foundation
import Testing

/// `dmft serve`: the same commands in one process.
@Suite("dmft serve", .slow(.processes))
struct ServeCommandTests {
  /// Lines that come back for some calls.
  private func answers(_ calls: [[String: Any]], in folder: URL = CommandLineRun.root) throws -> [[String: Any]] {
    let scratch = try ScratchFolder()
    let lines = try calls.map { String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self) }
    try scratch.write(lines.joined(separator: "\n") + "\n", to: "calls")
    let run = try CommandLineRun(
      shell: #""$0" serve < "$1""#, [scratch.url.appendingPathComponent("calls").path], in: folder)
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    return try run.output.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  private static let problem = ["data.inputDimension=16", "data.samples=40", "training.steps=5"]

  @Test("answers are what the command prints, one after the other, with what would go to stderr beside them")
  func answersAsCommands() throws {
    let words = ["solve"] + Self.problem + ["--json"]
    let alone = try CommandLineRun(words + ["--quiet"])
    let lines = try answers([
      ["id": 1, "words": words], ["id": 2, "words": ["simulate", "simulation.replicas=2"] + words.dropFirst()],
      ["id": 3, "words": words + ["simulation.replicas=3"]], ["id": 4, "words": ["--version"]],
    ])
    let ends = lines.filter { $0["status"] != nil }
    #expect(ends.compactMap { $0["id"] as? Int } == [1, 2, 3, 4])
    #expect(ends.allSatisfy { $0["status"] as? Int == 0 })
    let first = try #require(ends[0]["result"] as? NSDictionary)
    let printed = try JSONSerialization.jsonObject(with: Data(alone.output.utf8)) as? NSDictionary
    #expect(first == printed)
    #expect((ends[1]["result"] as? [String: Any])?["command"] as? String == "simulate")
    #expect(lines.contains { ($0["note"] as? String)?.contains("without effect") == true && $0["id"] as? Int == 3 })
    #expect((ends[3]["output"] as? String)?.contains("0.") == true)
  }

  @Test("what is wrong ends the call and not the process; mistakes have their keys")
  func refuses() throws {
    let lines = try answers([
      ["id": 1, "words": ["solve", "network.widht=3", "data.samples=-1"]], ["id": 2, "words": ["sovle"]],
      ["id": 3, "words": ["solve", "--jsno"]], ["id": 4, "words": ["solve", "-"]], ["id": 5],
      ["id": 6, "words": ["serve"]],
      ["id": 7, "folder": "/no/such/folder", "words": ["solve"]],
      ["id": 8, "words": ["solve", "--json"] + Self.problem],
    ])
    #expect(lines.compactMap { $0["status"] as? Int } == [65, 64, 64, 64, 64, 64, 74, 0])
    let mistakes = try #require(lines[0]["mistakes"] as? [[String: Any]])
    #expect(mistakes.compactMap { $0["key"] as? String } == ["network.widht", "data.samples"])
    #expect(mistakes[0]["suggestion"] as? String == "did you mean network.width?")
    #expect((lines[1]["errors"] as? [String])?.first?.contains("did you mean solve?") == true)
  }

  @Test("a command that was parsed before takes the settings of the call, before its flags and behind")
  func knownCommands() throws {
    let calls: [[String]] = [
      ["solve", "training.steps=3", "--json"], ["solve", "training.steps=4", "--json"], ["solve", "--json"],
      ["solve", "training.steps=5", "--json", "network.width=8"],
      ["solve", "training.steps=6", "--json", "network.width=8"],
      ["solve", "--json", "training.steps=7"], ["solve", "--json", "training.steps=7"],
      ["explain", "training.steps=8", "--json"],
    ]
    let lines = try answers(calls.enumerated().map { ["id": $0.offset, "words": $0.element] })
    let results = lines.compactMap { $0["result"] as? [String: Any] }
    let configurations = results.compactMap { $0["configuration"] as? [String: [String: Any]] }
    #expect(configurations.compactMap { $0["training"]?["steps"] as? Int } == [3, 4, 100, 5, 6, 7, 7, 8])
    #expect(
      configurations.map { $0["network"]?["width"] as? Int == 8 }
        == [3, 4].reduce(into: Array(repeating: false, count: 8)) { $0[$1] = true })
  }

  @Test("paths start from the folder of the call")
  func folders() throws {
    let scratch = try ScratchFolder()
    try scratch.write("training: {steps: 3}\n", to: "mine.yaml")
    let end = try #require(
      try answers([["id": 1, "folder": scratch.url.path, "words": ["solve", "mine.yaml", "--json"]]]).last)
    #expect(((end["result"] as? [String: Any])?["step"] as? [Int])?.count == 4)
  }

  @Test("it ends with the process that started it, though its stdin stays open")
  func leaves() throws {
    let scratch = try ScratchFolder()
    // The shell within starts it and goes; descriptor 3 keeps the pipe open. What has ended may wait to be buried.
    let run = try CommandLineRun(
      shell: #"""
        mkfifo "$1" && exec 3<>"$1" || exit 2
        process=$(bash -c '"$0" serve <&3 >/dev/null 2>&1 & echo $!; sleep 0.3; kill -0 $! && echo runs >&2' "$0")
        for try in $(seq 100); do
          grep -qs '^State:.[^Z]' "/proc/$process/status" || exit 0
          sleep 0.1
        done
        kill "$process"
        exit 1
        """#, [scratch.url.appendingPathComponent("pipe").path])
    #expect(run.status == 0 && run.errors.contains("runs"), "\(run.errors)")
  }
}
