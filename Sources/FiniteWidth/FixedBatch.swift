import Calculus
import DeepLinear
import LinearAlgebra
import RealModule

/// The same samples at every step, with both products taken on them as they are.
struct FixedBatch: GradientSource {
  private let modes: Modes
  private let inputs: DenseMatrix
  private let target: [Double]
  /// Rows of a real table that were not drawn.
  private let heldOut: (inputs: DenseMatrix, target: [Double])?

  /// Gaussian samples of the population, equation (1.5).
  init(_ modes: Modes, samples: Int, seed: Int, replica: Int) {
    let dimension = modes.target.count
    var stream = RandomStream(seed: seed, replica: replica, purpose: .inputs)
    var numbers = stream.normals(samples * dimension)
    if let roots = modes.eigenvalues?.map({ $0.squareRoot() }) {
      for start in stride(from: 0, to: numbers.count, by: dimension) {
        for mode in 0..<dimension { numbers[start + mode] *= roots[mode] }
      }
    }
    var noise = RandomStream(seed: seed, replica: replica, purpose: .noise)
    var target = noise.normals(samples, deviation: modes.noise)
    let inputs = DenseMatrix(rows: samples, columns: dimension, numbers)
    inputs.addProduct(1 / modes.dimension.squareRoot(), modes.target, to: &target)
    self.modes = modes
    self.inputs = inputs
    self.target = target
    heldOut = nil
  }

  /// Rows of a table drawn without replacement; the rest measures the test loss.
  init(_ modes: Modes, table: PreparedTable, samples: Int, seed: Int, replica: Int) {
    var stream = RandomStream(seed: seed, replica: replica, purpose: .rows)
    let rows = stream.draw(samples, of: table.rows)
    let all = DenseMatrix(rows: table.rows, columns: modes.target.count, table.inputs)
    self.modes = modes
    inputs = all.selecting(rows.drawn)
    target = rows.drawn.map { table.target[$0] }
    heldOut = (all.selecting(rows.left), rows.left.map { table.target[$0] })
  }

  func respond(to predictor: [Double], step: Int) -> InputGradient {
    let error = modes.error(predictor)
    let scale = 1 / modes.dimension.squareRoot()
    let (residuals, product) = inputs.leastSquaresGradient(target: target, scale: scale, predictor)
    let factor = modes.dimension.squareRoot() / Double(target.count)
    return InputGradient(
      field: product.map { factor * $0 }, error: error.scaled, residuals: residuals,
      testLoss: testLoss(predictor) ?? error.loss,
      trainLoss: Self.meanSquare(residuals))
  }

  private func testLoss(_ predictor: [Double]) -> Double? {
    guard let heldOut else { return nil }
    var residuals = heldOut.target
    heldOut.inputs.addProduct(-1 / modes.dimension.squareRoot(), predictor, to: &residuals)
    return Self.meanSquare(residuals)
  }

  private static func meanSquare(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
  }
}
