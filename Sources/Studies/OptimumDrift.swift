import Calculus
import RealModule

/// How an optimal learning rate moves with a size such as the width, and the cost of ignoring that; equations (9.1)-(9.4).
public struct OptimumDrift: Codable, Hashable, Sendable {
  /// The verdict on a learning rate that is carried over.
  public enum Verdict: Codable, Hashable, Sendable {
    /// The optimum of this size, and of every larger one, serves the largest.
    case transfers(from: Double)
    case doesNot(Reason)
  }

  /// Why a rate does not transfer.
  public enum Reason: Codable, Hashable, Sendable {
    /// Too few sizes have an optimum, or the largest has none.
    case fewOptima
    /// Carrying over costs more than the tolerance from all but the largest sizes, too few to fit a law.
    case cost
    /// The optimum moves like the logarithm of the size rather than settling like its inverse.
    case drift
    /// At the largest size the optimum of another size gives a smaller loss than its own, which is therefore no optimum.
    case misled
  }

  /// Both laws of equation (9.3), fitted to the sizes from one on.
  public struct Laws: Codable, Hashable, Sendable {
    /// The least size of the fit.
    public let from: Double
    /// `a + c/size`.
    public let settling: LineFit
    /// `a + c ln size`.
    public let drifting: LineFit

    /// Whether the optimum settles.
    public var settles: Bool { settling.residual < drifting.residual }
    init(_ known: ArraySlice<(size: Double, exponent: Double)>) {
      let y = known.map(\.exponent)
      from = known.first?.size ?? .nan
      settling = LineFit(known.map { 1 / $0.size }, y)
      drifting = LineFit(known.map { Double.log($0.size) }, y)
    }
  }

  /// The sizes `x_i` (widths, depths, batches or steps), rising.
  public let sizes: [Double]
  /// `e_i`, log2 of the optimum at each size; nil where there is none.
  public let exponents: [Double?]
  /// Loss at the largest size with each size's optimum, over that with its own, minus 1, equation (9.2); infinite where it
  /// diverges, nil where either has no optimum.
  public let costs: [Double?]
  /// Drift of log2 of the optimum in each of the last two doublings of the size, equation (9.1); empty without three sizes
  /// that span them.
  public let drifts: [Double]
  /// Equation (9.3): both laws from the size of the verdict on; without one from the least size within the tolerance, or over all
  /// sizes where that leaves too few; nil where there are too few at all. Infinite sizes have no part in them.
  public let laws: Laws?
  /// The optimal rate in the limit of infinite size if the optimum settles: the first law of (9.3) through the last two sizes.
  public let limit: Double?
  /// Equation (9.4).
  public let verdict: Verdict

  /// Sizes with an optimum below which two laws of two parameters cannot be distinguished.
  public static let leastSizes = 3

  /// Drifts, costs, laws and verdict, equations (9.1)-(9.4).
  ///
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
    let costs = optima.enumerated().map { index, optimum -> Double? in
      guard let own, let optimum else { return nil }
      return index == optima.count - 1 ? 0 : lossAtLargest(optimum) / own - 1
    }
    self.costs = costs
    let known = zip(sizes, exponents).compactMap { size, exponent in
      size.isFinite ? exponent.map { (size: size, exponent: $0) } : nil
    }
    drifts = Self.drifts(known)
    let last = known.suffix(2)
    limit = last.count == 2 ? .exp2(LineFit(last.map { 1 / $0.size }, last.map(\.exponent)).intercept) : nil
    (verdict, laws) = Self.verdict(known, sizes, costs, tolerance)
  }

  /// Equation (9.4).
  private static func verdict(
    _ known: [(size: Double, exponent: Double)], _ sizes: [Double], _ costs: [Double?], _ tolerance: Double
  ) -> (Verdict, Laws?) {
    guard known.count >= leastSizes else { return (.doesNot(.fewOptima), nil) }
    let all = Laws(known[...])
    guard (costs.last ?? nil) != nil else { return (.doesNot(.fewOptima), all) }
    // A gain beyond the tolerance says that the largest size has been given another valley than its best.
    if costs.contains(where: { $0.map { $0 < -tolerance } ?? false }) { return (.doesNot(.misled), all) }
    let bearable = zip(sizes, costs).reversed().prefix { $1.map { $0 <= tolerance } ?? false }
    let first = bearable.last?.0 ?? .infinity
    let starts = known.indices.filter { known[$0].size >= first && known.count - $0 >= leastSizes }
    guard !starts.isEmpty else { return (.doesNot(.cost), all) }
    let tails = starts.map { Laws(known[$0...]) }
    if let laws = tails.first(where: \.settles) { return (.transfers(from: laws.from), laws) }
    return (.doesNot(.drift), tails.first)
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
}
