import FiniteWidth
import MeanField
import Problems
import Studies

/// What was seen of the layers of networks while they were trained: means over the networks, and drifts of the first.
public struct LayerDynamics: Codable, Sendable {
  /// How far what flow conserves has moved in one network.
  public struct Drift: Codable, Hashable, Sendable {
    /// Its rate over the rate of the problem.
    public let rateShare: Double
    /// Step of each moment, or its number under flow.
    public let steps: [Int]
    /// Time of each moment.
    public let times: [Double]
    /// Of the matrices, relative to the terms that they are differences of.
    public let matrix: [Double]
    /// Of their diagonals.
    public let diagonal: [Double]
    /// Share of the gates that differ from the start; nil without gates.
    public let flipped: [Double]?

    init(_ history: LayerHistory, rateShare: Double) {
      self.rateShare = rateShare
      steps = history.moments.map(\.step)
      times = history.moments.map(\.time)
      matrix = history.moments.map(\.drift)
      diagonal = history.moments.map(\.diagonalDrift)
      flipped = history.moments.contains { $0.flipped != nil } ? history.moments.map { $0.flipped ?? 0 } : nil
    }

    /// The largest along the training.
    public var largest: (matrix: Double, diagonal: Double) { (matrix.max() ?? 0, diagonal.max() ?? 0) }
  }

  /// Networks of one activation.
  public struct Networks: Codable, Sendable {
    /// What stands between the layers.
    public let activation: Activation
    /// Step of each moment that every network reached, or its number under flow.
    public let steps: [Int]
    /// Time of each moment.
    public let times: [Double]
    /// On samples that are not trained on; NaN with frozen gates, which belong to those that are.
    public let testLoss: [Ensemble.Mean]
    /// On the samples that are trained on.
    public let trainLoss: [Ensemble.Mean]
    /// `Γ_l` of each layer at each moment, equation (12.6).
    public let growth: [[Ensemble.Mean]]
    /// Largest difference of the layers' growths by their rates at the end, over the largest growth.
    public let spread: Double?
    /// Plateau, transition and relaxation, means over the networks; nil with frozen gates, and where a loss never falls.
    public let phases: GrowthPhases?
    /// Of the first network, at the rate of the problem and again at a quarter of it.
    public let drifts: [Drift]
    /// Step at which the first network diverged; nil if none did.
    public let firstDivergence: Int?

    init(_ ensemble: LayerEnsemble, refined: LayerHistory?, _ problem: TrainingProblem) {
      activation = ensemble.activation
      steps = ensemble.steps
      times = ensemble.times
      testLoss = ensemble.means(of: \.testLoss)
      trainLoss = ensemble.means(of: \.trainLoss)
      growth = (0...problem.architecture.hiddenLayers).map { layer in ensemble.means { $0.growth(layer) } }
      spread = ensemble.spread(rates: problem.layerRates)
      phases =
        activation == .frozenGates
        ? nil
        : GrowthPhases(
          meanOf: ensemble.replicas.map { history in
            GrowthPhases(times: history.moments.map(\.time), losses: history.moments.map(\.trainLoss))
          })
      drifts =
        [Drift(ensemble.replicas[0], rateShare: 1)] + (refined.map { [Drift($0, rateShare: 0.25)] } ?? [])
      firstDivergence = ensemble.firstDivergence
    }
  }

  /// What equation (12.8) predicts where each network is one mode; means over the networks.
  public struct Mode: Codable, Hashable, Sendable {
    /// Until half of the way of equation (12.10) is gone.
    public let halfTime: Double
    /// Its leading term.
    public let plateauTime: Double
    /// Rate at which the last of the error decays.
    public let relaxationRate: Double

    /// nil where the networks are no single modes.
    init?(_ modes: [BalancedMode]) {
      let halves = modes.compactMap { try? $0.time(to: ($0.start + $0.target) / 2) }
      guard !halves.isEmpty, halves.count == modes.count else { return nil }
      func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
      halfTime = mean(halves)
      plateauTime = mean(modes.map(\.plateauTime))
      relaxationRate = mean(modes.map(\.relaxationRate))
    }
  }

