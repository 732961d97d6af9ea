import Calculus
import Problems
import LinearAlgebra
import RealModule

/// The two measures on the covariance spectrum that the equations integrate over, equation (7.5).
///
/// Every integrand of the data block carries a factor λ, so the masses carry it too: eigenvalues that are
/// nearly zero weigh nearly nothing.
struct SpectralMeasures: Hashable, Sendable {
  /// Masses `w_k λ_k`: the initial predictor and the sampling noise.
  var fluctuation: DiscreteMeasure
  /// Masses `w_k b_k λ_k`: the target.
  var signal: DiscreteMeasure

  init(fluctuation: DiscreteMeasure, signal: DiscreteMeasure) {
    self.fluctuation = fluctuation
    self.signal = signal
  }

  /// The same with a stronger or weaker target.
  ///
  /// - Parameter factor: of its power; nil changes nothing.
  /// - Returns: both measures.
  func scalingSignal(by factor: Double?) -> SpectralMeasures {
    guard let factor, factor != 1 else { return self }
    let weights = signal.weights.map { factor * $0 }
    return SpectralMeasures(
      fluctuation: fluctuation, signal: DiscreteMeasure(points: signal.points, weights: weights))
  }

  /// The measures of a problem. Where the initial predictor vanishes and samples bring no noise, nothing
  /// fluctuates and that measure is empty.
  init(_ problem: TrainingProblem) {
    self.init(problem.data)
    // A given sequence of batches has no modes.
    let isSequence = GivenBatches(problem)?.kind == .sequence
    if isSequence { fluctuation = DiscreteMeasure() }
    if problem.widthRatio.isInfinite, case .population = problem.sampling {
      fluctuation = DiscreteMeasure()
    }
  }

  /// The largest eigenvalue that the covariance of the samples has, about: that of the population, widened as Marchenko and Pastur's law is.
  func largestSampleEigenvalue(_ problem: TrainingProblem) -> Double {
    let top = signal.points.max() ?? 1
    guard problem.data.rows == nil, problem.sampling.trainingSet != nil, let ratio = problem.sampleRatio else {
      return top
    }
    let spread = 1 + 1 / ratio.squareRoot()
    return top * spread * spread
  }

  /// The measures of a data model, every eigenvalue a point (beyond some thousands the tail is integrated, equation (7.3)).
  init(_ data: DataModel) {
    switch data.spectrum {
    case .isotropic:
      let one = DiscreteMeasure(points: [1], weights: [1])
      self.init(fluctuation: one, signal: one)
    case .measured(let measured):
      let weight = 1 / Double(measured.eigenvalues.count)
      // Directions in which no row varies, of an exact split, come last and have no mass.
      let eigenvalues = Array(measured.eigenvalues.prefix { $0 > 0 })
      let powers =
        measured.fitCorrection == nil
        ? zip(eigenvalues, measured.targetCoefficients).map { weight * $0 * $1 * $1 }
        : eigenvalues.enumerated().map { weight * $1 * measured.targetPower($0) }
      self.init(
        fluctuation: DiscreteMeasure(points: eigenvalues, weights: eigenvalues.map { weight * $0 }),
        signal: DiscreteMeasure(points: eigenvalues, weights: powers))
    case .powerLaw(let law):
      self.init(law, dimension: data.inputDimension)
    }
  }

  /// A mode that stands for several weighs as many.
  init(_ law: PowerLaw, dimension: Int) {
    let indices = ModeIndices(dimension: dimension)
    let modes = law.modes(indices.index, multiplicity: indices.multiplicity, dimension: dimension)
    let weight = law.scale == .mean ? 1 / Double(dimension) : 1
    self.init(
      fluctuation: DiscreteMeasure(
        points: modes.eigenvalues,
        weights: zip(modes.eigenvalues, indices.multiplicity).map { weight * $0 * $1 }),
      signal: DiscreteMeasure(
        points: modes.eigenvalues, weights: zip(modes.signalShares, indices.multiplicity).map { $0 * $1 }))
  }
}

/// Mode indices 1 … D with multiplicities: each by itself at first, the tail by Gauss-Legendre in log k, equation (7.3).
struct ModeIndices {
  /// Number of leading modes that are always enumerated. The midpoint rule behind them errs by p (p - 1)/(24 k²) of a
  /// sum of k^-p over the tail, some 1e-9.
  static let enumerated = 8192
  /// Nodes for each factor e of the tail.
  static let nodesPerPanel = 12

  private(set) var index: [Double]
  private(set) var multiplicity: [Double]

  init(dimension: Int) {
    let head = min(dimension, Self.enumerated)
    index = (1...head).map(Double.init)
    multiplicity = Array(repeating: 1, count: head)
    guard dimension > head else { return }
    let rule = GaussLegendre(Self.nodesPerPanel)
    let start = Double.log(Double(head) + 0.5)
    let end = Double.log(Double(dimension) + 0.5)
    let panels = Int((end - start).rounded(.up))
    let half = (end - start) / Double(panels) / 2
    for panel in 0..<panels {
      let middle = start + (2 * Double(panel) + 1) * half
      for (node, weight) in zip(rule.nodes, rule.weights) {
        let k = Double.exp(middle + half * node)
        index.append(k)
        multiplicity.append(k * half * weight)
      }
    }
  }
}
