import Files
import Foundation

/// Finished parts of an unfinished run, each stored completely or not at all, so that the same command can resume.
///
/// A unit is a list of numbers in a file of its own: the numbers as little-endian doubles, then the SHA-256 of the version
/// of dmft, the unit's name and those bytes. It is written under a temporary name and renamed. What does not fit its
/// checksum counts as absent.
public struct UnitStore: Sendable {
  /// Name of the folder within a run folder.
  static let name = "units"

  private let folder: Directory
  private let version: String
  /// Held as long as units are kept.
  private let lock: FolderLock?

  /// - Parameters:
  ///   - folder: the folder of units.
  ///   - version: of dmft; units of another version are not taken up.
  ///   - lock: of the run folder.
  init(folder: Directory, version: String, lock: FolderLock? = nil) {
    self.folder = folder
    self.version = version
    self.lock = lock
  }

  /// Keeps a unit, in place of an earlier one of that name.
  ///
  /// - Parameters:
  ///   - name: a file name.
  ///   - numbers: what to keep.
  /// - Throws: 74 where writing fails; an earlier unit of that name is then still there.
  public func write(_ name: String, _ numbers: [Double]) throws(WritingProblem) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 * numbers.count + 64)
    for number in numbers { withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes += $0 } }
    bytes += Array(checksum(name, bytes).utf8)
    try Self.replace(name, by: Data(bytes), in: folder)
  }

  /// A unit as it was kept.
  ///
  /// - Parameter name: its file name.
  /// - Returns: its numbers; nil if it is absent or damaged.
  public func read(_ name: String) -> [Double]? {
    guard let data = folder.contents(name), data.count >= 64, data.count % 8 == 0 else { return nil }
    let bytes = Array(data)
    let numbers = Array(bytes.dropLast(64))
    guard String(decoding: bytes.suffix(64), as: UTF8.self) == checksum(name, numbers) else { return nil }
    return numbers.withUnsafeBytes { raw in
      (0..<numbers.count / 8).map {
        Double(bitPattern: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
      }
    }
  }

  /// Keeps a note on a unit that has no numbers, in place of an earlier one.
  ///
  /// - Parameters:
  ///   - name: the unit's name.
  ///   - text: what to keep.
  /// - Throws: 74 where writing fails.
  package func writeNote(_ name: String, _ text: String) throws(WritingProblem) {
    try Self.replace(name + Self.noteEnding, by: Data(text.utf8), in: folder)
  }

  /// The note on a unit; nil without one.
  package func readNote(_ name: String) -> String? {
    folder.contents(name + Self.noteEnding).map { String(decoding: $0, as: UTF8.self) }
  }

  package func removeNote(_ name: String) { folder.remove(name + Self.noteEnding) }

  private static let noteEnding = ".failed"

  /// Puts a file into a folder of units, in place of an earlier one, whole or not at all: under a temporary name first.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - contents: its bytes; what a power failure tears apart fails the checksum of a unit.
  ///   - folder: the folder of units.
  /// - Throws: 74 where writing fails.
  static func replace(_ name: String, by contents: Data, in folder: Directory) throws(WritingProblem) {
    let temporary = TemporaryFolder.prefix + UUID().uuidString
    do throws(WritingProblem) {
      try folder.write(contents, to: temporary)
      guard renameat(folder.descriptor, temporary, folder.descriptor, name) == 0 else {
        throw folder.problem("be written", name)
      }
    } catch {
      folder.remove(temporary)
      throw error
    }
  }

  /// Removes temporary files of killed processes; to be called when no other process is using the folder.
  func removeLeftovers() {
    for name in names where name.hasPrefix(TemporaryFolder.prefix) { folder.remove(name) }
  }

  /// Removes all units and temporary files. What does not prove to be one stays.
  func removeAll() {
    removeLeftovers()
    for name in names where read(name) != nil { folder.remove(name) }
  }

  /// Whether no unit and no note is kept.
  var isEmpty: Bool { names.allSatisfy { $0 == RunFolder.unitsMark } }

  /// When a unit was kept, in seconds since 1970.
  ///
  /// - Parameter name: its file name.
  /// - Returns: nil if it is absent.
  package func time(of name: String) -> Double? { folder.modified(name) }

  /// Names of the files in the folder, links left out.
  private var names: [String] { ((try? folder.names()) ?? []).filter { folder.kind(of: $0) == .file } }

  private func checksum(_ name: String, _ bytes: [UInt8]) -> String {
    sha256(Array((version + "\n" + name + "\n").utf8) + bytes)
  }
}
