import Fixtures
import Foundation
import Problems
import Testing

@testable import Tables

/// Several numeric targets, and classes as one-hot targets, equation (7.4).
@Suite("Several targets of a table")
struct SeveralTargetsTests {
  /// 40 rows of three inputs, and two targets that depend on them in different ways.
  private static let inputs: [[Double]] = (0..<40).map { row -> [Double] in
    let place = Double(row)
    return [sin(place), cos(1.7 * place) * 3, sin(0.3 * place + 1) * 0.2]
  }
  private static let first = inputs.enumerated().map { row, x -> Double in
    let rest: Double = 0.5 * cos(Double(row * row))
    return 2 * x[0] - x[1] + rest + 7
  }
  private static let second = inputs.enumerated().map { row, x -> Double in
    let rest: Double = 4 * sin(Double(3 * row * row))
    return 30 * x[2] + rest - 100
  }

  private static func table(_ targets: [[Double]], _ names: [String], areClasses: Bool = false) -> DataTable {
    DataTable(
      inputNames: ["a", "b", "c"], inputs: Self.inputs.flatMap { $0 }, targets: targets, targetNames: names,
      areClasses: areClasses)
  }

  /// Classes of unequal sizes: 20, 12 and 8 rows.
  private static let labels = (0..<40).map { $0 < 20 ? 0 : $0 % 5 < 3 ? 1 : 2 }
  private static let oneHot = table(
    (0..<3).map { label in labels.map { $0 == label ? 1 : 0 } }, ["x", "y", "z"], areClasses: true)

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test("two columns give what each of them gives alone", arguments: DataTable.Standardization.allCases)
  func columnByColumn(style: DataTable.Standardization) throws {
    let both = try Measurement(Self.table([Self.first, Self.second], ["y", "z"]), style)
    let alone = try [Self.first, Self.second].map { try Measurement(Self.table([$0], []), style) }
    let outputs = try #require(both.spectrum.outputs)
    #expect(outputs.names == ["y", "z"] && !outputs.areClasses && both.classes == nil)
    for (index, single) in alone.enumerated() {
      let one = single.spectrum
      #expect(close(outputs.coefficients[index], one.targetCoefficients, 1e-12))
      #expect(close([outputs.residualCovariance[index][index]], [one.residualVariance], 1e-12))
      #expect(outputs.shifts[index] == one.targetShift && outputs.scales[index] == one.targetScale)
      #expect(close(both.targets[index], single.target, 1e-12))
      #expect(one.outputs == nil && one.reading == nil)
      #expect(close(both.spectrum.eigenvalues, one.eigenvalues, 1e-12))
    }
    let lengths = both.spectrum.targetCoefficients.indices.map { mode in
      alone.reduce(0) { $0 + pow($1.spectrum.targetCoefficients[mode], 2) }
    }
    #expect(close(both.spectrum.targetCoefficients.map { $0 * $0 }, lengths, 1e-10))
    #expect(close([both.spectrum.residualVariance], [alone.reduce(0) { $0 + $1.spectrum.residualVariance }], 1e-12))
  }

  @Test("the total variance of prepared targets is their number, numbers or classes")
  func totalVariance() throws {
    for table in [Self.table([Self.first, Self.second], ["y", "z"]), Self.oneHot] {
      let prepared = try Measurement(table, .center).prepared
      let total = prepared.targets.joined().reduce(0) { $0 + $1 * $1 } / 40
      #expect(close([total], [Double(prepared.targets.count)], 1e-12))
    }
  }

