import JSON
import MeanField
import Problems
import Reports

/// Spectra of the weights and the sharpness of a run at some steps: `spectra.csv`, `sharpness.csv`.
public struct PredictedSpectra: Codable, Hashable, Sendable {
  /// Layers within steps; empty where they were not asked for.
  public let weights: [WeightSpectrum]
  /// One a step; empty where it was not asked for.
  public let sharpness: [Sharpness]

  /// nil where nothing was asked for.
  init?(_ solution: Solution, _ request: SpectraRequest, progress: (Double) -> Void = { _ in }) {
    guard request != SpectraRequest(), let last = solution.curve.steps.last else { return nil }
    let steps = (
      weights: request.weights?.steps(upTo: last, from: 1) ?? [],
      sharpness: request.sharpness?.steps(upTo: last, from: 0) ?? []
    )
    // A step costs its cube.
    func cost(_ steps: [Int]) -> Double { steps.reduce(0) { $0 + Double($1 * $1 * $1) } }
    let all = max(1, cost(steps.weights) + cost(steps.sharpness))
    var done = 0.0
    func finish(_ step: Int) {
      done += cost([step])
      progress(done / all)
    }
    weights = steps.weights.flatMap { step in
      defer { finish(step) }
      return solution.weightSpectra(steps: [step])
    }
    sharpness = steps.sharpness.flatMap { step in
      defer { finish(step) }
      return solution.sharpness(steps: [step])
    }
  }

  /// Columns of a layer's weights in a network of the problem's size.
  static func columns(_ layer: Int, _ problem: TrainingProblem) -> Int? {
    let whole = problem.withWholeSizes()
    return layer == 0 ? whole.data.inputDimension : whole.architecture.units(layer)
  }

  /// `spectra.csv`.
  private func weightTable(_ problem: TrainingProblem) -> Table {
    func outlier(_ place: Int) -> [Double?] {
      weights.map { $0.outliers.count > place ? $0.outliers[place].value : nil }
    }
    func overlap(_ value: KeyPath<WeightSpectrum.Outlier, Double>) -> [Double?] {
      weights.map { $0.outliers.first?[keyPath: value] }
    }
    return Table(
      "spectra", title: "Singular values of W/sqrt(columns) outside the bulk of the initial weights", shown: .all,
      [
        Column("step", integers: weights.map(\.step)),
        Column("layer", "0 is the input layer", integers: weights.map(\.layer)),
        Column("edge", "of the bulk", weights.map(\.edge)),
        Column("outliers", "singular values above the edge", integers: weights.map(\.outliers.count)),
        Column("largest", "singular value above the edge", outlier(0)),
        Column("second", "singular value above the edge", isShown: false, outlier(1)),
        Column("third", "singular value above the edge", isShown: false, outlier(2)),
        Column(
          "top_without", "mean of the largest singular value of networks of this size where no outlier is predicted",
          isShown: false,
          weights.map { spectrum in
            spectrum.outliers.isEmpty
              ? Self.columns(spectrum.layer, problem).map { spectrum.topWithoutOutlier(columns: $0) } : nil
          }),
        Column(
          "right_newest", "cosine of the right vector and the forward field of the step before", isShown: false,
          overlap(\.forward.newest)),
        Column(
          "right_cosine", "largest cosine of the right vector and a forward field seen", heading: "right cosine",
          overlap(\.forward.largest)),
        Column(
          "left_newest", "cosine of the left vector and the backward field of the step before", isShown: false,
          overlap(\.backward.newest)),
        Column(
          "left_cosine", "largest cosine of the left vector and a backward field seen", heading: "left cosine",
          overlap(\.backward.largest)),
        Column("growth", "(|W(t)|^2 - d(t)^2 |W(0)|^2)/columns", weights.map(\.growth)),
      ])
  }

  /// Rows of the Gauss-Newton matrix in a network of the problem's size: samples, or input dimensions.
  static func rows(_ problem: TrainingProblem) -> Int {
    let whole = problem.withWholeSizes()
    if case .batch(.count(let samples)) = whole.data.sampling { return samples }
    return whole.data.inputDimension
  }

