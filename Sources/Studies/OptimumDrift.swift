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
    /// Too few sizes have an optimum, or the largest has none.
    case fewOptima
    /// Carrying over costs more than the tolerance from every smaller size.
    case cost
    /// The optimum moves like the logarithm of the size rather than settling like its inverse.
    case drift
  }

  /// Both laws of equation (9.3), fitted to the sizes from one on.
  public struct Laws: Hashable, Sendable {
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
  /// Equation (9.3): both laws from the size on from which the optimum moves fastest; nil where there are too few sizes.
  public let laws: Laws?
  /// The optimal rate in the limit of infinite size if the optimum settles: the first law of (9.3) through the last two sizes.
  public let limit: Double?
  /// Equation (9.4).
  public let verdict: Verdict
  /// The least size from which both conditions of (9.4) hold among the sizes from there on alone, three or more; nil where there
  /// is none. It says from where to ask again when smaller sizes spoil the verdict.
  public let settlesFrom: Double?

  /// Sizes with an optimum below which two laws of two parameters can't be told apart.
  public static let leastSizes = 3

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
    let known = zip(sizes, exponents).compactMap { size, exponent in exponent.map { (size: size, exponent: $0) } }
    drifts = Self.drifts(known)
    limit =
      known.count >= 2
      ? .exp2(LineFit(known.suffix(2).map { 1 / $0.size }, known.suffix(2).map(\.exponent)).intercept) : nil
    laws = Self.fastest(known).map { Laws(known[$0...]) }
    // Sizes within the tolerance, all of which have an optimum, are the last of the known ones.
    let bearable = costs.reversed().prefix { $0.map { $0 <= tolerance } ?? false }.count
    verdict = Self.verdict(sizes, bearable, laws)
    settlesFrom = (known.count - bearable..<max(known.count - bearable, known.count - Self.leastSizes + 1))
      .first { Laws(known[$0...]).settles }.map { known[$0].size }
  }

  /// Where the optimum moves fastest with the logarithm of the size: before that no law can hold. Leaves enough sizes for a law;
  /// nil where there are not enough.
  private static func fastest(_ known: [(size: Double, exponent: Double)]) -> Int? {
    guard known.count >= leastSizes else { return nil }
    let speeds = zip(known, known.dropFirst()).map { low, high in
      abs(high.exponent - low.exponent) / Double.log(high.size / low.size)
    }
    let place = speeds.indices.max { speeds[$0] < speeds[$1] } ?? 0
    return min(place, known.count - leastSizes)
  }

  /// Equation (9.4).
  private static func verdict(_ sizes: [Double], _ bearable: Int, _ laws: Laws?) -> Verdict {
    // The largest size itself costs nothing, unless it has no optimum.
    guard let laws, bearable > 0 else { return .doesNot(.fewOptima) }
    guard bearable > 1 else { return .doesNot(.cost) }
    return laws.settles ? .transfers(from: sizes[sizes.count - bearable]) : .doesNot(.drift)
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
