import FiniteWidth
import MeanField
import Problems
import Reports

/// Spectra of the weights and the sharpness of trained networks: means over them, `spectra.csv` and `sharpness.csv`.
public struct TrainedSpectra: Codable, Hashable, Sendable {
  /// One layer at one step; singular values of `W/√columns`.
  public struct Weights: Codable, Hashable, Sendable {
    /// t.
    public let step: Int
    /// l, 0 is the input layer.
    public let layer: Int
    /// Of the bulk of what is left of the initial weights, in a network without end.
    public let edge: Double
    /// Where the largest singular value of random weights of this size lies on average, equation (22.9).
    public let topWithout: Double
    /// Singular values above the edge.
    public let above: Ensemble.Mean
    /// The three largest.
    public let values: [Ensemble.Mean]
    /// `(|W(t)|² - d(t)² |W(0)|²)/columns`.
    public let growth: Ensemble.Mean
    /// Cosine of the first right vector with the forward field of the step before.
    public let forwardNewest: Ensemble.Mean
    /// The largest with any before.
    public let forwardLargest: Ensemble.Mean
    /// Cosine of the first left vector with the backward field of the step before.
    public let backwardNewest: Ensemble.Mean
    /// The largest with any before.
    public let backwardLargest: Ensemble.Mean

    /// Whether the mean of the largest is above the edge by three errors.
    public var standsOut: Bool { values[0].value - 3 * values[0].standardError > edge }
  }

  /// The Gauss-Newton matrix at one step.
  public struct GaussNewton: Codable, Hashable, Sendable {
    /// t.
    public let step: Int
    /// The largest eigenvalue.
    public let value: Ensemble.Mean
    /// The quotient of the residuals.
    public let rayleigh: Ensemble.Mean
    /// `η_t/2`, with momentum over its stable product: what makes `η λ/2` of an eigenvalue.
    public let factor: Double
  }

  /// Layers within steps; empty where they were not asked for.
  public let weights: [Weights]
  /// One a step; empty where it was not asked for.
  public let sharpness: [GaussNewton]

  /// nil where nothing was asked for.
  init?(_ problem: TrainingProblem, _ ensemble: Ensemble) {
    let all = ensemble.replicas.compactMap(\.spectra)
    guard let longest = all.max(by: { $0.weights.count + $0.sharpness.count < $1.weights.count + $1.sharpness.count })
    else { return nil }
    weights = longest.weights.indices.map { index in
      let rows = all.compactMap { index < $0.weights.count ? $0.weights[index] : nil }
      return Weights(rows, problem)
    }
    let optimizer = problem.linearOptimizer
    let rates = optimizer.rates((problem.time.steps ?? 0) + 1, scheduleSteps: problem.time.steps ?? 0)
    sharpness = longest.sharpness.indices.map { index in
      let rows = all.compactMap { index < $0.sharpness.count ? $0.sharpness[index] : nil }
      return GaussNewton(
        step: rows[0].step, value: Ensemble.Mean(of: rows.map(\.value)),
        rayleigh: Ensemble.Mean(of: rows.map(\.rayleigh)), factor: rates[rows[0].step] / optimizer.stableProduct)
    }
  }
}

extension TrainedSpectra.Weights {
  /// The mean over networks.
  fileprivate init(_ rows: [NetworkSpectra.Weights], _ problem: TrainingProblem) {
    func mean(_ value: (NetworkSpectra.Weights) -> Double) -> Ensemble.Mean { Ensemble.Mean(of: rows.map(value)) }
    (step, layer, edge) = (rows[0].step, rows[0].layer, rows[0].edge)
    let columns = PredictedSpectra.columns(layer, problem) ?? 1
    let height = problem.architecture.units(layer + 1) ?? columns
    topWithout = WeightSpectrum.topWithoutOutlier(
      edge: edge, aspect: Double(height) / Double(columns), columns: columns)
    above = mean { Double($0.above) }
    values = (0..<3).map { place in mean { $0.values[place] } }
    growth = mean(\.growth)
    (forwardNewest, forwardLargest) = (mean(\.forwardNewest), mean(\.forwardLargest))
    (backwardNewest, backwardLargest) = (mean(\.backwardNewest), mean(\.backwardLargest))
  }
}

extension TrainedSpectra {
  /// A mean with its error beside it.
  private func pair(
    _ name: String, _ meaning: String, heading: String? = nil, isShown: Bool = true, _ means: [Ensemble.Mean]
  ) -> [Column] {
    [
      Column(name, meaning, heading: heading, isShown: isShown, means.map(\.value)),
      Column(
        name + "_se", "standard error of the mean", heading: "+-", isShown: isShown, means.map(\.standardError)),
    ]
  }