  @Test("one-hot targets: frequencies, one factor, columns that sum to zero, offsets that restore the labels")
  func classes() throws {
    let measurement = try Measurement(Self.oneHot, .center)
    let outputs = try #require(measurement.spectrum.outputs)
    #expect(close(outputs.shifts, [0.5, 0.3, 0.2], 1e-15))
    // Mean variance of the indicators: (.25 + .21 + .16)/3.
    let factor = (0.62 / 3).squareRoot()
    #expect(close(outputs.scales, [factor, factor, factor], 1e-15))
    let prepared = measurement.prepared
    #expect(prepared.classes == Self.labels)
    #expect(close(prepared.offsets, [0.5 / factor, 0.3 / factor, 0.2 / factor], 1e-14))
    for row in 0..<40 {
      #expect(abs(prepared.targets.reduce(0) { $0 + $1[row] }) < 1e-12)
      let restored = (0..<3).map { (prepared.targets[$0][row] + prepared.offsets[$0]) * factor }
      #expect(close(restored, (0..<3).map { $0 == Self.labels[row] ? 1 : 0 }, 1e-12))
    }
    // What sums to zero has no coefficient and no residual along (1, 1, 1).
    for mode in measurement.spectrum.eigenvalues.indices {
      #expect(abs(outputs.coefficients.reduce(0) { $0 + $1[mode] }) < 1e-11)
    }
    for row in outputs.residualCovariance { #expect(abs(row.reduce(0, +)) < 1e-12) }
  }

  @Test("the residual covariance is that of targets minus their fits")
  func residualCovariance() throws {
    let measurement = try Measurement(Self.oneHot, .center)
    let outputs = try #require(measurement.spectrum.outputs)
    let dimension = measurement.spectrum.eigenvalues.count
    let residuals = (0..<3).map { output -> [Double] in
      (0..<40).map { row -> Double in
        let input = measurement.inputs[row * dimension..<(row + 1) * dimension]
        let fit = zip(input, outputs.coefficients[output]).reduce(0) { $0 + $1.0 * $1.1 }
        return measurement.targets[output][row] - fit / Double(dimension).squareRoot()
      }
    }
    for left in 0..<3 {
      for right in 0..<3 {
        let mean = zip(residuals[left], residuals[right]).reduce(0) { $0 + $1.0 * $1.1 } / 40
        #expect(close([outputs.residualCovariance[left][right]], [mean], 1e-12))
      }
    }
  }

  @Test("ten digits: 1797 rows, 61 directions, ten classes, ten outputs of total variance 10")
  func digits() throws {
    let bytes = try Data(contentsOf: Self.root.appendingPathComponent("configs/data/digits10.csv"))
    let choice = TableChoice(targets: ["digit"], kind: .oneHot)
    let table = try CSVTable(contents: Array(bytes), name: "digits10.csv").dataTable(choice).table
    #expect(table.targetNames == (0..<10).map(String.init) && table.areClasses && table.columns == 64)
    let measurement = try Measurement(table, .center)
    #expect(measurement.spectrum.rows == 1797 && measurement.spectrum.eigenvalues.count == 61)
    let total = measurement.targets.joined().reduce(0) { $0 + $1 * $1 } / 1797
    #expect(close([total], [10], 1e-11))
    // Trace of Σ, by NumPy's lstsq on the same table.
    #expect(close([measurement.spectrum.residualVariance], [3.422551615614894], 1e-9))
  }

  @Test("what cannot be learned is refused: a class of one row, one class, a constant column")
  func refusals() {
    func problems(_ table: DataTable) -> [String] {
      do throws(InvalidTable) {
        _ = try Measurement(table, .center)
        return []
      } catch {
        return error.problems
      }
    }
    let lone = (0..<40).map { $0 == 7 ? 1.0 : 0 }
    #expect(
      problems(Self.table([lone, lone.map { 1 - $0 }], ["odd", "even"], areClasses: true))[0].hasPrefix(
        "class odd has fewer"))
    let whole = [Double](repeating: 1, count: 40)
    #expect(
      problems(Self.table([whole], ["all"], areClasses: true)) == [
        "the target has one class only (all): there is nothing to learn"
      ])
    #expect(
      problems(Self.table([Self.first, whole], ["y", "z"])) == [
        "the target z is constant (1): there is nothing to learn"
      ])
  }

  private func close(_ left: [Double], _ right: [Double], _ tolerance: Double) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
  }
}
