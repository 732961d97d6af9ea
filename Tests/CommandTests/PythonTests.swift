import ChildProcesses
import Fixtures
import Foundation
import Testing

/// The Python package of `python/`: its tests, by the real program, and its notebooks.
@Suite("The Python package", .slow(.processes))
struct PythonTests {
  /// Under CI as root there is no excuse: `scripts/dependencies --tests` has installed what is needed.
  static let isRequired = ProcessInfo.processInfo.environment["CI"] == "true" && getuid() == 0
  /// pandas and matplotlib are no needs of the package, but its results are to fit them.
  static let reader =
    interpreter(importing: "numpy, pandas, matplotlib") ?? interpreter(importing: "numpy, pandas")
    ?? interpreter(importing: "numpy")
  static let notebook = interpreter(importing: "numpy, nbclient, ipykernel, matplotlib, pandas")
  static let checker = interpreter(importing: "numpy, mypy")
  static let package = CommandLineRun.root.appendingPathComponent("python")

  /// The first Python that has some modules. Debian's packages belong to /usr/bin/python3, and another may stand before it
  /// on the PATH.
  private static func interpreter(importing modules: String) -> [String]? {
    [["/usr/bin/env", "python3"], ["/usr/bin/python3"]].first {
      (try? run($0 + ["-c", "import \(modules)"]))?.status == 0
    }
  }

  /// Without the mask of signals that threads of tests have: one test interrupts its own Python.
  private static func run(_ words: [String], runs: URL? = nil) throws -> (status: Int32, text: String) {
    let variables = [
      "DMFT_RUNS": runs?.path ?? "", "PYTHONDONTWRITEBYTECODE": "1", "DMFT_PROGRAM": CommandLineRun.program.path,
      "PYTHONPATH": package.appendingPathComponent("src").path,
    ]
    let folder = package.appendingPathComponent("tests").path
    let result = try ChildProcess.run(
      ["/usr/bin/env", "--chdir=\(folder)"] + variables.map { "\($0)=\($1)" } + words)
    return (result.status, String(decoding: result.output, as: UTF8.self) + result.errors)
  }

  private static let data = ["data.inputDimension=16", "data.samples=40", "data.noise=0.3"]
  private static let problem = data + ["network.width=24"]
  private static let widths = data + ["training.steps=10", "network.width=8,16"]

  /// A run of each command, and of what changes its files, by the name of its folder.
  private static let runs: [(name: String, arguments: [String])] = [
    ("first", ["solve", "training.steps=12", "--arrays"] + problem),
    (
      "deep",
      ["solve", "network.residual=true", "network.depth=infinite", "training.steps=7", "--arrays"] + problem
    ),
    (
      "flow",
      ["solve", "training.time=flow", "training.horizon=10", "training.tolerance=1e-3", "--arrays"] + problem
    ),
    ("log", ["solve", "training.steps=200", "training.rows=log", "--arrays"] + problem),
    ("simulate", ["simulate", "training.steps=12", "simulation.replicas=4", "--arrays"] + problem),
    (
      "validate",
      ["validate", "training.steps=12", "simulation.replicas=32", "validation.tolerance=0.9", "--arrays"] + problem
    ),
    ("compare", ["compare", "log.csv", "training.steps=12", "--arrays"] + problem),
    (
      "transfer",
      ["transfer", "training.steps=10", "network.width=8,16,32", "network.parameterization=muP,NTK"] + data
    ),
    ("sweep", ["sweep", "training.learningRate=0.01,0.05,100", "--curves"] + widths),
    (
      "both",
      ["sweep", "simulation.replicas=2", "network.initScale=1.0,[1.0, 0.5, 1.0]", "repeat=2", "--run", "both"] + widths
    ),
    ("reduce", ["reduce", "reduce.size=20", "reduce.rank=2", "training.steps=10", "--full", "--arrays"]),
    ("collapse", ["reduce", "--collapse", "training.steps=10"]),
    ("layers", ["layers", "training.steps=10", "simulation.replicas=2", "layers.activation=relu"] + problem),
  ]

  @Test(
    "any run folder, opened with numpy alone: every cell and array, identities, and what is said of mistakes",
    .enabled(if: reader != nil || isRequired, "needs python3 with numpy"))
  func reading() throws {
    let reader = try #require(Self.reader)
    let scratch = try ScratchFolder()
    // A column of words with a quoted name, and holes.
    try scratch.write(
      "step,test_loss,train_loss,\"my, note\"\n0,1.9,1.9,a\n5,0.9,,b\n10,0.7,0.6,c\n", to: "log.csv")
    for (name, arguments) in Self.runs {
      let run = try CommandLineRun(arguments + ["--quiet", "-o", name], in: scratch.url)
      #expect(run.status == 0, "\(name): \(run.errors)")
    }
    let stopped = scratch.url.appendingPathComponent("unfinished/manifest.json").path
    let unfinished = try CommandLineRun(
      ["simulate", "simulation.replicas=4000", "--quiet", "-o", "unfinished"], in: scratch.url,
      signal: (SIGINT, { FileManager.default.fileExists(atPath: stopped) }))
    #expect(unfinished.status == 75)

    let names = ["test_runs", "test_run_mistakes", "test_notebooks.Stored"]
    let check = try Self.run(reader + ["-m", "unittest"] + names, runs: scratch.url)
    #expect(check.status == 0, "\(check.text)")
    #expect(check.text.contains(/Ran \d\d tests/), "\(check.text)")
    #expect(!Self.isRequired || !check.text.contains("skipped"), "\(check.text)")
  }

  @Test(
    "every function of the package, its exceptions, its process, and the examples of docs/python.md",
    .enabled(if: reader != nil || isRequired, "needs python3 with numpy"))
  func package() throws {
    let check = try Self.run(try #require(Self.reader) + ["-m", "unittest", "test_package", "test_docs"])
    #expect(check.status == 0, "\(check.text)")
    #expect(check.text.contains(/Ran \d\d tests/), "\(check.text)")
    #expect(!Self.isRequired || !check.text.contains("skipped"), "\(check.text)")
  }

  @Test(
    "the notebooks run from their first cell to their last",
    .enabled(if: notebook != nil || isRequired, "needs python3 with numpy, nbclient, ipykernel, matplotlib and pandas"))
  func notebooks() throws {
    let check = try Self.run(try #require(Self.notebook) + ["-m", "unittest", "test_notebooks"])
    #expect(check.status == 0, "\(check.text)")
    #expect(check.text.contains(/Ran \d tests/), "\(check.text)")
  }

  @Test(
    "mypy finds nothing in strict mode, and the types of keys are those of configs/schema.json",
    .enabled(if: checker != nil || isRequired, "needs python3 with numpy and mypy"))
  func types() throws {
    let scratch = try ScratchFolder()
    let check = try Self.run(
      try #require(Self.checker) + [
        "-m", "mypy", "--config-file", "../pyproject.toml", "--cache-dir", scratch.url.path,
      ])
    #expect(check.status == 0, "\(check.text)")
    let keys = try Self.run([CommandLineRun.root.appendingPathComponent("scripts/python-keys").path, "--check"])
    #expect(keys.status == 0, "\(keys.text)")
  }
}
