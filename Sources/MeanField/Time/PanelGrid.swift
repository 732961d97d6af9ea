import Calculus
import Problems
import RealModule

/// Where implicit time begins, how it is cut at first, and which rows are reported.
struct PanelGrid: Sendable {
  /// Flow time at the end, or number of rows of discrete steps.
  let horizon: Double
  let tolerance: Double
  /// Length of the first panel that is tried.
  let firstLength: Double
  /// Places of the reported rows: flow times, or steps.
  let places: [Double]
  /// Step of each reported row; its index under flow.
  let steps: [Int]
  /// Whether rate times eigenvalue times kernel is above one before the first step, equation (5.10).
  private let startsFast: Bool
  /// The rate of every step; nil under flow.
  private let rate: Double?

  /// Most time points of a run; beyond, the matrices are no better than those of single steps.
  static let mostPoints = 3000
  /// Reported rows of a flow for each factor ten of time.
  private static let rowsPerDecade = 20.0

  /// - Parameters:
  ///   - problem: one whose time is flow or panels.
  ///   - spectrum: its masses.
  init(_ problem: TrainingProblem, _ spectrum: SpectralMeasures) {
    tolerance = problem.time.tolerance
    switch problem.time.kind {
    case .flow(let horizon):
      let first = 0.1 / Self.fastestRate(problem, spectrum)
      self.horizon = horizon
      rate = nil
      firstLength = min(first, horizon / 2)
      startsFast = false
      places = Self.logarithmic(from: first, to: horizon)
      steps = Array(places.indices)
    case .panels(let last), .discrete(let last):
      horizon = Double(last + 1)
      startsFast = Self.startingGain(problem, spectrum) > 1
      rate = problem.optimizer.learningRate
      firstLength = 1
      steps = problem.time.reportedRows(of: last + 1)
      places = steps.map(Double.init)
    }
  }

  /// Nodes of the panels of the march that places them; the march that is kept has one more.
  var nodes: Int { min(max(Int((3 - .log10(tolerance) * 2 / 3).rounded()), 4), 11) }

  /// Mismatch that panels may leave at first (measured: the error that this leaves is usually within the tolerance).
  var firstMismatch: Double { 0.3 * tolerance.squareRoot() }

  /// Change below which sweeps count as settled: far below the tolerance, for losses are reported to a thousandth of their start.
  var settling: Double { max(tolerance * 1e-4, 3e-12) }

  /// Panels that a run usually needs: some, and about three for each factor ten of time (measured).
  private var usualPanels: Double {
    // Where modes alternate from the start, most steps are made one by one.
    startsFast ? horizon / Double(nodes) : 4 + 3.3 * .log10(max(horizon / firstLength, 10))
  }

  /// Time points of the march that is kept, of a run that needs the usual panels.
  var usualPoints: Int { 1 + (nodes + 1) * Int(min(usualPanels, Double(Self.mostPoints))) }

  /// Time points to allocate in the march that places panels.
  var likelyPoints: Int {
    if startsFast { return min(Int(horizon) + 1, Self.mostPoints) }
    return min(1 + (nodes + 1) * Int(1.25 * usualPanels + 2), Self.mostPoints)
  }

  /// Time points that either march allocates, whichever are more.
  var allocatedPoints: Int {
    let panels = Int(min(usualPanels, Double(Self.mostPoints)).rounded(.up))
    return max(likelyPoints, PanelKernels.allocated(nodes: nodes + 1, panels: panels))
  }

  /// Sweeps of all panels in all marches (measured: more to a tighter tolerance, and more where samples are fewer than dimensions, or few
  /// more).
  func usualSweeps(_ problem: TrainingProblem) -> Double {
    let ratio = problem.sampleRatio ?? .infinity
    return usualPanels * -.log10(tolerance) * (ratio < 1.5 ? 8 : 5.5)
  }

  func ruler(nodes: Int) -> PanelRuler {
    rate.map { .steps(RadauRule(nodes), rate: $0) } ?? .flow(RadauRule(nodes))
  }

