import Problems
import Testing

@testable import Tables

/// Tables of two classes as two Gaussian clouds, equation (21.15).
@Suite("Two classes of a table")
struct ClassMixtureTests {
  /// Within the classes deviations 3 and 1, uncorrelated; class means at distance 4 along the second column, 6 rows of `no` per 2 of `yes`.
  private static let offsets = [(3.0, 1.0), (3, -1), (-3, 1), (-3, -1)]
  private static let rows =
    (0..<3).flatMap { _ in offsets.map { ($0.0 + 1, $0.1, "no") } } + offsets.map { ($0.0 + 1, $0.1 + 4, "yes") }

  private var table: DataTable {
    DataTable(
      inputNames: ["wide", "narrow"], inputs: Self.rows.flatMap { [$0.0, $0.1] },
      targets: [Self.rows.map { $0.2 == "no" ? 1 : 0 }, Self.rows.map { $0.2 == "yes" ? 1 : 0 }],
      targetNames: ["no", "yes"], areClasses: true)
  }

  @Test("spectrum within the classes and separation, known by hand")
  func byHand() throws {
    let (labelled, classes) = try table.withTwoClasses()
    #expect(classes == TableClasses(names: ["no", "yes"], meanLabel: -0.5))
    #expect(labelled.target == Self.rows.map { $0.2 == "no" ? -1 : 1 } && !labelled.areClasses)
    let measurement = try Measurement(labelled, .center)
    let mixture = try ClassMixture(measurement)
    // Total covariance diag(9, 1 + 16 * 3/16): a factor 1/6.5 makes the mean 1.
    let expected = [9 / 6.5, 1 / 6.5]
    for (found, expected) in zip(mixture.spectrum.eigenvalues, expected) { #expect(abs(found - expected) <= 1e-13) }
    // Half the distance is 2 deviations of the second column.
    #expect(abs(mixture.separation - 2) <= 1e-13)
    #expect(abs(mixture.spread - 1) <= 1e-13)
    let power = zip(mixture.spectrum.eigenvalues, mixture.spectrum.targetCoefficients).map { $0 * $1 * $1 / 2 }
    #expect(abs(power[0]) <= 1e-13 && abs(power[1] - 1) <= 1e-13)
    #expect(mixture.spectrum.inputFactor == measurement.spectrum.inputFactor)
  }

  @Test("numbers of two values are labels in their order")
  func numbers() throws {
    let table = DataTable(inputNames: ["x"], inputs: [1, 2, 3, 5], target: [7, 2.5, 7, 2.5])
    let (labelled, classes) = try table.withTwoClasses()
    #expect(labelled.target == [1, -1, 1, -1] && classes.names == ["2.5", "7"] && classes.meanLabel == 0)
  }

  @Test("other targets, inputs with a mean, and a column that names the class are refused")
  func refusals() {
    func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch { return "\(error)" }
    }
    let three = DataTable(inputNames: ["x"], inputs: [1, 2, 3, 5], target: [7, 2, 3, 3])
    #expect(message { _ = try three.withTwoClasses() }.contains("this one has 3: 2, 3, 7"))
    #expect(
      message { _ = try ClassMixture(Measurement(table.withTwoClasses().table, .none)) }.contains("data.standardize"))
    var leaking = table
    leaking.inputNames.append("copy")
    leaking.inputs = Self.rows.flatMap { [$0.0, $0.1, $0.2 == "no" ? 0 : 1] }
    #expect(
      message { _ = try ClassMixture(Measurement(leaking.withTwoClasses().table, .center)) }.contains("names the class")
    )
  }
}
