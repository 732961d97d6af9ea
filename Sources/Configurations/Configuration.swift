import Files
import JSON
import Problems

/// How many networks are trained, and from which random numbers.
public struct SimulationSettings: Hashable, Sendable {
  /// Number of trained networks, at least 1.
  public let replicas: Int
  /// Seed of the random numbers, at least 0.
  public let seed: Int

  /// - Parameters:
  ///   - replicas: number of trained networks.
  ///   - seed: seed of the random numbers.
  public init(replicas: Int, seed: Int) {
    self.replicas = replicas
    self.seed = seed
  }
}

/// Settings of commands that ask another question than how a network learns; a family shares them.
final class OtherSections: Sendable {
  let reduction: ReductionSettings
  let growth: GrowthSettings
  let committee: CommitteeSettings

  init(reduction: ReductionSettings, growth: GrowthSettings, committee: CommitteeSettings) {
    self.reduction = reduction
    self.growth = growth
    self.committee = committee
  }
}

/// What a configuration sets: every value that one of its keys can read or set.
struct Settings: Sendable {
  var problem: TrainingProblem
  var simulation: SimulationSettings
  var validationTolerance: Double
  var transfer: TransferSettings
  var tune: TuneSettings
  var others: OtherSections
  var dataFile: DataFile?
  var targetFile: TargetFile?
  var table: DataTable?
  var notices: [String]

  var reduction: ReductionSettings { others.reduction }
  var growth: GrowthSettings { others.growth }
  var committee: CommitteeSettings { others.committee }

  /// The law of power-law data.
  var powerLaw: PowerLaw? {
    if case .powerLaw(let law) = problem.data.spectrum { law } else { nil }
  }

  /// The spectrum of a table.
  var measured: MeasuredSpectrum? {
    if case .measured(let measured) = problem.data.spectrum { measured } else { nil }
  }

  /// How batches are taken where keys say so; nil where every batch is given, and in other modes.
  var chosenBatches: Minibatches? { problem.data.rows?.orderedSteps == nil ? problem.minibatchRule : nil }

  /// A schedule in parts; nil for a constant one and for explicit multipliers.
  var warmup: (steps: Int, decay: Schedule.Decay, final: Double)? {
    if case .warmup(let steps, let decay, let final) = problem.optimizer.schedule { (steps, decay, final) } else { nil }
  }
}

/// A configuration, resolved: the problem it describes, and where each value came from.
public struct Configuration: Sendable {
  /// Every value in the order of the schema, with its origin.
  public var values: [ResolvedValue] { origins.values(canonical, varied: varied) }
  /// What stood in the file of real data; of two files the training rows, then the test rows.
  public var table: DataTable? { settings.table }
  /// How that file was read where that is not plain, and columns to look at; a sentence each.
  public var notices: [String] { settings.notices }
  /// The configuration file as the user named it; nil without one.
  public let source: String?

  /// What theory and simulation start from.
  public var problem: TrainingProblem { settings.problem }
  /// Replicas and seed of a simulation.
  public var simulation: SimulationSettings { settings.simulation }
  /// Relative difference of theory and simulation that `validate` lets pass.
  public var validationTolerance: Double { settings.validationTolerance }
  /// Relative loss that a transferred learning rate may cost.
  public var transferTolerance: Double { settings.transfer.tolerance }
  /// What `transfer` makes small.
  public var transferObjective: StudyObjective { settings.transfer.objective }
  /// What `tune` makes small.
  public var tuneObjective: StudyObjective { settings.tune.objective }
  /// What stays as configured while `tune` trades one key for another.
  public var tuneBudget: StudyBudget { settings.tune.budget }
  /// What `reduce` compresses.
  public var reduction: ReductionSettings { settings.reduction }
  /// The file of the matrix that `reduce` learns; nil for a random one and for other commands.
  public var targetFile: TargetFile? { settings.targetFile }
  /// What `layers` trains.
  public var growth: GrowthSettings { settings.growth }
  /// What `committee` predicts.
  public var committee: CommitteeSettings { settings.committee }
  /// The file of real data; nil for generated data.
  public var dataFile: DataFile? { settings.dataFile }

  /// Apart, as a sweep holds a configuration for each of its points.
  private let shared: Shared
  private var settings: Settings { shared.settings }
  /// The keys that count.
  let used: UsedKeys
  /// Where its values come from.
  let origins: ValueOrigins
  /// What a point of a family has of its own.
  private let varied: [ResolvedValue]

  private final class Shared: Sendable {
    let settings: Settings
    init(_ settings: Settings) { self.settings = settings }
  }

