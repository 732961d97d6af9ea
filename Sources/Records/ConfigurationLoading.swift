import DeepLinear
import Foundation

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
  ///   - scope: which sections have an effect.
  ///   - workingDirectory: absolute path that relative paths on the command line start from.
  ///   - measure: estimates the spectrum of a table.
  ///   - refusals: what the machine that will run can't do, each with its key.
  /// - Returns: the resolved configuration.
  /// - Throws: every mistake; exit code 64 if an argument is malformed, otherwise 65.
  public static func load(
    file: String?, overrides: [String], further: [String] = [], scope: ConfigurationScope = .training,
    workingDirectory: String,
    measure: @escaping (DataTable, DataTable.Standardization) -> Result<MeasuredSpectrum, InvalidTable>,
    refusals: (TrainingProblem) -> [Refusal] = { _ in [] }
  ) throws(InvalidConfiguration) -> Configuration {
    var given = GivenValues()
    var mistakes: [Mistake] = []
    if let file {
      do throws(UnreadableFile) {
        try given.read(file: text(of: absolutePath(file, in: workingDirectory)), named: file)
      } catch {
        mistakes.append(
          Mistake(at: .wholeFile(file), error.reason, suggestion: error.suggestion))
      }
    }
    for (index, argument) in overrides.enumerated() { given.read(argument: argument, index: index) }
    for word in further where !given.speaks(ofKeyIn: word) { given.read(argument: word, index: overrides.count) }
    if let place = given.axesPlace {
      mistakes.append(Mistake(at: place, "axes are for dmft sweep and dmft transfer", suggestion: "remove the section"))
    }
    let shelf = TableShelf(file: file, workingDirectory: workingDirectory, measure: measure)
    let found = resolve(given, from: shelf, scope: scope, hasSource: mistakes.isEmpty, refusals: refusals)
    guard case .success(let configuration) = found, mistakes.isEmpty else {
      if case .failure(let invalid) = found { mistakes += invalid.mistakes }
      throw InvalidConfiguration(mistakes: mistakes)
    }
    return configuration
  }

  /// Resolves what was given.
  ///
  /// - Parameters:
  ///   - given: all values.
  ///   - shelf: where tables are found.
  ///   - scope: which sections have an effect.
  ///   - hasSource: false where the file could not be read at all.
  ///   - refusals: what the machine that will run can't do.
  /// - Returns: the configuration, or every mistake.
  static func resolve(
    _ given: GivenValues, from shelf: TableShelf, scope: ConfigurationScope = .training, hasSource: Bool = true,
    refusals: (TrainingProblem) -> [Refusal]
  ) -> Result<Configuration, InvalidConfiguration> {
    var given = given
    given.checkContradictions()
    var resolution = Resolution(reader: ValueReader(given), scope: scope)
    // Half of what was meant is missing behind a broken file: rules between keys would mislead.
    if hasSource, resolution.reader.isReadable { resolution.resolve(from: shelf) }
    if hasSource, resolution.isSound { resolution.take(refusals(resolution.problem)) }
    let mistakes = resolution.reader.mistakes
    return mistakes.isEmpty
      ? .success(resolution.configuration(source: shelf.file)) : .failure(InvalidConfiguration(mistakes: mistakes))
  }

  /// A whole file as text.
  static func text(of path: String) throws(UnreadableFile) -> String {
    let bytes = try contents(of: path)
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
  var reduction: ReductionSettings
  var targetFile: TargetFile?
  var growth: GrowthSettings
  let scope: ConfigurationScope

  init(reader: ValueReader, scope: ConfigurationScope) {
    self.reader = reader
    self.scope = scope
    var nothing = ValueReader(GivenValues())
    reduction = nothing.reduction()
    growth = nothing.growth()
    problem = TrainingProblem(
      architecture: Architecture(hiddenLayers: 1, width: .units(1)),
      parameterization: Parameterization(.muP),
      data: DataModel(inputDimension: 1, sampling: .population),
      optimizer: LinearOptimizer(learningRate: 1), time: TimeGrid(.discrete(steps: 1)))
  }

  /// Whether the problem is what the values say (an unknown key elsewhere does not matter).
  var isSound: Bool { reader.isSound }

  mutating func resolve(from shelf: TableShelf) {
    var measured: MeasuredSpectrum?
    if let data = reader.dataFile(from: shelf) {
      (dataFile, table) = (data.file, data.table)
      switch shelf.spectrum(data.table, data.file) {
      case .success(let spectrum): measured = spectrum
      case .failure(let invalid):
        for flaw in invalid.problems {
          reader.refuse("data.file", "data.file \(reader.text("data.file") ?? ""): \(flaw)")
        }
      }
    }
    problem.architecture = reader.architecture()
    problem.parameterization = reader.parameterization()
    problem.data = reader.dataModel(measured: measured)
    problem.optimizer = reader.optimizer()
    problem.time = reader.timeGrid()
    if scope == .reduction {
      targetFile = reader.targetFile(from: shelf)
      reader.checkReduction(targetFile)
    }
    reduction = reader.reduction(targetFile)
    growth = reader.growth()
    if isSound { reader.convertPlainRate(&problem) }
  }

  mutating func take(_ refusals: [Refusal]) {
    for refusal in refusals {
      reader.refuse(refusal.key, refusal.reason, suggestion: refusal.suggestion)
    }
  }

  func configuration(source: String?) -> Configuration {
    let simulation = SimulationSettings(
      replicas: reader.integer("simulation.replicas") ?? 32,
      seed: reader.integer("simulation.seed") ?? 1)
    let validation = reader.number("validation.tolerance") ?? 0.05
    let transfer = reader.number("transfer.tolerance") ?? 0.01
    let own = canonicalValues(
      of: problem, simulation: simulation, validationTolerance: validation,
      transferTolerance: transfer, dataFile: dataFile)
    let canonical = (own + reduction.canonical(scope) + growth.canonical).filter { scope.includes($0.path) }
    return Configuration(
      problem: problem, values: values(canonical), simulation: simulation,
      validationTolerance: validation, transferTolerance: transfer, reduction: reduction,
      targetFile: targetFile, growth: growth, dataFile: dataFile, table: table, source: source, canonical: canonical)
  }

  /// What has an effect or was given, in the order of the schema.
  private func values(_ canonical: [(path: String, value: Value)]) -> [ResolvedValue] {
    let used = Dictionary(canonical.map { ($0.path, $0.value) }) { first, _ in first }
    return Schema.keys.compactMap { key in
      let path = key.path
      if let given = reader.given[path], let value = reader.values[path] {
        return ResolvedValue(
          key: path, text: value.yaml, origin: given.origin,
          isUsed: used[path] != nil || reader.converted.contains(path))
      }
      guard let value = used[path] else { return nil }
      let origin = reader.derivations[path].map { Origin.derived($0) } ?? .default
      return ResolvedValue(key: path, text: value.yaml, origin: origin, isUsed: true)
    }
  }
}
