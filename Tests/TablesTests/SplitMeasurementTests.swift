import Problems
import Testing

@testable import Tables

/// Rows of an exact split, prepared: statistics come from the training rows alone.
@Suite("Exact split of a table")
struct SplitMeasurementTests {
  /// Eight rows of three columns, the last a sum of the others up to a constant column.
  private let table = DataTable(
    inputNames: ["a", "b", "c"],
    inputs: [1, 5, 2, 2, 4, 2, 4, 1, 2, 3, 3, 2, 7, 0, 2, 6, 2, 2, 0, 9, 2, 5, 5, 3], target: [1, 2, 4, 3, 8, 6, 0, 5])

  private func sum(_ list: [Double]) -> Double { list.reduce(0, +) }

  @Test(
    "means, deviations and the factor are those of the training rows", arguments: DataTable.Standardization.allCases)
  func statistics(style: DataTable.Standardization) throws {
    let split = try SplitMeasurement(table, train: [0, 1, 2, 3, 4], style)
    let (train, test) = (try #require(split.rows.train), try #require(split.rows.test))
    #expect(train.rows == 5 && test.rows == 3)
    // Targets 1 2 4 3 8: mean 3.6, variance 5.84.
    #expect(abs(split.spectrum.targetShift - 3.6) < 1e-14)
    #expect(abs(split.spectrum.targetScale - 5.84.squareRoot()) < 1e-14)
    #expect(abs(test.target[1] + 3.6 / 5.84.squareRoot()) < 1e-14)
    let dimension = split.rows.dimension
    // The third column varies on test rows only.
    #expect(dimension == 3 && split.spectrum.eigenvalues.count == 3)
    if style != .none { #expect(split.spectrum.eigenvalues[2] == 0) }
    #expect(abs(sum(train.inputs.map { $0 * $0 }) / 5 / 3 - 1) < 1e-13)
    for mode in 0..<3 {
      let square = sum((0..<5).map { train.inputs[$0 * 3 + mode] * train.inputs[$0 * 3 + mode] }) / 5
      #expect(abs(square - split.spectrum.eigenvalues[mode]) < 1e-13)
      for other in 0..<mode {
        #expect(abs(sum((0..<5).map { train.inputs[$0 * 3 + mode] * train.inputs[$0 * 3 + other] })) < 1e-12)
      }
    }
    // Distances between rows survive every rotation.
    func distance(_ one: [Double], _ other: [Double]) -> Double { sum(zip(one, other).map { ($0 - $1) * ($0 - $1) }) }
    func row(_ table: PreparedTable, _ index: Int) -> [Double] { Array(table.inputs[index * 3..<index * 3 + 3]) }
    var raw = distance([1, 5, 2], [6, 2, 2])
    if style == .zscore {
      func variance(_ values: [Double]) -> Double {
        let mean = sum(values) / 5
        return sum(values.map { ($0 - mean) * ($0 - mean) }) / 5
      }
      raw = 25 / variance([1, 2, 4, 3, 7]) + 9 / variance([5, 4, 1, 3, 0])
    }
    let factor = split.spectrum.inputFactor
    #expect(abs(distance(row(train, 0), row(test, 0)) - factor * factor * raw) < 1e-12)
  }

  @Test("the order of the training rows is kept, and the fit leaves residuals orthogonal to the inputs")
  func order() throws {
    let split = try SplitMeasurement(table, train: [4, 0, 2, 5, 6, 7], .center)
    let train = try #require(split.rows.train)
    let raw = train.target.map { $0 * split.spectrum.targetScale + split.spectrum.targetShift }
    #expect(zip(raw, [8, 1, 4, 6, 0, 5]).allSatisfy { abs($0 - $1) < 1e-13 })
    let root = 3.0.squareRoot()
    let residuals = (0..<6).map { row in
      train.target[row] - sum((0..<3).map { train.inputs[row * 3 + $0] * split.spectrum.targetCoefficients[$0] }) / root
    }
    #expect(abs(sum(residuals.map { $0 * $0 }) / 6 - split.spectrum.residualVariance) < 1e-13)
    for mode in 0..<3 { #expect(abs(sum((0..<6).map { residuals[$0] * train.inputs[$0 * 3 + mode] })) < 1e-12) }
  }

  @Test("rows in both sets are counted, and what cannot be learned is refused")
  func refused() throws {
    #expect(try SplitMeasurement(table, train: [0, 1, 2, 3], .center).sharedRows == 0)
    let twice = DataTable(inputNames: ["a"], inputs: [1, 2, 1, 1, 5], target: [1, 2, 1, 1, 4])
    #expect(try SplitMeasurement(twice, train: [0, 1], .center).sharedRows == 2)
    func problems(_ table: DataTable, train: [Int]) -> [String] {
      do throws(InvalidTable) {
        _ = try SplitMeasurement(table, train: train, .center)
        return []
      } catch {
        return error.problems
      }
    }
    #expect(
      problems(twice, train: [0, 2, 3]) == [
        "the target is constant (1) on the training rows: there is nothing to learn"
      ])
    let still = DataTable(inputNames: ["a"], inputs: [1, 1, 1, 2], target: [1, 2, 3, 4])
    #expect(
      problems(still, train: [0, 1, 2]) == [
        "no input column varies on the training rows: there is nothing to learn from"
      ])
    #expect(problems(table, train: Array(0..<8)).count == 1)
  }
}
