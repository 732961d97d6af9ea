import Calculus
import LinearAlgebra
import RealModule

/// Probabilities that one of several Gaussian outputs is the largest, equation (14.10): that all its margins above the others are
/// positive, by separation of variables (Genz 1992), the margins one after the other, the least likely first, each conditioned on those
/// before, at the points of a shifted lattice.
///
/// Margins more than `margin` standard deviations above zero are left out, which changes a probability by less than 3e-7 for each of
/// them; one margin alone is known in closed form. The arrays are kept from vector to vector.
struct OrthantProbability {
  private static let margin = 5.0
  /// Share of its variance below which a margin is known from those before it.
  private static let known = 1e-11
  /// Below it a product is nothing.
  private static let nothing = 1e-12

  /// Number of outputs.
  let outputs: Int
  /// The others whose margins are not left out, their means over their deviations, rising, and their means.
  private var kept: [Int]
  private var scores: [Double]
  /// Rows of Cholesky's factor of the kept margins, each divided by its last entry, and their means likewise; a margin that is
  /// known from the others has a zero there and is not divided.
  private var factor: [Double]
  private var means: [Double]
  private var deviates: [Double]

  /// - Parameter outputs: at least 2.
  init(outputs: Int) {
    self.outputs = outputs
    kept = Array(repeating: 0, count: outputs)
    scores = Array(repeating: 0, count: outputs)
    factor = Array(repeating: 0, count: outputs * outputs)
    means = scores
    deviates = scores
  }

  /// The mean over each of two independent sets of points; both are the same where none is needed.
  ///
  /// - Parameters:
  ///   - label: which output is to be the largest.
  ///   - mean: one number an output.
  ///   - offsets: added to the means.
  ///   - covariance: its lower triangle, row by row.
  ///   - points: for at least two outputs less than there are.
  /// - Returns: two estimates of the probability.
  mutating func estimates(
    largest label: Int, _ mean: UnsafePointer<Double>, _ offsets: [Double], _ covariance: UnsafePointer<Double>,
    _ points: ShiftedLattice.Points
  ) -> (Double, Double) {
    guard let count = choose(label, mean, offsets, covariance) else { return (0, 0) }
    guard count > 0 else { return (1, 1) }
    let first = Self.normal(scores[0])
    guard count > 1, first > Self.nothing else { return (first, first) }
    decompose(label, covariance, count)
    return (average(points, half: 0, first, count), average(points, half: 1, first, count))
  }

  private static func entry(_ covariance: UnsafePointer<Double>, _ one: Int, _ other: Int) -> Double {
    let (row, column) = one > other ? (one, other) : (other, one)
    return covariance[row * (row + 1) / 2 + column]
  }

  /// Sorts the margins that matter; nil where one is certainly not positive.
  private mutating func choose(
    _ label: Int, _ mean: UnsafePointer<Double>, _ offsets: [Double], _ covariance: UnsafePointer<Double>
  ) -> Int? {
    let own = (mean: mean[label] + offsets[label], variance: Self.entry(covariance, label, label))
    var count = 0
    for output in 0..<outputs where output != label {
      let margin = own.mean - mean[output] - offsets[output]
      let variance =
        own.variance + Self.entry(covariance, output, output) - 2 * Self.entry(covariance, label, output)
      guard variance > 0 else {
        if margin > 0 { continue }
        return nil
      }
      let score = margin / variance.squareRoot()
      guard !(score > Self.margin) else { continue }
      var place = count
      while place > 0, scores[place - 1] > score {
        scores[place] = scores[place - 1]
        kept[place] = kept[place - 1]
        means[place] = means[place - 1]
        place -= 1
      }
      scores[place] = score
      kept[place] = output
      means[place] = margin
      count += 1
    }
    return count
  }

  private mutating func decompose(_ label: Int, _ covariance: UnsafePointer<Double>, _ count: Int) {
    let (stride, variance) = (outputs, Self.entry(covariance, label, label))
    kept.withUnsafeBufferPointer { kept in
      means.withUnsafeMutableBufferPointer { means in
        factor.withUnsafeMutableBufferPointer { factor in
          for row in 0..<count {
            let own = row * stride
            let base = variance - Self.entry(covariance, label, kept[row])
            for column in 0...row {
              var sum =
                base - Self.entry(covariance, label, kept[column]) + Self.entry(covariance, kept[row], kept[column])
              let (whole, other) = (sum, column * stride)
              for index in 0..<column { sum -= factor[own + index] * factor[other + index] }
              if column < row {
                factor[own + column] = factor[other + column] > 0 ? sum / factor[other + column] : 0
              } else {
                factor[own + row] = sum > Self.known * whole ? sum.squareRoot() : 0
              }
            }
          }
          for row in 0..<count {
            let last = factor[row * stride + row]
            guard last > 0 else { continue }
            means[row] /= last
            for column in 0..<row { factor[row * stride + column] /= last }
          }
        }
      }
    }
  }

