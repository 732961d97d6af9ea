import Calculus
import RealModule

/// How an optimal learning rate moves with a size such as the width, and what it costs to ignore that; equations (9.1)-(9.4).
public struct OptimumDrift: Hashable, Sendable {
  /// What is said of a learning rate that is carried over.
  public enum Verdict: Hashable, Sendable {
    /// The optimum of this size, and of every larger one, serves the largest.
    case transfers(from: Double)
    case doesNot(Reason)
  }

  /// Why a rate does not transfer.
  public enum Reason: Hashable, Sendable {
    /// Too few sizes have an optimum.
    case fewOptima
    /// Carrying over costs more than the tolerance from every smaller size.
    case cost
    /// The optimum moves like the logarithm of the size rather than settling like its inverse.
    case drift
  }

  /// The sizes, rising.
  public let sizes: [Double]
  /// log2 of the optimum at each size; nil where there is none.
  public let exponents: [Double?]
  /// Loss at the largest size with each size's optimum, over that with its own, minus 1, equation (9.2); infinite where it
  /// diverges, nil where either has no optimum.
  public let costs: [Double?]
  /// Drift of log2 of the optimum in each of the last two doublings of the size, equation (9.1); empty without three sizes
  /// that span them.
  public let drifts: [Double]
  /// `a + c/size`, equation (9.3).
  public let settling: LineFit?
  /// `a + c ln size`, equation (9.3).
  public let drifting: LineFit?
  /// Equation (9.4).
  public let verdict: Verdict
  /// The least size from which, among the sizes from there on (three or more), both conditions of (9.4) hold; nil where there
  /// is none. It says from where to ask again when smaller sizes spoil the verdict.
  public let settlesFrom: Double?

  /// Sizes with an optimum below which two laws of two parameters can't be told apart.
  public static let leastSizes = 4

  /// - Parameters:
  ///   - sizes: rising, positive.
  ///   - optima: optimal rate at each size, nil where there is none.
  ///   - tolerance: cost that counts as nothing.
  ///   - lossAtLargest: loss at the largest size with some rate; infinite where it diverges.
  public init(sizes: [Double], optima: [Double?], tolerance: Double, lossAtLargest: (Double) -> Double) {
    precondition(sizes.count == optima.count && !sizes.isEmpty)
    self.sizes = sizes
    exponents = optima.map { $0.map(Double.log2) }
    let own = optima[optima.count - 1].map(lossAtLargest)
    costs = optima.enumerated().map { index, optimum in
      guard let own, let optimum else { return nil }
      return index == optima.count - 1 ? 0 : lossAtLargest(optimum) / own - 1
    }
    let known = zip(sizes, exponents).compactMap { size, exponent in exponent.map { (size, $0) } }
    drifts = Self.drifts(known)
    if known.count >= Self.leastSizes {
      settling = LineFit(known.map { 1 / $0.0 }, known.map(\.1))
      drifting = LineFit(known.map { .log($0.0) }, known.map(\.1))
    } else {
      (settling, drifting) = (nil, nil)
    }
    verdict = Self.verdict(sizes, costs, settling, drifting, tolerance)
    settlesFrom = Self.settlesFrom(sizes, exponents, costs, tolerance)
  }

  /// Number of the largest sizes in a row whose optimum costs no more than the tolerance.
  private static func bearable(_ costs: [Double?], _ tolerance: Double) -> Int {
    costs.reversed().prefix { $0.map { $0 <= tolerance } ?? false }.count
  }

  private static func settlesFrom(
    _ sizes: [Double], _ exponents: [Double?], _ costs: [Double?], _ tolerance: Double
  ) -> Double? {
    let first = sizes.count - bearable(costs, tolerance)
    for start in first..<max(first, sizes.count - 2) {
      let x: [Double] = Array(sizes[start...])
      let y: [Double] = exponents[start...].compactMap { $0 }
      let settling = LineFit(x.map { 1 / $0 }, y)
      let drifting = LineFit(x.map { Double.log($0) }, y)
      if settling.residual < drifting.residual { return sizes[start] }
    }
    return nil
  }

  /// Equation (9.1), the exponents taken linear in the logarithm of the size between two sizes.
  private static func drifts(_ known: [(size: Double, exponent: Double)]) -> [Double] {
    guard let last = known.last, let first = known.first, known.count >= 3, first.size <= last.size / 4 * (1 + 1e-9)
    else { return [] }
    func exponent(at size: Double) -> Double {
      let upper = known.firstIndex { $0.size >= size * (1 - 1e-9) } ?? known.count - 1
      guard upper > 0 else { return known[0].exponent }
      let (low, high) = (known[upper - 1], known[upper])
      let share = Double.log(size / low.size) / .log(high.size / low.size)
      return low.exponent + share * (high.exponent - low.exponent)
    }
    let (quarter, half) = (exponent(at: last.size / 4), exponent(at: last.size / 2))
    return [half - quarter, last.exponent - half]
  }

  /// Equation (9.4).
  private static func verdict(
    _ sizes: [Double], _ costs: [Double?], _ settling: LineFit?, _ drifting: LineFit?, _ tolerance: Double
  ) -> Verdict {
    guard let settling, let drifting, (costs.last ?? nil) != nil else { return .doesNot(.fewOptima) }
    let bearable = bearable(costs, tolerance)
    guard bearable > 1 else { return .doesNot(.cost) }
    guard settling.residual < drifting.residual else { return .doesNot(.drift) }
    return .transfers(from: sizes[sizes.count - bearable])
  }
}
