import LinearAlgebra
import Parallel
import Parsimony
import Problems
import Reports
import RunStore
import Tables

/// Trains a deep linear classifier from an orthogonal start, and shows how each layer pulls its classes together.
public struct ClassCollapse: Experiment {
  /// The command, which shows the collapse with `--collapse`.
  public static let name = "reduce"
  /// Training, sizes, and a table of classes.
  public static let keys = KeySelection(
    ["training", "simulation", "reduce"],
    except: Set(["target", "rank", "start", "inputDecay", "observed", "outerRate"].map { "reduce." + $0 }),
    and: Set(
      ["file", "target", "targets", "columns", "exclude", "categorical", "missing", "standardize"].map { "data." + $0 })
  )

  /// Samples with classes, made when they are needed.
  private enum Samples: Sendable {
    case orthonormal(classes: Int, perClass: Int)
    case given(ClassData, file: String)
  }

  private let samples: Samples
  private let units: Int
  private let training: ChainTraining
  private let notices: [String]

  private static let mostClasses = 100
  private static let mostSamples = 4000

  /// Orthonormal inputs, for which the collapse is predicted.
  ///
  /// - Parameters:
  ///   - classes: how many.
  ///   - perClass: samples of each.
  ///   - units: of each hidden layer, and dimension of the inputs.
  ///   - training: start and optimiser.
  /// - Throws: where there are more samples than dimensions.
  public init(classes: Int, perClass: Int, units: Int, _ training: ChainTraining) throws(ExperimentFailure) {
    let count = classes * perClass
    guard units >= count else {
      throw ExperimentFailure(
        .refused,
        [
          "reduce.size \(units) is too small for \(count) orthonormal samples (\(classes) classes of \(perClass)); "
            + "use reduce.size=\(count) or fewer samples"
        ])
    }
    samples = .orthonormal(classes: classes, perClass: perClass)
    self.units = units
    self.training = training
    notices = []
  }

  /// A table: classes are those of its target, or the distinct values of a target of numbers; inputs are scaled so that their largest second moment is 1.
  ///
  /// - Parameters:
  ///   - table: as read.
  ///   - name: of its file.
  ///   - target: name of the target column.
  ///   - standardize: how its inputs are prepared.
  ///   - units: of each hidden layer.
  ///   - training: start and optimiser.
  /// - Throws: where the target has too few or too many values, or the inputs cannot be prepared.
  public init(
    _ table: DataTable, named name: String, target: String, standardize: DataTable.Standardization, units: Int,
    _ training: ChainTraining
  ) throws(ExperimentFailure) {
    guard table.targets.count == 1 || table.areClasses else {
      throw ExperimentFailure(
        .refused,
        ["data.target \(target): a collapse is that of the classes of one column, and \(table.targets.count) are named"]
      )
    }
    let classOfRow = (0..<table.rows).map { row -> Double in
      table.areClasses ? Double(table.targets.firstIndex { $0[row] == 1 } ?? 0) : table.target[row]
    }
    let kept = ClassData.draw(min(Self.mostSamples, table.rows), of: table.rows, seed: training.seed)
    // Classes of the rows that are used: one without a row would have no mean.
    let names = Set(kept.map { classOfRow[$0] }).sorted()
    guard (2...Self.mostClasses).contains(names.count) else {
      throw ExperimentFailure(
        .refused,
        ["data.target \(target): \(names.count) distinct values; a collapse needs 2 to \(Self.mostClasses) classes"])
    }
    let prepared: PreparedTable
    do {
      prepared = try Measurement(table, standardize).prepared
    } catch {
      throw ExperimentFailure(.refused, error.problems.map { "data.file \(name): \($0)" })
    }
    let width = prepared.inputs.count / prepared.rows
    var inputs = DenseMatrix(rows: prepared.rows, columns: width, prepared.inputs).selecting(kept).transposed
    let largest = try ExperimentFailure.catching { () throws(LinearAlgebraFailure) in
      try SingularValues(inputs, vectors: false).values[0]
    }
    inputs.combine(own: 1 / largest, weight: 0, other: nil)
    let labels = kept.map { row in names.firstIndex(of: classOfRow[row]) ?? 0 }
    samples = .given(ClassData(inputs: inputs, labels: labels, classes: names.count), file: name)
    self.units = units
    self.training = training
    notices =
      ["inputs of a table are not orthonormal: the predicted ratio does not hold, it is shown to compare"]
      + (kept.count < table.rows ? ["\(kept.count) of \(table.rows) rows are drawn by the seed"] : [])
  }