  init(
    _ settings: Settings, uses used: UsedKeys, origins: ValueOrigins, varied: [ResolvedValue] = [], source: String?
  ) {
    shared = Shared(settings)
    self.used = used
    self.origins = origins
    self.varied = varied
    self.source = source
  }

  /// What the problem is in canonical keys: the same problem always gives the same list.
  var canonical: [(path: String, value: Value)] {
    used.keys.compactMap { key in value(of: key).map { (key.path, $0) } }
  }

  /// The value of a key that counts; nil where it has no effect.
  func value(of key: Schema.Key) -> Value? { key.value(settings) }

  /// The same configuration with the seed moved on, for a simulation that is repeated.
  func reseeded(by offset: Int) -> Configuration {
    guard offset > 0 else { return self }
    var other = settings
    let seed = (simulation.seed &+ offset) & Int.max
    other.simulation = SimulationSettings(replicas: simulation.replicas, seed: seed)
    return Configuration(other, uses: used, origins: origins, varied: varied, source: source)
  }
}

extension Configuration {
  /// SHA-256 of the canonical configuration, 64 hexadecimal digits.
  ///
  /// The contents of a data file count, not its place; comments, the order of keys, the spelling
  /// of values, and where they were given do not.
  ///
  /// - Parameter isUsed: which keys count.
  /// - Returns: the same for the same problem.
  public func hash(of isUsed: (String) -> Bool = { _ in true }) -> String {
    withoutActuallyEscaping(isUsed) { isUsed in
      var hash = ConfigurationHash(of: isUsed)
      return hash.hash(self)
    }
  }

  /// The resolved configuration as YAML, which loads again to an equal problem and the same hash.
  ///
  /// - Parameters:
  ///   - isUsed: which keys are written.
  ///   - path: how the absolute path of a file is written.
  /// - Returns: canonical keys with their values.
  public func yaml(of isUsed: (String) -> Bool = { _ in true }, path: (String) -> String = { $0 }) -> String {
    "# Resolved by dmft: the same command on this file gives the same numbers.\n"
      + Self.yaml(Self.located(canonical.filter { isUsed($0.path) }, path))
  }

  /// Values with the paths of files written in another way.
  static func located(
    _ values: [(path: String, value: Value)], _ path: (String) -> String
  ) -> [(path: String, value: Value)] {
    values.map { key, value in
      guard fileKeys.contains(key), case .text(let text) = value, text.hasPrefix("/") else { return (key, value) }
      return (key, .text(path(text)))
    }
  }

  /// Keys whose value is the path of a file.
  static let fileKeys: Set<String> = [
    "data.file", "data.trainFile", "data.testFile", "training.batchOrder", "reduce.target",
  ]

  /// Those of them that name tables.
  static let dataFileKeys: Set<String> = ["data.file", "data.trainFile", "data.testFile", "training.batchOrder"]

  /// Absolute paths of the files that this configuration reads.
  public var files: [String] {
    [dataFile?.path, dataFile?.split?.testFile?.path, dataFile?.order?.path, targetFile?.path].compactMap { $0 }
  }

  /// Values under their sections, each section once if its keys come together.
  static func yaml(_ values: [(path: String, value: Value)]) -> String {
    var lines: [String] = []
    var open: [String] = []
    for (path, value) in values {
      let parts = path.split(separator: ".").map(String.init)
      let parents = Array(parts.dropLast())
      let common = zip(open, parents).prefix { $0 == $1 }.count
      for depth in common..<parents.count {
        lines.append(String(repeating: "  ", count: depth) + parents[depth] + ":")
      }
      open = parents
      lines.append(
        String(repeating: "  ", count: parents.count) + (parts.last ?? path) + ": " + value.yaml)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The resolved configuration as nested JSON, with the same keys as `yaml()`.
  ///
  /// - Parameters:
  ///   - isUsed: which keys are written.
  ///   - path: how the absolute path of a file is written.
  /// - Returns: an object of sections.
  public func json(of isUsed: (String) -> Bool = { _ in true }, path: (String) -> String = { $0 }) -> JSONValue {
    Self.json(Self.located(canonical.filter { isUsed($0.path) }, path))
  }

  static func json(_ values: [(path: String, value: Value)]) -> JSONValue {
    values.reduce(.object([:])) { tree, entry in
      let parts = entry.path.split(separator: ".").map(String.init)
      return insert(entry.value.json, at: parts[...], into: tree)
    }
  }

  private static func insert(
    _ value: JSONValue, at path: ArraySlice<String>, into tree: JSONValue
  ) -> JSONValue {
    guard let first = path.first else { return value }
    guard case .object(var members) = tree else { return tree }
    members[first] = insert(value, at: path.dropFirst(), into: members[first] ?? .object([:]))
    return .object(members)
  }
}
