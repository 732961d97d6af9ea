import Committee
import Reports
import Validation

// Pictures of a committee machine.

extension LearnedCommittee {
  /// Loss with its plateaus, overlaps, rates where they were searched.
  var figures: [Figure] { [lossFigure, overlapFigure, rateFigure].compactMap { $0 } }

  private func title(_ text: String) -> String { "\(text)\n\(CommitteeText.clauses(curve.problem)[0])" }

  private var plotted: PlottedRows { PlottedRows(curve.rows.map(\.time), isLogarithmic: true) }
  private var timeAxis: Figure.Axis { Figure.Axis("time (steps / input dimension)", isLogarithmic: true) }

  private var lossFigure: Figure {
    let losses = curve.rows.map(\.loss)
    let stretches = plateaus.map { plateau in
      plotted.losses(
        curve.rows.map { plateau.start <= $0.time && $0.time <= plateau.end ? $0.loss : .nan })
    }
    var series: [Figure.Series] = []
    if let networks {
      let places = PlottedRows(networks.agreement.points.map { curve.rows[$0.step].time }, isLogarithmic: true)
      let measured = places.losses(
        networks.agreement.points.map(\.measured), halfWidths: networks.agreement.points.map(\.halfWidth))
      series += [
        Figure.Series("", .band, .blue, measured),
        Figure.Series("\(networks.count) networks of \(networks.dimension) inputs", .line, .blue, measured),
      ]
    }
    series.append(Figure.Series("theory", networks == nil ? .line : .dashed, .black, plotted.losses(losses)))
    for (index, points) in stretches.enumerated() {
      series.append(Figure.Series(index == 0 ? "plateau" : "", .marks, .orange, points))
    }
    return Figure(
      name: "loss", title: title("Loss of a committee machine"),
      caption: plateaus.isEmpty
        ? "Mean squared error on fresh samples against time; it has no plateau."
        : "Mean squared error on fresh samples against time. On a plateau the loss hardly falls until units part, each towards a teacher "
          + "unit of its own.",
      horizontal: timeAxis, vertical: .positive("loss", series.flatMap(\.points).map(\.y)), series: series)
  }

  /// The most curves of a panel that can be distinguished.
  private static let mostCurves = 12

  private var overlapFigure: Figure {
    var series: [Figure.Series] = []
    for unit in curve.problem.studentReadout.indices {
      for teacher in curve.problem.teacherReadout.indices where series.count < Self.mostCurves {
        let color = Figure.Color.distinct(unit)
        let style: Figure.Style = [.line, .dashed, .dotted][teacher % 3]
        series.append(
          Figure.Series(
            "student \(unit + 1), teacher \(teacher + 1)", style, color,
            plotted.points(curve.rows.map { $0.overlaps.cosine(unit, teacher) })))
      }
    }
    return Figure(
      name: "overlaps", title: title("Student units turn to teacher units"),
      caption:
        "Cosine of the angle between each student unit and each teacher unit; 1 is a copy, and units that share one value do the "
        + "same work.",
      horizontal: timeAxis, vertical: Figure.Axis("cosine"), series: series)
  }

  private var rateFigure: Figure? {
    guard let rates else { return nil }
    let places = PlottedRows(rates.trials.map(\.rate), isLogarithmic: true)
    let points = places.positive(rates.trials.map { $0.loss ?? .nan })
    let best = rates.best.flatMap { trial in trial.loss.map { [Figure.Point(trial.rate, $0)] } } ?? []
    return Figure(
      name: "rates", title: title("Loss at time \(NumberText.short(horizon)) against the learning rate"),
      caption: "The best rate is marked; the largest stable one is the last that ends below its start.",
      horizontal: Figure.Axis("learning rate", isLogarithmic: true), vertical: .positive("loss", points.map(\.y)),
      series: [
        Figure.Series("loss at the horizon", .line, .blue, points), Figure.Series("best", .marks, .orange, best),
      ])
  }
}
