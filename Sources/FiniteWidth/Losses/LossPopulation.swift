import Calculus
import Problems
import RealModule

/// A loss over the population of one network, by an integral over the signal and what the output has beside it, equation (21.13).
struct LossPopulation {
  private let modes: Modes
  private let rule: LossRule
  /// Variance of what makes the label: of the signal, with noise where there is any.
  private let labelVariance: Double
  /// `Λ beta*/D`, along which inputs go with the signal.
  private let pull: [Double]
  private let signal: Double

  /// Nodes of half a normal distribution, with weights that sum to one.
  private static let half: [(place: Double, weight: Double)] = nodes(edges: [0, 0.5, 1.5, 3, 5, 8], factor: 2)
  /// Nodes of a whole one.
  private static let whole: [(place: Double, weight: Double)] = {
    let step = 1.0 / 20
    return (-8 * 20...8 * 20).map { (Double($0) * step, step * density(Double($0) * step)) }
  }()

  private static func density(_ x: Double) -> Double { .exp(-0.5 * x * x) / (2 * Double.pi).squareRoot() }

  private static func nodes(edges: [Double], factor: Double) -> [(place: Double, weight: Double)] {
    let rule = GaussLegendre(10)
    return zip(edges, edges.dropFirst()).flatMap { start, end in
      zip(rule.nodes, rule.weights).map { node, weight in
        let place = (start + end) / 2 + (end - start) / 2 * node
        return (place, factor * weight * (end - start) / 2 * density(place))
      }
    }
  }

  init(_ modes: Modes, rule: LossRule, noise: Double) {
    self.modes = modes
    self.rule = rule
    let root = rule.signalFactor.squareRoot()
    let target = modes.target.map { root * $0 }
    pull = modes.eigenvalues.map { zip($0, target).map { $0 * $1 } } ?? target
    signal = zip(pull, target).reduce(0) { $0 + $1.0 * $1.1 } / modes.dimension
    labelVariance = signal + (rule.labels == .linear || rule.labels == .sign ? noise * noise : 0)
  }

  /// What the population says of a predictor.
  struct Answer {
    var loss = 0.0
    var accuracy = 0.0
    /// `sqrt(D) E[x Delta]`.
    var field: [Double] = []
  }

  /// - Parameter predictor: β.
  /// - Returns: loss, accuracy and field.
  func answer(_ predictor: [Double]) -> Answer {
    let spread = modes.eigenvalues.map { zip($0, predictor).map { $0 * $1 } } ?? predictor
    let overlap = zip(pull, predictor).reduce(0) { $0 + $1.0 * $1.1 } / modes.dimension
    let variance = zip(spread, predictor).reduce(0) { $0 + $1.0 * $1.1 } / modes.dimension
    if case .mixture = rule.labels { return mixture(overlap, variance, spread) }
    let root = labelVariance.squareRoot()
    // f = along tau + across n with independent standard normal tau and n.
    let along = overlap / root
    let across = max(0, variance - along * along).squareRoot()
    var (result, byLabel, byRest) = (Answer(), 0.0, 0.0)
    for (tau, outer) in Self.half {
      for (label, share) in labels(root * tau) {
        for (n, inner) in Self.whole {
          let (output, weight) = (along * tau + across * n, outer * inner * share)
          let residual = rule.loss.residual(output, label)
          result.loss += weight * rule.loss.value(output, label)
          result.accuracy += output * label > 0 ? weight : output == 0 ? weight / 2 : 0
          byLabel += weight * residual * tau
          byRest += weight * residual * n
        }
      }
    }
    result.loss *= rule.loss.reportedFactor
    let rest = across > 0 ? byRest / across : 0
    result.field = zip(pull, spread).map { pull, spread in
      pull * (byLabel / root) + rest * (spread - pull * along / root)
    }
    return result
  }

  /// Labels of a positive variable with their probabilities; its negative is the mirror image.
  private func labels(_ variable: Double) -> [(label: Double, share: Double)] {
    switch rule.labels {
    case .linear: return [(variable, 1)]
    case .sign, .mixture: return [(1, 1)]
    case .logistic(let slope):
      let share = 1 / (1 + Double.exp(-slope * variable))
      return [(1, share), (-1, 1 - share)]
    }
  }

  /// All at y = 1, whose mirror image is the other class.
  private func mixture(_ overlap: Double, _ variance: Double, _ spread: [Double]) -> Answer {
    let across = max(0, variance).squareRoot()
    var (result, mean, byRest) = (Answer(), 0.0, 0.0)
    for (n, weight) in Self.whole {
      let output = overlap + across * n
      let residual = rule.loss.residual(output, 1)
      result.loss += weight * rule.loss.value(output, 1)
      result.accuracy += output > 0 ? weight : output == 0 ? weight / 2 : 0
      mean += weight * residual
      byRest += weight * residual * n
    }
    result.loss *= rule.loss.reportedFactor
    let rest = across > 0 ? byRest / across : 0
    result.field = zip(pull, spread).map { $0 * mean + $1 * rest }
    return result
  }
}
