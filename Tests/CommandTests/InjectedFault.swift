import Foundation

/// Calls of the C library that fail on purpose in a run of the real program (`Tests/Faults/faults.c`).
enum InjectedFault {
  /// One run, and whether a call was made to fail in it.
  struct Outcome {
    let run: CommandLineRun
    let isFaulty: Bool
  }

  /// The library that is preloaded, and what the compiler complained of.
  static let library = compiled()

  /// Runs the program in a folder with a fault.
  ///
  /// - Parameters:
  ///   - fault: `KIND:N`, the N-th call of a kind fails; `KIND:N+`, and all that follow.
  ///   - words: of the command line.
  ///   - folder: working directory.
  /// - Returns: how it ended.
  /// - Throws: what `Process` throws when the shell can't be started.
  static func run(_ fault: String, _ words: [String], in folder: URL) throws -> Outcome {
    let mark = folder.appendingPathComponent("a-call-has-failed")
    try? FileManager.default.removeItem(at: mark)
    // Set here, as the program would otherwise start itself again. A trap on a failed allocation need not be explained.
    let script = """
      ulimit -c 0; ulimit -t 20; export OPENBLAS_NUM_THREADS=1 SWIFT_BACKTRACE=enable=no DMFT_FAULT=\(fault) DMFT_FAULT_MARK='\(mark.path)'
      LD_PRELOAD='\(library.path)' exec "$0" "$@"
      """
    let run = try CommandLineRun(shell: script, words, in: folder)
    let isFaulty = FileManager.default.fileExists(atPath: mark.path)
    try? FileManager.default.removeItem(at: mark)
    return Outcome(run: run, isFaulty: isFaulty)
  }

  private static func compiled() -> (path: String, complaint: String) {
    let library = FileManager.default.temporaryDirectory.appendingPathComponent("dmft-faults-\(getpid()).so").path
    let source = CommandLineRun.root.appendingPathComponent("Tests/Faults/faults.c").path
    let words = ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, source, "-ldl"]
    let run = try? CommandLineRun(shell: "exec clang \"$@\"", words)
    return (library, run?.status == 0 ? "" : run?.errors ?? "no shell")
  }
}

/// What is in a run folder: the bytes of each file by its path, without what no two runs have alike.
struct FolderContents: Hashable {
  var files: [String: Data] = [:]

  /// Empty for a folder that is not there.
  init(_ folder: URL) throws {
    for case let path as String in FileManager.default.enumerator(atPath: folder.path) ?? .init() {
      let file = folder.appendingPathComponent(path)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder) else { continue }
      files[path] = isFolder.boolValue ? Data() : Self.comparable(try Data(contentsOf: file), path)
    }
  }

  /// A manifest and a page have the seconds that a run took, units the time at which each was kept.
  private static func comparable(_ data: Data, _ path: String) -> Data {
    if path.hasSuffix(".units") { return UnitRecords.timeless(data) }
    guard ["manifest.json", "report.html"].contains(path) else { return data }
    let text = String(decoding: data, as: UTF8.self)
    let timeless = text.replacing(/"seconds" : [-+.e\d]+/, with: "\"seconds\"").replacing(
      /, (?:under )?[.\d]+ m?s\b/, with: "")
    return Data(timeless.utf8)
  }

  /// Without the finished parts of a run.
  var results: [String: Data] { files.filter { !$0.key.hasPrefix("units") } }

  /// Names of files that were being written.
  var leftovers: [String] { files.keys.filter { $0.contains(".dmft-writing-") } }
}
