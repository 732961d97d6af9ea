import LinearAlgebra
import RealModule

/// Where the number of eigenvalues that a symmetric matrix has on one side rises, as a parameter grows, equation (22.5).
///
/// The number of negative eigenvalues says how many crossings lie below a place, so that none is missed, however close two are: each is
/// enclosed by counts first, and then found by its determinant, which changes sign there and nowhere else in between.
struct CountedCrossings {
  /// The matrix at a place.
  let inertia: (Double) -> SymmetricInertia
  /// Negative eigenvalues before the first crossing.
  let baseline: Int
  /// Relative width within which a crossing is enclosed.
  private static let precision = 1e-13
  private static let mostSteps = 200

  /// A place with what is known there.
  private struct Point {
    let place: Double
    let count: Int
    let logarithm: Double
  }

  private func point(_ place: Double) -> Point {
    let inertia = inertia(place)
    return Point(place: place, count: inertia.negatives - baseline, logarithm: inertia.logDeterminant)
  }

  /// The crossings between two places.
  ///
  /// - Parameters:
  ///   - low: a place before all crossings.
  ///   - high: the end.
  ///   - most: how many are wanted, from the first on.
  /// - Returns: the total number, and the places of the first of them, rising; nil where the matrix is not a number, or counts fall, which
  ///   says that rounding decides.
  func places(from low: Double, to high: Double, most: Int = .max) -> (total: Int, places: [Double])? {
    var known = [point(low), point(high)]
    guard known.allSatisfy({ !$0.logarithm.isNaN }), known[0].count == 0, known[1].count >= 0 else { return nil }
    let total = known[1].count
    var places: [Double] = []
    for index in 0..<min(total, most) {
      guard let place = crossing(index, &known) else { return nil }
      places.append(place)
    }
    return (total, places)
  }

  /// The place where the count (22.5) exceeds a number.
  private func crossing(_ number: Int, _ known: inout [Point]) -> Double? {
    guard var low = known.last(where: { $0.count <= number }), var high = known.first(where: { $0.count > number }),
      low.place < high.place
    else { return nil }
    func isEnclosed() -> Bool { high.place - low.place <= Self.precision * max(abs(low.place), abs(high.place)) }
    func take(_ new: Point) {
      if new.count <= number { low = new } else { high = new }
      known.insert(new, at: known.firstIndex { $0.place > new.place } ?? known.count)
    }
    while !isEnclosed(), low.count != number || high.count != number + 1 {
      take(point((low.place + high.place) / 2))
    }
    // The determinant changes sign once between; the chord is weighted as Illinois does where one end stays.
    var (weights, width, steps) = ((low: 1.0, high: 1.0), high.place - low.place, 0)
    var lastIsLow: Bool?
    while !isEnclosed(), steps < Self.mostSteps {
      let scale = max(low.logarithm, high.logarithm)
      let values = (
        low: weights.low * .exp(low.logarithm - scale), high: weights.high * .exp(high.logarithm - scale)
      )
      let share = values.low / (values.low + values.high)
      let isSlow = steps % 3 == 2 && high.place - low.place > width / 4
      if steps % 3 == 2 { width = high.place - low.place }
      // Where one end is out of proportion the chord meets the other end itself: the middle then.
      let chord = low.place + share * (high.place - low.place)
      let isInside = chord > low.place && chord < high.place
      let place = isSlow || !isInside ? (low.place + high.place) / 2 : chord
      guard place > low.place, place < high.place else { break }
      let new = point(place)
      guard !new.logarithm.isNaN else { return nil }
      if new.logarithm == -.infinity { return place }
      let isLow = new.count <= number
      let again = !isSlow && isInside && lastIsLow == isLow
      weights = isLow ? (1, again ? weights.high / 2 : 1) : (again ? weights.low / 2 : 1, 1)
      lastIsLow = isLow
      take(new)
      steps += 1
    }
    return (low.place + high.place) / 2
  }
}

/// The fields on both sides of a layer's weights at one time, by their rows in a matrix of products, and what training couples them by.
struct CoupledPair {
  let rows: [Int]
  let strength: Double

  init(_ first: Int, _ second: Int, strength: Double) {
    rows = [first, second]
    self.strength = strength
  }
}

extension DenseMatrix {
  /// Equation (22.5): `J - |N|^½ Σ |N|^½`, which has one more negative eigenvalue for each value above.
  ///
  /// - Parameters:
  ///   - products: Σ.
  ///   - pairs: N, which swaps the two fields of each; their rows follow one another in the result.
  init(counting products: DenseMatrix, _ pairs: [CoupledPair]) {
    let places = pairs.flatMap(\.rows)
    let roots = pairs.flatMap { pair in pair.rows.map { _ in abs(pair.strength).squareRoot() } }
    let size = places.count
    var entries = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for other in 0..<size {
        entries[row * size + other] = -roots[row] * products[places[row], places[other]] * roots[other]
      }
      entries[row * size + (row ^ 1)] += pairs[row / 2].strength < 0 ? -1 : 1
    }
    self.init(rows: size, columns: size, entries)
  }
}
