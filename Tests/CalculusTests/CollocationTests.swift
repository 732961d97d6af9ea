import Foundation
import Testing

@testable import Calculus

@Suite("Collocation")
struct CollocationTests {
  @Test("the Radau rule with two and three nodes is the known one")
  func known() {
    let two = RadauRule(2)
    #expect(abs(two.nodes[0] - 1.0 / 3) < 1e-14 && two.nodes[1] == 1)
    let table: [[Double]] = [[5.0 / 12, -1.0 / 12], [0.75, 0.25]]
    for (row, expected) in zip(two.integrals, table) {
      for (entry, value) in zip(row, expected) { #expect(abs(entry - value) < 1e-14) }
    }
    let root = 6.0.squareRoot()
    for (node, value) in zip(RadauRule(3).nodes, [(4 - root) / 10, (4 + root) / 10, 1]) {
      #expect(abs(node - value) < 1e-14)
    }
  }

  @Test("quadrature of degree 2n - 2, integrals of degree n - 1", arguments: 2...12)
  func degrees(count: Int) {
    let rule = RadauRule(count)
    for power in 0...(2 * count - 2) {
      let sum = zip(rule.integrals[count - 1], rule.nodes).reduce(0) { $0 + $1.0 * pow($1.1, Double(power)) }
      #expect(abs(sum - 1 / Double(power + 1)) < 1e-13)
    }
    for (row, node) in zip(rule.integrals, rule.nodes) {
      for power in 0..<count {
        let sum = zip(row, rule.nodes).reduce(0) { $0 + $1.0 * pow($1.1, Double(power)) }
        #expect(abs(sum - pow(node, Double(power + 1)) / Double(power + 1)) < 1e-13)
      }
    }
  }

  @Test("polynomials: values, slopes and integrals from their values at the nodes")
  func polynomials() {
    let basis = LagrangeBasis([-1, 0.2, 0.5, 3])
    let polynomial = { (x: Double) in 2 - x + 0.5 * x * x - 0.25 * x * x * x }
    let values = basis.nodes.map(polynomial)
    for place in [-2, -1, 0, 0.5, 1.7, 4] {
      let value = zip(basis.values(at: place), values).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(value - polynomial(place)) < 1e-12)
      #expect(abs(basis.slope(of: values, at: place) - (-1 + place - 0.75 * place * place)) < 1e-12)
      let integral = zip(basis.integrals(from: -1, to: [place])[0], values).reduce(0) { $0 + $1.0 * $1.1 }
      let primitive = { (x: Double) in 2 * x - x * x / 2 + x * x * x / 6 - x * x * x * x / 16 }
      #expect(abs(integral - primitive(place) + primitive(-1)) < 1e-12)
    }
  }
}
