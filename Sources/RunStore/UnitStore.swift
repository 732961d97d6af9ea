import Files
import Foundation

/// Finished parts of an unfinished run, each stored completely or not at all, so that the same command can resume.
///
/// A unit is a list of numbers, as little-endian doubles, in a file of its own, with the SHA-256 of the version of dmft, the unit's name
/// and those bytes behind them; the file is written under a temporary name and renamed. Where there are thousands, they are appended to
/// few files (`append`). What does not fit its checksum counts as absent.
public struct UnitStore: Sendable {
  /// Name of the folder within a run folder.
  static let name = "units"

  private let folder: Directory
  private let version: String
  /// Held as long as units are kept.
  private let lock: FolderLock?
  /// Units that were appended.
  private let shards: UnitShards

  /// - Parameters:
  ///   - folder: the folder of units.
  ///   - version: of dmft; units of another version are not taken up.
  ///   - lock: of the run folder.
  init(folder: Directory, version: String, lock: FolderLock? = nil) {
    self.folder = folder
    self.version = version
    self.lock = lock
    shards = UnitShards(folder: folder, version: version)
  }

  /// Keeps a unit, in place of an earlier one of that name.
  ///
  /// - Parameters:
  ///   - name: a file name.
  ///   - numbers: what to keep.
  /// - Throws: 74 where writing fails; an earlier unit of that name is then still there.
  public func write(_ name: String, _ numbers: [Double]) throws(WritingProblem) {
    try write(name, bytes: Self.bytes(of: numbers))
  }

  /// A unit as it was kept.
  ///
  /// - Parameter name: its file name.
  /// - Returns: its numbers; nil if it is absent or damaged.
  public func read(_ name: String) -> [Double]? { readBytes(name).flatMap(Self.numbers) }

  /// Keeps any bytes as a unit, in place of an earlier one of that name.
  ///
  /// - Parameters:
  ///   - name: a file name.
  ///   - bytes: what to keep.
  /// - Throws: 74 where writing fails.
  package func write(_ name: String, bytes: [UInt8]) throws(WritingProblem) {
    try Self.replace(name, by: Data(bytes + Array(checksum(name, bytes).utf8)), in: folder)
  }

  /// The bytes of a unit; nil if it is absent or damaged.
  package func readBytes(_ name: String) -> [UInt8]? {
    guard let data = folder.contents(name), data.count >= 64 else { return nil }
    let bytes = Array(data.dropLast(64))
    guard String(decoding: data.suffix(64), as: UTF8.self) == checksum(name, bytes) else { return nil }
    return bytes
  }

  private static func bytes(of numbers: [Double]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 * numbers.count + 64)
    for number in numbers { withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes += $0 } }
    return bytes
  }

  private static func numbers(_ bytes: [UInt8]) -> [Double]? {
    guard bytes.count % 8 == 0 else { return nil }
    return bytes.withUnsafeBytes { raw in
      (0..<bytes.count / 8).map {
        Double(bitPattern: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
      }
    }
  }

  /// Keeps one of very many units, in the file that this process appends to.
  ///
  /// - Parameters:
  ///   - name: of the unit.
  ///   - numbers: what to keep.
  /// - Throws: 74 where writing fails; an earlier unit of that name is then still there.
  package func append(_ name: String, _ numbers: [Double]) throws(WritingProblem) {
    try shards.append(.numbers, name, Self.bytes(of: numbers))
  }

  /// A unit that was appended, by whichever process.
  ///
  /// - Parameter name: of the unit.
  /// - Returns: its numbers; nil if it is absent or damaged.
  package func appended(_ name: String) -> [Double]? { shards.read(.numbers, name).flatMap(Self.numbers) }

  /// Keeps a note on a unit that has no numbers.
  ///
  /// - Parameters:
  ///   - name: the unit's name.
  ///   - text: what to keep.
  /// - Throws: 74 where writing fails.
  package func appendNote(_ name: String, _ text: String) throws(WritingProblem) {
    try shards.append(.note, name, Array(text.utf8))
  }

  /// The last note on a unit; nil without one.
  package func note(_ name: String) -> String? { shards.read(.note, name).map { String(decoding: $0, as: UTF8.self) } }

  /// Looks for units that other processes have appended since.
  package func refresh() { shards.refresh() }

  /// When a unit was appended, in seconds since 1970.
  ///
  /// - Parameter name: of the unit.
  /// - Returns: nil if it is absent.
  package func time(of name: String) -> Double? { shards.time(of: name) }

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
    for name in names where readBytes(name) != nil || shards.holdsUnits(name) { folder.remove(name) }
  }

  /// Whether no unit and no note is kept.
  var isEmpty: Bool { names.allSatisfy { $0 == RunFolder.unitsMark } }

  /// Names of the files in the folder, links left out.
  private var names: [String] { ((try? folder.names()) ?? []).filter { folder.kind(of: $0) == .file } }

  private func checksum(_ name: String, _ bytes: [UInt8]) -> String {
    sha256(Array((version + "\n" + name + "\n").utf8) + bytes)
  }
}
