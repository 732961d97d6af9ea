import Calculus
import Problems
import RealModule

/// New Gaussian samples at every step, drawn as what a step uses of them: equations (8.3) and (8.17).
struct FreshBatch: GradientSource {
  let modes: Modes
  /// P, samples of one step.
  let samples: Int
  let seed: Int
  let replica: Int

  func respond(to predictor: [Double], step: Int) -> InputGradient {
    let (outputs, root) = (modes.outputs, modes.dimension.squareRoot())
    let error = modes.error(predictor)
    let errors = OrthonormalVectors(error.scaled, count: outputs)

    var inputs = RandomStream(seed: seed, replica: replica, purpose: .inputs, substream: step)
    var noise = RandomStream(seed: seed, replica: replica, purpose: .noise, substream: step)
    let along = inputs.normals(outputs * samples).parts(outputs).map(Array.init)
    let across = inputs.normals(error.scaled.count).parts(outputs).map(errors.orthogonalPart)
    let noises = modes.noise.draw(samples, from: &noise).parts(outputs)
    let residuals = zip(noises, errors.coefficients).map { noise, shares in
      var residuals = Array(noise)
      for (share, values) in zip(shares, along) { OrthonormalVectors.add(share / root, values, to: &residuals) }
      return residuals
    }
    let scale = root / Double(samples)
    let product = product(residuals, errors, along: along, across: across)
    return InputGradient(
      field: modes.scaledByRoots(product).map { scale * $0 }, error: error.scaled, test: error.losses,
      train: residuals.map { OrthonormalVectors.dot($0, $0) / Double(samples) })
  }

  /// `Zᵀ Δ_c`: along the directions of the errors what the samples have there, orthogonal to them normal numbers of the
  /// covariance that the residuals have.
  private func product(
    _ residuals: [[Double]], _ errors: OrthonormalVectors, along: [[Double]], across: [[Double]]
  ) -> [Double] {
    let lengths = OrthonormalVectors(residuals.flatMap { $0 }, count: modes.outputs, keepsLast: false)
    return zip(residuals, lengths.coefficients).flatMap { residuals, lengths in
      var product = [Double](repeating: 0, count: modes.count)
      for (direction, values) in zip(errors.directions, along) {
        OrthonormalVectors.add(OrthonormalVectors.dot(values, residuals), direction, to: &product)
      }
      for (length, values) in zip(lengths, across) { OrthonormalVectors.add(length, values, to: &product) }
      return product
    }
  }
}
