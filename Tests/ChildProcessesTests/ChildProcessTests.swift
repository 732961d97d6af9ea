import ChildProcesses
import Foundation
import Glibc
import Testing

@Suite("Child processes", .serialized)
struct ChildProcessTests {
  @Test("exit code and both streams, each longer than a pipe holds")
  func streams() throws {
    let result = try ChildProcess.run(
      ["sh", "-c", "head -c 300000 /dev/zero; head -c 200000 /dev/zero | tr '\\0' e >&2; exit 3"])
    #expect(result.status == 3)
    #expect(result.output.count == 300_000 && result.errors.utf8.count == 200_000)
  }

  @Test("input longer than a pipe holds comes back while it is written")
  func input() throws {
    let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 3) }
    #expect(try ChildProcess.run(["cat"], input: bytes).output == bytes)
    #expect(try ChildProcess.run(["cat"], input: []).output.isEmpty)
  }

  @Test("a program that reads nothing does not end this one")
  func unread() throws {
    let result = try ChildProcess.run(["sh", "-c", "exec 0<&-; exit 4"], input: Array(repeating: 7, count: 1_000_000))
    #expect(result.status == 4)
  }

  @Test("a signal gives 128 and its number")
  func killed() throws {
    #expect(try ChildProcess.run(["sh", "-c", "kill -9 $$"]).status == 137)
  }

  @Test("signals that this thread blocks reach the program")
  func blocked() throws {
    var (signals, before) = (sigset_t(), sigset_t())
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &signals, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    #expect(try ChildProcess.run(["sh", "-c", "kill -TERM $$; exit 5"]).status == 143)
  }

  @Test("a missing program is an error that says so")
  func missing() {
    let failure = #expect(throws: ChildProcess.Failure.self) { try ChildProcess.run(["no-such-program-anywhere"]) }
    #expect(failure?.isMissing == true)
  }

  @Test("no descriptor stays open, also after failures")
  func closed() throws {
    // Other suites open and close theirs at the same time, some tens: a descriptor lost at every call is many more.
    func opened() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
    let (before, calls) = (try opened(), 200)
    for _ in 0..<calls {
      _ = try ChildProcess.run(["true"], input: [1])
      _ = try? ChildProcess.run(["no-such-program-anywhere"], input: [1])
    }
    #expect(try opened() < before + calls / 2)
  }
}
