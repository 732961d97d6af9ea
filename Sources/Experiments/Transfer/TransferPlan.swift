import Configurations
import Problems
import Reports

extension TransferLayout {
  /// The keys that can be a size.
  static let sizeKeys = [
    "network.width", "network.widthRatio", "network.hiddenLayers", "data.samples", "data.sampleRatio",
    "training.samplesPerStep", "training.steps",
  ]

  /// The last axis with a key that can be a size is the size.
  private static func sizeAxis(of plan: Plan) -> Int? {
    plan.axes.lastIndex { axis in axis.contains { sizeKeys.contains($0.path) } }
  }

  /// The sizes of a plan that names none: widths from a quarter of the configured one to 32 times it.
  ///
  /// - Parameter plan: a family.
  /// - Returns: an axis as a word of a command line; nil where the plan has sizes.
  /// - Throws: where the configured width is infinite.
  public static func usualSizes(for plan: Plan) throws(ExperimentFailure) -> String? {
    guard sizeAxis(of: plan) == nil else { return nil }
    try refuseWidthList(plan)
    let factors: [Double] = [0.25, 0.5, 1, 2, 4, 8, 16, 32]
    switch plan.points[0].configuration.problem.architecture.width {
    case .ratio(let ratio):
      return "network.widthRatio=" + factors.map { NumberText.short($0 * ratio) }.joined(separator: ",")
    case .units(let units):
      let widths = factors.compactMap { Int(exactly: (Double(units) * $0).rounded()) }
        .filter { Bounds.size.contains(Double($0)) }
      return "network.width=" + Set(widths).sorted().map(String.init).joined(separator: ",")
    case .infinite:
      throw ExperimentFailure(
        .refused,
        ["network.width is infinite and no axis is a size; give one, such as 'network.width=pow2(6..13)'"])
    }
  }

  /// A list of widths would be replaced by one width at each size; proportions beside one width stay.
  private static func refuseWidthList(_ plan: Plan) throws(ExperimentFailure) {
    let configuration = plan.points[0].configuration
    guard let profile = configuration.problem.architecture.widthProfile,
      !configuration.values.contains(where: { $0.key == "network.widthProfile" && $0.origin.isGiven })
    else { return }
    let proportions = profile.map(NumberText.short).joined(separator: ",")
    throw ExperimentFailure(
      .refused,
      [
        "a list of widths has no single size to vary; give one network.width beside network.widthProfile=[\(proportions)], "
          + "which keeps the proportions"
      ])
  }

  /// A family of configurations: one axis is the size, all others set apart what is compared.
  ///
  /// - Parameters:
  ///   - plan: a family with a size axis.
  ///   - scalings: how residual branches shrink with the depth; empty: as the configuration has it.
  /// - Throws: axes that make no study.
  public init(_ plan: Plan, branchScalings scalings: [BranchScaling] = []) throws(ExperimentFailure) {
    guard let axis = Self.sizeAxis(of: plan),
      let column = plan.axes[axis].first(where: { Self.sizeKeys.contains($0.path) })
    else {
      throw ExperimentFailure(.refused, ["no axis is a size: " + Self.sizeKeys.joined(separator: ", ")])
    }
    try Self.refuseSearched(plan)
    // Beside a number of layers, network.depth=infinite takes the number's place.
    let depths =
      column.path == "network.hiddenLayers" ? plan.axes[axis].first { $0.path == "network.depth" }?.values : nil
    let sizes = column.values.indices.map { index -> Size in
      let isDeep = depths?[index] == "infinite"
      let number = isDeep ? nil : Double(column.values[index])
      return number.map { Size($0) } ?? Size(.infinity, label: isDeep ? "infinite" : column.values[index])
    }
    guard Set(sizes.map(\.value)).count == sizes.count else {
      throw ExperimentFailure(
        .refused, ["\(column.path) has the same size twice: \(column.values.joined(separator: ","))"])
    }
    let order = sizes.indices.sorted { sizes[$0].value < sizes[$1].value }
    let others = plan.axes.enumerated().filter { $0.offset != axis }.flatMap { $0.element.map(\.path) }
    let families = Self.families(plan, others, order, scalings)
    let problems = families.flatMap(\.problems)
    if !scalings.isEmpty, !problems.allSatisfy(\.architecture.isResidual) {
      throw ExperimentFailure(.refused, ["--branch-scaling goes with network.residual=true"])
    }
    if scalings.contains(where: { $0 != .rootOfDepth }),
      problems.contains(where: { $0.architecture.depth == .infinite })
    {
      throw ExperimentFailure(
        .refused, ["at infinite depth only --branch-scaling '1/sqrt(L)' has a limit that learns"])
    }
    self.init(
      sizeColumn: column.path, sizes: order.map { sizes[$0] },
      familyColumns: others + (scalings.isEmpty ? [] : ["branch_scaling"]), families: families,
      branchScalings: scalings)
  }

  private static func refuseSearched(_ plan: Plan) throws(ExperimentFailure) {
    let idle = plan.columns.filter {
      $0 == "training.learningRate" || $0 == "training.sgdRate" || $0.hasPrefix("transfer.")
    }
    guard idle.isEmpty else {
      throw ExperimentFailure(
        .refused,
        idle.map {
          "\($0) can't be an axis of transfer, which looks for the best rate itself; leave it out, or use dmft sweep"
        })
    }
  }

  /// Families by the labels of `columns`; `order` has the places of the sizes along their axis, from the least size on.
  private static func families(
    _ plan: Plan, _ columns: [String], _ order: [Int], _ scalings: [BranchScaling]
  ) -> [Family] {
    var labels: [[String]] = []
    var problems: [[String]: [TrainingProblem]] = [:]
    for point in plan.points where point.repetition == 0 {
      let own = zip(plan.columns, point.labels).filter { columns.contains($0.0) }.map(\.1)
      if problems[own] == nil { labels.append(own) }
      problems[own, default: []].append(point.configuration.problem)
    }
    return labels.flatMap { labels -> [Family] in
      let sorted = order.compactMap { problems[labels]?[$0] }
      let rule = sorted[0].parameterization.rule.rawValue
      let name = labels.isEmpty ? rule : labels.joined(separator: ", ")
      if scalings.isEmpty { return [Family(name, labels: labels, problems: sorted)] }
      return scalings.map { scaling in
        Family(
          name + ", " + scaling.rawValue, labels: labels + [scaling.rawValue], problems: sorted.map(scaling.applied))
      }
    }
  }
}

extension Plan {
  /// The rows of the table whose test error `transfer` makes small; nil for losses.
  ///
  /// - Returns: the prepared table.
  /// - Throws: axes that change the table; every reason where it cannot be measured.
  public func classifiedRows() throws(ExperimentFailure) -> PreparedTable? {
    guard points[0].configuration.transferObjective == .testError else { return nil }
    let files = Set(points.map(\.configuration.dataFile))
    guard files.count == 1 else {
      throw ExperimentFailure(
        .refused,
        [
          "transfer.objective=testError compares one table, and an axis changes it; leave it out, or use transfer once for each"
        ])
    }
    return try points[0].configuration.preparedClasses()
  }
}
