import Calculus
import Problems
import RealModule

/// New Gaussian samples at every step, drawn as what a step uses of them: equation (8.3).
struct FreshBatch: GradientSource {
  let modes: Modes
  /// P, samples of one step.
  let samples: Int
  let seed: Int
  let replica: Int

  func respond(to predictor: [Double], step: Int) -> InputGradient {
    let error = modes.error(predictor)
    let length = error.scaled.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let direction = length > 0 ? error.scaled.map { $0 / length } : error.scaled

    var inputs = RandomStream(seed: seed, replica: replica, purpose: .inputs, substream: step)
    var noise = RandomStream(seed: seed, replica: replica, purpose: .noise, substream: step)
    let along = inputs.normals(samples)
    let across = inputs.normals(direction.count)
    let residuals = zip(along, noise.normals(samples, deviation: modes.noise)).map {
      length / modes.dimension.squareRoot() * $0 + $1
    }
    let square = residuals.reduce(0) { $0 + $1 * $1 }
    let overlap = zip(along, residuals).reduce(0) { $0 + $1.0 * $1.1 }
    let shadow = zip(direction, across).reduce(0) { $0 + $1.0 * $1.1 }
    let product = zip(direction, across).map { direction, across in
      direction * overlap + square.squareRoot() * (across - direction * shadow)
    }
    let scale = modes.dimension.squareRoot() / Double(samples)
    return InputGradient(
      field: modes.scaledByRoots(product).map { scale * $0 }, error: error.scaled,
      testLoss: error.loss, trainLoss: square / Double(samples))
  }
}

/// New rows of a real table at every step, drawn with replacement: the table is the population.
struct FreshRows: GradientSource {
  let modes: Modes
  let table: PreparedTable
  /// P, rows of one step.
  let samples: Int
  let seed: Int
  let replica: Int

  func respond(to predictor: [Double], step: Int) -> InputGradient {
    var stream = RandomStream(seed: seed, replica: replica, purpose: .rows, substream: step)
    let rows = (0..<samples).map { _ in stream.index(below: table.rows) }
    let error = modes.error(predictor)
    let dimension = predictor.count
    var product = [Double](repeating: 0, count: dimension)
    var square = 0.0
    for row in rows {
      let input = table.inputs[row * dimension..<(row + 1) * dimension]
      let output = zip(input, predictor).reduce(0) { $0 + $1.0 * $1.1 } / modes.dimension.squareRoot()
      let residual = table.target[row] - output
      square += residual * residual
      for (mode, value) in input.enumerated() { product[mode] += residual * value }
    }
    let factor = modes.dimension.squareRoot() / Double(samples)
    return InputGradient(
      field: product.map { factor * $0 }, error: error.scaled,
      testLoss: error.loss, trainLoss: square / Double(samples))
  }
}
