import Problems
import RealModule
import Reports
import Studies

extension TuneResult {
  /// Loss against each value, the map of two, schedules.
  var figures: [Figure] { [profileFigure, mapFigure, scheduleFigure].compactMap { $0 } }

  /// An axis of a value, on the scale of its search as far as a figure has it.
  private func axis(_ value: TunedValue) -> Figure.Axis {
    if case .logarithm = value.scale { return Figure.Axis("log2 of \(value.name)") }
    return Figure.Axis(value.name)
  }

  private func coordinate(_ value: TunedValue, _ number: Double) -> Double {
    if case .logarithm = value.scale { .log2(number) } else { number }
  }

  /// A panel for each value: the loss with all others at their best, the band that loses at most 1 %.
  private var profileFigure: Figure? {
    let most = choice.loss * 1.12
    let panels = values.enumerated().map { index, own -> Figure.Panel in
      func point(_ value: Double, _ loss: Double) -> Figure.Point { Figure.Point(coordinate(own.value, value), loss) }
      let seen = own.range.points.filter { $0.loss <= most }
      let limit = choice.loss * (1 + Self.share)
      let edges = [own.range.lower, own.range.upper]
      let best = max(choice.loss, own.range.points.map(\.loss).min() ?? choice.loss)
      return Figure.Panel(
        title: own.value.name, horizontal: axis(own.value),
        vertical: Figure.Axis(objective.name, range: choice.loss * 0.99...most),
        series: [
          Figure.Series("loses 1 %", .dashed, .gray, edges.map { point($0, limit) }),
          Figure.Series("all others at their best", .line, .blue, seen.map { point($0.value, $0.loss) }),
          Figure.Series("best", .marks, .orange, [point(choice.values[index], best)]),
        ])
    }
    guard !panels.isEmpty else { return nil }
    return Figure(
      name: "profiles",
      title: problem.title("\(objective.name.prefix(1).uppercased())\(objective.name.dropFirst()) against each value"),
      caption:
        "Predicted \(objective.name) of a deep linear network at the end, all other tuned values at their best. The dashed line spans the "
        + "values that lose at most 1 %.", panels: panels)
  }

  private var mapFigure: Figure? {
    guard let map, values.count == 2 else { return nil }
    let (first, second) = (values[0].value, values[1].value)
    func label(_ value: TunedValue) -> Figure.Axis {
      switch value.scale {
      case .logarithm: Figure.Axis("log2 of \(value.name)")
      case .complement: Figure.Axis("-log2(1 - \(value.name))")
      case .fromZero(let unit): Figure.Axis("asinh(\(value.name) / \(NumberText.brief(unit)))")
      }
    }
    let excess = map.losses.map { loss in loss.map { max(100 * ($0 / choice.loss - 1), 0.01) } ?? .nan }
    return Figure(
      name: "map", title: problem.title("What two values lose together"),
      caption: "Per cent by which the predicted \(objective.name) exceeds its least; white: the run diverges.",
      panels: [
        Figure.Panel(
          title: "", horizontal: label(first), vertical: label(second),
          content: .map(
            HeatMap(
              columns: map.first, rows: map.second, values: excess,
              label: "per cent above the least", isLogarithmic: true, range: 0.1...100)))
      ])
  }

  /// Rates against steps.
  private var scheduleFigure: Figure? {
    guard choices.contains(where: { $0.schedule != .given }) else { return nil }
    let rate = values.firstIndex { $0.value.name == TunedKey.learningRate.rawValue }
    // The best of all shapes, and constant to compare with.
    let order = choices.indices.sorted { choices[$0].loss < choices[$1].loss }
    let shown = Set(
      order.prefix(4) + choices.indices.filter { choices[$0].schedule == .named(.constant, warmsUp: false) })
    let series = shown.sorted().enumerated().map { place, index in
      let choice = choices[index]
      let top = rate.map { choice.values[$0] } ?? problem.optimizer.learningRate
      let factors = factors(choice)
      return Figure.Series(
        "\(Self.name(choice)): \(NumberText.short(choice.loss))", choice.multipliers == nil ? .dashed : .line,
        .distinct(place), PlottedRows(factors.indices.map(Double.init)).points(factors.map { top * $0 }))
    }
    return Figure(
      name: "schedules", title: problem.title("Learning rates, each schedule at its own best values"),
      caption:
        "Learning rate at each step; the labels have the predicted \(objective.name) at the end of a deep linear network. The best four, and a "
        + "constant rate.",
      horizontal: Figure.Axis("step"), vertical: Figure.Axis("learning rate"), series: series)
  }
}
