import Calculus
import Problems
import Fixtures
import Testing

@testable import MeanField

/// The march's order parameters put into the flow of equations (4.5) and (4.6), integrated along the depth by GSL with
/// dense matrices: another discretisation, and no product by rows.
@Suite("Depth flow by GSL")
struct DepthFlowTests {
  /// m, k, H and G of a solution at any τ.
  private struct Fields {
    let places: ChebyshevLobatto
    let forward: [DenseMatrix], backward: [DenseMatrix], up: [DenseMatrix], down: [DenseMatrix]

    func at(_ place: Double, _ values: [DenseMatrix]) -> DenseMatrix {
      zip(places.basis.values(at: place), values).map { $0 * $1 }.reduce(
        DenseMatrix(size: values[0].size) { _, _ in 0 }, +)
    }
  }

  @Test("P and Π from τ = 0, Q and Ψ from τ = 1 give back H, G, A and S at the nodes", arguments: [0.7, 1.0])
  func roundTrip(branchScale: Double) throws {
    let (rate, scales, rates) = (0.03, [0.8, 1.3, 1.1], [1, 0.5, 2.0])
    let problem = makeDeepProblem(
      branchScale: branchScale, initScale: scales, layerRates: rates,
      optimizer: LinearOptimizer(learningRate: rate), steps: 6)
    let solution = try solve(problem, nodes: 15)
    try #require(solution.outcome == .completed)
    let found = solution.orderParameters
    let kernel = DenseMatrix(size: 7) { $0 > $1 ? rate : 0 }
    let layers = Array(1...found.hiddenLayers)
    let forward = layers.map { DenseMatrix(found.forwardCorrelation($0)) }
    let backward = layers.map { DenseMatrix(found.backwardCorrelation($0)) }
    // A = Â D, so D Â D = D A; likewise for S.
    let up = zip(layers, forward).map {
      scales[1] * DenseMatrix(found.forwardResponse($0)) + rates[1] * kernel.entrywise($1)
    }
    let down = zip(layers, backward).map {
      scales[1] * DenseMatrix(found.backwardResponse($0)) + rates[1] * kernel.entrywise($1)
    }
    let fields = Fields(
      places: ChebyshevLobatto(layers.count), forward: forward, backward: backward, up: up, down: down)
    let input = DenseMatrix(found.forwardCorrelation(0))
    let square = scales[1] * scales[1]
    let below = try flow(
      start: scales[0] * DenseMatrix(found.forwardResponse(0)) + rates[0] * kernel.entrywise(input),
      source: scales[0] * scales[0] * input, branchScale, fields.places.nodes
    ) { place in
      (
        fields.at(place, down), fields.at(place, up), square * fields.at(place, backward),
        square * fields.at(place, forward)
      )
    }
    let above = try flow(
      start: rates[2] * kernel, source: scales[2] * scales[2] * DenseMatrix.ones(7), branchScale, fields.places.nodes
    ) { place in
      (
        fields.at(1 - place, up), fields.at(1 - place, down), square * fields.at(1 - place, forward),
        square * fields.at(1 - place, backward)
      )
    }
    for node in layers.indices {
      let (p, pi) = below[node]
      let (q, psi) = above[layers.count - 1 - node]
      let x = (DenseMatrix.identity(7) - p * q).inverse
      let y = (DenseMatrix.identity(7) - q * p).inverse
      #expect(x.congruence(pi + p.congruence(psi)).distance(forward[node]) < 1e-9)
      #expect(y.congruence(psi + q.congruence(pi)).distance(backward[node]) < 1e-9)
      #expect((scales[1] * (x * p)).distance(DenseMatrix(found.forwardResponse(node + 1))) < 1e-9)
      #expect((scales[1] * (y * q)).distance(DenseMatrix(found.backwardResponse(node + 1))) < 1e-9)
    }
  }

  /// Equations (4.5) and (4.6) for one half: `x' = b² (x t x + a)`, `s' = b² (x t s + (x t s)ᵀ + x o xᵀ + w)`.
  private func flow(
    start: DenseMatrix, source: DenseMatrix, _ branchScale: Double, _ times: [Double],
    rates: @escaping (Double) -> (turn: DenseMatrix, add: DenseMatrix, opposite: DenseMatrix, own: DenseMatrix)
  ) throws -> [(DenseMatrix, DenseMatrix)] {
    let count = start.entries.count
    let problem = InitialValueProblem(state: start.entries + source.entries) { place, state, derivative in
      let map = DenseMatrix(Array(state[0..<count]))
      let source = DenseMatrix(Array(state[count..<2 * count]))
      let now = rates(place)
      let echo = map * now.turn
      let sent = echo * source
      let factor = branchScale * branchScale
      let first = factor * (echo * map + now.add)
      let second = factor * (sent + sent.transposed + map.congruence(now.opposite) + now.own)
      for index in 0..<count {
        derivative[index] = first.entries[index]
        derivative[count + index] = second.entries[index]
      }
    }
    return try problem.states(at: times).map { state in
      (DenseMatrix(Array(state[0..<count])), DenseMatrix(Array(state[count..<2 * count])))
    }
  }
}
