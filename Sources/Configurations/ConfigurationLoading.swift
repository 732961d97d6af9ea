import Files
import Foundation
import Problems

extension Configuration {
  /// Reads a configuration: a file, or none, and arguments that override it.
  ///
  /// Strict: unknown keys, repeated keys, wrong types, values out of range and contradictions are
  /// all found in one go, each with its place.
  ///
  /// - Parameters:
  ///   - file: path of a YAML file, relative to the working directory; nil for the defaults.
  ///   - overrides: arguments `key=value` with dotted keys; the value is read as YAML.
  ///   - further: words that are used only where nothing is said of their keys.
  ///   - isUsed: which keys have an effect on what will be run.
  ///   - workingDirectory: absolute path that relative paths on the command line start from.
  ///   - refusals: what the backend that will run does not support, each with its key.
  /// - Returns: the resolved configuration.
  /// - Throws: every mistake; exit code 64 if an argument is malformed, otherwise 65.
  public static func load(
    file: String?, overrides: [String], further: [String] = [],
    uses isUsed: (String) -> Bool = Configuration.isOfTraining,
    workingDirectory: String,
    refusals: (TrainingProblem) -> [Refusal] = { _ in [] }
  ) throws(InvalidConfiguration) -> Configuration {
    var given = GivenValues()
    var mistakes: [Mistake] = []
    if let file {
      do throws(UnreadableFile) {
        try given.read(file: text(of: inputPath(file, in: workingDirectory)), named: StandardInput.name(of: file))
      } catch {
        mistakes.append(
          Mistake(at: .wholeFile(StandardInput.name(of: file)), error.reason, suggestion: error.suggestion))
      }
    }
    for (index, argument) in overrides.enumerated() { given.read(argument: argument, index: index) }
    for word in further where !given.speaks(ofKeyIn: word) { given.read(argument: word, index: overrides.count) }
    if let place = given.axesPlace {
      mistakes.append(Mistake(at: place, "axes are for dmft sweep and dmft transfer", suggestion: "remove the section"))
    }
    let cache = TableCache(file: file, workingDirectory: workingDirectory)
    let found = resolve(given, from: cache, uses: isUsed, hasSource: mistakes.isEmpty, refusals: refusals)
    guard case .success(let configuration) = found, mistakes.isEmpty else {
      if case .failure(let invalid) = found { throw invalid.adding(mistakes) }
      throw InvalidConfiguration(mistakes: mistakes)
    }
    return configuration
  }

  /// Every key but those of `reduce`, `layers` and `committee`, which ask another question.
  ///
  /// - Parameter path: dotted path.
  /// - Returns: whether theory and trained networks may depend on it.
  public static func isOfTraining(_ path: String) -> Bool {
    !["reduce.", "layers.", "committee."].contains { path.hasPrefix($0) }
  }

  /// Resolves what was given.
  ///
  /// - Parameters:
  ///   - given: all values.
  ///   - cache: where tables are found.
  ///   - isUsed: which keys have an effect on what will be run.
  ///   - hasSource: false where the file could not be read at all.
  ///   - refusals: what the backend that will run does not support.
  /// - Returns: the configuration, or every mistake.
  static func resolve(
    _ given: GivenValues, from cache: TableCache, uses isUsed: (String) -> Bool, hasSource: Bool = true,
    refusals: (TrainingProblem) -> [Refusal]
  ) -> Result<Configuration, InvalidConfiguration> {
    var given = given
    given.checkContradictions()
    var resolution = Resolution(reader: ValueReader(given), uses: Set(Schema.keys.map(\.path).filter(isUsed)))
    // Half of what was meant is missing behind a broken file: rules between keys would mislead.
    if hasSource, resolution.reader.isReadable { resolution.resolve(from: cache) }
    if hasSource, resolution.isSound { resolution.take(refusals(resolution.problem)) }
    let mistakes = resolution.reader.mistakes
    return mistakes.isEmpty
      ? .success(resolution.configuration(source: cache.file)) : .failure(InvalidConfiguration(mistakes: mistakes))
  }

  /// The most bytes of a configuration that are read: a factor for each of some million steps.
  private static let textLimit = 64 << 20

  /// A whole file as text.
  static func text(of path: String) throws(UnreadableFile) -> String {
    let bytes = try contents(of: path, atMost: textLimit)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw UnreadableFile(reason: "is not UTF-8 text", suggestion: nil)
    }
    return text
  }
}

/// A configuration in the making: the values, then the problem, then the record of origins.
private struct Resolution {
  var reader: ValueReader
  var problem: TrainingProblem
  var dataFile: DataFile?
  var table: DataTable?
  var notices: [String] = []
  var reduction: ReductionSettings
  var targetFile: TargetFile?
  var growth: GrowthSettings
  var committee: CommitteeSettings
  var transfer: TransferSettings
  var tune: TuneSettings
  /// Paths of the keys that have an effect.
  let used: Set<String>

