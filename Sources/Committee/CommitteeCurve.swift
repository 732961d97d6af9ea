import Calculus
import RealModule

/// The predicted course of learning: loss, overlaps and readout against time.
public struct CommitteeCurve: Codable, Hashable, Sendable {
  /// One time.
  public struct Row: Codable, Hashable, Sendable {
    /// Steps over input dimension.
    public let time: Double
    /// Mean squared error on fresh samples, noise included; equation (19.1).
    public let loss: Double
    /// `-d loss/d time`.
    public let fall: Double
    /// Overlaps of all units.
    public let overlaps: Overlaps
    /// v, the weights of the readout.
    public let readout: [Double]
  }

  /// The problem.
  public let problem: CommitteeProblem
  /// Rows in the order of time; those behind a divergence are missing.
  public let rows: [Row]
  /// The first requested time at which the loss was no number, or more than 1e6 times its start; nil for a whole curve.
  public let divergence: Double?

  /// The loss over its start from which a run has diverged.
  public static let divergenceFactor = 1e6

  /// Times by equal factors up to a horizon, and 0 before them.
  ///
  /// - Parameters:
  ///   - horizon: the last time.
  ///   - count: number of times behind 0.
  ///   - first: the first of them; nil for the horizon over 10,000.
  ///   - dimension: the input dimension of networks, whose steps the times then are; nil for none.
  /// - Returns: rising times.
  public static func times(
    to horizon: Double, count: Int = 200, first: Double? = nil, dimension: Int? = nil
  ) -> [Double] {
    let first = first ?? horizon / 1e4
    let factor = Double.log(horizon / first) / Double(max(1, count - 1))
    let times = (0..<count).map { $0 == count - 1 ? horizon : first * Double.exp(factor * Double($0)) }
    guard let dimension else { return [0] + times }
    let steps = times.map { max(1, ($0 * Double(dimension)).rounded()) }
    return [0] + zip(steps, [0] + steps).filter { $0 != $1 }.map { $0.0 / Double(dimension) }
  }

  /// Integrates the equations, (19.2), with error control.
  ///
  /// - Parameters:
  ///   - problem: sound, as its `refusals` say.
  ///   - times: rising, from 0 on.
  ///   - tolerance: error allowed of each integration step, relative to each order parameter.
  ///   - progress: called with the number of times that are done.
  /// - Throws: `GSLFailure` where a step fails without divergence.
  public init(
    _ problem: CommitteeProblem, times: [Double], tolerance: Double = 1e-10, progress: (Int) -> Void = { _ in }
  ) throws(GSLFailure) {
    switch problem.activation {
    case .erfScaled:
      self = try Self.solved(LearningEquations<ErrorFunctionAverages>(problem), problem, times, tolerance, progress)
    case .relu:
      self = try Self.solved(LearningEquations<RectifierAverages>(problem), problem, times, tolerance, progress)
    }
  }

  private init(_ problem: CommitteeProblem, _ rows: [Row], divergence: Double?) {
    self.problem = problem
    self.rows = rows
    self.divergence = divergence
  }

  private static func solved<Averages>(
    _ equations: LearningEquations<Averages>, _ problem: CommitteeProblem, _ times: [Double], _ tolerance: Double,
    _ progress: (Int) -> Void
  ) throws(GSLFailure) -> CommitteeCurve {
    let start = OrderParameters(problem)
    let limit = divergenceFactor * max(equations.loss(start.state), problem.noise * problem.noise)
    var scratch = start.state
    var largest = 0.0
    let integration = InitialValueProblem(
      state: start.state, relativeTolerance: tolerance, absoluteTolerance: 1e-3 * tolerance
    ) { _, state, derivative in
      let state = Array(state)
      largest = state.reduce(largest) { abs($1) <= $0 ? $0 : ($1.isNaN ? .infinity : abs($1)) }
      equations.derivative(state, into: &scratch)
      for index in scratch.indices { derivative[index] = scratch[index] }
    }
    var rows: [Row] = []
    var divergence: Double?
    do throws(GSLFailure) {
      try integration.visit(times) { index, state in
        let loss = equations.loss(state)
        guard loss.isFinite, loss <= limit else {
          divergence = times[index]
          return false
        }
        let parameters = OrderParameters(units: start.units, teachers: start.teachers, state: state)
        rows.append(
          Row(
            time: times[index], loss: loss, fall: equations.fall(state),
            overlaps: parameters.overlaps(teacher: problem.overlaps.teacher), readout: parameters.readout))
        progress(index + 1)
        return true
      }
    } catch {
      // A state that leaves all bounds within a finite time leaves the integrator no step.
      let bound = divergenceFactor * start.state.reduce(1) { max($0, abs($1)) }
      guard largest > bound else { throw error }
      divergence = times[min(rows.count, times.count - 1)]
    }
    return CommitteeCurve(problem, rows, divergence: divergence)
  }

  /// The loss above the noise, which is what can still fall.
  public var excess: [Double] { rows.map { $0.loss - problem.noise * problem.noise } }
}
