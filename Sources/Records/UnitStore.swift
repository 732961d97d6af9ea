import Foundation

/// Finished parts of a run that goes on, each kept whole or not at all, so that the same command can take them up.
///
/// A unit is a list of numbers in a file of its own: the numbers as little-endian doubles, then the SHA-256 of the version
/// of dmft, the unit's name and those bytes. It is written under a temporary name and renamed. What does not fit its
/// checksum counts as absent.
public struct UnitStore: Sendable {
  /// Name of the folder within a run folder.
  static let name = "units"

  private let folder: String
  private let version: String
  /// Held as long as units are kept.
  private let lock: FolderLock?

  /// - Parameters:
  ///   - folder: absolute path of an existing folder.
  ///   - version: of dmft; units of another version are not taken up.
  ///   - lock: of the run folder.
  init(folder: String, version: String, lock: FolderLock? = nil) {
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
    try write(bytes: Data(bytes), to: name)
  }

  /// A unit as it was kept.
  ///
  /// - Parameter name: its file name.
  /// - Returns: its numbers; nil if it is absent or damaged.
  public func read(_ name: String) -> [Double]? {
    guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)"), data.count >= 64,
      data.count % 8 == 0
    else { return nil }
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
  func writeNote(_ name: String, _ text: String) throws(WritingProblem) {
    try write(bytes: Data(text.utf8), to: name + Self.noteEnding)
  }

  /// The note on a unit; nil without one.
  func readNote(_ name: String) -> String? {
    FileManager.default.contents(atPath: "\(folder)/\(name)\(Self.noteEnding)").map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  func removeNote(_ name: String) { unlink("\(folder)/\(name)\(Self.noteEnding)") }

  private static let noteEnding = ".failed"

  /// Whole or not at all: under a temporary name first.
  private func write(bytes: Data, to name: String) throws(WritingProblem) {
    let temporary = "\(folder)/.\(name)-\(UUID().uuidString)"
    defer { unlink(temporary) }
    // Without waiting for the disk: what a power failure tears apart fails its checksum.
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    var isWritten = file >= 0 && bytes.withUnsafeBytes { Self.write($0, to: file) }
    let reason = errno
    if file >= 0, close(file) != 0 { isWritten = false }
    guard isWritten else {
      throw .input("\(folder) can't be written: \(String(cString: strerror(reason)))")
    }
    guard rename(temporary, "\(folder)/\(name)") == 0 else {
      throw .input("\(folder)/\(name) can't be written: \(String(cString: strerror(errno)))")
    }
  }

  /// All of it; a limit or a full disk takes a part first and gives the reason only for the rest.
  private static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Removes temporary files of killed processes; to be called when nobody else is at work.
  func removeLeftovers() {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix(".") {
      unlink("\(folder)/\(name)")
    }
  }

  private func checksum(_ name: String, _ bytes: [UInt8]) -> String {
    sha256(Array((version + "\n" + name + "\n").utf8) + bytes)
  }
}
