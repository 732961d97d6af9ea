import DeepLinear
import Records

/// A family of problems laid out for `transfer`: one axis is the size, all others tell apart what is compared.
struct TransferLayout {
  /// Problems that differ in the size only.
  struct Family {
    /// What sets it apart, such as `muP` or `muP, 1/L`.
    let name: String
    /// Values of `TransferLayout.familyColumns`.
    let labels: [String]
    /// One for each size.
    let problems: [TrainingProblem]
  }

  /// The key that is the size.
  let sizeKey: String
  /// The last part of that key.
  var sizeName: String { Schema.shortName(of: sizeKey) }
  /// The sizes, rising, and how they are written.
  let sizes: [(value: Double, label: String)]
  /// Keys that tell families apart, in order.
  let familyColumns: [String]
  let families: [Family]

  /// The keys that can be a size.
  static let sizeKeys = [
    "network.width", "network.widthRatio", "network.hiddenLayers", "data.samples", "data.sampleRatio",
    "training.samplesPerStep", "training.steps",
  ]

  /// How residual branches shrink with the depth.
  enum BranchScaling: String, CaseIterable {
    case rootOfDepth = "1/sqrt(L)"
    case depth = "1/L"
    case constant

    /// The branch scale that makes the branch factor of a chain of L layers this power of the depth times `scale`; all agree at L = 2.
    func branchScale(_ scale: Double, hiddenLayers: Int) -> Double {
      let branches = Double(max(1, hiddenLayers - 1))
      return switch self {
      case .rootOfDepth: scale
      case .depth: scale / branches.squareRoot()
      case .constant: scale * branches.squareRoot()
      }
    }
  }

  /// The last axis with a key that can be a size is the size.
  static func sizeAxis(of plan: Plan) -> Int? {
    plan.axes.lastIndex { axis in axis.contains { sizeKeys.contains($0.path) } }
  }

  /// - Parameters:
  ///   - plan: a family with a size axis.
  ///   - scalings: how residual branches shrink with the depth; empty: as the configuration has it.
  /// - Throws: 64 or 65 for axes that make no study.
  init(_ plan: Plan, scalings: [BranchScaling]) throws(CommandFailure) {
    guard let axis = Self.sizeAxis(of: plan),
      let column = plan.axes[axis].first(where: { Self.sizeKeys.contains($0.path) })
    else {
      throw CommandFailure(status: .usage, lines: ["no axis is a size: " + Self.sizeKeys.joined(separator: ", ")])
    }
    let idle = plan.columns.filter {
      $0 == "training.learningRate" || $0 == "training.sgdRate" || $0.hasPrefix("transfer.")
    }
    guard idle.isEmpty else {
      throw CommandFailure(
        status: .badInput,
        lines: idle.map {
          "\($0) can't be an axis of transfer, which looks for the best rate itself; leave it out, or use dmft sweep"
        })
    }
    sizeKey = column.path
    // Beside a number of layers, network.depth=infinite takes the number's place.
    let depths = sizeKey == "network.hiddenLayers" ? plan.axes[axis].first { $0.path == "network.depth" }?.values : nil
    let isDeep = column.values.indices.map { depths?[$0] == "infinite" }
    let values = zip(column.values, isDeep).map { $1 ? .infinity : Double($0) ?? .infinity }
    let order = values.indices.sorted { values[$0] < values[$1] }
    sizes = order.map { index in
      (
        values[index],
        values[index].isFinite ? NumberText.short(values[index]) : isDeep[index] ? "infinite" : column.values[index]
      )
    }
    guard Set(values).count == values.count else {
      throw CommandFailure(
        status: .badInput, lines: ["\(sizeKey) has the same size twice: \(column.values.joined(separator: ","))"])
    }
    guard scalings.isEmpty || sizeKey == "network.hiddenLayers" else {
      throw CommandFailure(
        status: .usage, lines: ["--branch-scaling goes with an axis of depths, such as network.hiddenLayers=pow2(1..5)"]
      )
    }
    let names = plan.axes.enumerated().filter { $0.offset != axis }.flatMap { $0.element.map(\.path) }
    let own = plan.axes[axis].map(\.path)
    familyColumns = names + (scalings.isEmpty ? [] : ["branch_scaling"])
    families = Self.families(plan, order, own, scalings)
    if !scalings.isEmpty, families.contains(where: { $0.problems.contains { !$0.architecture.isResidual } }) {
      throw CommandFailure(status: .badInput, lines: ["--branch-scaling goes with network.residual=true"])
    }
    if scalings.contains(where: { $0 != .rootOfDepth }), isDeep.contains(true) {
      throw CommandFailure(
        status: .badInput, lines: ["at infinite depth only --branch-scaling '1/sqrt(L)' has a limit that learns"])
    }
  }

  private static func families(
    _ plan: Plan, _ order: [Int], _ sizeColumns: [String], _ scalings: [BranchScaling]
  ) -> [Family] {
    var labels: [[String]] = []
    var problems: [[TrainingProblem]] = []
    for point in plan.points where point.repetition == 0 {
      let own = zip(plan.columns, point.labels).filter { !sizeColumns.contains($0.0) }.map(\.1)
      let index = labels.firstIndex(of: own) ?? labels.count
      if index == labels.count {
        labels.append(own)
        problems.append([])
      }
      problems[index].append(point.configuration.problem)
    }
    return labels.indices.flatMap { index -> [Family] in
      let sorted = order.map { problems[index][$0] }
      let rule = sorted[0].parameterization.rule.rawValue
      let name = labels[index].isEmpty ? rule : labels[index].joined(separator: ", ")
      if scalings.isEmpty { return [Family(name: name, labels: labels[index], problems: sorted)] }
      return scalings.map { scaling in
        Family(
          name: name + ", " + scaling.rawValue, labels: labels[index] + [scaling.rawValue],
          problems: sorted.map { Self.scaled($0, scaling) })
      }
    }
  }

  private static func scaled(_ problem: TrainingProblem, _ scaling: BranchScaling) -> TrainingProblem {
    guard case .residual(let scale) = problem.architecture.connection else { return problem }
    var problem = problem
    problem.architecture.connection = .residual(
      branchScale: scaling.branchScale(scale, hiddenLayers: problem.architecture.hiddenLayers))
    return problem
  }
}
