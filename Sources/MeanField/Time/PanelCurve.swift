import Calculus

/// What is known at the nodes of panels, at any place between: the polynomial through a panel's nodes and the last point before it.
struct PanelCurve: Sendable {
  private struct Piece {
    /// End of the interval of this polynomial.
    let end: Double
    let points: Range<Int>
    let basis: LagrangeBasis
  }

  private let pieces: [Piece]

  /// - Parameters:
  ///   - panels: from the start of time without gaps.
  ///   - hasOrigin: whether a point at 0 comes before the first panel.
  init(_ panels: [PanelRuler.Panel], hasOrigin: Bool) {
    var before: Double? = hasOrigin ? 0 : nil
    var first = 0
    pieces = panels.map { panel in
      let places = (before.map { [$0] } ?? []) + panel.nodes
      let last = panel.nodes[panel.nodes.count - 1]
      defer {
        before = last
        first += places.count - 1
      }
      return Piece(end: last, points: first..<first + places.count, basis: LagrangeBasis(places))
    }
  }

  /// Values at some places.
  ///
  /// - Parameters:
  ///   - places: rising, from the start to the last panel's end.
  ///   - values: one a time point.
  /// - Returns: one value a place.
  func values(at places: [Double], of values: [Double]) -> [Double] {
    map(places) { piece, place in
      zip(piece.basis.values(at: place), values[piece.points]).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  /// Derivatives at some places, by the unit of place.
  ///
  /// - Parameters:
  ///   - places: rising, from the start to the last panel's end.
  ///   - values: one a time point.
  /// - Returns: one slope a place.
  func slopes(at places: [Double], of values: [Double]) -> [Double] {
    map(places) { piece, place in piece.basis.slope(of: Array(values[piece.points]), at: place) }
  }

  private func map(_ places: [Double], _ body: (Piece, Double) -> Double) -> [Double] {
    var index = 0
    return places.map { place in
      while index + 1 < pieces.count && place > pieces[index].end { index += 1 }
      return body(pieces[index], place)
    }
  }
}

/// The rows of a curve between the nodes of panels.
struct PanelRows: Sendable {
  let panels: [PanelRuler.Panel]
  let curve: PanelCurve
  /// Places of the rows.
  let places: [Double]
  /// Time of a unit of place.
  let unit: Double
  /// Test loss at the nodes.
  let testLoss: [Double]

  /// Values at the rows of something known at the nodes.
  func values(of values: [Double]) -> [Double] { curve.values(at: places, of: values) }

  /// Time derivatives at the rows.
  func slopes(of values: [Double]) -> [Double] { curve.slopes(at: places, of: values).map { $0 / unit } }

  /// Integrals over time from the start to the nodes, by the panels' own rules.
  func integrals(of values: [Double]) -> [Double] {
    // A flow has a point at 0 before its first panel.
    var result = [Double](repeating: 0, count: values.count - panels.reduce(0) { $0 + $1.nodes.count })
    var before = 0.0
    for panel in panels {
      let own = values[result.count..<result.count + panel.nodes.count]
      result += panel.sums.map { row in zip(row, own).reduce(before) { $0 + $1.0 * $1.1 } }
      before = zip(panel.total, own).reduce(before) { $0 + $1.0 * $1.1 }
    }
    return result
  }
}
