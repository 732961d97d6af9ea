import Problems
import LinearAlgebra
import Testing

@testable import Parsimony

@Suite("Progressive collapse")
struct CollapseTests {
  private func data(_ dimension: Int = 50) throws -> ClassData {
    try .orthonormal(dimension: dimension, classes: 5, perClass: 10, seed: 1)
  }

  @Test(
    "the ratio of scatters falls by the predicted factor within five percent",
    arguments: [(4, 0.5, 0.1406), (6, 0.5, 0.1703), (4, 0.25, 0.0351)])
  func ratios(layers: Int, scale: Double, rounded: Double) throws {
    var collapse = try Collapse(
      data(), units: 50, scales: Array(repeating: scale, count: layers),
      optimizer: LinearOptimizer(learningRate: 0.01), isMean: false, steps: 1500, seed: 1)
    let rows = collapse.run(reported: [0, 1500])
    #expect(collapse.outcome == .completed && rows[1].loss < 1e-10)
    let predicted = CollapsePrediction.ratio(scale: scale, perClass: 10, weightLayers: layers)
    #expect(abs(predicted - rounded) < 6e-5)
    let scatters = collapse.scatters
    #expect(abs(scatters[0].ratio - 11.25) < 1e-12 && scatters.count == layers)
    for (next, before) in zip(scatters.dropFirst(), scatters) {
      let ratio = next.ratio / before.ratio
      #expect(abs(ratio / predicted - 1) < 0.05, "\(ratio) beside \(predicted)")
    }
  }

  @Test("scatters of features at hand")
  func scatters() {
    let features = DenseMatrix(rows: 1, columns: 4, [0, 2, 5, 9])
    let data = ClassData(inputs: features, labels: [0, 0, 1, 1], classes: 2)
    let scatter = ClassScatter(features: features, data)
    // Means 1 and 7, of all 4: distances 1, 1, 2, 2 within, 3 between.
    #expect(abs(scatter.within - 2.5) < 1e-14 && abs(scatter.between - 9) < 1e-14)
  }

  @Test("the loss by second moments is that of the samples, with dependent inputs and more samples than inputs")
  func moments() throws {
    var inputs = Examples.random(6, 40)
    // A sixth input that repeats the first two: second moments without an inverse.
    inputs.setRow(5, (0..<40).map { inputs[0, $0] + inputs[1, $0] })
    let data = ClassData(inputs: inputs, labels: (0..<40).map { $0 * 7 % 3 }, classes: 3)
    let objective = try data.objective()
    let weight = Examples.random(3, 6, 4)
    var (error, scratch) = (weight, weight)
    let loss = objective.evaluate(weight, error: &error, scratch: &scratch)
    var rest = data.oneHot
    rest.setProduct(1, .plain(weight), .plain(inputs), own: -1)
    #expect(abs(loss - rest.squaredNorm / 2) < 1e-11 * loss)
    let gradient = DenseMatrix.product(.plain(rest), .transposed(inputs))
    #expect(Examples.difference(gradient, error) < 1e-10)
    #expect(data.departureFromOrthonormal > 1)
    #expect(try self.data().departureFromOrthonormal < 1e-13)
  }
}
