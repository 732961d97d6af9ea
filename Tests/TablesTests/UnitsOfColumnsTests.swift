import Problems
import Testing

@testable import Tables

/// What a table says must not depend on the units of its columns further than the theory does.
@Suite("Units of the columns of a table")
struct UnitsOfColumnsTests {
  /// Two uncorrelated columns of deviation 1, y = x1 + x2/2 up to a residual of a fifth of its variance.
  private func table(_ first: Double = 1, _ second: Double = 1, target: Double = 1) -> DataTable {
    let signs = [(1.0, 1.0), (1, 1), (1, -1), (1, -1), (-1, 1), (-1, 1), (-1, -1), (-1, -1)]
    return DataTable(
      inputNames: ["a", "b"], inputs: signs.flatMap { [first * $0.0, second * $0.1] },
      target: zip(signs, [0.5, -0.5, 0.5, -0.5, 0.5, -0.5, 0.5, -0.5]).map { target * ($0.0 + $0.1 / 2 + $1) })
  }

  @Test("columns and targets of any size: the spectrum of the plain table, and the factors that lead to it")
  func anySize() throws {
    let plain = try Measurement(table(), .center)
    #expect(plain.spectrum.eigenvalues.count == 2 && abs(plain.spectrum.residualVariance - 1 / 6.0) < 1e-14)
    for size in [1e-300, 1e-165, 1e-155, 1, 1e155, 1.7e308] {
      for target in [1e-300, 1e-170, 1, 1e155, 1e160, 5e307] {
        let scaled = try Measurement(table(size, size, target: target), .center)
        #expect(close(scaled.spectrum.eigenvalues, [1, 1]), "inputs \(size)")
        #expect(abs(scaled.spectrum.residualVariance - 1 / 6.0) < 1e-14, "target \(target)")
        #expect(abs(scaled.spectrum.inputFactor * size - 1) < 1e-14, "inputs \(size)")
        #expect(abs(scaled.spectrum.targetScale / target / 1.5.squareRoot() - 1) < 1e-14, "target \(target)")
        #expect(close(scaled.target, plain.target) && close(fit(scaled), fit(plain)))
      }
    }
  }

  @Test("columns of different sizes keep both directions", arguments: DataTable.Standardization.allCases)
  func differentSizes(standardization: DataTable.Standardization) throws {
    for ratio in [1e-100, 1e-8, 1e-6, 1e6, 1e100] {
      let spectrum = try Measurement(table(ratio, 1), standardization).spectrum
      #expect(spectrum.eigenvalues.count == 2 && spectrum.ignoredColumns.isEmpty)
      #expect(abs(spectrum.residualVariance - 1 / 6.0) < 1e-14, "\(ratio)")
      let expected = standardization == .zscore ? 1 : max(ratio * ratio, 1 / (ratio * ratio))
      #expect(abs(spectrum.eigenvalues[0] / spectrum.eigenvalues[1] / expected - 1) < 1e-12, "\(ratio)")
      #expect(abs((spectrum.columnScales?.ratio ?? 1) / expected.squareRoot() - 1) < 1e-12)
    }
  }

  /// Covariance [[1, rs], [rs, s²]]: the small eigenvalue is s² (1 - r²) up to a share of s².
  @Test(
    "a small eigenvalue is accurate relative to itself, and so are its components", arguments: [-12, -30, -60, -300])
  func smallEigenvalue(exponent: Int) throws {
    let size = Double(sign: .plus, exponent: exponent, significand: 1)
    var correlated = table()
    for row in 0..<8 {
      correlated.inputs[2 * row + 1] = size * (0.6 * correlated.inputs[2 * row] + 0.8 * correlated.inputs[2 * row + 1])
    }
    let measurement = try Measurement(correlated, .center)
    let eigenvalues = measurement.spectrum.eigenvalues
    let expected = 0.64 * size * size
    #expect(abs(eigenvalues[1] / eigenvalues[0] / expected - 1) < 2 * size * size + 1e-13)
    for (one, other) in [(0, 0), (0, 1), (1, 1)] {
      let product =
        (0..<8).reduce(0.0) { $0 + measurement.inputs[2 * $1 + one] * measurement.inputs[2 * $1 + other] } / 8
      let scale = eigenvalues[one].squareRoot() * eigenvalues[other].squareRoot()
      #expect(abs(product / scale - (one == other ? 1 : 0)) < 1e-13)
    }
    #expect(close(fit(measurement), fit(try Measurement(table(), .center))))
  }

