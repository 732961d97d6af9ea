import Problems
import LinearAlgebra
import RealModule

/// The functions of an eigenvalue that a rule must integrate: what a linear network can do to a mode within the
/// horizon, equations (7.8) and (7.9).
struct TestFunctions: Sendable {
  /// The largest eigenvalue.
  let top: Double
  /// `τ λ_max` of the relaxations `exp(-τ λ)`.
  let times: [Double]
  /// Rates times `λ_max`, from the edge of stability down; none under gradient flow.
  let rates: [Double]
  /// Numbers of steps at each of these rates.
  let steps: [Int]
  private let doublings: Int
  private let momentum: LinearOptimizer.Momentum

  /// - Parameters:
  ///   - top: the largest eigenvalue.
  ///   - steps: number of steps; nil under gradient flow.
  ///   - reach: longest relaxation time, in units of the leading mode's.
  ///   - momentum: how steps are carried on.
  init(top: Double, steps: Int?, reach: Double, momentum: LinearOptimizer.Momentum = .none) {
    self.top = top
    self.momentum = momentum
    times = (0...2 * Self.doublings(reach)).map { Double.exp2(Double($0) / 2) }
    doublings = steps.map { Self.doublings(Double($0)) } ?? 0
    rates = steps == nil ? [] : Self.rates(momentum)
    self.steps = Self.chains(doublings).flatMap { chain in (0...chain.doublings).map { chain.first << $0 } }
  }

  /// Doublings that cover a number of steps or a time twice.
  private static func doublings(_ reach: Double) -> Int { Int(Double.log2(max(reach, 2)).rounded(.up)) + 1 }

  /// The edge, and a quarter each time, as long as the leading mode swings.
  private static func rates(_ momentum: LinearOptimizer.Momentum) -> [Double] {
    let share = momentum.coefficient
    let edge = 2 * (1 + share) / (momentum.isNesterov ? 1 + 2 * share : 1)
    let slowest = (1 - share.squareRoot()) * (1 - share.squareRoot())
    return Array(sequence(first: edge) { $0 / 4 }.prefix { $0 == edge || $0 > max(slowest, 1e-6) })
  }

  /// Where the numbers of steps begin, and how often each doubles without leaving the others behind.
  private static func chains(_ doublings: Int) -> [(first: Int, doublings: Int)] {
    [(1, doublings), (3, max(doublings - 2, 0))]
  }

  private var count: Int { times.count + rates.count * steps.count }

  /// Integrals over a measure, of the relaxations (7.8) and then of the steps, rate by rate.
  func integrals(_ measure: DiscreteMeasure) -> [Double] {
    var integrals = [Double](repeating: 0, count: count)
    for (point, weight) in zip(measure.points, measure.weights) {
      let x = point / top
      for (index, time) in times.enumerated() { integrals[index] += weight * .exp(-time * x) }
      var index = times.count
      for rate in rates { addSteps(weight, gain: rate * x, to: &integrals, at: &index) }
    }
    return integrals
  }

  /// Sums of powers of the two roots, `p_1 = b`, `p_3 = b³ - 3 b c` and `p_2s = p_s² - 2 c^s`, equation (7.9).
  private func addSteps(_ weight: Double, gain: Double, to integrals: inout [Double], at index: inout Int) {
    let share = momentum.coefficient
    let sum = momentum.isNesterov ? (1 + share) * (1 - gain) : 1 + share - gain
    let product = momentum.isNesterov ? share * (1 - gain) : share
    let starts = [(sum, product), (sum * (sum * sum - 3 * product), product * product * product)]
    for ((first, firstProduct), chain) in zip(starts, Self.chains(doublings)) {
      var (value, power) = (first, firstProduct)
      for _ in 0...chain.doublings {
        integrals[index] += weight * value
        index += 1
        value = value * value - 2 * power
        power *= power
      }
    }
  }
}