  /// `sharpness.csv`.
  private func sharpnessTable(_ problem: TrainingProblem) -> Table {
    Table(
      "sharpness", title: "Largest eigenvalue of the Gauss-Newton matrix (not of the Hessian)", shown: .all,
      [
        Column("step", integers: sharpness.map(\.step)),
        Column("edge", "of the bulk", sharpness.map(\.edge)),
        Column("outliers", "eigenvalues above the edge", integers: sharpness.map(\.outlierCount)),
        Column("sharpness", "largest eigenvalue", sharpness.map(\.value)),
        Column(
          "top_without", "mean of the largest eigenvalue of networks of this size where no outlier is predicted",
          isShown: false,
          sharpness.map { $0.outlier == nil ? $0.topWithoutOutlier(rows: Self.rows(problem)) : nil }),
        Column("rayleigh", "decay rate of the train loss, a lower bound", sharpness.map(\.rayleigh)),
        Column(
          "eta_lambda_half", "rate times largest eigenvalue over 2, with momentum over its stable product",
          heading: "eta lambda/2", sharpness.map(\.edgeShare)),
      ])
  }

  /// The tables that were asked for.
  func tables(_ problem: TrainingProblem) -> [Table] {
    (weights.isEmpty ? [] : [weightTable(problem)]) + (sharpness.isEmpty ? [] : [sharpnessTable(problem)])
  }

  /// What both say, a sentence each.
  var findings: [String] { [weightFinding, sharpnessFinding].compactMap { $0 } }

  private var weightFinding: String? {
    guard let last = weights.map(\.step).max() else { return nil }
    let layers = weights.filter { $0.step == last }
    let out = layers.filter { !$0.outliers.isEmpty }
    guard !out.isEmpty else {
      return "features: at step \(last) no singular value of the weights has left the bulk of the initial weights"
    }
    let words = out.map {
      "W^\($0.layer) \(NumberText.short($0.outliers[0].value)) (edge \(NumberText.short($0.edge)))"
    }
    return
      "features are learned: at step \(last) singular values have left the bulk of the initial weights, largest in "
      + words.joined(separator: ", ")
  }

  private var sharpnessFinding: String? {
    guard let first = sharpness.first, let last = sharpness.last,
      let most = sharpness.max(by: { $0.edgeShare < $1.edgeShare })
    else { return nil }
    let verdict =
      most.edgeShare > 1
      ? "above 1: steps overshoot in that direction, and the loss may rise before it falls"
      : "below 1: no step overshoots"
    return
      "sharpness (Gauss-Newton, not Hessian; early in a rich run the Hessian's is larger): \(NumberText.short(first.value)) at step "
      + "\(first.step), \(NumberText.short(last.value)) at step \(last.step); eta lambda/2 at most "
      + "\(NumberText.short(most.edgeShare)), at step \(most.step), \(verdict)"
  }
}

extension Solution {
  /// `η λ/2` at the start, at the whole learning rate; nil where it is not derived.
  var startShare: Double? {
    sharpness(steps: [0]).first.map { $0.value * problem.optimizer.learningRate / problem.optimizer.stableProduct }
  }
}

extension Sharpness {
  /// The start against the edge of stability, at the whole learning rate.
  func startFinding(_ optimizer: LinearOptimizer) -> String {
    let share = optimizer.learningRate * value / optimizer.stableProduct
    let verdict =
      share > 1
      ? "above 1: the first steps overshoot (a catapult), or the curvature must fall during a warm-up"
      : "below 1; dmft solve --sharpness has it along training"
    let edge = optimizer.stableProduct / value
    return
      "sharpness at the start (Gauss-Newton, not Hessian) \(NumberText.short(value)): eta lambda/2 is \(NumberText.short(share)), \(verdict); "
      + "it is 1 at training.learningRate=\(NumberText.brief(edge))"
  }
}
