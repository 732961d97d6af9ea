import Calculus
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
      testLoss: error.correlation + modes.noise * modes.noise, trainLoss: square / Double(samples))
  }
}
