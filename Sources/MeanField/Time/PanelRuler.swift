import Calculus
import Problems
import LinearAlgebra

/// How a panel of time is laid out on a few nodes: what sums or integrals over it are made of.
enum PanelRuler: Sendable {
  /// Gradient flow: Radau nodes, integrals; equation (5.6).
  case flow(RadauRule)
  /// Steps of SGD at one rate: nodes on some of the steps, exact sums over all of them; equations (5.6) and (5.8).
  case steps(RadauRule, rate: Double)

  /// One panel.
  struct Panel: Sendable, Hashable {
    /// Where the panel starts and ends: flow times, or its first step and the one behind its last.
    let start: Double
    let end: Double
    /// Places of the nodes in the same units.
    let nodes: [Double]
    /// `sums[i][j]`: integral, or sum over the steps, of the polynomial of node j from the start up to (without) node i, times the rate.
    let sums: [[Double]]
    /// The same up to the end.
    let total: [Double]
    /// What the values at the nodes are weighted with to extrapolate to the last point before the panel.
    let backward: [Double]
    /// Whether nothing lies between the nodes: every step of the panel is one.
    let isExact: Bool
  }

  /// Number of nodes of a panel.
  var nodes: Int {
    switch self {
    case .flow(let rule), .steps(let rule, _): rule.nodes.count
    }
  }

  /// Time of a place: flow time, or the sum of the rates of the steps before.
  func time(_ place: Double) -> Double {
    switch self {
    case .flow: place
    case .steps(_, let rate): rate * place
    }
  }

  /// Where a panel of about this length ends.
  func end(start: Double, length: Double, horizon: Double) -> Double {
    let left = horizon - start
    switch self {
    case .flow:
      // The last two panels share what is left, so that none is a crumb.
      return left <= length ? horizon : left < 2 * length ? start + left / 2 : start + length
    case .steps:
      let whole = max(length.rounded(.down), 1)
      return left <= whole ? horizon : left < 2 * whole ? start + (left / 2).rounded(.up) : start + whole
    }
  }

  /// Whether the fastest mode alternates from step to step: rate times eigenvalue times kernel is above one, equation (5.10).
  func isFast(_ fastestRate: Double) -> Bool { stepGain(fastestRate) > 1 }

  /// Whether it grows, or nearly: above two no polynomial would ever see what becomes of it.
  func isUnstable(_ fastestRate: Double) -> Bool { stepGain(fastestRate) > Self.largestGain }

  /// Rate times eigenvalue times kernel up to which panels of steps are trusted: at two a mode begins to grow.
  static let largestGain = 1.8

  private func stepGain(_ fastestRate: Double) -> Double {
    switch self {
    case .flow: 0
    case .steps(_, let rate): rate * fastestRate
    }
  }

  /// The shortest panel that there can be.
  func shortest(at end: Double, horizon: Double) -> Double {
    switch self {
    // Below this share of the time before it a panel is nothing.
    case .flow: 1e-10 * max(end, 1e-10 * horizon)
    case .steps: 1
    }
  }

  /// A panel with its nodes and the sums `S` of equation (5.6).
  func panel(from start: Double, to end: Double) -> Panel {
    switch self {
    case .flow(let rule):
      let length = end - start
      let sums = rule.integrals.map { $0.map { length * $0 } }
      return Panel(
        start: start, end: end, nodes: rule.nodes.map { $0 == 1 ? end : start + length * $0 }, sums: sums,
        total: sums[sums.count - 1], backward: rule.basis.values(at: 0), isExact: false)
    case .steps(let rule, let rate):
      let steps = Self.steps(rule, start: start, end: end)
      let basis = LagrangeBasis(steps.map { $0 - start })
      let sums = steps.map { basis.sums(before: $0 - start).map { rate * $0 } }
      return Panel(
        start: start, end: end, nodes: steps, sums: sums, total: basis.sums(before: end - start).map { rate * $0 },
        backward: basis.values(at: -1), isExact: Double(steps.count) == end - start)
    }
  }

  /// The steps nearest to Radau nodes, all different, the last one the panel's last: all steps where there are no more than nodes.
  private static func steps(_ rule: RadauRule, start: Double, end: Double) -> [Double] {
    let count = rule.nodes.count
    guard end - start > Double(count) else { return Array(stride(from: start, to: end, by: 1)) }
    var steps: [Double] = []
    for (index, node) in rule.nodes.enumerated() {
      let wanted = (start + node * (end - start)).rounded(.up) - 1
      let earliest = steps.last.map { $0 + 1 } ?? start
      let latest = end - Double(count - index)
      steps.append(min(max(wanted, earliest), latest))
    }
    return steps
  }
}

extension LagrangeBasis {
  /// Sums of every polynomial over the whole numbers from 0 up to, without, an end, equation (5.8).
  func sums(before end: Double) -> [Double] {
    let rule = DiscreteMeasure.wholeNumbers(count: Int(end), nodes: (nodes.count + 1) / 2 + 1)
    return zip(rule.points, rule.weights).reduce(into: nodes.map { _ in 0 }) { sums, mass in
      for (index, value) in values(at: mass.0).enumerated() { sums[index] += mass.1 * value }
    }
  }
}
