import Fixtures
import Foundation
import Problems
import Testing

@testable import Tables

/// Equation (7.10) is unbiased: on tables whose target and noise are known, its mean is what is true.
@Suite("Unbiased fits")
struct UnbiasedFitTests {
  private static let (rows, dimension, tables) = (30, 8, 600)
  /// The covariance of the noise of two targets.
  private static let noise = [[1.0, 0.4], [0.4, 0.5]]

  @Test("noise and explained power of two targets, means over 600 tables of 30 rows and 8 inputs")
  func unbiased() throws {
    var random = SeededRandom(seed: 7)
    // Differences of corrected and fitted values from what is true of each table, in raw units.
    var noise = [[Double]](), power = [[Double]](), fittedNoise = [Double](), fittedPower = [Double]()
    for _ in 0..<Self.tables {
      let table = Self.table(&random)
      let fitted = try Measurement(table.data, .center).spectrum
      let corrected = fitted.correctingFit()
      let scales = try #require(fitted.outputs).scales
      func raw(_ matrix: [[Double]], _ left: Int, _ right: Int) -> Double {
        matrix[left][right] * scales[left] * scales[right]
      }
      let pairs = [(0, 0), (0, 1), (1, 1)]
      noise.append(pairs.map { raw(corrected.noiseCovariance, $0, $1) - Self.noise[$0][$1] })
      fittedNoise.append(raw(fitted.noiseCovariance, 0, 0) - Self.noise[0][0])
      func explained(_ spectrum: MeasuredSpectrum, _ left: Int, _ right: Int) -> Double {
        let powers = spectrum.targetPowers
        return spectrum.eigenvalues.indices.reduce(0) {
          $0 + spectrum.eigenvalues[$1] * raw(powers[$1], left, right) / Double(Self.dimension)
        }
      }
      power.append(pairs.map { explained(corrected, $0, $1) - table.explained[$0][$1] })
      fittedPower.append(explained(fitted, 0, 0) - table.explained[0][0])
    }
    for (name, list) in [("noise", noise), ("power", power)] {
      for entry in 0..<3 { #expect(abs(Self.score(list.map { $0[entry] })) < 4, "\(name), entry \(entry)") }
    }
    // The test can tell: what is not corrected is off.
    #expect(Self.score(fittedNoise) < -10 && Self.score(fittedPower) > 2)
  }

  /// Mean over standard error.
  private static func score(_ values: [Double]) -> Double {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    return mean / (variance / count).squareRoot()
  }

  private static func table(_ random: inout SeededRandom) -> (data: DataTable, explained: [[Double]]) {
    func normal() -> Double {
      (-2 * log(random.between(1e-12, 1))).squareRoot() * cos(2 * .pi * random.between(0, 1))
    }
    let inputs = (0..<rows).map { _ in (0..<dimension).map { normal() / Double($0 + 1) } }
    // What is explained: two linear functions of the inputs, whose covariance over the rows is known.
    let signals = inputs.map { x in [2 * x[0] - 3 * x[4], x[1] + x[0]] }
    let targets = signals.map { signal -> [Double] in
      let (first, second) = (normal(), normal())
      return [signal[0] + first, signal[1] + 0.4 * first + (0.5 - 0.16).squareRoot() * second]
    }
    let means = (0..<2).map { output in signals.reduce(0) { $0 + $1[output] } / Double(rows) }
    let explained = (0..<2).map { left in
      (0..<2).map { right in
        signals.reduce(0) { $0 + ($1[left] - means[left]) * ($1[right] - means[right]) } / Double(rows)
      }
    }
    let data = DataTable(
      inputNames: (0..<dimension).map { "x\($0)" }, inputs: inputs.flatMap { $0 },
      targets: (0..<2).map { output in targets.map { $0[output] } }, targetNames: ["y", "z"], areClasses: false)
    return (data, explained)
  }
}
