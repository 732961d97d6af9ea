import Configurations
import Problems
import Reports

/// Problems whose optimal learning rates are compared: families, each of them at the same sizes.
public struct TransferLayout: Codable, Hashable, Sendable {
  /// One size, the same for all families.
  public struct Size: Codable, Hashable, Sendable {
    /// What laws are fitted to; infinite for a limit.
    public let value: Double
    /// As it is written.
    public let label: String

    /// - Parameters:
    ///   - value: above 0.
    ///   - label: as it is written; nil for the value.
    public init(_ value: Double, label: String? = nil) {
      self.value = value
      self.label = label ?? NumberText.short(value)
    }
  }

  /// Problems that differ in the size only.
  public struct Family: Codable, Hashable, Sendable {
    /// What sets it apart, such as `muP` or `muP, 1/L`.
    public let name: String
    /// Values of `familyColumns`.
    public let labels: [String]
    /// One for each size.
    public let problems: [TrainingProblem]

    /// - Parameters:
    ///   - name: what sets it apart.
    ///   - labels: values of the columns that distinguish families.
    ///   - problems: one for each size.
    public init(_ name: String, labels: [String] = [], problems: [TrainingProblem]) {
      self.name = name
      self.labels = labels
      self.problems = problems
    }
  }

  /// Column of tables that holds the size, such as `network.width`.
  public let sizeColumn: String
  /// Rising.
  public let sizes: [Size]
  /// Columns of tables that distinguish families.
  public let familyColumns: [String]
  /// What is compared; at least one.
  public let families: [Family]
  /// How residual branches shrink with the depth, where that distinguishes families.
  public let branchScalings: [BranchScaling]

  /// - Parameters:
  ///   - sizeColumn: column of tables that holds the size; its last part names it.
  ///   - sizes: rising.
  ///   - familyColumns: columns of tables that distinguish families.
  ///   - families: at least one, with a problem for each size and a label for each column.
  ///   - branchScalings: how residual branches shrink with the depth, where that distinguishes families.
  public init(
    sizeColumn: String, sizes: [Size], familyColumns: [String] = [], families: [Family],
    branchScalings: [BranchScaling] = []
  ) {
    precondition(
      !families.isEmpty && !sizes.isEmpty && zip(sizes, sizes.dropFirst()).allSatisfy { $0.value < $1.value })
    precondition(families.allSatisfy { $0.problems.count == sizes.count && $0.labels.count == familyColumns.count })
    self.sizeColumn = sizeColumn
    self.sizes = sizes
    self.familyColumns = familyColumns
    self.families = families
    self.branchScalings = branchScalings
  }

  /// One problem at several widths.
  ///
  /// - Parameters:
  ///   - problem: all but its width.
  ///   - widths: hidden units of a layer, in any order; at least one.
  public init(_ problem: TrainingProblem, widths: [Int]) {
    let widths = Set(widths).sorted()
    let problems = widths.map { width in
      var problem = problem
      problem.architecture.width = .units(width)
      return problem
    }
    self.init(
      sizeColumn: "network.width", sizes: widths.map { Size(Double($0)) },
      families: [Family(problem.parameterization.rule.rawValue, problems: problems)])
  }

  /// The last part of the column of the size, such as `width`.
  var sizeName: String { Schema.shortName(of: sizeColumn) }
  /// The problem that stands for all where one is described.
  var example: TrainingProblem { families[0].problems[0] }
  /// What is varied.
  func subject(_ objective: StudyObjective) -> String {
    let others = familyColumns.isEmpty ? "" : ", one family for each \(familyColumns.joined(separator: ", "))"
    let rate = "optimal learning rate" + (objective == .testLoss ? "" : " (least \(objective.name))")
    return "\(rate) against \(sizeColumn)\(others); the first of them:"
  }
}

/// How residual branches shrink with the depth.
public enum BranchScaling: String, CaseIterable, Codable, Hashable, Sendable {
  case rootOfDepth = "1/sqrt(L)"
  case depth = "1/L"
  case constant

  /// The problem with branch factors that are this power of the depth times its branch scale; all agree at L = 2.
  func applied(to problem: TrainingProblem) -> TrainingProblem {
    guard case .residual(let scale) = problem.architecture.connection else { return problem }
    let branches = Double(max(1, problem.architecture.hiddenLayers - 1))
    let factor: Double =
      switch self {
      case .rootOfDepth: 1
      case .depth: 1 / branches.squareRoot()
      case .constant: branches.squareRoot()
      }
    var problem = problem
    problem.architecture.connection = .residual(branchScale: scale * factor)
    return problem
  }
}