  @Test("directions turn the table into its inputs, and their largest component is positive")
  func directions() throws {
    let raw = table(3, 1)
    let measurement = try Measurement(raw, .center)
    let factor = measurement.spectrum.inputFactor
    for direction in 0..<2 {
      let axis = Array(measurement.directions[2 * direction..<2 * direction + 2])
      #expect(axis.max { abs($0) < abs($1) } ?? -1 > 0)
      for row in 0..<8 {
        let component = factor * (axis[0] * raw.inputs[2 * row] + axis[1] * raw.inputs[2 * row + 1])
        #expect(abs(component - measurement.inputs[2 * row + direction]) < 1e-14)
      }
    }
  }

  @Test("a timestamp in nanoseconds is one direction more")
  func timestamp() throws {
    let wave = (0..<40).map { (row: Int) -> Double in Double((7 * row * row + 3 * row) % 41) - 20 }
    let drift = (0..<40).map { (row: Int) -> Double in Double((5 * row * row * row + row) % 43) - 21 }
    let stamps = (0..<40).map { 1.7e18 + 3.6e12 * Double($0) }
    func measured(_ columns: [(String, [Double])], _ standardization: DataTable.Standardization) throws
      -> MeasuredSpectrum
    {
      try Measurement(
        DataTable(
          inputNames: columns.map(\.0), inputs: (0..<40).flatMap { row in columns.map { $0.1[row] } },
          target: (0..<40).map { wave[$0] - 2 * drift[$0] }), standardization
      ).spectrum
    }
    let columns = [("wave", wave), ("drift", drift)]
    let both = try measured([("time", stamps)] + columns, .center)
    #expect(both.eigenvalues.count == 3 && both.residualVariance < 1e-20)
    let hours = try measured([("time", (0..<40).map(Double.init))] + columns, .zscore)
    let nanoseconds = try measured([("time", stamps)] + columns, .zscore)
    #expect(close(hours.eigenvalues, nanoseconds.eigenvalues))
  }

  @Test("columns that add nothing are named with their reason")
  func ignored() throws {
    let plain = table(1e4, 1)
    let wide = DataTable(
      inputNames: ["one", "a", "b", "sum", "zero"],
      inputs: (0..<8).flatMap { row in
        let (a, b) = (plain.inputs[2 * row], plain.inputs[2 * row + 1])
        return [1, a, b, 2e-4 * a - b, 0]
      }, target: plain.target)
    let spectrum = try Measurement(wide, .center).spectrum
    #expect(spectrum.eigenvalues.count == 2)
    try #require(spectrum.ignoredColumns.map(\.name) == ["one", "sum", "zero"])
    #expect(spectrum.ignoredColumns[0].reason == .constant(1) && spectrum.ignoredColumns[2].reason == .constant(0))
    guard case .combination(let others, let remainder) = spectrum.ignoredColumns[1].reason else {
      Issue.record("\(spectrum.ignoredColumns)")
      return
    }
    #expect(others == ["a", "b"] && remainder < 1e-12)
    // Nothing is centred: a constant is a direction then.
    let raw = try Measurement(wide, .none).spectrum
    #expect(raw.eigenvalues.count == 3 && raw.ignoredColumns.map(\.name).contains("zero"))
  }

