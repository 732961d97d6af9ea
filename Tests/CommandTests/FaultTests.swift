import Fixtures
import Foundation
import Testing

/// A disk that fails, call by call: each of the first writes, renames and directories of a run fails once, later ones, openings, closings and
/// allocations ever more sparsely; some fail for good. `scripts/faults` lets every write, rename and directory fail.
@Suite("Injected faults", .slow(.processes))
struct FaultTests {
  /// A command, and what is in its folder when it begins.
  struct Scenario: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let words: [String]
    /// The fault that stopped the same command before; nil for none.
    var stoppedBy: String?
    /// Whether a run of the same command has finished before.
    var isRepeated = false
  }

  private static let size = ["network.width=8", "data.inputDimension=8", "data.samples=16", "training.steps=3"]
  private static let end = ["--workers", "1", "--json", "--quiet", "-o", "run"]
  private static let solve = ["solve"] + size + end
  private static let sweep = ["sweep", "training.learningRate=0.01,0.02,0.03"] + size + ["--curves"] + end

  static let scenarios = [
    Scenario(testDescription: "solve into a new folder", words: solve + ["--arrays"]),
    Scenario(testDescription: "solve over a finished run", words: solve, isRepeated: true),
    Scenario(
      testDescription: "validate, resumed", words: ["validate"] + size + ["simulation.replicas=8"] + end,
      stoppedBy: "rename:6+"),
    Scenario(testDescription: "sweep, resumed", words: sweep, stoppedBy: "write:7+"),
  ]

  /// Disks that fail for a moment, and (+) disks that stay as they are. The second number says how much is left out: calls n and n + n / it + 1
  /// follow each other.
  private static let kinds = [
    ("write", dense), ("write+", 3), ("rename", dense), ("rename+", 3), ("make", dense), ("make+", 3), ("open", 4),
    ("sync", dense), ("close", 4),
  ]
  private static let dense = ProcessInfo.processInfo.environment["DMFT_ALL_FAULTS"] == nil ? 5 : 1000

  @Test(
    "a run whose disk fails ends with 74, loses and leaves nothing, and the same command then completes with the same bytes",
    arguments: scenarios)
  func disk(_ scenario: Scenario) throws {
    #expect(InjectedFault.library.complaint.isEmpty, "\(InjectedFault.library.complaint)")
    let trial = try FaultTrial(scenario)
    for (kind, density) in Self.kinds {
      var number = 1
      while try trial.holds(kind, number) {
        number += number / density + 1
        try #require(number < 1000, "\(kind): the run never gets through")
      }
      // A command opens, writes and closes at least.
      #expect(number > 2 || ["make", "make+", "sync", "rename", "rename+"].contains(kind), "\(kind)")
    }
    // A run of the same problem writes the same bytes over those of the earlier one.
    #expect(trial.states.count > 1 || scenario.isRepeated)
  }

  @Test("a run that gets no memory may trap, and leaves nothing half-written either", arguments: scenarios)
  func memory(_ scenario: Scenario) throws {
    let trial = try FaultTrial(scenario, mayTrap: true)
    var number = 1
    while try trial.holds("allocate", number) { number += number + 1 }
    #expect(number > 1000)
  }
}

/// Faults in one command, one after another from the same beginning.
private final class FaultTrial {
  /// Folders that a fault has left, each of which the same command was tried on.
  private(set) var states: Set<FolderContents> = []
  private let scenario: FaultTests.Scenario
  private let mayTrap: Bool
  private let scratch: ScratchFolder
  private let beginning: FolderContents
  private let undisturbed: CommandLineRun
  private let finished: FolderContents

