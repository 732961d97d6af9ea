import Files
import Foundation
import Problems

extension Plan {
  /// Reads a family of problems; every mistake of every point is found before anything runs.
  ///
  /// - Parameters:
  ///   - file: path of a YAML file, which may have a section `axes`; nil for the defaults.
  ///   - words: `key=value`, `key=value,value`, `zip(...)`, `repeat=n`; they replace the values of the file.
  ///   - further: words that are used only where nothing is said of their keys.
  ///   - isUsed: which keys have an effect on what will be run.
  ///   - workingDirectory: absolute path that relative paths on the command line start from.
  ///   - refusals: what the backends that will run do not support, each with its key.
  ///   - progress: receives the share of the points that is read.
  /// - Returns: the family.
  /// - Throws: every mistake; exit code 64 if an argument is malformed, otherwise 65.
  public static func load(
    file: String?, words: [String], further: [String] = [], uses isUsed: (String) -> Bool = Configuration.isOfTraining,
    workingDirectory: String,
    refusals: @escaping (TrainingProblem) -> [Refusal] = { _ in [] }, progress: (Double) -> Void = { _ in }
  ) throws(InvalidConfiguration) -> Plan {
    var given = GivenValues()
    if let file {
      do throws(UnreadableFile) {
        try given.read(
          file: Configuration.text(of: inputPath(file, in: workingDirectory)), named: StandardInput.name(of: file))
      } catch {
        throw InvalidConfiguration(
          mistakes: [Mistake(at: .wholeFile(StandardInput.name(of: file)), error.reason, suggestion: error.suggestion)])
      }
    }
    for (index, word) in words.enumerated() { given.read(argumentWithAxes: word, index: index) }
    for word in further where !given.speaks(ofKeyIn: word) { given.read(argumentWithAxes: word, index: words.count) }
    let mistakes = given.axes.mistakes + given.repeatedAxes
    let cache = TableCache(file: file, workingDirectory: workingDirectory)
    guard mistakes.isEmpty, given.mistakes.isEmpty, given.isReadable else {
      // What is given besides the axes is checked nevertheless.
      let rest = Configuration.resolve(given, from: cache, uses: isUsed, refusals: refusals)
      if case .failure(let invalid) = rest { throw invalid.adding(mistakes) }
      throw InvalidConfiguration(mistakes: mistakes)
    }
    return try plan(given, cache, isUsed, refusals, progress)
  }

  /// Each point holds its resolved configuration, some kilobytes.
  private static let pointLimit = 200_000.0
  /// Mistakes after which no further point is checked: a whole axis may be wrong, and each such point takes a fifth of a millisecond.
  private static let mistakeLimit = 1000

  private static func plan(
    _ given: GivenValues, _ cache: TableCache, _ isUsed: (String) -> Bool,
    _ refusals: @escaping (TrainingProblem) -> [Refusal], _ progress: (Double) -> Void
  ) throws(InvalidConfiguration) -> Plan {
    let axes = given.axes.axes
    let count = axes.reduce(Double(given.axes.repeats ?? 1)) { $0 * Double($1.count) }
    guard count <= pointLimit else {
      let reason = "the axes have \(String(format: "%.0f", count)) combinations, at most \(Int(pointLimit)) are taken"
      throw InvalidConfiguration(mistakes: [Mistake(at: .wholeFile("axes"), reason)])
    }
    let texts = axes.map { axis in axis.columns.map { Self.texts($0, cache) } }
    var reading = PointReading(given, cache, isUsed, refusals)
    var points: [Point] = []
    var mistakes: [Mistake] = []
    var seen: Set<Mistake> = []
    var further = 0
    for (index, places) in combinations(axes.map(\.count)).enumerated() {
      if index % 256 == 0 { progress(Double(index) / count) }
      let labels = zip(texts, places).flatMap { columns, place in columns.map { $0[place] } }
      switch reading.configuration(at: places) {
      case .success(let found): points += repetitions(of: found, labels, given.axes.repeats ?? 1)
      // The same mistake of many points is reported once.
      case .failure(let invalid):
        mistakes += invalid.mistakes.filter { seen.insert($0).inserted }
        further = max(further, invalid.further)
      }
      if mistakes.count >= mistakeLimit {
        mistakes.insert(Mistake(at: .wholeFile("axes"), "so many points are wrong that not all were checked"), at: 0)
        break
      }
    }
    guard mistakes.isEmpty else { throw InvalidConfiguration(mistakes: mistakes, further: further) }
    return Plan(
      columns: axes.flatMap { $0.columns.map(\.path) },
      axes: zip(axes, texts).map { axis, texts in zip(axis.columns, texts).map { ($0.path, $1) } },
      repeats: given.axes.repeats ?? 1, points: points, source: cache.file,
      shared: shared(given, cache).filter { isUsed($0.path) })
  }

  /// Values as they stand in tables and files; a table of data by its absolute path, wherever the file will lie.
  private static func texts(_ column: Axis.Column, _ cache: TableCache) -> [String] {
    guard Configuration.dataFileKeys.contains(column.path) else { return column.texts }
    return column.values.map { given in
      let folder = given.isOfFile ? cache.configurationFolder : cache.workingDirectory
      return Value.text(inputPath(given.node.scalar?.string ?? "", in: folder)).yaml
    }
  }

  /// One point, or several with a seed each.
  private static func repetitions(of first: Configuration, _ labels: [String], _ count: Int) -> [Point] {
    (0..<count).map { repetition in
      Point(labels: labels, repetition: repetition, configuration: first.reseeded(by: repetition))
    }
  }

  /// All combinations of places along the axes, the last axis fastest.
  private static func combinations(_ counts: [Int]) -> [[Int]] {
    counts.reduce([[]]) { heads, count in heads.flatMap { head in (0..<count).map { head + [$0] } } }
  }

  private static func shared(_ given: GivenValues, _ cache: TableCache) -> [(path: String, value: Value)] {
    let axes = given.axes.paths
    return Schema.keys.compactMap { key in
      guard !axes.contains(key.path), let entry = given.entries[key.path], let value = try? key.decode(entry.node)
      else {
        return nil
      }
      guard Configuration.dataFileKeys.contains(key.path), case .text(let name) = value else {
        return (key.path, value)
      }
      let folder = entry.isOfFile ? cache.configurationFolder : cache.workingDirectory
      return (key.path, .text(inputPath(name, in: folder)))
    }
  }
}

extension GivenValues {
  /// Keys that the command line gives one value and an axis too.
  var repeatedAxes: [Mistake] {
    let rivals = axes.paths.flatMap { path in
      ([path] + (Schema.key(path)?.alternatives ?? [])).compactMap { rival -> Mistake? in
        guard let value = entries[rival], !value.isOfFile else { return nil }
        let what = rival == path ? "\(path) is an axis too" : "\(rival) is given together with the axis \(path)"
        return Mistake(at: value.location, what, suggestion: "keep one")
      }
    }
    guard axes.repeats ?? 1 > 1, axes.paths.contains("simulation.seed") else { return rivals }
    let both = "repeat gives each repetition a seed of its own, and simulation.seed is an axis"
    return rivals + [Mistake(at: .wholeFile("axes"), both, suggestion: "keep one")]
  }

  /// Whether a value or an axis is given for the key of a word, or for one of its alternatives.
  func speaks(ofKeyIn word: String) -> Bool {
    let path = String(word.prefix { $0 != "=" })
    let paths = [path] + (Schema.key(path)?.alternatives ?? [])
    return paths.contains { entries[$0] != nil || axes.paths.contains($0) }
  }
}