  @Test("how many directions there are does not depend on units: random tables with one dependent column")
  func rank() throws {
    var state: UInt64 = 1
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 0x1p53 - 0.5
    }
    for _ in 0..<20 {
      let sizes = (0..<6).map { _ in Double(sign: .plus, exponent: Int(100 * random()), significand: 1) }
      let rows = (0..<30).map { _ in
        let free = (0..<5).map { _ in random() }
        return free + [free[0] - 2 * free[3]]
      }
      let target = rows.map { row in row.reduce(0, +) + random() }
      func measured(_ sizes: [Double]) throws -> MeasuredSpectrum {
        let inputs = rows.flatMap { zip($0, sizes).map(*) }
        return try Measurement(
          DataTable(inputNames: ["a", "b", "c", "d", "e", "f"], inputs: inputs, target: target), .center
        ).spectrum
      }
      let (plain, scaled) = (try measured(Array(repeating: 1, count: 6)), try measured(sizes))
      #expect(plain.eigenvalues.count == 5 && scaled.eigenvalues.count == 5)
      #expect(plain.ignoredColumns.map(\.name) == scaled.ignoredColumns.map(\.name))
      #expect(abs(plain.residualVariance - scaled.residualVariance) < 1e-12)
    }
  }

  /// det(S C S) = det C · Π s²: if any eigenvalue were rounding of a larger one, the product would show it.
  @Test("no eigenvalue of six correlated columns is noise, whatever their sizes", arguments: [10, 30, -45])
  func determinant(spread: Int) throws {
    func entry(_ row: Int, _ column: Int) -> Double { Double((row * row * (7 + 2 * column) + row * column) % 101 - 50) }
    let rows = (0..<60).map { row in (0..<6).map { entry(row, $0) } }
    let correlated: [[Double]] = rows.map { row in row.indices.map { row[0...$0].reduce(0, +) } }
    func scaledDeterminant(spread: Int) throws -> Double {
      let sizes = (0..<6).map { Double(sign: .plus, exponent: spread * $0, significand: 1) }
      let spectrum = try Measurement(
        DataTable(
          inputNames: ["a", "b", "c", "d", "e", "f"], inputs: correlated.flatMap { zip($0, sizes).map(*) },
          target: rows.map { $0[0] * $0[1] }), .center
      ).spectrum
      #expect(spectrum.eigenvalues.count == 6)
      let factor = spectrum.inputFactor
      let square = factor.significand * factor.significand
      var significand = 1.0
      var exponent = -12 * Int(factor.exponent) - 30 * spread
      for eigenvalue in spectrum.eigenvalues {
        significand *= eigenvalue.significand / square
        exponent += Int(eigenvalue.exponent)
      }
      return Double(sign: .plus, exponent: exponent, significand: significand)
    }
    #expect(abs(try scaledDeterminant(spread: spread) / scaledDeterminant(spread: 0) - 1) < 1e-11)
  }

  @Test("what numbers can't hold is refused by column and size")
  func refused() {
    let cases: [(DataTable, [String])] = [
      (table(1e200, 1), ["column b of size 1", "column a of size 1e+200", "zscore"]),
      (table(1e-310, 1e-310), ["column a", "size 1e-310", "power of ten"]),
      (table(target: 1e-310), ["target", "power of ten"]),
      (table(.nan, 1), ["column a", "not a finite number"]),
      (table(target: .infinity), ["target", "not a finite number"]),
    ]
    for (broken, words) in cases {
      do throws(InvalidTable) {
        _ = try Measurement(broken, .center)
        Issue.record("not refused: \(words)")
      } catch {
        #expect(error.problems.count == 1 && words.allSatisfy { error.problems[0].contains($0) }, "\(error.problems)")
      }
    }
    #expect(throws: Never.self) { try Measurement(table(1e200, 1), .zscore) }
  }

  /// The linear fit at each row, `Σ_k x_k β*_k / √D`.
  private func fit(_ measurement: Tables.Measurement) -> [Double] {
    let coefficients = measurement.spectrum.targetCoefficients
    let count = coefficients.count
    return (0..<measurement.target.count).map { row in
      (0..<count).reduce(0.0) { $0 + measurement.inputs[count * row + $1] * coefficients[$1] }
        / Double(count).squareRoot()
    }
  }

  private func close(_ left: [Double], _ right: [Double]) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) < 1e-12 }
  }
}
