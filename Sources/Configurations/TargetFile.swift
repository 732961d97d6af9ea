import Files
import Tables

/// A matrix to learn, read from a file.
public struct TargetFile: Hashable, Sendable {
  /// Absolute path.
  public let path: String
  /// SHA-256 of its contents, 64 hexadecimal digits.
  public let sha256: String
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// The entries, row by row; NaN where one is not observed.
  public let entries: [Double]

  /// Whether entries are missing.
  public var hasGaps: Bool { entries.contains { $0.isNaN } }
}

/// The rules of `reduce.target`.
extension ValueReader {
  /// Largest number of rows or columns.
  private static let mostRows = 20_000

  /// Reads the file of the target, if one is given; every flaw is noted.
  ///
  /// - Parameter cache: resolves relative paths.
  /// - Returns: the matrix; nil for a random target or without a sound file.
  mutating func targetFile(from cache: TableCache) -> TargetFile? {
    guard let name = text("reduce.target"), name != ReductionSettings.random else { return nil }
    let ending = name.lowercased()
    guard ending.hasSuffix(".csv") || ending.hasSuffix(".npy") else {
      refuse(
        "reduce.target", "reduce.target must be random, a .csv or a .npy file, got \(name)",
        suggestion: nearestName(to: name, among: [ReductionSettings.random]).map { "did you mean \($0)?" })
      return nil
    }
    let path = inputPath(
      name, in: given["reduce.target"]?.origin == .commandLine ? cache.workingDirectory : cache.configurationFolder)
    do throws(UnreadableFile) {
      let bytes = try contents(of: path)
      guard let numbers = numbers(bytes, named: name, isNumpy: ending.hasSuffix(".npy")) else { return nil }
      return TargetFile(
        path: path, sha256: Files.sha256(bytes), rows: numbers.rows, columns: numbers.columns,
        entries: numbers.entries)
    } catch {
      refuse("reduce.target", "reduce.target \(name): \(error.reason)", suggestion: error.suggestion)
      return nil
    }
  }

  private mutating func numbers(_ bytes: [UInt8], named name: String, isNumpy: Bool) -> MatrixNumbers? {
    do throws(InvalidMatrix) {
      let numbers = isNumpy ? try NumpyMatrix.read(bytes, named: name) : try MatrixCSV.read(bytes, named: name)
      if max(numbers.rows, numbers.columns) > Self.mostRows {
        throw InvalidMatrix([
          "\(name): \(numbers.rows) rows and \(numbers.columns) columns; at most \(Self.mostRows) are taken"
        ])
      }
      let seen = numbers.entries.filter { !$0.isNaN }
      if max(numbers.rows, numbers.columns) < 2 { throw InvalidMatrix(["\(name): a single number is no matrix"]) }
      if seen.allSatisfy({ $0 == 0 }) {
        throw InvalidMatrix([
          seen.isEmpty ? "\(name): no entry is observed" : "\(name): every entry is zero; there is nothing to learn"
        ])
      }
      return numbers
    } catch {
      for problem in error.problems { refuse("reduce.target", problem) }
      return nil
    }
  }

  /// Rules between keys of `reduce` and `training`.
  ///
  /// - Parameter target: the file of the target, if there is one.
  mutating func checkReduction(_ target: TargetFile?) {
    let isFile = text("reduce.target") != ReductionSettings.random
    let size = target.map { max($0.rows, $0.columns) } ?? integer("reduce.size") ?? 2
    if let rank = integer("reduce.rank"), rank > size, areSound("reduce.size", "reduce.target") {
      refuse("reduce.rank", "reduce.rank must be at most the size of the target, \(size), got \(rank)")
    }
    let hasGaps = (number("reduce.observed") ?? 1) < 1 || target?.hasGaps == true
    if hasGaps, isFile, !isGiven("reduce.rank") {
      refuse(
        "reduce.rank", "reduce.rank is missing: with missing entries the rank of the target is unknown",
        suggestion: "set it, such as 5")
    }
    if hasGaps, (number("reduce.inputDecay") ?? 0) > 0 {
      refuse(
        "reduce.inputDecay", "reduce.inputDecay needs a complete target, and entries are missing",
        suggestion: "use reduce.inputDecay=0, or reduce.observed=1 with a complete target")
    }
    refuseOtherTraining()
  }

  /// Steps on all entries at once are the only training here.
  private mutating func refuseOtherTraining() {
    if let time = word("training.time"), time != "discrete" {
      refuse(
        "training.time", "dmft reduce takes single steps, and training.time is \(time)",
        suggestion: "use training.time=discrete with more steps or a smaller training.learningRate")
    }
    if let mode = word("training.mode"), mode != "batch" {
      refuse(
        "training.mode", "dmft reduce trains on all entries at once, and training.mode is \(mode)",
        suggestion: "use training.mode=batch")
    }
    if isGiven("training.sgdRate") {
      refuse(
        "training.sgdRate",
        "training.sgdRate belongs to the networks of dmft solve; here the plain rate is "
          + "training.learningRate", suggestion: "use training.learningRate")
    }
  }
}
