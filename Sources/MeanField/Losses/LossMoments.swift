import Calculus
import Problems
import RealModule

/// Means of a loss over a Gaussian output and its label, equations (21.4)-(21.7): what new samples answer at one step.
struct LossMoments: Sendable, Hashable {
  /// `a = E dDelta/df`.
  var slope = 0.0
  /// `c`, the answer of the residual to the signal.
  var signal = 0.0
  /// `V = E Delta^2`.
  var square = 0.0
  /// `E l`, with the factor of reports.
  var loss = 0.0
  /// Share of labels that outputs have the sign of; NaN for a linear target.
  var accuracy = Double.nan
}

/// Which loss, which labels, and how strong the signal is.
struct LossLaw: Sendable, Hashable {
  let rule: LossRule
  /// `rho = sum w lambda b`, the variance of the signal u.
  let power: Double
  /// `sigma^2`.
  let noise: Double

  private var loss: SampleLoss { rule.loss }

  /// Means over new samples.
  ///
  /// - Parameters:
  ///   - variance: `q`, of the output.
  ///   - overlap: `m`, of the output with the signal; of two classes the mean output of y = 1.
  /// - Returns: all means.
  func moments(variance: Double, overlap: Double) -> LossMoments {
    let deviation = max(0, variance).squareRoot()
    switch rule.labels {
    case .linear: return linear(max(0, power + noise - 2 * overlap + variance).squareRoot())
    case .sign: return sign(deviation, overlap)
    case .logistic(let slope): return logistic(deviation, overlap, slope: slope)
    case .mixture: return mixture(deviation, overlap)
    }
  }

  /// Equation (21.4): of `e = y - f ~ N(0, v)`, with `c = -a`.
  private func linear(_ deviation: Double) -> LossMoments {
    var result = LossMoments()
    NormalPanels(loss, mean: 0, deviation: deviation, label: 0).forEach { z, weight in
      result.add(loss, output: deviation * z, label: 0, weight: weight)
    }
    result.signal = -result.slope
    result.loss *= loss.reportedFactor
    return result
  }

  /// Equation (21.5): y = 1 stands for both signs, with the density of z given y.
  private func sign(_ deviation: Double, _ overlap: Double) -> LossMoments {
    let total = power + noise
    let (correlation, rest) = correlation(deviation, overlap, total)
    var result = LossMoments()
    let scale = rest > 0 ? correlation / rest : .infinity
    NormalPanels(loss, mean: 0, deviation: deviation, label: 1, weightScale: abs(1 / scale)).forEach { z, weight in
      let share = scale.isFinite ? Double.erfc(-scale * z * 0.5.squareRoot()) : (z > 0 ? 2 : z < 0 ? 0 : 1)
      result.add(loss, output: deviation * z, label: 1, weight: weight * share)
    }
    let narrow = deviation * rest
    NormalPanels(loss, mean: 0, deviation: narrow, label: 1).forEach { z, weight in
      result.signal += weight * loss.residual(narrow * z, 1)
    }
    result.signal *= 2 / (2 * .pi * total).squareRoot()
    result.accuracy = 0.5 + .asin(correlation) / .pi
    result.loss *= loss.reportedFactor
    return result
  }

  /// Equation (21.6): labels drawn by a logistic law of the signal.
  private func logistic(_ deviation: Double, _ overlap: Double, slope: Double) -> LossMoments {
    let (correlation, rest) = correlation(deviation, overlap, power)
    let steepness = slope * power.squareRoot()
    let law = SmoothedLogistic(steepness * correlation, steepness * rest)
    var result = LossMoments()
    var right = 0.0
    let scale = 3 / max(steepness, .leastNormalMagnitude)
    NormalPanels(loss, mean: 0, deviation: deviation, label: 1, weightScale: scale).forEach { z, weight in
      let (share, density) = law.values(z)
      result.add(loss, output: deviation * z, label: 1, weight: weight * 2 * share)
      result.signal += weight * 2 * slope * density * loss.residual(deviation * z, 1)
      if z > 0 { right += weight * 2 * share }
    }
    result.accuracy = deviation > 0 ? right : 0.5
    result.loss *= loss.reportedFactor
    return result
  }

  /// Equation (21.7): two classes, of equal shares all at y = 1.
  private func mixture(_ deviation: Double, _ overlap: Double) -> LossMoments {
    var result = LossMoments()
    var accuracy = 0.0
    for (label, share) in rule.classShares {
      let center = label - rule.meanLabel
      let mean = center * overlap
      NormalPanels(loss, mean: mean, deviation: deviation, label: label).forEach { z, weight in
        let (output, weight) = (mean + deviation * z, share * weight)
        result.add(loss, output: output, label: label, weight: weight)
        result.signal += weight * center * loss.residual(output, label)
      }
      accuracy += share * (deviation > 0 ? 0.5 * .erfc(-label * mean / deviation * 0.5.squareRoot()) : 0.5)
    }
    result.accuracy = accuracy
    result.loss *= loss.reportedFactor
    return result
  }

