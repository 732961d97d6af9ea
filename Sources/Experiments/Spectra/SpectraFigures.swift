import MeanField
import Problems
import Reports

extension PredictedSpectra {
  /// Outliers against the step, and `η λ/2` with its line at 1.
  func figures(_ problem: TrainingProblem) -> [Figure] { SpectraFigures(problem, self, nil).all }
}

extension TrainedSpectra {
  /// Largest singular values against the step, and `η λ/2` with its line at 1.
  func figures(_ problem: TrainingProblem) -> [Figure] { SpectraFigures(problem, nil, self).all }
}

extension ComparedSpectra {
  /// The prediction with the networks beside it.
  func figures(_ problem: TrainingProblem) -> [Figure] { SpectraFigures(problem, theory, networks).all }
}

/// Spectra and sharpness as pictures, of theory, networks or both.
private struct SpectraFigures {
  let problem: TrainingProblem
  let weights: [WeightSpectrum]
  let sharpness: [Sharpness]
  let trained: TrainedSpectra?

  init(_ problem: TrainingProblem, _ theory: PredictedSpectra?, _ trained: TrainedSpectra?) {
    self.problem = problem
    weights = (theory?.weights ?? []).filter { $0.step > 0 }
    sharpness = (theory?.sharpness ?? []).filter { $0.step > 0 }
    self.trained = trained
  }

  var all: [Figure] { [weightFigure, sharpnessFigure].compactMap { $0 } }

  private var axis: Figure.Axis { Figure.Axis("step", isLogarithmic: true) }

  /// A mean over networks, with a band of two errors where there are several.
  private func networks(
    _ points: [(step: Int, mean: Ensemble.Mean)], factor: (Int) -> Double = { _ in 1 }
  ) -> [Figure.Series] {
    let own = points.filter { $0.step > 0 }
    guard !own.isEmpty else { return [] }
    func series(_ width: Double) -> [Figure.Point] {
      own.map { step, mean in
        Figure.Point(
          Double(step), factor(step) * mean.value, halfWidth: width * factor(step) * mean.standardError)
      }
    }
    let hasBand = own.contains { $0.mean.standardError.isFinite }
    return (hasBand ? [Figure.Series("", .band, .blue, series(2))] : []) + [
      Figure.Series("networks", .marks, .blue, series(0))
    ]
  }

  private var weightFigure: Figure? {
    let measured = (trained?.weights ?? []).filter { $0.step > 0 }
    let layers = Array(Set(weights.map(\.layer) + measured.map(\.layer))).sorted()
    guard !layers.isEmpty else { return nil }
    let panels = layers.prefix(4).map { layer in
      let own = weights.filter { $0.layer == layer }
      let seen = measured.filter { $0.layer == layer }
      let edge =
        own.isEmpty
        ? seen.map { Figure.Point(Double($0.step), $0.edge) } : own.map { Figure.Point(Double($0.step), $0.edge) }
      return Figure.Panel(
        title: "W^\(layer)", horizontal: axis, vertical: Figure.Axis("singular value of W/sqrt(columns)"),
        series: [Figure.Series("edge of the bulk", .line, .black, edge)]
          + networks(seen.map { ($0.step, $0.values[0]) }) + outliers(own))
    }
    return Figure(
      name: "spectra", title: problem.title("Singular values that leave the bulk"),
      caption:
        "Line: the largest singular value that the initial weights have in a wide network. Dots: "
        + (trained == nil
          ? "what training has taken out of it; where there is none, no feature stands out of the random ones."
          : (weights.isEmpty ? "" : "outliers of the theory (orange), ")
            + "the largest of trained networks with two standard errors (blue); random ones stay somewhat below the line."),
      panels: Array(panels))
  }

  private func outliers(_ own: [WeightSpectrum]) -> [Figure.Series] {
    let most = min(3, own.map(\.outliers.count).max() ?? 0)
    return (0..<most).map { place in
      Figure.Series(
        place == 0 ? "outliers" : "", .marks, .orange,
        own.compactMap { spectrum in
          spectrum.outliers.count > place ? Figure.Point(Double(spectrum.step), spectrum.outliers[place].value) : nil
        })
    }
  }

  private var sharpnessFigure: Figure? {
    let measured = (trained?.sharpness ?? []).filter { $0.step > 0 }
    let steps = sharpness.isEmpty ? measured.map(\.step) : sharpness.map(\.step)
    guard steps.count > 1 else { return nil }
    func points(_ value: KeyPath<Sharpness, Double>) -> [Figure.Point] {
      sharpness.map { Figure.Point(Double($0.step), $0[keyPath: value]) }
    }
    func lines(_ series: [Figure.Series]) -> [Figure.Series] { sharpness.isEmpty ? [] : series }
    let factors = Dictionary(measured.map { ($0.step, $0.factor) }) { first, _ in first }
    let ends = [steps[0], steps[steps.count - 1]]
    return Figure(
      name: "sharpness", title: problem.title("Sharpness along training"),
      caption:
        "Largest eigenvalue of the Gauss-Newton matrix (not of the Hessian)"
        + (sharpness.isEmpty ? "" : " with the edge of its bulk")
        + (measured.isEmpty ? "" : ", of trained networks with two standard errors (blue dots)")
        + "; right, in units of what a step of this rate is stable at. Above the line at 1 a step overshoots.",
      panels: [
        Figure.Panel(
          title: "Largest eigenvalue", horizontal: axis,
          vertical: .positive("eigenvalue", sharpness.map(\.value) + measured.map(\.value.value)),
          series: networks(measured.map { ($0.step, $0.value) })
            + lines([
              Figure.Series("largest", .line, .blue, points(\.value)),
              Figure.Series("edge of the bulk", .dashed, .black, points(\.edge)),
              Figure.Series("decay rate of the loss", .dotted, .green, points(\.rayleigh)),
            ])),
        Figure.Panel(
          title: "Against the stable rate", horizontal: axis, vertical: Figure.Axis("eta lambda/2"),
          series: networks(measured.map { ($0.step, $0.value) }) { factors[$0] ?? .nan }
            + lines([Figure.Series("eta lambda/2", .line, .blue, points(\.edgeShare))])
            + [Figure.Series("edge of stability", .dashed, .gray, ends.map { Figure.Point(Double($0), 1) })]),
      ])
  }
}
