/// The name that a misspelt one most likely meant.
///
/// - Parameters:
///   - name: what was typed.
///   - names: what is known.
/// - Returns: the nearest known name, case aside; nil if none is within a third of the letters.
public func nearestName(to name: String, among names: [String]) -> String? {
  var best: (name: String, distance: Int)?
  for candidate in names {
    guard let distance = nearDistance(name, candidate) else { continue }
    if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
  }
  return best?.name
}

/// The dotted path that a misspelt one most likely meant: component by component, or by its last
/// component alone (a key typed without its section or under another), or with a dot forgotten.
package func nearestPath(to path: String, among paths: [String]) -> String? {
  let typed = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  var best: (path: String, cost: Int)?
  for candidate in paths {
    let known = candidate.split(separator: ".").map(String.init)
    guard let cost = pathCost(typed, known) else { continue }
    if best.map({ cost < $0.cost }) ?? true { best = (candidate, cost) }
  }
  return best?.path
}

/// Twice the number of edits, one more where a dot was forgotten, three more where the section was left aside: a misspelt section is
/// likelier than another one that has a key of this name; nil when not near.
private func pathCost(_ typed: [String], _ known: [String]) -> Int? {
  if typed.count == known.count {
    let distances = zip(typed, known).map { nearDistance($0, $1) }
    if !distances.contains(where: { $0 == nil }) {
      return 2 * distances.compactMap { $0 }.reduce(0, +)
    }
  }
  guard let last = typed.last, let name = known.last else { return nil }
  if known.count > 1, let distance = nearDistance(last, name) { return 2 * distance + 3 }
  let joined = nearDistance(typed.joined(), known.joined())
  return joined.flatMap { $0 <= 1 ? 2 * $0 + 1 : nil }
}

/// The edit distance, case aside, if it is at most a third of the typed letters (at least one).
private func nearDistance(_ typed: String, _ known: String) -> Int? {
  let distance = editDistance(Array(typed.lowercased()), Array(known.lowercased()))
  return distance <= max(1, typed.count / 3) && distance < known.count ? distance : nil
}

/// Insertions, deletions, replacements and swaps of adjacent characters (optimal string alignment).
func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var cost = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        cost = min(cost, beforeLast[j - 1] + 1)
      }
      row.append(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.count]
}
