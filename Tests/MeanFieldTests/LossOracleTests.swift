import Fixtures
import Problems
import Testing

@testable import MeanField

/// Other losses than squared error, section 21, against reference curves.
@Suite("Reference curves of other losses")
struct LossOracleTests {
  private func compare(_ name: String, _ found: [Double], _ expected: [Double]) {
    #expect(found.count == expected.count && !expected.isEmpty, "\(name)")
    for (row, (found, value)) in zip(found, expected).enumerated() {
      #expect(
        abs(found - value) <= 1e-8 * abs(value) + 1e-11 * abs(expected[0]), "\(name) at row \(row): \(found), \(value)")
    }
  }

  @Test("population and one pass agree to 1e-8", arguments: try OracleCase.losses(isExact: true))
  func exact(_ reference: OracleCase) throws {
    let solution = try solve(reference.problem)
    for (name, key, layer, theory) in reference.comparisons(solution) {
      compare(name, theory, reference.column("theory_" + key, layer))
    }
    let moments = try #require(solution.lossMoments)
    compare("a", moments.slopes, reference.column("theory_a"))
    compare("c", moments.signals, reference.column("theory_c"))
    compare("V", moments.squares, reference.column("theory_V"))
    compare("q", moments.variances, reference.column("theory_q"))
    compare("m", moments.overlaps, reference.column("theory_m"))
    #expect(solution.residual <= 1e-13)
    guard let accuracy = solution.labelAccuracy else { return }
    compare("accuracy", accuracy.test, reference.column("theory_test_acc"))
  }

  @Test("trained networks agree within their errors", arguments: try OracleCase.losses(isExact: true))
  func networks(_ reference: OracleCase) throws {
    guard reference.has("test_loss") else { return }
    let solution = try solve(reference.problem)
    for (name, theory) in [("test_loss", solution.curve.testLoss), ("train_loss", solution.curve.trainLoss)] {
      let (mean, error) = (reference.column(name), reference.column(name + "_se"))
      for step in mean.indices {
        let allowed = max(4 * error[step], 0.03 * mean[step])
        #expect(abs(theory[step] - mean[step]) <= allowed, "\(name) at step \(step)")
      }
    }
  }

  @Test("there are eight exact cases and four with sampled paths")
  func counts() throws {
    #expect(try OracleCase.losses(isExact: true).count == 8)
    #expect(try OracleCase.losses(isExact: false).count == 4)
  }
}
