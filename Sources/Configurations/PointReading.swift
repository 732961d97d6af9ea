import Problems

/// Reads the points of a family one after another; what they share is read once.
///
/// A point is resolved from the decoded values of the first one with its own in their place. One in which something is wrong is
/// resolved as a configuration alone would be, which finds every mistake with its place.
struct PointReading {
  private let given: GivenValues
  private let cache: TableCache
  private let used: UsedKeys
  private let refusals: (TrainingProblem) -> [Refusal]
  /// Values of the axes: for each axis its columns, and for each of them its values.
  private let values: [[[AxisValue]]]
  /// The decoded values of the first point; nil where they contradict each other.
  private let reader: ValueReader?
  private let sharesOthers: Bool
  /// What the points before have found.
  private var others: OtherSections?
  private var origins: ValueOrigins?

  private struct AxisValue {
    let path: String
    let given: Given
    /// Nil where it can't be decoded.
    let value: Value?
    let resolved: ResolvedValue

    init(_ path: String, _ given: Given) {
      self.path = path
      self.given = given
      value = Schema.key(path).flatMap { try? $0.decode(given.node) }
      resolved = ResolvedValue(key: path, text: value?.yaml ?? "", origin: given.origin, isUsed: true)
    }
  }

  /// - Parameters:
  ///   - given: what the file and the command line give, with the axes.
  ///   - cache: where tables are found.
  ///   - isUsed: which keys have an effect on what will be run.
  ///   - refusals: what the backends that will run do not support.
  init(
    _ given: GivenValues, _ cache: TableCache, _ isUsed: (String) -> Bool,
    _ refusals: @escaping (TrainingProblem) -> [Refusal]
  ) {
    self.given = given
    self.cache = cache
    self.refusals = refusals
    used = UsedKeys(isUsed)
    let axes = given.axes.axes
    values = axes.map { axis in axis.columns.map { column in column.values.map { AxisValue(column.path, $0) } } }
    var first = given
    first.take(axes.flatMap { axis in axis.columns.map { ($0.path, $0.values[0]) } })
    first.checkContradictions()
    reader = first.mistakes.isEmpty ? ValueReader(first) : nil
    let used = used
    sharesOthers = ["reduce", "layers", "committee"].allSatisfy { section in
      !used.containsAny(of: section) && !given.axes.paths.contains { $0.hasPrefix(section + ".") }
    }
  }

  /// The configuration of one point, or every mistake in it.
  ///
  /// - Parameter places: for each axis the number of its value.
  /// - Returns: the configuration.
  mutating func configuration(at places: [Int]) -> Result<Configuration, InvalidConfiguration> {
    let own = zip(values, places).flatMap { columns, place in columns.map { $0[place] } }
    if let configuration = sound(own) { return .success(configuration) }
    var alone = given
    alone.take(own.map { ($0.path, $0.given) })
    return Configuration.resolve(alone, from: cache, uses: { used.contains($0) }, refusals: refusals)
  }

  /// The configuration of a point without mistakes; nil where there may be some.
  private mutating func sound(_ own: [AxisValue]) -> Configuration? {
    guard var reader else { return nil }
    for axis in own {
      guard let value = axis.value else { return nil }
      reader.replace(axis.path, by: axis.given, value)
    }
    var resolution = Resolution(reader: reader, uses: used, others: sharesOthers ? others : nil)
    resolution.resolve(from: cache)
    guard resolution.isSound else { return nil }
    resolution.take(refusals(resolution.problem))
    guard resolution.reader.mistakes.isEmpty else { return nil }
    let configuration = resolution.configuration(source: cache.file, varied: own.map(\.resolved), after: origins)
    others = resolution.others
    origins = configuration.origins
    return configuration
  }
}
