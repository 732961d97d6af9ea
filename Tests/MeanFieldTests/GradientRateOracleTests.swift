import Fixtures
import Foundation
import MeanField
import Testing

/// Optimisers that read the gradient, section 17, against reference curves.
@Suite("Reference curves of optimisers that read the gradient")
struct GradientRateOracleTests {
  private func compare(_ name: String, _ found: [Double], _ expected: [Double], relative: [Double]? = nil) {
    #expect(found.count == expected.count && !expected.isEmpty, "\(name)")
    for (row, (found, value)) in zip(found, expected).enumerated() {
      let allowed = (relative?[row] ?? 1e-8) * abs(value) + 1e-11 * abs(expected[0])
      #expect(abs(found - value) <= allowed, "\(name) at row \(row): \(found), \(value)")
    }
  }

  @Test("exact records agree within 1e-8 |x| + 1e-11 |x(0)|", arguments: try OracleCase.gradientRates("exact"))
  func exact(_ reference: OracleCase) throws {
    let solution = try solve(reference.problem)
    for (name, key, layer, theory) in reference.comparisons(solution) {
      compare(name, theory, reference.column(key, layer))
    }
    let gradients = try #require(solution.gradients)
    compare("E", gradients.norm, reference.column("gradient_norm"))
    guard reference.has("rate") else { return }
    let rates = try #require(gradients.rates)
    for layer in 0...reference.problem.architecture.hiddenLayers {
      compare("rate of layer \(layer)", rates.dropLast().map { $0[layer] }, reference.column("rate", layer))
    }
  }

  @Test("an exact polar factor of a buffer drifts no more than double precision makes it")
  func exactBuffer() throws {
    let reference = try OracleCase.exactBuffer(steps: 8)
    let solution = try solve(reference.problem)
    let tolerance = Array(reference.column("tolerance_relative").prefix(9))
    for (name, key, layer, theory) in reference.comparisons(solution).prefix(2) {
      compare(name, theory, Array(reference.column(key, layer).prefix(9)), relative: tolerance)
    }
  }

  @Test("trained networks agree within their errors", arguments: try OracleCase.gradientRates("ensemble"))
  func ensembles(_ reference: OracleCase) throws {
    let solution = try solve(reference.problem)
    let tolerance = try #require(reference.tolerance)
    for (name, key, layer, theory) in reference.comparisons(solution) {
      let mean = reference.column(key, layer)
      let error = reference.column(key + "_se", layer)
      #expect(mean.count == theory.count && error.count == mean.count, "\(name)")
      for step in mean.indices where mean[step] > 0.01 * mean[0] {
        let allowed = max(4 * error[step], tolerance * abs(mean[step]))
        #expect(abs(theory[step] - mean[step]) <= allowed, "\(name) at step \(step)")
      }
    }
  }

  @Test("there are eight exact records, one of a buffer, and six ensembles")
  func counts() throws {
    #expect(try OracleCase.gradientRates("exact").count == 8)
    #expect(try OracleCase.gradientRates("ensemble").count == 6)
  }
}