  /// What was trained.
  public let problem: TrainingProblem
  /// How the random start of the networks with gates differs from that of the linear one; nil without gates, and for a balanced start.
  public let gain: LayerGain?
  /// Number of networks of each activation.
  public let replicas: Int
  /// The activation that was requested, then those it is compared with.
  public let networks: [Networks]
  /// What became of the gates; nil without any.
  public let gates: Gates?
  /// What is predicted of a balanced start; nil for any other.
  public let mode: Mode?
  /// The theory at the moments of the networks; nil where it does not hold.
  public internal(set) var theory: LayerGrowth?
  /// Why there is none.
  public internal(set) var absence: String?

  init(
    _ problem: TrainingProblem, gain: LayerGain?, _ ensembles: [LayerEnsemble],
    refined: [Activation: LayerHistory], modes: [BalancedMode]
  ) {
    self.problem = problem
    self.gain = ensembles[0].activation == .linear ? nil : gain
    replicas = ensembles[0].replicas.count
    networks = ensembles.map { Networks($0, refined: refined[$0.activation], problem) }
    gates = Gates(ensembles)
    mode = Mode(modes)
  }

  /// The networks that were requested.
  public var own: Networks { networks[0] }
  /// Networks whose gates are not frozen.
  var free: [Networks] { networks.filter { $0.activation != .frozenGates } }
  /// Whether any network diverged.
  var hasDiverged: Bool { networks.contains { $0.firstDivergence != nil } }
  /// Phases of the networks and of the theory, by the names that CSV and JSON have for them.
  var phases: [(name: String, phases: GrowthPhases)] {
    let predicted = theory.flatMap { GrowthPhases(times: $0.curve.times, losses: $0.curve.trainLoss) }
    let found = free.map { ($0.activation.rawValue, $0.phases) } + [("theory", predicted)]
    return found.compactMap { name, phases in phases.map { (name, $0) } }
  }
}

extension LayerDynamics {
  /// How long a ReLU network is the linear network that its gates made of it at the start, equation (12.11).
  public struct Gates: Codable, Hashable, Sendable {
    /// Of the moments that ReLU and frozen gates both reached.
    public let times: [Double]
    /// Share of the gates that differ from the start, means over the networks.
    public let flipped: [Double]
    /// Relative difference of the outputs from those with frozen gates, means over the networks.
    public let deviations: [Double]
    /// The same of the first network.
    public let firstDeviations: [Double]
    /// Of the networks, the largest difference at a moment before any gate of that network had flipped.
    public let deviationBefore: Double
    /// How many moments that is over, all networks together.
    public let momentsBefore: Int

    /// nil unless ReLU and frozen gates were both trained.
    init?(_ ensembles: [LayerEnsemble]) {
      guard let relu = ensembles.first(where: { $0.activation == .relu }),
        let frozen = ensembles.first(where: { $0.activation == .frozenGates })
      else { return nil }
      let count = min(relu.count, frozen.count)
      let curves = zip(relu.replicas, frozen.replicas).map { $0.deviations(from: $1) }
      times = Array(relu.times.prefix(count))
      flipped = relu.means { $0.moments.map { $0.flipped ?? 0 } }.prefix(count).map(\.value)
      deviations = (0..<count).map { row in curves.reduce(0) { $0 + $1[row] } / Double(curves.count) }
      firstDeviations = curves[0]
      let before = zip(relu.replicas, curves).flatMap { history, curve in
        curve.prefix(history.moments.firstIndex { ($0.flipped ?? 0) > 0 } ?? curve.count)
      }
      deviationBefore = before.max() ?? 0
      momentsBefore = before.count
    }

    /// The first moment at which the outputs differ by more than a share, with the share of gates flipped then.
    ///
    /// - Parameter share: of the outputs.
    /// - Returns: nil where they never do.
    public func parting(_ share: Double) -> (time: Double, flipped: Double)? {
      deviations.firstIndex { $0 > share }.map { (times[$0], flipped[$0]) }
    }
  }
}
