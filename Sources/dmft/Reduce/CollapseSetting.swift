import DeepLinear
import LinearAlgebra
import Parsimony
import RealData
import Records

/// What `dmft reduce --collapse` was asked to do.
struct CollapseSetting {
  let configuration: Configuration
  let data: ClassData
  /// What was done to a table to make it a problem.
  let notices: [String]

  private static let mostClasses = 100
  private static let mostSamples = 4000

  init(_ configuration: Configuration) throws(CommandFailure) {
    self.configuration = configuration
    let settings = configuration.reduction
    if let table = configuration.table, let file = configuration.dataFile {
      (data, notices) = try Self.read(table, file, seed: configuration.simulation.seed)
      return
    }
    let samples = settings.classes * settings.samplesPerClass
    guard settings.size >= samples else {
      throw CommandFailure(
        status: .badInput,
        lines: [
          "reduce.size \(settings.size) leaves no room for \(samples) orthonormal samples "
            + "(\(settings.classes) classes of \(settings.samplesPerClass)); use reduce.size=\(samples) or fewer samples"
        ])
    }
    do {
      data = try .orthonormal(
        dimension: settings.size, classes: settings.classes, perClass: settings.samplesPerClass,
        seed: configuration.simulation.seed)
    } catch {
      throw CommandFailure(status: .checkFailed, lines: ["\(error)"])
    }
    notices = []
  }

  /// Classes are the distinct values of the target column; inputs are scaled so that their largest second moment is 1.
  private static func read(_ table: DataTable, _ file: DataFile, seed: Int) throws(CommandFailure) -> (
    ClassData, [String]
  ) {
    let kept = ClassData.draw(min(mostSamples, table.rows), of: table.rows, seed: seed)
    // Classes of the rows that are used: one without a row would have no mean.
    let names = Set(kept.map { table.target[$0] }).sorted()
    guard (2...mostClasses).contains(names.count) else {
      throw CommandFailure(
        status: .badInput,
        lines: [
          "data.target \(file.target): \(names.count) distinct values; a collapse needs 2 to \(mostClasses) classes"
        ])
    }
    let prepared: PreparedTable
    do {
      prepared = try Measurement(table, file.standardize).prepared
    } catch {
      throw CommandFailure(status: .badInput, lines: error.problems.map { "data.file \(file.path): \($0)" })
    }
    var notices = ["inputs of a table are not orthonormal: the predicted ratio does not hold, it is shown to compare"]
    if kept.count < table.rows { notices.append("\(kept.count) of \(table.rows) rows are drawn by the seed") }
    let width = prepared.inputs.count / prepared.rows
    let all = DenseMatrix(rows: prepared.rows, columns: width, prepared.inputs)
    var inputs = all.selecting(kept).transposed
    do {
      let largest = try SingularValues(inputs, vectors: false).values[0]
      inputs.combine(own: 1 / largest, weight: 0, other: nil)
    } catch {
      throw CommandFailure(status: .checkFailed, lines: ["\(error)"])
    }
    let labels = kept.map { row in names.firstIndex(of: table.target[row]) ?? 0 }
    return (ClassData(inputs: inputs, labels: labels, classes: names.count), notices)
  }

  private var settings: ReductionSettings { configuration.reduction }
  private var steps: Int { configuration.problem.time.steps ?? 0 }
  /// Steps whose rows `training.rows` asks for.
  var rows: [Int] { configuration.problem.time.reportedRows(of: steps + 1) }
  /// Whether the law's assumption on the inputs holds.
  var isOrthonormal: Bool { configuration.dataFile == nil }
  /// N / K.
  var perClass: Double { Double(data.count) / Double(data.classes) }

  /// Refuses before anything is allocated: weights, momentum buffers and gradients of every layer.
  func refuseBeyondMemory() throws(CommandFailure) {
    let units = Double(settings.size)
    let entries = Double(settings.weightLayers) * units * units + units * Double(data.inputs.rows + data.count)
    try CommandFailure.refuseBeyondMemory(
      "\(settings.weightLayers) layers of reduce.size=\(settings.size) take", bytes: 8 * 4 * entries,
      remedy: "use a smaller reduce.size")
  }

  func collapse() throws(LinearAlgebraFailure) -> Collapse {
    try Collapse(
      data, units: settings.size, scales: settings.initScale, optimizer: configuration.problem.optimizer,
      isMean: settings.loss == .mean, steps: steps, seed: configuration.simulation.seed)
  }

  /// The problem in one line.
  var line: String {
    [
      "\(settings.weightLayers) weight matrices, \(settings.size) units a layer, orthogonal start of scale "
        + ReduceText.scales(settings.initScale),
      "\(data.classes) classes, \(data.count) samples with "
        + (isOrthonormal
          ? "orthonormal inputs" : "\(data.inputs.rows) inputs of \(configuration.dataFile?.path ?? "")"),
      ReduceText.training(configuration.problem.optimizer, steps),
    ].joined(separator: " | ")
  }
}
