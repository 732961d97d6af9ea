import JSON

/// A configuration key with different values in two runs.
struct KeyDifference: Hashable {
  /// Dotted path.
  let key: String
  /// Its value in the folder, as JSON; nil where it is not set there.
  let there: String?
  /// Its value in this run.
  let here: String?

  /// As a list of differences says it: `training.learningRate 0.05 there, 0.1 here`.
  var words: String { "\(key) \(there ?? "not set") there, \(here ?? "not set") here" }

  /// Every key whose values differ, in alphabetical order.
  ///
  /// - Parameters:
  ///   - there: the configuration of the run in the folder.
  ///   - here: that of this run.
  /// - Returns: none for equal configurations.
  static func all(there: JSONValue, here: JSONValue) -> [KeyDifference] {
    let (old, new) = (leaves(there, ""), leaves(here, ""))
    return Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }.map {
      KeyDifference(key: $0, there: old[$0], here: new[$0])
    }
  }

  /// Values by their dotted paths.
  private static func leaves(_ value: JSONValue, _ path: String) -> [String: String] {
    guard case .object(let members) = value else { return path.isEmpty ? [:] : [path: value.text(pretty: false)] }
    return members.reduce(into: [:]) { all, member in
      let name = path.isEmpty ? member.key : path + "." + member.key
      all.merge(leaves(member.value, name)) { $1 }
    }
  }
}
