import Calculus
import RealModule

/// A valley of the loss over learning rates.
public struct RateMinimum: Hashable, Sendable {
  /// The learning rate at its bottom; of the optimum to about one part in a thousand.
  public let rate: Double
  /// The loss there.
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

  /// All valleys at one horizon that lie below the starting loss, in rising order of their rates. The first, and those that are
  /// lower than it, are refined by Brent's method in log2 of the rate; the others stand on the grid of the scan.
  ///
  /// - Parameters:
  ///   - scan: a scan that covers them.
  ///   - horizon: index of the horizon.
  ///   - experiment: trains at one rate.
  /// - Returns: empty where the loss never falls, or falls until it diverges.
  public static func all(in scan: RateScan, horizon: Int, _ experiment: RateExperiment) -> [RateMinimum] {
    let points = scan.points
    var minima: [RateMinimum] = []
    for index in points.indices.dropFirst().dropLast() {
      let (left, own, right) = (loss(points[index - 1]), loss(points[index]), loss(points[index + 1]))
      guard own < left, own < right, own < points[index].trial.start else { continue }
      if let first = minima.first, own > first.loss {
        minima.append(RateMinimum(rate: points[index].rate, loss: own, peak: points[index].trial.peak))
      } else if let minimum = refined(points[index - 1], points[index], points[index + 1]) {
        minima.append(minimum)
      }
    }
    return minima

    func loss(_ point: RateScan.Point) -> Double { point.trial.losses[horizon] }

    func refined(_ low: RateScan.Point, _ middle: RateScan.Point, _ high: RateScan.Point) -> RateMinimum? {
      let start = middle.trial.start
      // A diverged end of a bracket is a wall of finite height to the parabolas of the method.
      func height(_ loss: Double) -> Double { min(loss.isNaN ? .infinity : loss, 1e6 * start) }
      func place(_ point: RateScan.Point) -> Minimization.Place {
        Minimization.Place(.log2(point.rate), height(loss(point)))
      }
      var lowest = (place(middle).x, middle.trial)
      let found = try? Minimization.minimum(
        between: place(low), place(middle), and: place(high), tolerance: accuracy
      ) { exponent in
        let trial = experiment(.exp2(exponent), horizon)
        if height(trial.losses[horizon]) < height(lowest.1.losses[horizon]) { lowest = (exponent, trial) }
        return height(trial.losses[horizon])
      }
      // Without an answer (a valley flat to rounding) the lowest point seen is the bottom.
      let bottom = found?.x ?? lowest.0
      // A loss that falls until it diverges has a wall there and no valley.
      if !loss(high).isFinite, !experiment(.exp2(bottom + 2 * accuracy), horizon).losses[horizon].isFinite {
        return nil
      }
      return RateMinimum(rate: .exp2(bottom), loss: lowest.1.losses[horizon], peak: lowest.1.peak)
    }
  }
}
