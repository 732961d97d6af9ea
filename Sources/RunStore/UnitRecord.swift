import Files

/// One unit, or a note on one, among others in a file: a head of fixed length, name, contents, and the SHA-256 of the version of dmft
/// and of all these bytes. What does not fit its checksum counts as absent.
struct UnitRecord {
  enum Kind: UInt64 { case numbers = 1, note = 2 }

  let kind: Kind
  /// When it was kept, in seconds since 1970.
  let time: Double
  let name: String
  let contents: [UInt8]

  /// The head of a record: what it is, and where the next one begins.
  struct Head {
    let kind: Kind
    let time: Double
    let nameLength: Int
    /// Bytes of the whole record.
    let length: Int

    /// Bytes of a head: mark, kind, time, length of the name, length of the contents.
    static let size = 40

    /// Nil for bytes that are none.
    init?(_ bytes: ArraySlice<UInt8>) {
      guard bytes.count >= Self.size, bytes.starts(with: UnitRecord.mark) else { return nil }
      func number(_ index: Int) -> UInt64 {
        bytes.dropFirst(8 * index).prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
      }
      guard let kind = Kind(rawValue: number(1)), number(3) <= 1 << 12, number(4) <= 1 << 40 else { return nil }
      self.kind = kind
      time = Double(bitPattern: number(2))
      nameLength = Int(number(3))
      length = Self.size + nameLength + Int(number(4)) + UnitRecord.checksumLength
    }
  }

  /// Bytes that every record begins with.
  static let mark = Array("dmftunit".utf8)
  private static let checksumLength = 64

  /// As it stands in a file.
  func bytes(version: String) -> [UInt8] {
    var bytes = Self.mark
    let name = Array(name.utf8)
    for number in [kind.rawValue, time.bitPattern, UInt64(name.count), UInt64(contents.count)] {
      withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }
    bytes += name
    bytes += contents
    return bytes + Self.checksum(bytes, version)
  }

  init(_ kind: Kind, _ name: String, _ contents: [UInt8], time: Double) {
    self.kind = kind
    self.time = time
    self.name = name
    self.contents = contents
  }

  /// From the bytes of a file; nil where they are damaged or of another version.
  init?(_ bytes: [UInt8], version: String) {
    guard let head = Head(bytes[...]), head.length == bytes.count else { return nil }
    let all = Array(bytes.dropLast(Self.checksumLength))
    guard Array(bytes.suffix(Self.checksumLength)) == Self.checksum(all, version) else { return nil }
    let start = Head.size + head.nameLength
    self.init(
      head.kind, String(decoding: all[Head.size..<start], as: UTF8.self), Array(all[start...]), time: head.time)
  }

  private static func checksum(_ bytes: [UInt8], _ version: String) -> [UInt8] {
    Array(sha256(Array((version + "\n").utf8) + bytes).utf8)
  }
}
