/// How large a YAML text becomes once every alias stands for what its anchor names.
///
/// Ten lines can stand for a billion values, and whoever compares two of them (as Yams does with keys) looks at them all. So
/// the size is bounded before anything is read, from the text alone: what an anchor names ends at the latest where the first
/// alias for it stands, since nothing contains itself. That is too much where other things stand in between, which only
/// matters for texts with dozens of aliases.
enum AliasExpansion {
  /// The most bytes that a text may stand for beyond itself.
  static let limit = 10_000_000.0

  /// Where a text stands for more than the limit.
  ///
  /// - Parameter text: YAML.
  /// - Returns: line and column, from 1, of the alias that goes too far; nil for a text that is fine.
  static func excess(in text: String) -> (line: Int, column: Int)? {
    guard text.utf8.contains(UInt8(ascii: "*")) else { return nil }
    var (line, lineStart) = (1, 0)
    // Bytes so far with aliases expanded; of each name, where its anchor began or how much it stands for.
    var total = 0.0
    var open: [[UInt8]: Double] = [:]
    var known: [[UInt8]: Double] = [:]
    let bytes = Array(text.utf8)
    for (index, byte) in bytes.enumerated() {
      total += 1
      if byte == UInt8(ascii: "\n") { (line, lineStart) = (line + 1, index + 1) }
      guard byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*"), index == 0 || mayPrecede(bytes[index - 1]) else {
        continue
      }
      let name = Array(bytes[(index + 1)...].prefix(while: isOfName))
      guard !name.isEmpty else { continue }
      if byte == UInt8(ascii: "&") {
        (open[name], known[name]) = (total, nil)
        continue
      }
      if let start = open.removeValue(forKey: name) { known[name] = total - start }
      total += known[name] ?? 0
      guard total <= Double(bytes.count) + limit else { return (line, index - lineStart + 1) }
    }
    return nil
  }

  /// Whether a name may begin behind a byte: a space, a line end or an indicator.
  private static func mayPrecede(_ byte: UInt8) -> Bool { byte <= 0x20 || Array("[{,:?-".utf8).contains(byte) }

  private static func isOfName(_ byte: UInt8) -> Bool { byte > 0x20 && !Array(",[]{}".utf8).contains(byte) }
}