  /// What sets it apart from the reduction.
  public var options: [String] { ["--collapse"] }

  private var setting: CollapsedClasses.Setting {
    switch samples {
    case .orthonormal(let classes, let perClass):
      CollapsedClasses.Setting(
        training: training, units: units, classes: classes, samples: classes * perClass, inputs: units, file: nil)
    case .given(let data, let file):
      CollapsedClasses.Setting(
        training: training, units: units, classes: data.classes, samples: data.count, inputs: data.inputs.rows,
        file: file)
    }
  }

  /// The problem in a line.
  public var headline: [String] { [setting.clauses.joined(separator: " | ")] }

  /// Weights, momentum buffers and gradients of every layer.
  public func estimate(workers: Int) throws(ExperimentFailure) -> Estimate {
    let (size, layers) = (Double(units), training.scales.count)
    let entries = Double(layers) * size * size + size * Double(setting.inputs + setting.samples)
    return Estimate(
      bytes: Int(exactly: (8 * 4 * entries + training.bytes).rounded()) ?? .max,
      seconds: training.seconds(size: Double(max(units, setting.inputs))),
      disk: DiskUse(rows: training.reported.count, columns: 4 * (layers + 1), series: layers + 1, pictures: 2),
      subject: "\(layers) layers of reduce.size=\(units) and \(training.steps) steps take",
      remedy: training.bytes > 32 * entries ? "use fewer training.steps" : "use a smaller reduce.size")
  }

  /// Trains the classifier.
  ///
  /// - Parameter context: progress, notices.
  /// - Returns: scatters before and after.
  /// - Throws: where LAPACK does not converge.
  public func run(in context: RunContext) throws(ExperimentFailure) -> Finished<CollapsedClasses> {
    notices.forEach(context.notice)
    // The number of threads decides the last bits of large products.
    BLAS.useThreads(1)
    let start = ProcessorTime.ofProcess()
    let training = training
    var collapse = try ExperimentFailure.catching { () throws(LinearAlgebraFailure) in
      try Collapse(
        try data(), units: units, scales: training.scales, optimizer: training.optimizer, isMean: training.isMean,
        steps: training.steps, seed: training.seed)
    }
    let before = collapse.scatters
    let rows = collapse.run(reported: training.reported, progress: context.progress)
    guard !rows.isEmpty else { throw .startBeyondNumbers(of: "the network") }
    let result = CollapsedClasses(
      setting: setting, notices: notices, outcome: collapse.outcome, rows: rows, before: before,
      after: collapse.outcome == .completed ? collapse.scatters : [], seconds: ProcessorTime.ofProcess() - start)
    let arrays = [
      NamedArray(name: "step", shape: [rows.count]) { rows.map { Double($0.step) } },
      NamedArray(name: "loss", shape: [rows.count]) { rows.map(\.loss) },
    ]
    return Finished(result, arrays: context.keepsArrays ? arrays : [])
  }

  private func data() throws(LinearAlgebraFailure) -> ClassData {
    switch samples {
    case .given(let data, _): data
    case .orthonormal(let classes, let perClass):
      try .orthonormal(dimension: units, classes: classes, perClass: perClass, seed: training.seed)
    }
  }

  /// Scatters layer by layer compared with the prediction.
  ///
  /// - Parameters:
  ///   - result: scatters before and after.
  ///   - arrays: not needed.
  /// - Returns: the report.
  public static func report(_ result: CollapsedClasses, arrays: (any ArraySource)?) -> Report {
    var report = Report(
      title: "Collapse of classes",
      lead: "How each layer of a trained deep linear classifier contracts the samples of a class.",
      problem: result.setting.clauses, status: result.outcome.word)
    report.findings = result.findings
    report.details = result.details
    report.tables = result.tables
    report.figures = result.figures
    report.citations = Citation.smallNetwork + Citation.randomNumbers
    return report
  }
}
