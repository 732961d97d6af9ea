import Problems
import Testing

@testable import Tables

@Suite("Measurement of a table")
struct MeasurementTests {
  /// Two uncorrelated inputs of deviations 3 and 1, target = 2 x1 - x2 + something orthogonal to both.
  private let table = DataTable(
    inputNames: ["wide", "narrow"],
    inputs: [13, 6, 13, 4, 7, 6, 7, 4, 13, 6, 13, 4, 7, 6, 7, 4],
    target: [
      5 + 1, 7 + 1, -7 + 1, -5 + 1, 5 - 1, 7 - 1, -7 - 1, -5 - 1,
    ])

  @Test("spectrum, coefficients and residual of a table known by hand")
  func byHand() throws {
    let spectrum = try Measurement(table, .center).spectrum
    // Covariance diag(9, 1): scaled to mean 1 by 1/5.
    #expect(close(spectrum.eigenvalues, [1.8, 0.2]))
    #expect(abs(spectrum.inputFactor * spectrum.inputFactor - 0.2) < 1e-14)
    // y = 2 x1 - x2 + e with variances 36 + 1 + 1 = 38.
    #expect(abs(spectrum.targetScale * spectrum.targetScale - 38) < 1e-12)
    #expect(abs(spectrum.residualVariance - 1 / 38) < 1e-13)
    let powers = zip(spectrum.eigenvalues, spectrum.targetCoefficients).map { $0 * $1 * $1 / 2 }
    #expect(close(powers, [36.0 / 38, 1.0 / 38]))
    #expect(spectrum.rows == 8 && spectrum.columns == 2)
  }

  @Test("zscore makes the two inputs equal")
  func zscore() throws {
    let spectrum = try Measurement(table, .zscore).spectrum
    #expect(close(spectrum.eigenvalues, [1, 1]))
    #expect(abs(spectrum.residualVariance - 1 / 38) < 1e-13)
  }

  @Test("no standardisation keeps the means in the second moments")
  func raw() throws {
    let spectrum = try Measurement(table, .none).spectrum
    // Second moments: [[109, 50], [50, 26]].
    let root = (83.0 * 83 / 4 + 2500).squareRoot()
    let mean = 67.5
    #expect(close(spectrum.eigenvalues, [(mean + root) / mean, (mean - root) / mean]))
  }

  @Test("inputs are rotated to unit mean variance and the target to unit variance")
  func prepared() throws {
    let measurement = try Measurement(table, .center)
    let rows = 8.0
    let power = measurement.inputs.reduce(0) { $0 + $1 * $1 } / rows
    #expect(abs(power - 2) < 1e-12)
    #expect(abs(measurement.target.reduce(0, +)) < 1e-12)
    #expect(abs(measurement.target.reduce(0) { $0 + $1 * $1 } / rows - 1) < 1e-12)
  }

  /// The fit that `β*` stands for, `Σ_k x_k β*_k / √D`, is 2 x1 - x2 in the target's units: signs and directions count.
  @Test("inputs and coefficients together give the linear fit")
  func fit() throws {
    let measurement = try Measurement(table, .center)
    let coefficients = measurement.spectrum.targetCoefficients
    let scale = measurement.spectrum.targetScale
    for row in 0..<8 {
      let fitted = (0..<2).reduce(0.0) { $0 + measurement.inputs[2 * row + $1] * coefficients[$1] / 2.0.squareRoot() }
      let byHand = 2 * (table.inputs[2 * row] - 10) - (table.inputs[2 * row + 1] - 5)
      #expect(abs(fitted * scale - byHand) < 1e-12)
    }
  }

  @Test("dependent columns do not count as dimensions")
  func dependent() throws {
    var wider = table
    wider.inputNames.append("copy")
    wider.inputs = (0..<8).flatMap { row in
      let pair = Array(table.inputs[2 * row..<2 * row + 2])
      return pair + [pair[0] + pair[1]]
    }
    #expect(try Measurement(wider, .center).spectrum.eigenvalues.count == 2)
  }

  @Test("all mistakes are reported at once")
  func refusals() {
    let broken = DataTable(
      inputNames: ["a", "b"], inputs: [1, 2, 1, 2, 1, 2, 1, 2, 1, 2], target: [3, 3, 3, 3, 3])
    let problems = problemsOf(broken, .zscore)
    #expect(problems.count == 4)
    #expect(problems[0].contains("column a is constant"))
    #expect(problems[1].contains("column b is constant"))
    #expect(problems[2].contains("target is constant"))
    #expect(problems[3].contains("no input column varies"))
  }

  @Test("too few rows are refused with the number that would do")
  func rows() {
    let short = DataTable(inputNames: ["a", "b"], inputs: [1, 2, 3, 1, 0, 7], target: [1, 2, 5])
    #expect(problemsOf(short, .center).first?.contains("at least 4 rows") == true)
  }

  private func problemsOf(
    _ table: DataTable, _ standardization: DataTable.Standardization
  ) -> [String] {
    do throws(InvalidTable) {
      _ = try Measurement(table, standardization)
      return []
    } catch {
      return error.problems
    }
  }

  private func close(_ left: [Double], _ right: [Double]) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) < 1e-12 }
  }
}