  /// `spectra.csv`.
  var weightColumns: [Column] {
    func value(_ place: Int) -> [Ensemble.Mean] { weights.map { $0.values[place] } }
    return [
      Column("step", integers: weights.map(\.step)),
      Column("layer", "0 is the input layer", integers: weights.map(\.layer)),
      Column("edge", "of the bulk, in a network without end", weights.map(\.edge)),
      Column("outliers", "singular values above the edge, mean over networks", weights.map(\.above.value)),
    ] + pair("largest", "singular value", value(0)) + pair("second", "singular value", isShown: false, value(1))
      + pair("third", "singular value", isShown: false, value(2)) + [
        Column(
          "top_without", "mean of the largest singular value of random weights of this size", heading: "random",
          weights.map(\.topWithout))
      ]
      + pair(
        "right_newest", "cosine of the right vector and the forward field of the step before", isShown: false,
        weights.map(\.forwardNewest))
      + pair(
        "right_cosine", "largest cosine of the right vector and a forward field seen", heading: "right cosine",
        isShown: false, weights.map(\.forwardLargest))
      + pair(
        "left_newest", "cosine of the left vector and the backward field of the step before", isShown: false,
        weights.map(\.backwardNewest))
      + pair(
        "left_cosine", "largest cosine of the left vector and a backward field seen", heading: "left cosine",
        isShown: false, weights.map(\.backwardLargest))
      + pair("growth", "(|W(t)|^2 - d(t)^2 |W(0)|^2)/columns", weights.map(\.growth))
      + [Column("replicas", "networks that got so far", isShown: false, integers: weights.map(\.above.replicas))]
  }

  /// `sharpness.csv`.
  var sharpnessColumns: [Column] {
    [Column("step", integers: sharpness.map(\.step))] + pair("sharpness", "largest eigenvalue", sharpness.map(\.value))
      + pair("rayleigh", "decay rate of the train loss, a lower bound", sharpness.map(\.rayleigh)) + [
        Column(
          "eta_lambda_half", "rate times largest eigenvalue over 2, with momentum over its stable product",
          heading: "eta lambda/2", sharpness.map { $0.factor * $0.value.value }),
        Column(
          "eta_lambda_half_se", "standard error of the mean", heading: "+-",
          sharpness.map { $0.factor * $0.value.standardError }),
        Column("replicas", "networks that got so far", isShown: false, integers: sharpness.map(\.value.replicas)),
      ]
  }

  static let weightTitle = "Largest singular values of W/sqrt(columns)"
  static let sharpnessTitle = "Largest eigenvalue of the Gauss-Newton matrix (not of the Hessian)"

  /// The tables that were asked for.
  ///
  /// - Parameters:
  ///   - others: further columns of `spectra.csv`.
  ///   - more: further columns of `sharpness.csv`.
  /// - Returns: none, one or both.
  func tables(weights others: [Column] = [], sharpness more: [Column] = []) -> [Table] {
    (weights.isEmpty ? [] : [Table("spectra", title: Self.weightTitle, shown: .all, weightColumns + others)])
      + (sharpness.isEmpty
        ? [] : [Table("sharpness", title: Self.sharpnessTitle, shown: .all, sharpnessColumns + more)])
  }

  /// What both say, a sentence each.
  var findings: [String] { [weightFinding, sharpnessFinding].compactMap { $0 } }

  private var weightFinding: String? {
    guard let last = weights.map(\.step).max() else { return nil }
    let layers = weights.filter { $0.step == last }
    let out = layers.filter(\.standsOut)
    guard !out.isEmpty else {
      return
        "features: at step \(last) no largest singular value of the weights is above the edge of the initial weights by three errors"
    }
    let words = out.map { one in
      "W^\(one.layer) \(NumberText.short(one.values[0].value)) +- \(NumberText.brief(one.values[0].standardError)) "
        + "(random weights \(NumberText.short(one.topWithout)))"
    }
    return
      "features are learned: at step \(last) singular values have left the bulk of the initial weights, largest in "
      + words.joined(separator: ", ")
  }

  private var sharpnessFinding: String? {
    guard let first = sharpness.first, let last = sharpness.last,
      let most = sharpness.max(by: { $0.factor * $0.value.value < $1.factor * $1.value.value })
    else { return nil }
    let share = most.factor * most.value.value
    return
      "sharpness (Gauss-Newton, not Hessian): \(NumberText.short(first.value.value)) at step \(first.step), "
      + "\(NumberText.short(last.value.value)) at step \(last.step); eta lambda/2 at most \(NumberText.short(share)), at step "
      + "\(most.step), \(share > 1 ? "above 1: steps overshoot in that direction" : "below 1: no step overshoots")"
  }
}
