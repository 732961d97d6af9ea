/// A family of problems to be run unit by unit, by the theory, by trained networks or by both.
public struct Sweep: Sendable {
  /// What runs a unit.
  public enum Machine: String, Hashable, Sendable, CaseIterable {
    case theory
    case simulation
  }

  /// Which machines run each point.
  public enum Machines: String, Hashable, Sendable, CaseIterable {
    case theory
    case simulation
    case both

    fileprivate var all: [Machine] {
      switch self {
      case .theory: [.theory]
      case .simulation: [.simulation]
      case .both: [.theory, .simulation]
      }
    }
  }

  /// One run of one machine.
  public struct Unit: Sendable {
    /// Line of `summary.csv`, from 0.
    public let index: Int
    /// What runs it.
    public let machine: Machine
    /// The problem.
    public let point: Plan.Point
    /// Name of the file that keeps its result: the same run has the same name in any sweep.
    public let name: String
  }

  /// The family.
  public let plan: Plan
  /// Which machines run each point.
  public let machines: Machines
  /// Every unit in the order of the points.
  public let units: [Unit]

  /// - Parameters:
  ///   - plan: the family.
  ///   - machines: which machines run each point; the theory does not repeat itself.
  public init(_ plan: Plan, by machines: Machines) {
    self.plan = plan
    self.machines = machines
    var units: [Unit] = []
    for point in plan.points {
      for machine in machines.all where machine == .simulation || point.repetition == 0 {
        let hash = machine == .theory ? point.configuration.theoryHash : point.configuration.simulationHash
        units.append(Unit(index: units.count, machine: machine, point: point, name: "\(machine.rawValue)-\(hash)"))
      }
    }
    self.units = units
  }

  /// What beside the family decides the results.
  var options: [String] { machines == .theory ? [] : ["--run \(machines.rawValue)"] }

  static func machines(fromOptions options: [String]) -> Machines? {
    options.isEmpty ? .theory : Machines.allCases.first { options == ["--run \($0.rawValue)"] }
  }
}
