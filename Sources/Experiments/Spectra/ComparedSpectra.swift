import MeanField
import Problems
import Reports
import Validation

/// Predicted spectra and sharpness against those of trained networks, place by place.
///
/// An outlier more than 5 % above the edge has to agree within three standard errors or 1.5 %, the sharpness within three or 2.5 %. Below that
/// the largest value of a network of finite size lies between where Tracy and Widom's law has it without an outlier, equations (22.9) and
/// (22.17), and the prediction.
public struct ComparedSpectra: Codable, Hashable, Sendable {
  /// One number of theory and networks.
  public struct Place: Codable, Hashable, Sendable {
    /// t.
    public let step: Int
    /// l of the weights; nil for the Gauss-Newton matrix.
    public let layer: Int?
    /// What networks have.
    public let networks: Ensemble.Mean
    /// The least that is predicted for networks of this size.
    public let low: Double
    /// The most.
    public let high: Double
    /// What passes, relative to the networks, where three errors are less.
    public let tolerance: Double

    /// By how much the networks lie outside, relative to themselves, with its sign.
    public var bias: Double {
      let value = networks.value
      if value > high { return (value - high) / value }
      if value < low { return (value - low) / value }
      return value >= low && value <= high ? 0 : .nan
    }

    /// Share of the edge from which on an outlier of a finite network is distinguished from it.
    fileprivate static let clear = 1.05
    /// Three errors beyond which nothing is said, relative.
    private static let wide = 0.1

    /// Agrees within three errors or the tolerance; networks that scatter by more than a tenth cannot tell.
    public var verdict: Verdict {
      let errors = 3 * networks.standardError / abs(networks.value)
      guard abs(bias) <= max(errors, tolerance) else { return .disagrees }
      return errors <= max(Self.wide, tolerance) ? .agrees : .cannotTell
    }
  }

  /// The prediction at steps that networks reached.
  public let theory: PredictedSpectra
  /// The networks.
  public let networks: TrainedSpectra
  /// Layers within steps.
  public let weights: [Place]
  /// One a step.
  public let sharpness: [Place]

  /// - Parameters:
  ///   - theory: the prediction.
  ///   - networks: means over networks.
  ///   - problem: of the networks.
  init(_ theory: PredictedSpectra, _ networks: TrainedSpectra, _ problem: TrainingProblem) {
    self.theory = theory
    self.networks = networks
    weights = theory.weights.compactMap { spectrum in
      guard let found = networks.weights.first(where: { $0.step == spectrum.step && $0.layer == spectrum.layer }),
        let columns = PredictedSpectra.columns(spectrum.layer, problem)
      else { return nil }
      return Place(
        found.step, found.layer, found.values[0], top: spectrum.outliers.first?.value, edge: spectrum.edge,
        shifted: spectrum.topWithoutOutlier(columns: columns), tolerance: 0.015)
    }
    let rows = PredictedSpectra.rows(problem)
    sharpness = theory.sharpness.compactMap { predicted in
      guard let found = networks.sharpness.first(where: { $0.step == predicted.step }) else { return nil }
      return Place(
        found.step, nil, found.value, top: predicted.outlier, edge: predicted.edge,
        shifted: predicted.topWithoutOutlier(rows: rows), tolerance: 0.025)
    }
  }

  private var places: [Place] { weights + sharpness }

  /// Over all places; nothing that can be compared says nothing.
  public var verdict: Verdict { places.reduce(places.isEmpty ? .cannotTell : .agrees) { $0.and($1.verdict) } }
}

extension ComparedSpectra.Place {
  fileprivate init(
    _ step: Int, _ layer: Int?, _ networks: Ensemble.Mean, top: Double?, edge: Double, shifted: Double,
    tolerance: Double
  ) {
    (self.step, self.layer, self.networks, self.tolerance) = (step, layer, networks, tolerance)
    high = top ?? edge
    low = high > Self.clear * edge ? high : shifted
  }
}

extension ComparedSpectra {
  /// `spectra.csv` and `sharpness.csv`: the networks, with the theory beside them.
  var tables: [Table] {
    func columns(_ places: [Place?]) -> [Column] {
      [
        Column("low", "least predicted for networks of this size", heading: "theory from", places.map { $0?.low }),
        Column("high", "most predicted for networks of this size", heading: "to", places.map { $0?.high }),
        Column("bias", "networks outside of that, relative", isShown: false, places.map { $0?.bias }),
        Column("verdict", texts: places.map { $0?.verdict.rawValue }),
      ]
    }
    let spectra = networks.weights.map { one in
      theory.weights.first { $0.step == one.step && $0.layer == one.layer }
    }
    let outliers = spectra.map { $0?.outliers.first }
    let steps = networks.sharpness.map { one in theory.sharpness.first { $0.step == one.step } }
    return networks.tables(
      weights: columns(
        networks.weights.map { one in weights.first { $0.step == one.step && $0.layer == one.layer } })
        + [
          Column("outliers_theory", "predicted", isShown: false, integers: spectra.map { $0?.outliers.count }),
          Column("growth_theory", "predicted", isShown: false, spectra.map { $0?.growth }),
          Column("right_newest_theory", "predicted", isShown: false, outliers.map { $0?.forward.newest }),
          Column("left_newest_theory", "predicted", isShown: false, outliers.map { $0?.backward.newest }),
        ],
      sharpness: columns(networks.sharpness.map { one in sharpness.first { $0.step == one.step } })
        + [Column("rayleigh_theory", "predicted", isShown: false, steps.map { $0?.rayleigh })])
  }

  /// What the comparison says, a sentence each.
  var findings: [String] {
    [
      sentence("outlier singular values", weights, "1.5 %"),
      sentence("sharpness (Gauss-Newton, not Hessian)", sharpness, "2.5 %"),
    ].compactMap { $0 }
  }

  private func sentence(_ name: String, _ places: [Place], _ tolerance: String) -> String? {
    guard let worst = places.max(by: { abs($0.bias) / $0.tolerance < abs($1.bias) / $1.tolerance }) else { return nil }
    let verdict = places.reduce(Verdict.agrees) { $0.and($1.verdict) }
    let layer = worst.layer.map { ", W^\($0)" } ?? ""
    return
      "\(name): \(verdict.rawValue) within 3 standard errors or \(tolerance) at \(places.count { $0.verdict == .agrees }) of "
      + "\(places.count) places; furthest off \(NumberText.signedPercent(worst.bias)) +- "
      + "\(NumberText.percent(worst.networks.standardError / abs(worst.networks.value))) at step \(worst.step)\(layer)"
  }

  /// In the list of checks.
  var checks: [Report.Check] {
    func check(_ name: String, _ places: [Place], _ words: String) -> Report.Check? {
      guard !places.isEmpty else { return nil }
      return Report.Check(name, places.reduce(Verdict.agrees) { $0.and($1.verdict) }.rawValue, words)
    }
    return [
      check(
        "singular values of the weights", weights,
        "largest of networks within three errors or 1.5 % of the prediction; near or without an outlier, between the prediction and Tracy and "
          + "Widom's mean"),
      check(
        "largest eigenvalue of the Gauss-Newton matrix", sharpness,
        "within three errors or 2.5 %, without an outlier likewise"),
    ].compactMap { $0 }
  }
}