  init(reader: ValueReader, uses used: Set<String>) {
    self.reader = reader
    self.used = used
    var nothing = ValueReader(GivenValues())
    reduction = nothing.reduction()
    growth = nothing.growth()
    committee = nothing.committee(isUsed: false)
    problem = TrainingProblem(
      architecture: Architecture(hiddenLayers: 1, width: .units(1)),
      parameterization: Parameterization(.muP),
      data: DataModel(inputDimension: 1, sampling: .population),
      optimizer: LinearOptimizer(learningRate: 1), time: TimeGrid(.discrete(steps: 1)))
    transfer = nothing.transfer(problem.data, isUsed: false)
    tune = nothing.tune(problem.data, isUsed: false)
  }

  /// Whether the problem is what the values say (an unknown key elsewhere does not matter).
  var isSound: Bool { reader.isSound }

  mutating func resolve(from cache: TableCache) {
    var measured: MeasuredSpectrum?
    var rows: GivenRows?
    if let data = reader.dataFile(from: cache) {
      (dataFile, table, notices) = (data.file, data.entry.table, data.entry.notices)
      switch cache.measured(data.entry.table, data.file) {
      case .success(let found):
        measured = reader.flag("data.fitCorrection") ? found.spectrum.correctingFit() : found.spectrum
        rows = found.rows
        rows?.order = data.file.order?.steps
        if found.sharedRows > 0 { notices.append(Self.sharedRows(found)) }
      case .failure(let invalid):
        let key = reader.tableKey
        for flaw in invalid.problems { reader.refuse(key, "\(key) \(reader.text(key) ?? ""): \(flaw)") }
      }
    }
    problem.architecture = reader.architecture()
    problem.parameterization = reader.parameterization()
    problem.data = reader.dataModel(measured: measured, rows: rows)
    reader.countEpochs(problem)
    problem.optimizer = reader.optimizer()
    problem.time = reader.timeGrid()
    if used.contains("reduce.target") {
      targetFile = reader.targetFile(from: cache)
      reader.checkReduction(targetFile)
    }
    reduction = reader.reduction(targetFile)
    growth = reader.growth()
    committee = reader.committee(isUsed: used.contains("committee.overlaps"))
    transfer = reader.transfer(problem.data, isUsed: used.contains("transfer.objective"))
    if used.contains("training.optimizer") { problem.gradientRule = reader.gradientRule(problem) }
    if used.contains("training.loss") { problem.lossRule = reader.lossRule(problem.data) }
    tune = reader.tune(problem.data, isUsed: used.contains("tune.objective"))
    if isSound { reader.convertPlainRate(&problem) }
  }

  private static func sharedRows(_ found: TableCache.Measured) -> String {
    "warning: \(found.sharedRows) of \(found.rows?.testCount ?? 0) test rows also are training rows, inputs and target alike: the test loss "
      + "is that much less of a test"
  }

  mutating func take(_ refusals: [Refusal]) {
    for refusal in refusals {
      reader.refuse(refusal.key, refusal.reason, suggestion: refusal.suggestion)
    }
  }

  func configuration(source: String?) -> Configuration {
    let settings = Settings(
      problem: problem,
      simulation: SimulationSettings(
        replicas: reader.integer("simulation.replicas") ?? 32, seed: reader.integer("simulation.seed") ?? 1),
      validationTolerance: reader.number("validation.tolerance") ?? 0.05,
      transfer: transfer, tune: tune, reduction: reduction, growth: growth, committee: committee,
      dataFile: dataFile, targetFile: targetFile)
    let canonical = Schema.keys.filter { used.contains($0.path) }.compactMap { key in
      key.value(settings).map { (path: key.path, value: $0) }
    }
    return Configuration(
      settings, canonical: canonical, values: values(canonical), table: table, notices: notices, source: source)
  }

  /// What has an effect or was given, in the order of the schema.
  private func values(_ canonical: [(path: String, value: Value)]) -> [ResolvedValue] {
    let used = Dictionary(canonical.map { ($0.path, $0.value) }) { first, _ in first }
    let sums = ["data.sha256": "of \(reader.tableKey)", "data.testSha256": "of data.testFile"]
    return Schema.keys.compactMap { key in
      let path = key.path
      if let given = reader.given[path], let value = reader.values[path] {
        return ResolvedValue(
          key: path, text: value.yaml, origin: given.origin,
          isUsed: used[path] != nil || reader.converted.contains(path))
      }
      guard let value = used[path] else { return nil }
      let derivation = sums[path] ?? reader.derivations[path]
      let origin = derivation.map { Origin.derived($0) } ?? .default
      return ResolvedValue(key: path, text: value.yaml, origin: origin, isUsed: true)
    }
  }
}
