import Configurations
import Files
import Foundation
import JSON
import Synchronization

/// What a command prints while it is a call to `dmft serve`: nothing of it goes to the streams of this process.
enum ServedCall {
  private struct State {
    let id: Int
    var output = ""
    let start = ContinuousClock.now
    var lastProgress = ContinuousClock.now
  }

  private static let state = Mutex<State?>(nil)

  /// Whether a call is being answered.
  static var isActive: Bool { state.withLock { $0 != nil } }

  /// Takes what would go to stdout.
  static func take(_ text: String) -> Bool {
    state.withLock { state in
      guard state != nil else { return false }
      state?.output += text
      return true
    }
  }

  /// Sends what would go to stderr.
  static func note(_ line: String) -> Bool { send { _ in ["note": .text(line)] } }

  /// Sends how far the work is, ten times a second at most.
  static func progress(_ share: Double) -> Bool {
    send { state in
      let now = ContinuousClock.now
      guard now - state.start > .milliseconds(200), now - state.lastProgress > .milliseconds(100) else { return nil }
      state.lastProgress = now
      return ["progress": .number(share)]
    }
  }

  /// Answers one call by running its command in this process.
  ///
  /// - Parameters:
  ///   - id: number of the call, which all lines about it carry.
  ///   - body: runs the command; what it throws becomes the end of the call.
  static func answer(_ id: Int, _ body: () throws -> Void) {
    state.withLock { $0 = State(id: id) }
    var members: [String: JSONValue] = ["id": .integer(id)]
    do {
      try body()
      members["status"] = .integer(0)
    } catch let failure as CommandFailure {
      members["status"] = .integer(Int(failure.status.rawValue))
      members["errors"] = .list(failure.lines.map { .text($0) })
      members["mistakes"] = .list(failure.mistakes.map(\.json))
    } catch {
      let code = DMFT.exitCode(for: error)
      members["status"] = .integer(Int(code.rawValue))
      if code == .success { _ = take(DMFT.fullMessage(for: error)) }
      let message = DMFT.message(for: error)
      if code == .validationFailure { members["errors"] = .list([.text(message)]) }
    }
    let output = state.withLock { state in
      defer { state = nil }
      return state?.output ?? ""
    }
    write(line(members, output))
  }

  /// JSON that a command printed becomes a member as it is, other text a string.
  private static func line(_ members: [String: JSONValue], _ output: String) -> String {
    let head = JSONValue.object(members).line().dropLast()
    if ["{", "["].contains(output.first) {
      // No string of JSON has a newline in it.
      let space = UInt8(ascii: " ")
      let isLine = !output.utf8.dropLast().contains(UInt8(ascii: "\n"))
      let text = isLine ? output : String(decoding: output.utf8.map { $0 < space ? space : $0 }, as: UTF8.self)
      return head + ",\"result\":" + text.dropLast() + "}"
    }
    return head + ",\"output\":" + JSONValue.text(output).line() + "}"
  }

  private static func send(_ members: (inout State) -> [String: JSONValue]?) -> Bool {
    state.withLock { state in
      guard var call = state else { return false }
      let members = members(&call)
      state = call
      if let members { write(JSONValue.object(members.merging(["id": .integer(call.id)]) { $1 }).line()) }
      return true
    }
  }

  /// Nobody who listens: nobody to answer, so the process ends.
  private static func write(_ line: String) {
    if !Directory.write(Data((line + "\n").utf8), into: STDOUT_FILENO) { _exit(ExitStatus.inputOutput.rawValue) }
  }
}

extension Mistake {
  /// For programs: which key, if it was given as `key=value`, where, why, and what to do.
  var json: JSONValue {
    var key: String?
    if case .commandLine(let argument, _) = location { key = argument.split(separator: "=").first.map(String.init) }
    return .object([
      "place": .text(location.description), "reason": .text(reason), "key": key.map { .text($0) } ?? .null,
      "suggestion": suggestion.map { .text($0) } ?? .null,
    ])
  }
}
