import Files

/// SHA-256 of one configuration after another. Those of a family share most of their lines, which are written once.
package struct ConfigurationHash {
  private let isUsed: (String) -> Bool
  private var used: UsedKeys?
  private var lines: [Line] = []

  private struct Line {
    let key: Schema.Key
    var value: Value?
    var text: [UInt8] = []
  }

  /// - Parameter isUsed: which keys count.
  package init(of isUsed: @escaping (String) -> Bool = { _ in true }) { self.isUsed = isUsed }

  /// The same for the same problem; see `Configuration.hash(of:)`.
  ///
  /// - Parameter configuration: a configuration.
  /// - Returns: 64 hexadecimal digits.
  package mutating func hash(_ configuration: Configuration) -> String {
    if used !== configuration.used {
      used = configuration.used
      lines = configuration.used.keys.filter { isUsed($0.path) }.map { Line(key: $0) }
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4096)
    for index in lines.indices {
      let value = configuration.hashed(lines[index].key)
      if value != lines[index].value {
        lines[index].value = value
        lines[index].text = value.map { Array("\(lines[index].key.path): \($0.yaml)\n".utf8) } ?? []
      }
      bytes += lines[index].text
    }
    return sha256(bytes)
  }
}

extension Configuration {
  /// A value as it counts for the hash; of a file what stands in it counts, not where it lies.
  fileprivate func hashed(_ key: Schema.Key) -> Value? {
    guard let value = value(of: key) else { return nil }
    // A word is written as it stands.
    return contentHash(key.path).map { .word("sha256:" + $0) } ?? value
  }

  private func contentHash(_ path: String) -> String? {
    guard Self.contentKeys.contains(path) else { return nil }
    switch path {
    case "data.file", "data.trainFile", "data.sha256": return dataFile?.sha256 ?? ""
    case "data.testFile", "data.testSha256": return dataFile?.split?.testFile?.sha256 ?? ""
    case "training.batchOrder": return dataFile?.order?.sha256 ?? ""
    default: return targetFile?.sha256
    }
  }

  /// Keys whose value stands for the contents of a file.
  private static let contentKeys = fileKeys.union(["data.sha256", "data.testSha256"])
}