  /// `r` and `sqrt(1 - r^2)` between the output and what makes the label.
  private func correlation(_ deviation: Double, _ overlap: Double, _ total: Double) -> (Double, Double) {
    guard deviation > 0, total > 0 else { return (0, 1) }
    let correlation = min(max(overlap / (deviation * total.squareRoot()), -1), 1)
    return (correlation, ((1 - correlation) * (1 + correlation)).squareRoot())
  }
}

extension LossMoments {
  fileprivate mutating func add(_ loss: SampleLoss, output: Double, label: Double, weight: Double) {
    let residual = loss.residual(output, label)
    slope += weight * loss.slope(output, label)
    square += weight * residual * residual
    self.loss += weight * loss.value(output, label)
  }
}

/// `E_n S(x + s n)` and `E_n S(1 - S)` of the logistic function S over standard normal n, by the trapezoidal rule, which converges
/// beyond all powers up to the poles at distance `pi/s`.
private struct SmoothedLogistic {
  private let slope: Double
  private let nodes: [(shift: Double, weight: Double)]

  init(_ slope: Double, _ spread: Double) {
    self.slope = slope
    let step = min(0.5, Double.pi / max(spread, .leastNormalMagnitude) * 2 * .pi / 36)
    let count = Int((8.5 / step).rounded(.up))
    let factor = step / (2 * Double.pi).squareRoot()
    nodes = (-count...count).map { index in
      let n = Double(index) * step
      return (spread * n, factor * .exp(-0.5 * n * n))
    }
  }

  func values(_ z: Double) -> (share: Double, density: Double) {
    var (share, density) = (0.0, 0.0)
    for node in nodes {
      let part = Double.exp(-abs(slope * z + node.shift))
      let small = part / (1 + part)
      share += node.weight * (slope * z + node.shift > 0 ? 1 - small : small)
      density += node.weight * small * (1 - small)
    }
    return (share, density)
  }
}

/// Gauss-Legendre panels on |z| <= 11 under the normal density, whose edges lie at the kinks of a loss and at growing distances from
/// where it bends, section 21.
private struct NormalPanels {
  private let edges: [Double]

  private static let rule = GaussLegendre(18)
  private static let base = [-11, -8.5, -6.5, -5, -3.75, -2.5, -1.25, 0, 1.25, 2.5, 3.75, 5, 6.5, 8.5, 11]
  private static let finest = 1e-7

  /// - Parameters:
  ///   - loss: what is integrated.
  ///   - mean: of the output.
  ///   - deviation: of the output.
  ///   - label: y.
  ///   - weightScale: on which scale a further factor changes about z = 0.
  init(_ loss: SampleLoss, mean: Double, deviation: Double, label: Double, weightScale: Double = .infinity) {
    var edges = Self.base
    func bend(at center: Double, scale: Double) {
      guard abs(center) < 11, scale < 1.25 else { return }
      edges.append(center)
      var distance = max(scale, Self.finest)
      while distance < 11 {
        edges.append(center - distance)
        edges.append(center + distance)
        if distance > 2.5 { break }
        distance *= 2
      }
    }
    bend(at: 0, scale: weightScale)
    if deviation > 0 {
      switch loss {
      case .squared: break
      case .logistic: bend(at: -mean / deviation, scale: 3 / deviation)
      case .logcosh: bend(at: (label - mean) / deviation, scale: 1.5 / deviation)
      case .squaredHinge: edges.append((label - mean) / deviation)
      case .huber(let delta):
        edges.append((label - delta - mean) / deviation)
        edges.append((label + delta - mean) / deviation)
      }
    }
    self.edges = edges.filter { abs($0) <= 11 }.sorted()
  }

  /// Nodes with their weights.
  @inline(__always)
  func forEach(_ body: (Double, Double) -> Void) {
    let factor = 1 / (2 * Double.pi).squareRoot()
    for index in 1..<edges.count {
      let (half, middle) = ((edges[index] - edges[index - 1]) / 2, (edges[index] + edges[index - 1]) / 2)
      guard half > 0 else { continue }
      for (node, weight) in zip(Self.rule.nodes, Self.rule.weights) {
        let z = middle + half * node
        body(z, weight * half * factor * .exp(-0.5 * z * z))
      }
    }
  }
}
