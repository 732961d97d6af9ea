import RealModule

/// Losses on a grid of learning rates, from where hardly anything is learned to where everything diverges; section 9 of
/// the notes.
///
/// The grid is even in log2 of the rate: four points an octave, sixteen from the first valley to the edge, where the valleys
/// behind the edge of stability are narrow, and two where the rate is so small that training is as good as a flow.
public struct RateScan: Codable, Hashable, Sendable {
  /// One point of the grid.
  public struct Point: Codable, Hashable, Sendable {
    /// The learning rate `η` (1.7).
    public let rate: Double
    /// The result of training.
    public let trial: RateTrial
  }

  /// In rising order of the rates.
  public let points: [Point]

  /// Points of an octave of the fine grid; the coarse one has every fourth of them.
  private static let finePoints = 16
  private static let coarse = 4
  /// Octaves below the largest rate that is of use, under which the loss depends on rate times steps alone and every valley is
  /// an octave wide or more.
  private static let flowing = 3
  /// A rate has hardly moved the loss if it leaves it so near to its start, or lowers it by so little of what other rates do.
  private static let unmoved = 1e-3
  private static let unlearned = 0.1
  /// A loss so many times the start is lost, though not yet diverged.
  private static let lost = 1e3
  /// Octaves that a scan goes at most in either direction.
  private static let reach = 60

  /// Scans.
  ///
  /// - Parameters:
  ///   - rate: where to begin; the result hardly depends on it.
  ///   - horizons: number of horizons.
  ///   - experiment: trains at one rate.
  public init(around rate: Double, horizons: Int, _ experiment: RateExperiment) {
    var trials: [Int: RateTrial] = [:]
    func visit(_ index: Int) -> RateTrial {
      if let known = trials[index] { return known }
      let trial = experiment(.exp2(Double(index) / Double(Self.finePoints)), horizons - 1)
      trials[index] = trial
      return trial
    }
    let middle = Self.coarse * Int((.log2(rate) * Double(Self.finePoints / Self.coarse)).rounded())
    let limit = Self.reach * Self.finePoints
    var top = middle
    // A valley may lie behind a rise: only a whole octave without hope ends the scan.
    var hopeless = 0
    while hopeless < Self.finePoints, top < middle + limit {
      hopeless = Self.isLost(visit(top)) ? hopeless + Self.coarse : 0
      top += Self.coarse
    }
    var bottom = middle
    // Nor does one point end it on the other side: a loss that rises steeply may pass by its start.
    var unlearned = 0
    var edge = trials.filter { !Self.isLost($0.value) }.keys.max()
    var falls = Array(repeating: 0.0, count: horizons)
    for trial in trials.values { Self.note(trial, &falls) }
    while unlearned < Self.finePoints, bottom > middle - limit {
      let trial = visit(bottom)
      if edge == nil, !Self.isLost(trial) { edge = bottom }
      Self.note(trial, &falls)
      let isFlow = edge.map { bottom <= $0 - Self.flowing * Self.finePoints } ?? false
      let step = isFlow ? 2 * Self.coarse : Self.coarse
      unlearned = isFlow && Self.isUnlearned(trial, falls) ? unlearned + step : 0
      bottom -= step
    }
    let valley = Self.firstValley(trials)
    for index in stride(from: valley, to: top, by: 1) where index % Self.coarse != 0 {
      // Between two points that are lost there is nothing to find.
      let below = index - Self.remainder(index)
      if !Self.isLost(visit(below)) || !Self.isLost(visit(below + Self.coarse)) { _ = visit(index) }
    }
    points = trials.sorted { $0.key < $1.key }.map {
      Point(rate: .exp2(Double($0.key) / Double(Self.finePoints)), trial: $0.value)
    }
  }

  private static func remainder(_ index: Int) -> Int { ((index % coarse) + coarse) % coarse }

  private static func isLost(_ trial: RateTrial) -> Bool {
    trial.losses.allSatisfy { !($0 <= lost * trial.start) }
  }

  /// The largest fall of the loss at each horizon, so far.
  private static func note(_ trial: RateTrial, _ falls: inout [Double]) {
    for (horizon, loss) in trial.losses.enumerated() where loss.isFinite {
      falls[horizon] = max(falls[horizon], trial.start - loss)
    }
  }

  private static func isUnlearned(_ trial: RateTrial, _ falls: [Double]) -> Bool {
    zip(trial.losses, falls).allSatisfy { loss, fall in
      abs(loss - trial.start) <= unmoved * trial.start
        || (loss <= trial.start && trial.start - loss <= unlearned * fall)
    }
  }

  /// The lowest grid point of any horizon's first valley.
  private static func firstValley(_ trials: [Int: RateTrial]) -> Int {
    let indices = trials.keys.sorted()
    let horizons = trials[indices[0]]?.losses.count ?? 0
    let valleys = (0..<horizons).map { horizon in
      indices.indices.dropLast().first { place in
        guard place > 0, let own = trials[indices[place]]?.losses[horizon],
          let next = trials[indices[place + 1]]?.losses[horizon]
        else { return false }
        return next > own
      }.map { indices[$0] } ?? indices[0]
    }
    return valleys.min() ?? indices[0]
  }

  /// Losses of one horizon along the grid.
  ///
  /// - Parameter horizon: its index.
  /// - Returns: one loss for each point; infinite where training diverged.
  public func losses(_ horizon: Int) -> [Double] { points.map { $0.trial.losses[horizon] } }
}
