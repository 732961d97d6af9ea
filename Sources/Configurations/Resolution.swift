import Problems
import Tables

/// A configuration in the making: the values, then the problem, then the record of origins.
struct Resolution {
  var reader: ValueReader
  var problem: TrainingProblem
  var dataFile: DataFile?
  var table: DataTable?
  var notices: [String] = []
  var targetFile: TargetFile?
  var others: OtherSections
  var transfer: TransferSettings
  var tune: TuneSettings
  /// The keys that have an effect.
  let used: UsedKeys
  /// Those of `reduce`, `layers` and `committee` where they are known to be the same as before.
  private let knownOthers: OtherSections?

  /// - Parameters:
  ///   - reader: the decoded values.
  ///   - used: the keys that have an effect.
  ///   - others: settings of `reduce`, `layers` and `committee` where they are known.
  init(reader: ValueReader, uses used: UsedKeys, others: OtherSections? = nil) {
    self.reader = reader
    self.used = used
    knownOthers = others
    self.others = Self.nothing.others
    problem = Self.nothing.problem
    transfer = Self.nothing.transfer
    tune = Self.nothing.tune
  }

  /// What stands where something is wrong.
  private static let nothing = {
    var nothing = ValueReader(GivenValues())
    let problem = TrainingProblem(
      architecture: Architecture(hiddenLayers: 1, width: .units(1)),
      parameterization: Parameterization(.muP),
      data: DataModel(inputDimension: 1, sampling: .population),
      optimizer: LinearOptimizer(learningRate: 1), time: TimeGrid(.discrete(steps: 1)))
    return (
      problem: problem,
      others: OtherSections(
        reduction: nothing.reduction(), growth: nothing.growth(), committee: nothing.committee(isUsed: false)),
      transfer: nothing.transfer(problem.data, isUsed: false), tune: nothing.tune(problem.data, isUsed: false)
    )
  }()

  /// Whether the problem is what the values say (an unknown key elsewhere does not matter).
  var isSound: Bool { reader.isSound }

  mutating func resolve(from cache: TableCache) {
    var measured: MeasuredSpectrum?
    var rows: GivenRows?
    var labelled: TableCache.Measured?
    if let data = reader.dataFile(from: cache) {
      (dataFile, notices) = (data.file, data.entry.notices)
      let labels = used.contains("training.loss") ? reader.tableLabels : .asRead
      if labels != .asRead { notices.removeAll { $0.hasSuffix(TableChoice.classesHint) } }
      switch cache.measured(data.entry.table, data.file, labels) {
      case .success(let found):
        table = found.table
        labelled = found
        if let warning = found.spreadWarning { notices.append(warning) }
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
    resolveOthers(from: cache)
    if used.contains("training.loss") { problem.lossRule = reader.lossRule(problem.data, table: labelled) }
    transfer = reader.transfer(problem.data, isUsed: used.contains("transfer.objective"))
    if used.contains("training.optimizer") { problem.gradientRule = reader.gradientRule(problem) }
    tune = reader.tune(problem.data, isUsed: used.contains("tune.objective"))
    if isSound { reader.convertPlainRate(&problem) }
  }

  private mutating func resolveOthers(from cache: TableCache) {
    if let knownOthers {
      others = knownOthers
      return
    }
    if used.contains("reduce.target") {
      targetFile = reader.targetFile(from: cache)
      reader.checkReduction(targetFile)
    }
    others = OtherSections(
      reduction: reader.reduction(targetFile), growth: reader.growth(),
      committee: reader.committee(isUsed: used.contains("committee.overlaps")))
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

  /// The configuration that came out.
  ///
  /// - Parameters:
  ///   - source: the configuration file as the user named it.
  ///   - varied: what this point of a family has of its own.
  ///   - before: what is known of the origins of another point of the family.
  /// - Returns: the configuration.
  func configuration(
    source: String?, varied: [ResolvedValue] = [], after before: ValueOrigins? = nil
  ) -> Configuration {
    let settings = Settings(
      problem: problem,
      simulation: SimulationSettings(
        replicas: reader.integer("simulation.replicas") ?? 32, seed: reader.integer("simulation.seed") ?? 1),
      validationTolerance: reader.number("validation.tolerance") ?? 0.05,
      transfer: transfer, tune: tune, others: others, dataFile: dataFile, targetFile: targetFile, table: table,
      notices: notices)
    let origins = before.flatMap { $0.isShared(by: reader) ? $0 : nil } ?? ValueOrigins(reader)
    return Configuration(settings, uses: used, origins: origins, varied: varied, source: source)
  }
}
