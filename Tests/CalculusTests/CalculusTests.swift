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

  @Test("Chebyshev-Lobatto: polynomials are interpolated and integrated exactly, also against an exponential")
  func chebyshevLobatto() throws {
    let places = ChebyshevLobatto(6)
    #expect(places.nodes[0] == 0 && places.nodes[5] == 1)
    let polynomial = { (x: Double) in 1 - 3 * x + 2 * x * x * x * x * x }
    let values = places.nodes.map(polynomial)
    let found = zip(places.basis.values(at: 0.37), values).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(found - polynomial(0.37)) < 1e-14)
    for rate in [0.0, 2.5] {
      for (end, row) in zip(places.nodes, places.integrals(rate: rate)) where end > 0 {
        let exact = try Quadrature.integral(over: 0...end) { polynomial($0) * exp(rate * (end - $0)) }.value
        #expect(abs(zip(row, values).reduce(0) { $0 + $1.0 * $1.1 } - exact) < 1e-13)
      }
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

@Suite("Minima and lines by GSL")
struct MinimaAndLinesTests {
  @Test("Brent's method finds the minimum of a skewed function and refuses what is no bracket")
  func brent() throws {
    func valley(_ x: Double) -> Double { exp(x) - 3 * x }
    let found = try Minimization.minimum(
      between: .init(0, valley(0)), .init(1, valley(1)), and: .init(2, valley(2)), tolerance: 1e-6, of: valley)
    #expect(abs(found.x - log(3)) < 1e-6)
    #expect(abs(found.value - valley(found.x)) < 1e-14)
    #expect(throws: GSLFailure.self) {
      try Minimization.minimum(
        between: .init(1.5, valley(1.5)), .init(2, valley(2)), and: .init(3, valley(3)), tolerance: 1e-6, of: valley)
    }
  }

  @Test(
    "one variable within bounds: inside, beside a bound, at a bound, from a bound, in few evaluations",
    arguments: [
      (0.3, 1.0, -3.0, 3.0), (0.3, 2.9, -3, 3), (0.3, 3.5, -3, 3), (-3, 1, -3, 3), (3, 1, -3, 3), (3, 2.99, -3, 3),
      (1, -4, -3, 3),
    ])
  func oneVariable(start: Double, best: Double, low: Double, high: Double) {
    func valley(_ x: Double) -> Double {
      let distance = x - best
      return distance * distance * (2 + sin(distance)) + 7
    }
    let found = BoundedMinimum(from: [start], within: [low...high], steps: [0.2], tolerance: 1e-6, most: 100) {
      valley($0[0])
    }
    #expect(abs(found.value - valley(min(max(best, low), high))) <= 2e-6)
    #expect(found.evaluations <= 24)
  }

  @Test("a line through noisy points has the textbook slope and error")
  func line() {
    let fit = LineFit([0, 1, 2, 3], [1, 3, 4, 8])
    #expect(abs(fit.slope - 2.2) < 1e-12 && abs(fit.intercept - 0.7) < 1e-12)
    // Residuals .3, .1, -1.1, .7: squares 1.8.
    #expect(abs(fit.residual - (1.8 / 4.0).squareRoot()) < 1e-12)
    #expect(abs(fit.slopeError - (1.8 / 2.0 / 5.0).squareRoot()) < 1e-12)
    #expect(LineFit([0, 2], [1, 5]).slopeError.isNaN)
  }
}
