import Calculus
import Foundation
import Testing

@testable import Committee

@Suite("Gaussian averages of activations")
struct FieldAveragesTests {
  /// A covariance of four fields without any symmetry.
  private let covariance = [
    1.3, 0.4, -0.3, 0.2,
    0.4, 0.8, 0.25, -0.2,
    -0.3, 0.25, 1.1, 0.4,
    0.2, -0.2, 0.4, 0.7,
  ]

  /// Cholesky: fields are this times independent normal numbers.
  private func root(_ covariance: [Double], _ count: Int) -> [Double] {
    var root = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      for column in 0...row {
        var sum = covariance[row * count + column]
        for other in 0..<column { sum -= root[row * count + other] * root[column * count + other] }
        root[row * count + column] = row == column ? sum.squareRoot() : sum / root[column * count + column]
      }
    }
    return root
  }

  private typealias Fields = (Double, Double, Double, Double)

  private func fields(_ root: [Double], _ x: Fields) -> Fields {
    (
      root[0] * x.0, root[4] * x.0 + root[5] * x.1, root[8] * x.0 + root[9] * x.1 + root[10] * x.2,
      root[12] * x.0 + root[13] * x.1 + root[14] * x.2 + root[15] * x.3
    )
  }

  @Test("erf: every closed form is the integral that defines it")
  func errorFunction() {
    // The trapezoidal rule converges exponentially for smooth functions under a Gaussian.
    let nodes = (-20...20).map { 0.4 * Double($0) }
    let weights = nodes.map { 0.4 * exp(-$0 * $0 / 2) / (2 * Double.pi).squareRoot() }
    let root = root(covariance, 4)
    func value(_ x: Double) -> Double { erf(x / 2.0.squareRoot()) }
    func slope(_ x: Double) -> Double { (2 / Double.pi).squareRoot() * exp(-x * x / 2) }
    var sums = [Double](repeating: 0, count: 4)
    for (i, x) in nodes.enumerated() {
      for (j, y) in nodes.enumerated() {
        for (k, z) in nodes.enumerated() {
          let outer = weights[i] * weights[j] * weights[k]
          guard outer > 1e-16 else { continue }
          for (l, w) in nodes.enumerated() {
            let (a, b, c, d) = fields(root, (x, y, z, w))
            let weight = outer * weights[l]
            let (slopeA, slopeB, valueC, valueD) = (slope(a), slope(b), value(c), value(d))
            sums[0] += weight * valueC * valueD
            sums[1] += weight * slopeA * slopeB
            sums[2] += weight * slopeA * b * valueC
            sums[3] += weight * slopeA * slopeB * valueC * valueD
          }
        }
      }
    }
    let averages = ErrorFunctionAverages(covariance, count: 4)
    let closed = [
      averages.activations(2, 3), averages.slopes(0, 1), averages.gradient(0, 1, 2), averages.products(0, 1, 2, 3),
    ]
    for (own, sum) in zip(closed, sums) { #expect(abs(own - sum) <= 1e-10, "\(own) beside \(sum)") }
  }

  /// Means over a sequence of low discrepancy that covers four dimensions evenly.
  private func sampled(_ count: Int, _ function: (Fields) -> [Double]) -> [Double] {
    let root = root(covariance, 4)
    // Powers of the root of x^5 = x + 1.
    let generator = 1.1673039782614187
    let steps = (1...4).map { 1 / pow(generator, Double($0)) }
    var sums: [Double] = []
    for index in 1...count {
      let places = steps.map { (0.5 + Double(index) * $0).truncatingRemainder(dividingBy: 1) }
      func pair(_ p: Double, _ q: Double) -> (Double, Double) {
        let radius = (-2 * log(1 - p)).squareRoot()
        return (radius * cos(2 * .pi * q), radius * sin(2 * .pi * q))
      }
      let (first, second) = (pair(places[0], places[1]), pair(places[2], places[3]))
      let values = function(fields(root, (first.0, first.1, second.0, second.1)))
      if sums.isEmpty { sums = Array(repeating: 0, count: values.count) }
      for place in values.indices { sums[place] += values[place] / Double(count) }
    }
    return sums
  }

  @Test("ReLU: every form is the mean that defines it, whichever fields coincide")
  func rectifier() {
    let sums = sampled(400_000) { fields in
      let list = [fields.0, fields.1, fields.2, fields.3]
      func step(_ a: Int) -> Double { list[a] > 0 ? 1 : 0 }
      func value(_ a: Int) -> Double { max(0, list[a]) }
      return [
        value(2) * value(3), step(0) * step(1), step(0) * list[1] * value(2), step(0) * list[1] * value(0),
        step(0) * step(1) * value(2) * value(3), step(0) * step(1) * value(2) * value(2),
        step(0) * step(1) * value(0) * value(2), step(0) * step(1) * value(1) * value(0),
        step(0) * step(0) * value(2) * value(3), step(0) * step(0) * value(2) * value(2),
        step(0) * step(0) * value(0) * value(2),
      ]
    }
    let averages = RectifierAverages(covariance, count: 4)
    let forms = [
      averages.activations(2, 3), averages.slopes(0, 1), averages.gradient(0, 1, 2), averages.gradient(0, 1, 0),
      averages.products(0, 1, 2, 3), averages.products(0, 1, 2, 2), averages.products(0, 1, 0, 2),
      averages.products(0, 1, 1, 0), averages.products(0, 0, 2, 3), averages.products(0, 0, 2, 2),
      averages.products(0, 0, 0, 2),
    ]
    for (index, (own, mean)) in zip(forms, sums).enumerated() {
      #expect(abs(own - mean) <= 4e-4, "form \(index): \(own) beside \(mean)")
    }
  }

  @Test("ReLU: the derivative of I4 by the covariance of two fields is the probability of all four (Price)")
  func price() {
    let step = 1e-5
    func moved(_ change: Double) -> Double {
      var covariance = covariance
      covariance[2 * 4 + 3] += change
      covariance[3 * 4 + 2] += change
      return RectifierAverages(covariance, count: 4).products(0, 1, 2, 3)
    }
    let orthants = OrthantProbabilities(correlations(covariance), count: 4)
    let slope = (moved(step) - moved(-step)) / (2 * step)
    #expect(abs(slope - orthants.quadruple(0, 1, 2, 3)) <= 1e-9)
  }

  private func correlations(_ covariance: [Double]) -> [Double] {
    (0..<16).map { place -> Double in
      let (row, column) = (place / 4, place % 4)
      return covariance[place] / (covariance[5 * row] * covariance[5 * column]).squareRoot()
    }
  }

  private func equalCorrelations(_ value: Double) -> [Double] {
    (0..<16).map { (place: Int) -> Double in place % 5 == 0 ? 1 : value }
  }

  @Test("four fields: equal correlations of one half, independent pairs, and both signs of one field")
  func orthants() {
    let equal = equalCorrelations(0.5)
    #expect(abs(OrthantProbabilities(equal, count: 4).quadruple(0, 1, 2, 3) - 0.2) <= 1e-12)
    var pairs = equalCorrelations(0)
    (pairs[1], pairs[4], pairs[11], pairs[14]) = (0.6, 0.6, -0.9, -0.9)
    let split = OrthantProbabilities(pairs, count: 4)
    #expect(abs(split.quadruple(0, 1, 2, 3) - split.pair(0, 1) * split.pair(2, 3)) <= 1e-13)
    // Nearly collinear fields are the hard ones.
    for strength in [0.25, 0.95, 0.999] {
      var matrix = equalCorrelations(strength)
      var flipped = matrix
      for other in 0..<3 {
        matrix[other * 4 + 3] *= 0.9
        matrix[12 + other] *= 0.9
        flipped[other * 4 + 3] = -matrix[other * 4 + 3]
        flipped[12 + other] = -matrix[12 + other]
      }
      let (own, other) = (OrthantProbabilities(matrix, count: 4), OrthantProbabilities(flipped, count: 4))
      let sum = own.quadruple(0, 1, 2, 3) + other.quadruple(0, 1, 2, 3)
      #expect(abs(sum - own.triple(0, 1, 2)) <= 1e-11, "\(strength): \(sum)")
    }
  }

  @Test("four fields, two of which nearly are copies of the others, as at the end of learning")
  func nearCopies() {
    for distance in [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7] {
      // Unit vectors whose scalar products are the correlations.
      let norm = (1 + distance * distance).squareRoot()
      let vectors: [[Double]] = [
        [1, 0, 0, 0], [0.6, 0.8, 0, 0], [1 / norm, 0, distance / norm, 0],
        [0.6 / norm, 0.8 / norm, 0.28 * distance / norm, 0.96 * distance / norm],
      ]
      func orthants(_ sign: Double) -> OrthantProbabilities {
        var own = vectors
        own[3] = own[3].map { sign * $0 }
        var (correlations, arcsines) = ([Double](), [Double]())
        for left in own {
          for right in own {
            let cosine = zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
            var square = 0.0
            for i in 0..<4 {
              for j in 0..<i {
                let minor = left[i] * right[j] - left[j] * right[i]
                square += minor * minor
              }
            }
            correlations.append(cosine)
            arcsines.append(.pi / 2 - atan2(square.squareRoot(), cosine))
          }
        }
        return OrthantProbabilities(correlations, arcsines: arcsines, count: 4)
      }
      let (own, other) = (orthants(1), orthants(-1))
      let sum = own.quadruple(0, 1, 2, 3) + other.quadruple(0, 1, 2, 3)
      #expect(abs(sum - own.triple(0, 1, 2)) <= 1e-9, "\(distance): \(sum - own.triple(0, 1, 2))")
    }
  }

  @Test("collinear fields are the limit of nearly collinear ones")
  func collinear() {
    // The third field is the first, the fourth is minus twice the second.
    func covariance(_ nearness: Double) -> [Double] {
      let (mixed, turned) = (-0.6, -2 * nearness)
      let rows: [[Double]] = [
        [1, 0.3, nearness, mixed], [0.3, 1, 0.3, turned], [nearness, 0.3, 1, mixed], [mixed, turned, mixed, 4],
      ]
      return rows.flatMap { $0 }
    }
    let (exact, near) = (RectifierAverages(covariance(1), count: 4), RectifierAverages(covariance(1 - 1e-10), count: 4))
    #expect(abs(exact.activations(0, 2) - 0.5) <= 1e-15 && abs(exact.activations(1, 3)) <= 1e-15)
    for (a, b, c, d) in [(0, 1, 2, 3), (0, 2, 1, 1), (0, 0, 2, 1), (2, 1, 0, 0), (0, 2, 1, 3)] {
      let (own, other) = (exact.products(a, b, c, d), near.products(a, b, c, d))
      #expect(abs(own - other) <= 1e-4, "\(own) beside \(other)")
    }
    // θ(a) θ(a) b₊² with b collinear to nothing but itself, twice over.
    #expect(abs(exact.products(0, 2, 1, 1) - exact.products(0, 0, 1, 1)) <= 1e-14)
  }
}
