import Files
import Foundation

/// A file of units that this process alone appends to, as long as it holds the file's lock.
final class UnitFile: Sendable {
  let name: String
  private let descriptor: Int32

  private init(_ name: String, _ descriptor: Int32) {
    self.name = name
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// How names of such files end.
  static let ending = ".units"

  /// Opens the first file of this host that no other process is appending to, or makes it. What a killed process has left torn at its
  /// end goes.
  ///
  /// - Parameter folder: the folder of units.
  /// - Returns: the file, and where the next record goes.
  /// - Throws: 74 where none can be opened.
  static func open(in folder: Directory) throws(WritingProblem) -> (file: UnitFile, end: Int) {
    let host = String(ProcessInfo.processInfo.hostName.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    for number in 0... {
      let name = "\(host)-\(number)\(ending)"
      // A link in place of a file is no file of ours.
      let opened = openat(folder.descriptor, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o666)
      guard opened >= 0 else {
        guard errno == ELOOP || errno == EISDIR || errno == ENXIO else { throw folder.problem("be written", name) }
        continue
      }
      let file = UnitFile(name, opened)
      if flock(opened, LOCK_EX | LOCK_NB) == 0 {
        if let end = file.wholeRecords() { return (file, end) }
      } else if errno != EWOULDBLOCK {
        // A file system without locks: a name that nobody else has.
        return try single(in: folder)
      }
    }
    preconditionFailure("numbers do not end")
  }

  private static func single(in folder: Directory) throws(WritingProblem) -> (file: UnitFile, end: Int) {
    let name = UUID().uuidString + ending
    let opened = openat(folder.descriptor, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard opened >= 0 else { throw folder.problem("be written", name) }
    return (UnitFile(name, opened), 0)
  }

  /// Cuts a torn end off and returns the bytes of all whole records; nil for a file that is none of ours.
  private func wholeRecords() -> Int? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    var end = 0
    Self.walk(descriptor, from: 0, size: Int(status.st_size)) { offset, head, _ in end = offset + head.length }
    if end == Int(status.st_size) { return end }
    // A record that was torn is the last, and begins as one.
    guard end > 0 || Self.beginsAsRecord(descriptor, size: Int(status.st_size)) else { return nil }
    return ftruncate(descriptor, off_t(end)) == 0 ? end : nil
  }

  private static func beginsAsRecord(_ descriptor: Int32, size: Int) -> Bool {
    let count = min(size, UnitRecord.mark.count)
    return bytes(descriptor, at: 0, count: count) == Array(UnitRecord.mark.prefix(count))
  }

  /// Appends a record.
  ///
  /// - Parameters:
  ///   - bytes: the record.
  ///   - end: where it goes; a part that can't be written whole is taken back.
  /// - Returns: whether all went well; if not, `errno` holds the reason.
  func append(_ bytes: [UInt8], at end: Int) -> Bool {
    guard lseek(descriptor, off_t(end), SEEK_SET) >= 0 else { return false }
    if Directory.write(Data(bytes), into: descriptor) { return true }
    let code = errno
    ftruncate(descriptor, off_t(end))
    errno = code
    return false
  }

  /// Goes through the heads and names of whole records.
  ///
  /// - Parameters:
  ///   - descriptor: an open file.
  ///   - start: where a record begins.
  ///   - size: bytes of the file.
  ///   - body: receives where a record begins, its head and its name.
  static func walk(
    _ descriptor: Int32, from start: Int, size: Int, _ body: (_ offset: Int, UnitRecord.Head, _ name: String) -> Void
  ) {
    var offset = start
    // Names of units have some seventy bytes.
    while offset < size, let bytes = bytes(descriptor, at: offset, count: min(size - offset, 256)),
      let head = UnitRecord.Head(bytes[...]), offset + head.length <= size
    {
      let nameEnd = UnitRecord.Head.size + head.nameLength
      let named = nameEnd <= bytes.count ? bytes : self.bytes(descriptor, at: offset, count: nameEnd) ?? []
      guard nameEnd <= named.count else { return }
      body(offset, head, String(decoding: named[UnitRecord.Head.size..<nameEnd], as: UTF8.self))
      offset += head.length
    }
  }

  /// Some bytes of a file; nil where there are not so many.
  static func bytes(_ descriptor: Int32, at offset: Int, count: Int) -> [UInt8]? {
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = pread(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, off_t(offset + filled))
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { return }
        filled += got
      }
    }
    return bytes.count == count ? bytes : nil
  }
}
