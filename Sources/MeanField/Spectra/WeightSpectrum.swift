import Problems
import RealModule

/// What stands out of the spectrum of one layer's weights at one step, equation (22.1).
///
/// All values are singular values of `W^l(t)/√m`, m the columns of W^l: those of initial weights of deviation one fill the interval from
/// `|1 - √q|` to `1 + √q`, `q = n/m`.
public struct WeightSpectrum: Codable, Hashable, Sendable {
  /// How much of the fields that training has seen is in a singular vector: absolute cosines with one of them.
  public struct Overlap: Codable, Hashable, Sendable {
    /// With the field of the last step before.
    public let newest: Double
    /// The largest, over all steps before.
    public let largest: Double
  }

  /// A singular value outside the bulk.
  public struct Outlier: Codable, Hashable, Sendable {
    /// The singular value.
    public let value: Double
    /// Its right vector with `h^l(s)`, equation (22.7).
    public let forward: Overlap
    /// Its left vector with `g^{l+1}(s)`, equation (22.7).
    public let backward: Overlap
  }

  /// t.
  public let step: Int
  /// l, from 0, the input layer.
  public let layer: Int
  /// `q = n/m`, rows over columns.
  public let aspect: Double
  /// `|s_l d(t)| (1 + √q)`, equation (22.2).
  public let edge: Double
  /// Singular values above the edge, falling.
  public let outliers: [Outlier]
  /// `(|W^l(t)|² - d(t)² |W^l(0)|²)/m`, equation (22.8).
  public let growth: Double

  /// The mean of the largest singular value of a network of finite size where no outlier is predicted, below the edge by Tracy and
  /// Widom's law, equation (22.9).
  ///
  /// - Parameter columns: m of the network.
  /// - Returns: a number below the edge.
  public func topWithoutOutlier(columns: Int) -> Double {
    Self.topWithoutOutlier(edge: edge, aspect: aspect, columns: columns)
  }

  /// The same of any bulk, equation (22.9).
  ///
  /// - Parameters:
  ///   - edge: of the bulk.
  ///   - aspect: rows over columns.
  ///   - columns: m.
  /// - Returns: a number below the edge.
  public static func topWithoutOutlier(edge: Double, aspect: Double, columns: Int) -> Double {
    let (short, long) = (Double(columns).squareRoot(), (aspect * Double(columns)).squareRoot())
    let scale = edge / (1 + aspect.squareRoot())
    let square =
      (short + long) * (short + long) + Sharpness.meanOfTracyWidom * (short + long)
      * Double.root(1 / short + 1 / long, 3)
    return scale * (square / Double(columns)).squareRoot()
  }

  /// `|W^l(t)|²/n - d²|W^l(0)|²/n` as a share of what is left of the start.
  public var relativeGrowth: Double {
    let start = edge / (1 + aspect.squareRoot())
    return growth / (aspect * start * start)
  }
}

extension Solver {
  /// Why the spectra of this problem's weights are not known; empty where `Solution.weightSpectra` answers.
  public var refusalsOfSpectra: [Refusal] {
    guard outputs?.isApproximate == true else { return Self.refusalsOfSpectra(problem) }
    return Self.refusalsOfSpectra(problem) + [
      Refusal(
        key: "data.outputCoupling",
        reason: "spectra of the weights: outputs that couple are solved apart here, which forgets what they share",
        suggestion: "use data.outputCoupling=exact")
    ]
  }

  /// Why the spectra of a problem's weights are not known.
  ///
  /// - Parameter problem: a problem that `refusals` names nothing for.
  /// - Returns: one reason for each thing that is not derived; none where `Solution.weightSpectra` answers.
  public static func refusalsOfSpectra(_ problem: TrainingProblem) -> [Refusal] {
    refusalsOfSpectra(problem, subject: "spectra of the weights")
  }

  /// What is derived neither for the weights nor for the curvature.
  static func refusalsOfSpectra(_ problem: TrainingProblem, subject: String) -> [Refusal] {
    var refusals: [Refusal] = []
    func refuse(_ key: String, _ reason: String, _ suggestion: String?) {
      refusals.append(Refusal(key: key, reason: "\(subject): \(reason)", suggestion: suggestion))
    }
    if problem.architecture.regime == .lazy || problem.architecture.activation != .linear {
      refuse(
        "network.activation", "they follow from features that move in a linear network", "use network.activation=linear"
      )
    }
    if problem.architecture.depth == .infinite {
      refuse("network.depth", "each of infinitely many branches is left where it started", "use network.depth=finite")
    }
    if problem.architecture.widthProfile != nil {
      refuse("network.width", "not derived for hidden layers of unequal widths", "use one network.width")
    }
    if problem.gradientRule != nil {
      refuse(
        "training.optimizer", "derived for optimisers that are linear in the gradients",
        "use training.optimizer=sgd without gradientClip")
    }
    if case .discrete = problem.time.kind {
    } else {
      refuse("training.time", "derived for single steps", "use training.time=discrete with a small learning rate")
    }
    if problem.data.isTraceClass {
      refuse("data.spectrum", "the sums of scale=top have no ratio of rows to columns", "use data.spectrum.scale=mean")
    }
    if problem.data.rows != nil {
      refuse("data.split", "not derived for given training and test rows", "use data.split=draw")
    }
    return refusals
  }
}

extension Solution {
  /// The edge of the bulk, the outliers with their directions, and the growth of each layer's weights but the readout's.
  ///
  /// - Parameter steps: which steps; those that the run did not reach are left out.
  /// - Returns: a value for each step and layer, layers within steps (from layer 1 on at infinite width, where `W^0` has no ratio of rows
  ///   to columns); empty where `Solver.refusalsOfSpectra` names a reason.
  public func weightSpectra(steps: [Int]) -> [WeightSpectrum] {
    let steps = steps.filter { $0 >= 0 && $0 < orderParameters.count }
    guard let last = steps.max(), Solver.refusalsOfSpectra(problem).isEmpty else { return [] }
    guard let marches = orderParameters.marches, outputReport?.isApproximate != true else { return [] }
    let kernel = KernelRows(problem, steps: last)
    let first = problem.widthRatio.isInfinite ? 1 : 0
    let layers = (first..<max(first, orderParameters.hiddenLayers)).map { layer in
      let aspect = layer == 0 ? problem.widthRatio : 1
      return (layer, marches.map { (WeightHistory($0, layer: layer, aspect: aspect), $0.multiplicity) })
    }
    return steps.flatMap { step in
      layers.compactMap { layer, histories in
        let parts = histories.compactMap { history, multiplicity in
          WeightSpectrumCount(history, kernel: kernel.rows[step], step: step).spectrum(layer: layer)?.repeated(
            multiplicity)
        }
        return parts.count == histories.count ? WeightSpectrum(joining: parts) : nil
      }
    }
  }
}

extension WeightSpectrum {
  /// What outputs that do not couple leave together: the bulk they share, and the outliers and the growth of each.
  fileprivate init(joining parts: [WeightSpectrum]) {
    self = WeightSpectrum(
      step: parts[0].step, layer: parts[0].layer, aspect: parts[0].aspect, edge: parts[0].edge,
      outliers: parts.flatMap(\.outliers).sorted { $0.value > $1.value }, growth: parts.reduce(0) { $0 + $1.growth })
  }

  fileprivate func repeated(_ count: Int) -> WeightSpectrum {
    WeightSpectrum(joining: Array(repeating: self, count: count))
  }
}
