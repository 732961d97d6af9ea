import Files
import Foundation
import Synchronization

/// Units of a run that many processes make, thousands of them in few files: each process appends to a file of its own.
///
/// A unit is one record (`UnitRecord`). A killed process leaves at most one torn record, at the end of its file, which counts as absent
/// and goes when the next process takes the file up. Of two records of one unit the later one counts, and any result rather than a note.
final class UnitShards: Sendable {
  private let folder: Directory
  private let version: String
  private let state = Mutex(State())

  private struct State {
    /// Where results and notes are.
    var results: [String: Place] = [:]
    var notes: [String: Place] = [:]
    /// How much of each file is known.
    var ends: [String: Int] = [:]
    /// The file that this process appends to.
    var own: UnitFile?
  }

  private struct Place {
    let file: String
    let offset: Int
    let length: Int
    let time: Double
  }

  /// - Parameters:
  ///   - folder: the folder of units.
  ///   - version: of dmft; units of another version are not taken up.
  init(folder: Directory, version: String) {
    self.folder = folder
    self.version = version
    refresh()
  }

  /// Looks for what other processes have kept since.
  func refresh() {
    state.withLock { state in
      for name in ((try? folder.names()) ?? []).sorted() where name.hasSuffix(UnitFile.ending) {
        reading(name) { descriptor, size in
          UnitFile.walk(descriptor, from: state.ends[name] ?? 0, size: size) { offset, head, unit in
            state.ends[name] = offset + head.length
            Self.note(&state, unit, head.kind, Place(file: name, offset: offset, length: head.length, time: head.time))
          }
        }
      }
    }
  }

  private static func note(_ state: inout State, _ unit: String, _ kind: UnitRecord.Kind, _ place: Place) {
    switch kind {
    case .numbers where !(place.time < state.results[unit]?.time ?? -.infinity): state.results[unit] = place
    case .note where !(place.time < state.notes[unit]?.time ?? -.infinity): state.notes[unit] = place
    default: break
    }
  }

  /// The contents of a unit, or of the note on it.
  ///
  /// - Parameters:
  ///   - kind: which of the two.
  ///   - unit: its name.
  /// - Returns: its bytes; nil if it is absent or damaged.
  func read(_ kind: UnitRecord.Kind, _ unit: String) -> [UInt8]? {
    guard let place = state.withLock({ kind == .numbers ? $0.results[unit] : $0.notes[unit] }) else { return nil }
    var record: UnitRecord?
    reading(place.file) { descriptor, _ in
      record = UnitFile.bytes(descriptor, at: place.offset, count: place.length).flatMap {
        UnitRecord($0, version: version)
      }
    }
    guard let record, record.kind == kind, record.name == unit else { return nil }
    return record.contents
  }

  /// When a result was kept, in seconds since 1970; nil without one.
  func time(of unit: String) -> Double? { state.withLock { $0.results[unit]?.time } }

  /// Keeps a unit, or a note on one.
  ///
  /// - Parameters:
  ///   - kind: which of the two.
  ///   - unit: its name.
  ///   - contents: what to keep.
  /// - Throws: 74 where writing fails; what was kept before is then still there.
  func append(_ kind: UnitRecord.Kind, _ unit: String, _ contents: [UInt8]) throws(WritingProblem) {
    let record = UnitRecord(kind, unit, contents, time: Date().timeIntervalSince1970)
    let bytes = record.bytes(version: version)
    let result = state.withLock { state in
      Result { () throws(WritingProblem) in
        let file: UnitFile
        if let own = state.own {
          file = own
        } else {
          let (opened, end) = try UnitFile.open(in: folder)
          (file, state.own, state.ends[opened.name]) = (opened, opened, end)
        }
        let end = state.ends[file.name] ?? 0
        guard file.append(bytes, at: end) else { throw folder.problem("be written", file.name) }
        state.ends[file.name] = end + bytes.count
        Self.note(
          &state, unit, kind, Place(file: file.name, offset: end, length: bytes.count, time: record.time))
      }
    }
    try result.get()
  }

  /// Whether a file holds such units.
  func holdsUnits(_ name: String) -> Bool {
    var isOne = false
    if name.hasSuffix(UnitFile.ending) {
      reading(name) { descriptor, size in
        isOne =
          UnitFile.bytes(descriptor, at: 0, count: min(size, UnitRecord.Head.size))
          .map { UnitRecord.Head($0[...]) != nil } ?? false
      }
    }
    return isOne
  }

  /// Opens a file for reading; nothing where there is none.
  private func reading(_ name: String, _ body: (_ descriptor: Int32, _ size: Int) -> Void) {
    let descriptor = openat(folder.descriptor, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    body(descriptor, Int(status.st_size))
  }
}