  func curve(_ panels: [PanelRuler.Panel]) -> PanelCurve { PanelCurve(panels, hasOrigin: rate == nil) }

  /// Whether time is gradient flow.
  var isFlow: Bool { rate == nil }

  /// The reported rows that a march has computed: none behind its last panel, and none from where it ended early.
  func places(before end: PanelSolver.End, reached: Double) -> [Double] {
    switch end {
    case .complete: places
    case .diverged(let place), .unsettled(let place): Array(places.prefix { $0 < min(place, reached) })
    }
  }

  /// Time of a unit of place.
  var unit: Double { rate ?? 1 }

  /// Times of the reported rows.
  var times: [Double] { places.map { $0 * unit } }

  /// The fastest rate at the start: lazy kernel factor times the largest eigenvalue that a sample covariance has.
  private static func fastestRate(_ problem: TrainingProblem, _ spectrum: SpectralMeasures) -> Double {
    max(Limits.KernelFactor.of(problem) * spectrum.largestSampleEigenvalue(problem), .leastNormalMagnitude)
  }

  /// 0, then as many times a factor ten, ending at the horizon.
  private static func logarithmic(from first: Double, to horizon: Double) -> [Double] {
    let count = max(Int((rowsPerDecade * .log10(horizon / first)).rounded(.down)), 0)
    return [0] + (0...count).reversed().map { $0 == 0 ? horizon : horizon * .exp10(-Double($0) / rowsPerDecade) }
  }
}

extension PanelGrid {
  /// What panels of steps do not support, with the nearest alternative; the
  /// fastest mode is that of equation (5.10) before the first step.
  static func refusals(_ problem: TrainingProblem) -> [Refusal] {
    guard case .panels(let steps) = problem.time.kind else { return [] }
    var refusals: [Refusal] = []
    func refuse(_ key: String, _ reason: String) {
      refusals.append(
        Refusal(
          key: key, reason: "compressed steps (training.time=panels) \(reason)",
          suggestion: "use training.time=discrete"))
    }
    if problem.optimizer.schedule != .constant { refuse("training.schedule", "are summed at one rate") }
    if problem.optimizer.momentum != .none {
      refuse(
        "training.momentum", "are those of plain SGD: the first steps of momentum are no smooth function of the step")
    }
    switch problem.data.sampling {
    case .onePass, .minibatch:
      refuse(
        "training.mode",
        "know no noise that differs from step to step: it has a kink at equal steps, which no polynomial sees")
    case .batch, .population: break
    }
    let gain = startingGain(problem, SpectralMeasures(problem.data))
    if steps > mostPoints, gain > PanelRuler.largestGain {
      refusals.append(
        Refusal(
          key: "training.learningRate",
          reason:
            "rate times largest eigenvalue times kernel is \(Double(Int(100 * min(gain, 1e6))) / 100) at the start: such modes "
            + "alternate or grow from step to step, and at most \(mostPoints) steps are made one by one",
          suggestion: "use a rate below \(Float(PanelRuler.largestGain / gain * problem.optimizer.learningRate))"))
    }
    return refusals
  }

  /// Whether steps are better made one by one: modes alternate from the start, and steps are not many.
  static func isStepped(_ problem: TrainingProblem, _ spectrum: SpectralMeasures) -> Bool {
    guard case .panels(let steps) = problem.time.kind else { return false }
    return steps <= mostPoints && startingGain(problem, spectrum) > 1
  }

  /// Whether the fastest mode alternates from step to step at the start.
  static func alternates(_ problem: TrainingProblem, _ spectrum: SpectralMeasures) -> Bool {
    // Steps of given length overshoot sooner or later.
    problem.gradientRule?.isNormalized == true || startingGain(problem, spectrum) > 1
  }

  /// Equation (5.10) before the first step.
  private static func startingGain(_ problem: TrainingProblem, _ spectrum: SpectralMeasures) -> Double {
    problem.optimizer.learningRate * fastestRate(problem, spectrum)
  }
}
