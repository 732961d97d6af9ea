import Configurations
import Foundation
import Problems
import Reports
import RunStore

/// Two-time correlations `H^l(t,s)` or `G^l(t,s)` as heat maps.
struct CorrelationFigure {
  /// Which of the two.
  enum Direction: String {
    case forward = "H"
    case backward = "G"
  }

  private let problem: TrainingProblem
  private let arrays: any ArraySource
  private let direction: Direction
  private let shape: [Int]
  private let times: [Double]
  /// Place tau of each node at infinite depth.
  private let nodes: [Double]

  /// Points along each axis of a map.
  private static let grid = 120
  /// Share of the largest entry below which correlations that fade are rounding.
  private static let rounding = 1e-13
  /// Maps in a figure.
  private static let most = 4

  init?(_ problem: TrainingProblem, _ arrays: any ArraySource, _ direction: Direction, nodes: [Double] = []) {
    guard let shape = arrays.shape(direction.rawValue), shape.count == 3, shape[0] > 1, shape[1] > 1,
      let times = arrays.vector("time"), times.count == shape[1]
    else { return nil }
    self.problem = problem
    self.arrays = arrays
    self.direction = direction
    self.shape = shape
    self.times = times
    self.nodes = nodes
  }

  /// Both directions, as far as there are arrays.
  static func figures(_ problem: TrainingProblem, _ arrays: (any ArraySource)?, nodes: [Double] = []) -> [Figure] {
    guard let arrays else { return [] }
    return [Direction.forward, .backward].compactMap { Self(problem, arrays, $0, nodes: nodes)?.figure }
  }

  var figure: Figure? {
    // The input has no backward field.
    let first = direction == .backward ? 1 : 0
    let all = Array(first..<shape[0])
    let layers = all.count <= Self.most ? all : (0..<Self.most).map { all[$0 * (all.count - 1) / (Self.most - 1)] }
    let panels = layers.compactMap(panel)
    guard panels.count == layers.count, !panels.isEmpty else { return nil }
    let (name, title, caption) = words
    let grid = hasNodes || step == 1 ? "" : " One step in \(step) is shown."
    return Figure(name: name, title: problem.title(title), caption: caption + grid, panels: panels)
  }

  private var words: (name: String, title: String, caption: String) {
    switch direction {
    case .forward:
      (
        "correlations_forward", "Correlations at two times, forward: H(t,s)",
        "The overlap of a layer's forward fields at two times t and s: the gradient at the input, pushed through the layers "
          + "below. It fades as the loss falls, so colours may be logarithmic; what is negative or rounding is then white."
      )
    case .backward:
      (
        "correlations_backward", "Correlations at two times, backward: G(t,s)",
        "The overlap of a layer's backward fields, the output's derivative with respect to it, at two times t and s. A map of "
          + "one colour is a layer that does not move (lazy training); colours that change with time are learning."
      )
    }
  }

  private func panel(_ layer: Int) -> Figure.Panel? {
    let axis = places
    let rows = axis.map { place in Self.nearest(place, in: scaled) }
    let wanted = Array(Set(rows)).sorted()
    let index = Dictionary(uniqueKeysWithValues: zip(wanted, wanted.indices))
    guard let entries = arrays.matrix(direction.rawValue, layer: layer, at: wanted) else { return nil }
    let values = rows.flatMap { row in
      rows.map { column in entries[(index[row] ?? 0) * wanted.count + (index[column] ?? 0)] }
    }
    let diagonal = rows.indices.map { values[$0 * rows.count + $0] }.filter { $0 > 0 && $0.isFinite }
    let (low, high) = (diagonal.min() ?? 1, diagonal.max() ?? 1)
    let isLogarithmic = high > 30 * low
    let colors = isLogarithmic ? max(low / 2, Self.rounding * high)...high : leastRange(values)
    let unit = hasNodes ? "log10 of time" : "step"
    return Figure.Panel(
      title: label(layer), horizontal: Figure.Axis(unit + ", t"), vertical: Figure.Axis(unit + ", s"),
      content: .map(
        HeatMap(
          columns: axis, rows: axis, values: values.map { isLogarithmic && $0 < Self.rounding * high ? .nan : $0 },
          label: direction.rawValue + "(t,s)", isLogarithmic: isLogarithmic,
          range: colors)))
  }

  /// Colours span a twentieth of the start at least, so that a layer that does not move has one colour; nil for more.
  private func leastRange(_ values: [Double]) -> ClosedRange<Double>? {
    let known = values.filter(\.isFinite)
    guard let low = known.min(), let high = known.max() else { return nil }
    let least = 0.05 * abs(values[0].isFinite ? values[0] : high)
    let middle = (low + high) / 2
    return high - low < least ? (middle - least / 2)...(middle + least / 2) : nil
  }

  private func label(_ layer: Int) -> String {
    guard problem.architecture.depth == .infinite else { return "layer \(layer)" }
    return layer == 0
      ? "input" : layer <= nodes.count ? "tau = \(NumberText.brief(nodes[layer - 1]))" : "node \(layer)"
  }

  /// Whether rows stand at nodes in time rather than at single steps.
  private var hasNodes: Bool {
    if case .discrete = problem.time.kind { false } else { true }
  }

  /// Rows of the array as the axes show them: steps, or logarithms of time without the start.
  private var scaled: [Double] {
    hasNodes ? times.map { $0 > 0 ? log10($0) : -.infinity } : times.indices.map(Double.init)
  }

  /// An even grid over them; of many steps one in an odd number, as an even one would hide what alternates.
  private var places: [Double] {
    let known = scaled.filter(\.isFinite)
    guard hasNodes else { return stride(from: 0, to: known.count, by: step).map(Double.init) }
    let (low, high) = (known.min() ?? 0, known.max() ?? 1)
    return (0..<Self.grid).map { low + (high - low) * Double($0) / Double(Self.grid - 1) }
  }

  /// Distance of the steps that are shown.
  private var step: Int {
    let least = (times.count + Self.grid - 1) / Self.grid
    return least % 2 == 0 ? least + 1 : least
  }

  /// The entry next to a place in a rising list.
  private static func nearest(_ place: Double, in list: [Double]) -> Int {
    var (low, high) = (0, list.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if list[middle] <= place { low = middle } else { high = middle }
    }
    return abs(list[high] - place) < abs(list[low] - place) ? high : low
  }
}

extension CorrelationFigure {
  /// What more there would be to see without arrays.
  static let hint = "With --arrays the correlations of all pairs of times are kept, and drawn as heat maps here."
}