  /// The mean over one set of points, given the probability that the first of the kept margins is positive.
  private mutating func average(_ points: ShiftedLattice.Points, half: Int, _ first: Double, _ count: Int) -> Double {
    let (outputs, stride, number) = (outputs, points.dimension, points.count)
    var sum = 0.0
    deviates.withUnsafeMutableBufferPointer { deviates in
      factor.withUnsafeBufferPointer { factor in
        means.withUnsafeBufferPointer { means in
          points.values.withUnsafeBufferPointer { values in
            for point in half * number..<(half + 1) * number {
              var (product, latest) = (first, first)
              for component in 1..<count {
                let before = component - 1
                deviates[before] = -Self.quantile(values[point * stride + before] * latest)
                var bound = means[component]
                for index in 0..<component { bound += factor[component * outputs + index] * deviates[index] }
                let isKnown = factor[component * outputs + component] == 0
                latest = isKnown ? (bound > 0 ? 1 : 0) : Self.normal(bound)
                product *= latest
                if product < Self.nothing { break }
              }
              sum += product
            }
          }
        }
      }
    }
    return sum / Double(number)
  }

  /// The normal distribution function, to 3e-10, by cubic polynomials between tabulated values and slopes.
  static func normal(_ value: Double) -> Double {
    guard abs(value) < reach else { return value > 0 ? 1 : value < 0 ? 0 : value }
    let place = (value + reach) * density
    let index = Int(place)
    let part = place - Double(index)
    return table.withUnsafeBufferPointer { table in
      let (low, high) = (table[2 * index], table[2 * index + 2])
      let (rise, fall) = (table[2 * index + 1], table[2 * index + 3])
      let difference = high - low
      return low + part * (rise + part * (3 * difference - 2 * rise - fall + part * (rise + fall - 2 * difference)))
    }
  }

  private static let reach = 8.0
  /// Places of the table in a unit.
  private static let density = 64.0
  /// At each place the value and the slope times the distance of places.
  private static let table: [Double] = (0...Int(2 * reach * density) + 1).flatMap { index in
    let place = Double(index) / density - reach
    return [
      0.5 * Double.erfc(-place * 0.5.squareRoot()),
      Double.exp(-place * place / 2) / (2 * Double.pi).squareRoot() / density,
    ]
  }

  /// Its inverse, to a relative error of 1.2e-9, by Acklam's rational functions.
  ///
  /// - Parameter share: from 0 to 1; ends are kept away from.
  /// - Returns: where the distribution function has the value.
  static func quantile(_ share: Double) -> Double {
    let share = min(max(share, 1e-300), 1 - 0x1p-53)
    let least = 0.02425
    if share < least { return tail((-2 * Double.log(share)).squareRoot()) }
    if share > 1 - least { return -tail((-2 * Double.log(1 - share)).squareRoot()) }
    let q = share - 0.5
    let r = q * q
    let above =
      ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.3577518672690) * r
        - 30.66479806614716) * r + 2.506628277459239
    let below =
      ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r
        - 13.28068155288572) * r + 1
    return q * above / below
  }

  private static func tail(_ q: Double) -> Double {
    let above =
      ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q
        + 4.374664141464968) * q + 2.938163982698783
    let below =
      (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1
    return above / below
  }
}

/// Points of two lattices of rank one, shifted at random and independently for each row of a table, and folded (the baker's
/// transformation): their mean is unbiased, the difference of the two says how far off it is, and rows have independent errors.
struct ShiftedLattice: Sendable {
  /// Points of one row.
  struct Points {
    /// Numbers of a point.
    let dimension: Int
    /// Points of each of the two sets.
    let count: Int
    /// Point by point, the second set after the first.
    let values: [Double]
  }

  /// Numbers of a point.
  let dimension: Int
  /// Points of each of the two sets; a power of two.
  let count: Int
  /// Points for each row in all; 0 where nothing is drawn.
  var perRow: Int { dimension == 0 ? 0 : 2 * count }

  /// Points of both sets over all rows: on the ten digits, 1,797 rows, they leave a standard error of 3e-4 in the mean.
  private static let wanted = 14_000
  private static let most = 512

  /// - Parameters:
  ///   - rows: over how many rows the mean is taken: the fewer, the more points for each.
  ///   - dimension: numbers of a point; 0 for nothing to draw.
  init(rows: Int, dimension: Int) {
    self.dimension = dimension
    var count = 4
    while 2 * count * rows < Self.wanted, count < Self.most { count *= 2 }
    self.count = count
  }

  /// The points of a row, always the same.
  func of(row: Int) -> Points {
    var stream = RandomStream(seed: 0, replica: 0, purpose: .predictors, substream: row)
    let shifts = (0..<2 * dimension).map { _ in Double(stream.index(below: 1 << 52)) * 0x1p-52 }
    // A generator near the golden section of the count.
    let generator = max(3, Int(0.382 * Double(count)) | 1)
    var values: [Double] = []
    values.reserveCapacity(2 * count * dimension)
    for half in 0..<2 {
      for point in 0..<count {
        var multiple = point
        for index in 0..<dimension {
          let place = Double(multiple % count) / Double(count) + shifts[half * dimension + index]
          values.append(1 - abs(2 * (place - place.rounded(.down)) - 1))
          multiple = multiple % count * generator
        }
      }
    }
    return Points(dimension: dimension, count: count, values: values)
  }
}
