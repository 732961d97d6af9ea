import MeanField
import Problems
import Reports

extension PredictedSpectra {
  /// Outliers against the step, and `η λ/2` with its line at 1.
  func figures(_ problem: TrainingProblem) -> [Figure] {
    [weightFigure(problem), sharpnessFigure(problem)].compactMap { $0 }
  }

  private func axis() -> Figure.Axis { Figure.Axis("step", isLogarithmic: true) }

  private func weightFigure(_ problem: TrainingProblem) -> Figure? {
    let layers = Array(Set(weights.map(\.layer))).sorted()
    guard !layers.isEmpty, weights.contains(where: { $0.step > 0 }) else { return nil }
    let panels = layers.prefix(4).map { layer in
      let own = weights.filter { $0.layer == layer && $0.step > 0 }
      func outliers(_ place: Int) -> [Figure.Point] {
        own.compactMap { spectrum in
          spectrum.outliers.count > place ? Figure.Point(Double(spectrum.step), spectrum.outliers[place].value) : nil
        }
      }
      let most = min(3, own.map(\.outliers.count).max() ?? 0)
      let series = (0..<most).map { place in
        Figure.Series(place == 0 ? "outliers" : "", .marks, .orange, outliers(place))
      }
      return Figure.Panel(
        title: "W^\(layer)", horizontal: axis(), vertical: Figure.Axis("singular value of W/sqrt(columns)"),
        series: [Figure.Series("edge of the bulk", .line, .black, own.map { Figure.Point(Double($0.step), $0.edge) })]
          + series)
    }
    return Figure(
      name: "spectra", title: problem.title("Singular values that leave the bulk"),
      caption:
        "Line: the largest singular value that the initial weights have in a wide network. Dots: what training has taken out of it; where "
        + "there is none, no feature stands out of the random ones.", panels: Array(panels))
  }

  private func sharpnessFigure(_ problem: TrainingProblem) -> Figure? {
    let own = sharpness.filter { $0.step > 0 }
    guard own.count > 1 else { return nil }
    func points(_ value: KeyPath<Sharpness, Double>) -> [Figure.Point] {
      own.map { Figure.Point(Double($0.step), $0[keyPath: value]) }
    }
    let ends = [own[0], own[own.count - 1]]
    return Figure(
      name: "sharpness", title: problem.title("Sharpness along training"),
      caption:
        "Largest eigenvalue of the Gauss-Newton matrix (not of the Hessian) with the edge of its bulk; right, in units of what a step "
        + "of this rate is stable at. Above the line at 1 a step overshoots.",
      panels: [
        Figure.Panel(
          title: "Largest eigenvalue", horizontal: axis(), vertical: .positive("eigenvalue", own.map(\.value)),
          series: [
            Figure.Series("largest", .line, .blue, points(\.value)),
            Figure.Series("edge of the bulk", .dashed, .black, points(\.edge)),
            Figure.Series("decay rate of the loss", .dotted, .green, points(\.rayleigh)),
          ]),
        Figure.Panel(
          title: "Against the stable rate", horizontal: axis(), vertical: Figure.Axis("eta lambda/2"),
          series: [
            Figure.Series("eta lambda/2", .line, .blue, points(\.edgeShare)),
            Figure.Series("edge of stability", .dashed, .gray, ends.map { Figure.Point(Double($0.step), 1) }),
          ]),
      ])
  }
}