  init(_ scenario: FaultTests.Scenario, mayTrap: Bool = false) throws {
    self.scenario = scenario
    self.mayTrap = mayTrap
    scratch = try ScratchFolder()
    undisturbed = try CommandLineRun(scenario.words, in: scratch.url)
    let run = scratch.url.appendingPathComponent("run")
    finished = try FolderContents(run)
    #expect([0, 3].contains(undisturbed.status) && finished.files.count > 4, "\(undisturbed.errors)")
    if !scenario.isRepeated { try FileManager.default.removeItem(at: run) }
    if let fault = scenario.stoppedBy {
      let stopped = try InjectedFault.run(fault, scenario.words, in: scratch.url)
      #expect(stopped.run.status == 74 && stopped.isFaulty, "\(stopped.run.errors)")
    }
    beginning = try FolderContents(run)
    if scenario.stoppedBy != nil { #expect(beginning.files.keys.filter { $0.hasPrefix("units/") }.count > 1) }
    if !beginning.files.isEmpty { try FileManager.default.copyItem(at: run, to: template) }
  }

  private var run: URL { scratch.url.appendingPathComponent("run") }
  private var template: URL { scratch.url.appendingPathComponent("beginning") }

  private func begin() throws {
    try? FileManager.default.removeItem(at: run)
    if !beginning.files.isEmpty { try FileManager.default.copyItem(at: template, to: run) }
  }

  /// Lets one call fail and looks at what is left.
  ///
  /// - Parameters:
  ///   - kind: of the call; with a `+` all later ones fail too.
  ///   - number: which of them.
  /// - Returns: whether there was such a call.
  /// - Throws: what reading and writing folders throws.
  func holds(_ kind: String, _ number: Int) throws -> Bool {
    try begin()
    let fault = kind.hasSuffix("+") ? "\(kind.dropLast()):\(number)+" : "\(kind):\(number)"
    let outcome = try InjectedFault.run(fault, scenario.words, in: scratch.url)
    let (status, left) = (outcome.run.status, try FolderContents(run))
    // A failure that does no harm, such as that of a note, is none. Nor is a part that could not be opened, and so was not
    // recognised and removed at the end: it goes with the next run.
    let isComplete = left == finished || kind == "open" && left.results == finished.results
    let isHarmless = status == undisturbed.status && outcome.run.output == undisturbed.output && isComplete
    // Where every write fails, so does that of the reason.
    let hasEnded = status == 74 && (kind == "write+" || outcome.run.errors.contains("error: "))
    // A part of a sweep that can't be opened counts as one that is still to be made.
    let isResumable = status == 75 && kind == "open"
    #expect(isHarmless || hasEnded || isResumable || mayTrap, "\(fault): \(status) \(outcome.run.errors)")
    #expect(mayTrap || left.leftovers.isEmpty, "\(fault) leaves \(left.leftovers)")
    if !isResumable, !isComplete { checkNothingLost(left, fault) }
    if states.insert(left).inserted, left != finished { try checkCompletes(fault) }
    return outcome.isFaulty
  }

  /// What was there is still there, or is that of the finished run.
  private func checkNothingLost(_ left: FolderContents, _ fault: String) {
    for (path, bytes) in left.files where bytes != beginning.files[path] && bytes != finished.files[path] {
      // The first files of a run that goes on, and its parts; the same command then takes them up.
      let isBeginning = path.hasPrefix("units") || path == "manifest.json" || path.contains(".dmft-writing-")
      #expect(isBeginning, "\(fault) leaves \(path) neither as it was nor as it will be")
    }
    for path in beginning.files.keys where left.files[path] == nil {
      Issue.record("\(fault) loses \(path)")
    }
    if let manifest = left.files["manifest.json"] {
      #expect((try? JSONSerialization.jsonObject(with: manifest)) != nil || manifest == finished.files["manifest.json"])
    }
  }

  private func checkCompletes(_ fault: String) throws {
    let again = try CommandLineRun(scenario.words, in: scratch.url)
    #expect(again.status == undisturbed.status, "after \(fault): \(again.status) \(again.errors)")
    #expect(again.output == undisturbed.output, "after \(fault) the same command prints something else")
    let left = try FolderContents(run)
    let paths = Set(left.files.keys).union(finished.files.keys).filter { left.files[$0] != finished.files[$0] }
    #expect(paths.isEmpty, "after \(fault) the same command gives other files: \(paths.sorted())")
  }
}
