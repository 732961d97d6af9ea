import Fixtures
import Foundation
import Testing

/// What is printed before a run, beside what the run takes; CPU seconds are for `scripts/benchmark estimates`.
@Suite("What a run takes, printed before it starts", .slow(.processes))
struct EstimateTests {
  /// A quantity of the line that begins with `cost:`, in bytes.
  private func announced(_ output: String, _ place: Regex<(Substring, Substring, Substring)>) throws -> Double {
    let line = try #require(output.split(separator: "\n").first { $0.hasPrefix("cost: ") })
    let match = try #require(line.firstMatch(of: place), "\(line)")
    let units = ["B": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9]
    return try #require(Double(match.1)) * #require(units[String(match.2)])
  }

  /// Bytes at the peak of a run, and what it printed.
  private func peak(_ words: [String]) throws -> (bytes: Double, output: String) {
    let run = try CommandLineRun(
      shell: """
        python3 -c 'import resource, subprocess, sys; p = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE)
        sys.stdout.buffer.write(p.stdout)
        print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024); sys.exit(p.returncode)' "$0" "$@"
        """, words + ["--workers", "1"])
    #expect(run.status == 0, "\(run.errors)")
    let match = try #require(run.output.firstMatch(of: /peak (\d+)/))
    return (try #require(Double(match.1)), run.output)
  }

  @Test(
    "memory is right within a factor of three",
    arguments: [
      ["data.noise=0.3", "network.hiddenLayers=10", "training.steps=400", "training.learningRate=0.02"],
      ["data.noise=0.3", "network.hiddenLayers=3", "training.steps=600", "training.learningRate=0.02"],
      ["data.noise=0.3", "training.steps=600", "training.learningRate=0.3"],
      ["network.residual=true", "network.hiddenLayers=8", "training.steps=200", "training.learningRate=0.03"],
      ["configs/infinite-depth.yaml", "training.steps=100"],
      ["configs/digits.yaml", "training.steps=300"],
      ["configs/flow.yaml", "training.horizon=100"],
      ["configs/million-steps.yaml", "training.steps=1e4"],
    ])
  func memory(words: [String]) throws {
    let base = try peak(["solve", "network.hiddenLayers=1", "training.steps=1"]).bytes
    let (bytes, output) = try peak(["solve"] + words)
    let taken = bytes - base
    let expected = try announced(output, /cost: ([0-9.e+]+) (\w+),/)
    #expect(expected < 3 * taken && expected > taken / 3, "\(expected / 1e6) MB announced, \(taken / 1e6) taken")
  }

  @Test(
    "disk is right within a factor of three",
    arguments: [
      ["solve"], ["solve", "--figures"], ["solve", "--arrays", "training.steps=300"],
      ["solve", "--arrays", "--figures"],
      ["solve", "configs/flow.yaml", "training.horizon=100", "--arrays"],
      ["simulate", "simulation.replicas=4", "--figures"],
      ["validate", "simulation.replicas=16"], ["layers"], ["reduce"], ["reduce", "--figures"], ["committee"],
      ["committee", "--figures"], ["forecast", "--figures"],
      ["transfer", "network.width=64,128"], ["sweep", "training.learningRate=0.01,0.02,0.03"],
    ])
  func disk(words: [String]) throws {
    let scratch = try ScratchFolder()
    let folder = scratch.url.appendingPathComponent("run")
    let run = try CommandLineRun(words + ["-o", folder.path])
    #expect(run.status == 0 || run.status == 3 || run.status == 1, "\(run.errors)")
    var taken = 0.0
    let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.fileSizeKey]))
    for case let file as URL in files {
      taken += Double(try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0)
    }
    let expected = try announced(run.output, /, ([0-9.e+]+) (\w+) on disk/)
    #expect(expected < 3 * taken && expected > taken / 3, "\(expected / 1e3) kB announced, \(taken / 1e3) taken")
  }

  @Test("a diverged run searches for five seconds and no more; seconds that cannot be known are a lower bound")
  func unknowable() throws {
    let words = [
      "configs/infinite-depth.yaml", "network.branchScale=2", "training.learningRate=0.02", "training.steps=20",
    ]
    let run = try CommandLineRun(["solve"] + words)
    #expect(run.output.contains("if it diverges, up to") && run.output.contains("and 5.0 s more"), "\(run.output)")
    #expect(run.output.firstMatch(of: /diverged at step \d+; largest stable rate (not found within 5.0 s: |\d)/) != nil)
    let flow = try CommandLineRun(["explain", "configs/flow.yaml", "training.horizon=1e12"])
    #expect(flow.output.firstMatch(of: /cost: .*, at least [0-9.]+ s/) != nil, "\(flow.output)")
  }
}
