import Fixtures
import Foundation
import Testing

/// Runs under the limits that a shell or a scheduler sets: each works, or ends with a sentence and the exit code for it.
@Suite("Limits of the system", .slow(.processes), .serialized)
struct LimitsTests {
  /// Runs the program below limits set by the shell; one that spins is ended by the limit of processor time.
  private func run(_ limits: String, _ words: [String], in folder: URL? = nil) throws -> CommandLineRun {
    try CommandLineRun(
      shell: "ulimit -c 0; ulimit -t 20; \(limits); exec \"$0\" \"$@\"", words, in: folder ?? CommandLineRun.root)
  }

  private static let commands: [[String]] = [
    ["solve", "training.steps=20"],
    ["solve", "configs/digits.yaml", "training.steps=5", "--workers", "8"],
    ["solve", "training.time=panels", "training.steps=500"],
    ["simulate", "network.width=64", "training.steps=5", "simulation.replicas=4", "--workers", "64"],
    ["validate", "network.width=32", "training.steps=5", "simulation.replicas=8"],
    ["layers", "network.width=16", "data.inputDimension=16", "training.steps=5"],
    ["reduce", "training.steps=20"],
    ["transfer", "training.steps=5"],
  ]

  @Test("every command below a ladder of address space: a result, or a refusal in a sentence", arguments: commands)
  func ladder(words: [String]) throws {
    for kilobytes in [200_000, 300_000, 340_000, 500_000] {
      let run = try run("ulimit -v \(kilobytes)", words + ["--quiet"])
      // A validation of so few and small networks may fail; its verdict is a result.
      let isResult = run.status == 0 || [1, 3].contains(run.status) && words[0] == "validate"
      let isRefusal =
        run.status == 65 && run.errors.hasPrefix("error: ") && run.errors.contains(" are free; ")
      #expect(isResult || isRefusal, "\(kilobytes): \(run.status) \(run.errors)")
      #expect(isRefusal || kilobytes > 200_000, "the buffers alone do not fit")
    }
    let roomy = try run("ulimit -v 4000000", words + ["--quiet"])
    #expect(roomy.status == 0 || [1, 3].contains(roomy.status) && words[0] == "validate", "\(roomy.errors)")
  }

  @Test("a sweep below a limit of address space works with the workers that fit", arguments: ["v", "d"])
  func sweep(limit: String) throws {
    let scratch = try ScratchFolder()
    let run = try run(
      "ulimit -\(limit) 450000",
      ["sweep", "training.learningRate=0.01,0.02,0.03", "training.steps=50", "--workers", "64", "-o", "s", "--quiet"],
      in: scratch.url)
    #expect(run.status == 0 && run.output.contains("done 3"), "\(run.errors)")
  }

  @Test("two-time functions that the address space does not hold: the steps that would fit, and these do")
  func steps() throws {
    let words = ["solve", "network.hiddenLayers=3", "--quiet"]
    let refused = try run("ulimit -v 400000", words + ["training.steps=40000"])
    #expect(refused.status == 65)
    let match = try #require(refused.errors.firstMatch(of: /at most (\d+) steps fit here/))
    let fitting = try #require(Int(match.1))
    // What is mapped at the start differs by some pages from run to run.
    #expect(try run("ulimit -v 400000", words + ["training.steps=\(fitting - 10)"]).status == 0)
  }

  @Test("panels that the address space does not hold are refused as well")
  func panels() throws {
    let run = try run(
      "ulimit -v 340000",
      [
        "solve", "training.time=panels", "training.steps=1000000", "training.learningRate=0.001",
        "network.hiddenLayers=40",
      ])
    #expect(run.status == 65 && run.errors.contains("on panels needs"), "\(run.errors)")
  }

  @Test("one worker is one thread, whatever the environment says of BLAS", arguments: ["2", ""])
  func threads(environment: String) throws {
    let scratch = try ScratchFolder()
    // The head is there when the march, which takes seconds, is about to run.
    let script = """
      export DMFT_HEARTBEAT=0 OPENBLAS_NUM_THREADS=\(environment); "$0" "$@" > out &
      while [ ! -s out ] && kill -0 $!; do sleep 0.01; done
      grep Threads: /proc/$!/status; kill -KILL $!
      """
    let run = try CommandLineRun(
      shell: script, ["solve", "network.hiddenLayers=6", "training.steps=1500", "--workers", "1"], in: scratch.url)
    #expect(run.status == 0 && run.output == "Threads:\t1\n", "\(run.output) \(run.errors)")
  }

  @Test("few descriptors: runs, pictures and sweeps work, or say what they lack", arguments: [40, 16, 12, 8, 6, 5])
  func descriptors(number: Int) throws {
    let scratch = try ScratchFolder()
    let solved = try run(
      "ulimit -n \(number)", ["solve", "training.steps=5", "-o", "r", "--figures"], in: scratch.url)
    let lacks = solved.status == 74 && solved.errors.contains("Too many open files")
    #expect(solved.status == 0 || number <= 8 && lacks, "\(solved.errors)")
    #expect(number > 8 || lacks || solved.errors.contains("gnuplot could not be started: Too many open files"))
    let swept = try run(
      "ulimit -n \(number)", ["sweep", "training.learningRate=0.01,0.02", "training.steps=5", "-o", "s", "--quiet"],
      in: scratch.url)
    #expect(swept.status == 0 || swept.status == 74 && swept.errors.hasPrefix("error: s"), "\(swept.errors)")
  }

  @Test("files that may not grow: exit 74 with the reason, and no process killed by a signal", arguments: [1, 4])
  func fileSize(blocks: Int) throws {
    let scratch = try ScratchFolder()
    for words in [
      ["solve", "training.steps=50", "-o", "r"], ["init", "x.yaml"],
      ["sweep", "training.learningRate=0.01,0.02", "training.steps=500", "-o", "s"],
    ] {
      // A pipe has no size.
      let run = try run("ulimit -f \(blocks)", words, in: scratch.url)
      #expect(run.status == 74 && run.errors.contains("can't be written: File too large"), "\(run.errors)")
    }
  }

  @Test(
    "help, version and completions that can't be printed are no success, and neither is a verdict",
    arguments: [
      ["--help"], ["--version"], ["solve", "--help"], ["help", "sweep"], ["--generate-completion-script", "bash"],
      [
        "validate", "--theory", "network.hiddenLayers=1", "network.width=32", "data.inputDimension=32",
        "training.steps=9",
        "simulation.replicas=8", "--quiet",
      ],
    ])
  func fullOutput(words: [String]) throws {
    let run = try CommandLineRun(shell: "exec \"$0\" \"$@\" >/dev/full", words)
    #expect(run.status == 74 && run.errors.contains("could not be printed"), "\(run.status) \(run.errors)")
  }

  @Test("a stderr that is closed or full changes no exit code", arguments: ["2>&-", "2>/dev/full"])
  func errors(redirection: String) throws {
    let run = try CommandLineRun(shell: "exec \"$0\" \"$@\" \(redirection)", ["solve", "training.steps=-1"])
    #expect(run.status == 65 && run.errors.isEmpty)
  }
}
