import Figures
import Foundation
import Records

/// The figures of a run, made of nothing but what is in its folder: so `dmft plot` draws any run as it was drawn at first.
enum RunPictures {
  /// All figures that the folder of a run has the numbers for.
  static func figures(of run: StoredRun) -> [Figure] {
    let figures: [Figure?]
    switch run.command {
    case "solve", "simulate", "validate", "compare":
      figures = [
        LossPicture(run)?.figure, ExponentPicture(run)?.figure, StrengthPicture(run)?.figure,
        CorrelationPicture(run, .forward)?.figure, CorrelationPicture(run, .backward)?.figure,
      ]
    case "transfer": figures = TransferPicture(run).map { $0.figures + [$0.optima] } ?? []
    case "sweep": figures = SweepPicture(run)?.figures ?? []
    case "reduce": figures = CollapsePicture(run)?.figures ?? ReductionPicture(run)?.figures ?? []
    case "layers": figures = [GrowthPicture(run)?.figure]
    default: figures = []
    }
    return figures.compactMap { $0 }
  }
}

extension StoredRun {
  /// A figure's title: what it shows, and below it of what network.
  func title(_ text: String) -> String {
    let network = problem.first ?? ""
    return network.isEmpty ? text : text + "\n" + Self.wrapped(network)
  }

  /// Broken at commas, so that no line is cut off at the edges of a picture.
  private static func wrapped(_ text: String) -> String {
    var lines = [""]
    for part in text.components(separatedBy: ", ") {
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = part
      } else if line.count + part.count > 74 {
        lines[lines.count - 1] += ","
        lines.append(part)
      } else {
        lines[lines.count - 1] += ", " + part
      }
    }
    return lines.joined(separator: "\n")
  }

  /// What the problem is, clause by clause: network, data, training.
  var problem: [String] { manifest["problem"]?.elements.compactMap(\.text) ?? [] }

  /// Whether rows stand at times that grow by equal factors.
  var isOverDecades: Bool { isFlow || value("training.rows")?.text == "log" }
  /// Whether time is continuous.
  var isFlow: Bool { value("training.time")?.text == "flow" }
}

extension Figure.Axis {
  /// An axis for positive values: logarithmic where they span more than a factor of three, as a shorter one would have no
  /// marks.
  ///
  /// - Parameters:
  ///   - label: what is along it.
  ///   - values: what will stand along it.
  /// - Returns: the axis.
  static func positive(_ label: String, _ values: [Double]) -> Figure.Axis {
    let positive = values.filter { $0 > 0 && $0.isFinite }
    return Figure.Axis(label, isLogarithmic: (positive.max() ?? 1) > 3 * (positive.min() ?? 1))
  }
}

/// A column of places with columns of values over it, thinned to what a picture can show.
struct PlottedRows {
  /// Along the first axis.
  let places: [Double]
  private let isLogarithmic: Bool

  /// More points than this make a picture heavy and show nothing more.
  private static let most = 2000

  /// - Parameters:
  ///   - places: along the first axis.
  ///   - isLogarithmic: whether places that are not positive are left out.
  init(_ places: [Double], isLogarithmic: Bool = false) {
    self.places = places
    self.isLogarithmic = isLogarithmic
  }

  /// Share of the start below which a loss is rounding and says nothing.
  static let rounding = 1e-13

  /// Points of a loss down to the level of rounding.
  func losses(_ values: [Double], halfWidths: [Double] = []) -> [Figure.Point] {
    let floor = Self.rounding * (values.first { $0.isFinite } ?? 0)
    return points(values.map { $0 > floor ? $0 : .nan }, halfWidths: halfWidths)
  }

  /// Points of a curve on an axis that has no place for zero.
  func positive(_ values: [Double]) -> [Figure.Point] { points(values.map { $0 > 0 ? $0 : .nan }) }

  /// Points of a curve; none where the column is missing. A band has a gap where its half width is not known.
  func points(_ values: [Double], halfWidths: [Double] = []) -> [Figure.Point] {
    guard values.count == places.count else { return [] }
    let isBand = halfWidths.count == values.count
    let all = values.indices.filter { values[$0].isFinite && (!isLogarithmic || places[$0] > 0) }
    return Self.thinned(all).map { Figure.Point(places[$0], values[$0], halfWidth: isBand ? halfWidths[$0] : 0) }
  }

  /// Pairs of neighbours are kept: a loss that alternates from step to step must still be seen to.
  private static func thinned(_ rows: [Int]) -> [Int] {
    guard rows.count > most else { return rows }
    let stride = 2 * ((rows.count + most - 1) / most)
    return rows.enumerated().filter { $0.offset % stride < 2 || $0.offset == rows.count - 1 }.map(\.element)
  }
}
