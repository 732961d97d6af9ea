import Committee
import Fixtures
import Testing

@Suite("Committee machines against reference curves")
struct OracleTests {
  @Test("loss, overlaps and readout as recorded", arguments: try CommitteeCase.all())
  func theory(expected: CommitteeCase) throws {
    let curve = try CommitteeCurve(expected.problem, times: expected.time, tolerance: 1e-12)
    #expect(curve.rows.count == expected.time.count && curve.divergence == nil)
    var worst = 0.0
    for (index, row) in curve.rows.enumerated() {
      let pairs =
        [(row.loss, expected.theory_test_loss[index])] + zip(row.readout, expected.theory_v[index])
        + zip(row.overlaps.student.joined(), expected.theory_Q[index].joined())
        + zip(row.overlaps.mixed.joined(), expected.theory_R[index].joined())
      for (own, recorded) in pairs {
        // Eleven digits are recorded; overlaps may pass through 0.
        let error = abs(own - recorded) / max(abs(recorded), 1e-2)
        #expect(error <= 1e-8, "\(own), recorded \(recorded), time \(row.time)")
        worst = max(worst, error)
      }
    }
    #expect(worst > 0)
  }

  @Test("trained networks of 1,000 inputs lie within four standard errors or 3 %", arguments: try CommitteeCase.all())
  func networks(expected: CommitteeCase) throws {
    let curve = try CommitteeCurve(expected.problem, times: expected.time)
    for (index, row) in curve.rows.enumerated() {
      let allowed = max(4 * expected.test_loss_se[index], 0.03 * row.loss)
      #expect(abs(row.loss - expected.test_loss[index]) <= allowed, "time \(row.time)")
    }
  }
}
