import Calculus
import RealModule

/// A valley of the loss over learning rates at one horizon; the first one from below is the optimum `η*` of equations
/// (9.1) and (9.2).
public struct RateMinimum: Codable, Hashable, Sendable {
  /// The learning rate at its bottom; of the optimum to about one part in a thousand.
  public let rate: Double
  /// The test loss there.
  public let loss: Double
  /// Largest loss on the way over the loss at the start. Above 1 the run goes through a catapult: the loss first exceeds its
  /// start, and single networks scatter widely.
  public let peak: Double

  /// Whether the loss exceeds its start on the way down.
  public var isCatapult: Bool { peak > 1 }

  /// Length in log2 of the rate at which a bracket is small enough: its bottom, by parabolas, is known far better.
  static let accuracy = 2.5e-3

  init(rate: Double, loss: Double, peak: Double) {
    self.rate = rate
    self.loss = loss
    self.peak = peak
  }

  /// All valleys at one horizon that lie below the starting loss, in rising order of their rates: the first is the optimum. It, and
  /// those that are lower, are refined by Brent's method in log2 of the rate; the others stand on the grid of the scan.
  ///
  /// - Parameters:
  ///   - scan: a scan that covers them.
  ///   - horizon: index of the horizon.
  ///   - experiment: the one that was scanned.
  /// - Returns: empty where the loss never falls, or falls until it diverges.
  public static func all(in scan: RateScan, horizon: Int, _ experiment: RateExperiment) -> [RateMinimum] {
    var minima: [RateMinimum] = []
    for valley in valleys(scan.points, horizon) {
      let bottom = scan.points[valley.lowerBound]
      let loss = bottom.trial.losses[horizon]
      let onGrid = RateMinimum(rate: bottom.rate, loss: loss, peak: bottom.trial.peak)
      if valley.count > 1 || loss > minima.map(\.loss).min() ?? .infinity {
        minima.append(onGrid)
      } else if let minimum = refined(scan.points, at: valley.lowerBound, horizon, experiment) {
        minima.append(minimum)
      }
    }
    return minima
  }

  /// Runs of equal losses between higher ones, below the start; rounding makes a flat bottom one run, whose least rate counts.
  private static func valleys(_ points: [RateScan.Point], _ horizon: Int) -> [Range<Int>] {
    let losses = points.map { $0.trial.losses[horizon] }
    var valleys: [Range<Int>] = []
    var start = 1
    while start < points.count - 1 {
      var end = start + 1
      while end < points.count, losses[end] == losses[start] { end += 1 }
      if end < points.count, losses[start] < losses[start - 1], losses[start] < losses[end],
        losses[start] < points[start].trial.start
      {
        valleys.append(start..<end)
      }
      start = end
    }
    return valleys
  }

  /// The minimum between the grid points on either side of a grid point; nil at a divergence without a minimum.
  private static func refined(
    _ points: [RateScan.Point], at index: Int, _ horizon: Int, _ experiment: RateExperiment
  ) -> RateMinimum? {
    let start = points[index].trial.start
    // A diverged end of a bracket is a wall of finite height to the parabolas of the method.
    func height(_ loss: Double) -> Double { min(loss.isNaN ? .infinity : loss, 1e6 * start) }
    func place(_ point: RateScan.Point) -> Minimization.Place {
      Minimization.Place(.log2(point.rate), height(point.trial.losses[horizon]))
    }
    var lowest = (place(points[index]).x, points[index].trial)
    let found = try? Minimization.minimum(
      between: place(points[index - 1]), place(points[index]), and: place(points[index + 1]), tolerance: accuracy
    ) { exponent in
      let trial = experiment(.exp2(exponent), horizon)
      if height(trial.losses[horizon]) < height(lowest.1.losses[horizon]) { lowest = (exponent, trial) }
      return height(trial.losses[horizon])
    }
    // Without an answer (a valley flat to rounding) the lowest point seen is the bottom.
    let bottom = found?.x ?? lowest.0
    // A loss that falls until it diverges has a wall there and no valley.
    if !points[index + 1].trial.losses[horizon].isFinite,
      !experiment(.exp2(bottom + 2 * accuracy), horizon).losses[horizon].isFinite
    {
      return nil
    }
    return RateMinimum(rate: .exp2(bottom), loss: lowest.1.losses[horizon], peak: lowest.1.peak)
  }
}
