import Yams

/// One axis of a sweep: a key and its values, or several keys that move together.
struct Axis {
  /// One key with the values that it runs through.
  struct Column {
    let path: String
    /// As many as the axis is long.
    let values: [Given]

    /// The values as they will stand in tables and files: decoded, or as given where they can't be.
    var texts: [String] {
      values.map { given in
        let value = Schema.key(path).flatMap { try? $0.decode(given.node) }
        return value?.yaml ?? given.node.words
      }
    }
  }

  let columns: [Column]
  var count: Int { columns.first?.values.count ?? 0 }
}
