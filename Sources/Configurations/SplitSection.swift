import Files
import Problems
import Tables

/// The rows of an exact split: which of a table's rows are trained on.
public struct SplitChoice: Hashable, Sendable {
  /// A file of test rows.
  public struct TestFile: Hashable, Sendable {
    /// Absolute path.
    public let path: String
    /// SHA-256 of its contents, 64 hexadecimal digits.
    public let sha256: String
  }

  /// How they were chosen.
  public let choice: GivenRows.Choice
  /// Numbers of the training rows, from 0; of two files these are the first rows.
  public let train: [Int]
  /// The file of the test rows; nil where they stand in the same file.
  public let testFile: TestFile?
}

/// The rules of `data.split` and its companions.
extension ValueReader {
  /// Keys that choose rows of one file.
  private static let rowKeys = ["data.trainRows", "data.trainFraction"]

  /// Whether the rows are given and not drawn.
  var isSplit: Bool {
    if let split = word("data.split"), isGiven("data.split") { return split == "exact" }
    return isGiven("data.trainFile") || Self.rowKeys.contains(where: isGiven)
  }

  /// The key of the table of the training rows, or of all rows.
  var tableKey: String { isGiven("data.trainFile") ? "data.trainFile" : "data.file" }

  /// Contradictions between the keys of a split, and what has no meaning beside one.
  mutating func checkSplit() {
    let isOfFiles = isGiven("data.trainFile")
    if isOfFiles != isGiven("data.testFile") {
      let (given, missing) =
        isOfFiles ? ("data.trainFile", "data.testFile") : ("data.testFile", "data.trainFile")
      refuse(
        given, "\(given) is given without \(missing)",
        suggestion: isOfFiles
          ? "name the file of the test rows too; data.file with data.trainFraction splits one file"
          : "name the file of the training rows too")
    }
    if isOfFiles {
      for path in Self.rowKeys + ["data.splitSeed"] where isGiven(path) {
        refuse(path, "\(path) chooses rows of one data.file, and data.trainFile has its own", suggestion: "remove it")
      }
    } else if isGiven("data.testSha256") {
      refuse("data.testSha256", "data.testSha256 applies to a data.testFile only, and none is given")
    }
    if isGiven("data.splitSeed"), !isGiven("data.trainFraction"), !isOfFiles {
      refuse("data.splitSeed", "data.splitSeed applies to data.trainFraction only, and none is given")
    }
    guard isSplit else {
      for path in ["data.trainFile", "data.testFile"] + Self.rowKeys where isGiven(path) {
        refuse(path, "data.split=draw draws its rows, and \(path) chooses them", suggestion: "remove one of them")
      }
      return
    }
    if !isOfFiles, !Self.rowKeys.contains(where: isGiven) {
      refuse(
        "data.split", "data.split=exact does not say which rows are trained on",
        suggestion: "add data.trainRows or data.trainFraction, or use data.trainFile and data.testFile")
    }
    refuseBesideSplit()
  }

  private mutating func refuseBesideSplit() {
    for path in ["data.samples", "data.sampleRatio"] where isGiven(path) {
      refuse(
        path, "\(path) is given together with an exact split, whose training rows are what they are",
        suggestion: "remove it, or use data.split=draw with data.file")
    }
    if isGiven("data.fitCorrection") {
      refuse(
        "data.fitCorrection", "data.fitCorrection is for rows that are drawn; an exact split has nothing to estimate",
        suggestion: "remove it")
    }
    guard let mode = word("training.mode"), ["onePass", "population"].contains(mode) else { return }
    refuse(
      "training.mode", "training.mode=\(mode) takes fresh samples, and the rows of an exact split are given",
      suggestion: "use training.mode=batch or minibatch")
  }

  /// Which rows of a table are trained on.
  ///
  /// - Parameters:
  ///   - entry: the table, of two files joined.
  ///   - testPath: where its test rows come from; nil for one file.
  /// - Returns: nil where something is wrong, which is noted.
  mutating func splitChoice(_ entry: TableCache.Entry, testPath: String?) -> SplitChoice? {
    if let testPath, let joined = entry.joined {
      return SplitChoice(
        choice: .files, train: Array(0..<joined.trainRows),
        testFile: SplitChoice.TestFile(path: testPath, sha256: joined.testSHA256))
    }
    let rows = entry.table.rows
    if let fraction = number("data.trainFraction") {
      let seed = integer("data.splitSeed") ?? 1
      if !isGiven("data.splitSeed") { derive("data.splitSeed", .integer(seed), how: "the first") }
      let count = min(max(1, Int((fraction * Double(rows)).rounded())), rows - 1)
      var random = DrawnRows(seed: seed)
      return SplitChoice(
        choice: .drawn(fraction: fraction, seed: seed), train: random.draw(count, of: rows), testFile: nil)
    }
    guard let listed = numbers("data.trainRows") else { return nil }
    return listedRows(listed, of: rows, dropped: entry.table.reading?.droppedRows ?? 0).map {
      SplitChoice(choice: .listed, train: $0, testFile: nil)
    }
  }

  private mutating func listedRows(_ numbers: [Double], of rows: Int, dropped: Int) -> [Int]? {
    let path = "data.trainRows"
    if dropped > 0 {
      refuse(
        path, "\(path) counts rows of the file, and \(dropped) were left out for missing cells",
        suggestion: "remove those rows from the file, or use data.trainFraction")
      return nil
    }
    if let wrong = numbers.first(where: { $0 != $0.rounded() }) {
      refuse(path, "\(path) must be whole numbers, got \(wrong)")
      return nil
    }
    let listed = numbers.map { Int($0) }
    if let beyond = listed.first(where: { $0 >= rows }) {
      refuse(path, "\(path) has row \(beyond), and the rows of the file are 0 to \(rows - 1)")
      return nil
    }
    var seen: Set<Int> = []
    if let twice = listed.first(where: { !seen.insert($0).inserted }) {
      refuse(path, "\(path) has row \(twice) twice; a row is trained on once", suggestion: "remove one of them")
      return nil
    }
    if listed.count == rows {
      refuse(path, "\(path) has all \(rows) rows of the file, and none is left to test", suggestion: "leave some out")
      return nil
    }
    return listed
  }
}
