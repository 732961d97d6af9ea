import Foundation
import Testing

@testable import Calculus

@Suite("Calculus")
struct CalculusTests {
  @Test("quadrature: a smooth integrand and one with a singular edge")
  func quadrature() throws {
    #expect(abs(try Quadrature.integral(over: 0...1) { exp(-$0) }.value - (1 - exp(-1))) < 1e-14)
    #expect(abs(try Quadrature.integral(over: 0...1) { log($0) }.value + 1) < 1e-11)
  }

  @Test("a failing quadrature is an error, not an abort")
  func failure() {
    #expect(throws: GSLFailure.self) {
      try Quadrature.integral(over: 0...1) { 1 / $0 }
    }
  }

  @Test("Gauss-Legendre integrates polynomials of degree 2n - 1")
  func gaussLegendre() {
    let rule = GaussLegendre(5)
    for degree in 0...9 {
      let sum = zip(rule.nodes, rule.weights).reduce(0) { $0 + $1.1 * pow($1.0, Double(degree)) }
      #expect(abs(sum - (degree % 2 == 0 ? 2 / Double(degree + 1) : 0)) < 1e-14)
    }
    let beyond = zip(rule.nodes, rule.weights).reduce(0) { $0 + $1.1 * pow($1.0, 10) }
    #expect(abs(beyond - 2.0 / 11) > 1e-4)
  }

  @Test("a rotation comes back after a turn; the state at each time asked for")
  func rotation() throws {
    let problem = InitialValueProblem(state: [1, 0]) { _, state, derivative in
      derivative[0] = -state[1]
      derivative[1] = state[0]
    }
    let states = try problem.states(at: [Double.pi / 2, 2 * .pi])
    #expect(abs(states[0][1] - 1) < 1e-10 && abs(states[0][0]) < 1e-10)
    #expect(abs(states[1][0] - 1) < 1e-10 && abs(states[1][1]) < 1e-10)
  }
}
