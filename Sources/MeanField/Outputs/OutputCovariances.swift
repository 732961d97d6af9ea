import LinearAlgebra

/// The outputs of a network as the data give them, equation (14.1).
struct OutputCovariances: Sendable, Hashable {
  /// Covariances of the targets' coefficients, K x K: one that all modes share, or one for each. The power of a mode is that of the
  /// spectral measure times its matrix.
  let targets: [OutputMatrix]
  /// Covariance Σ of the target noise.
  let noise: OutputMatrix

  /// - Parameters:
  ///   - targets: one matrix for all modes, or one for each.
  ///   - noise: Σ.
  init(targets: [OutputMatrix], noise: OutputMatrix) {
    precondition(
      !targets.isEmpty && targets.allSatisfy { $0.outputs == noise.outputs }, "matrices over the same outputs")
    self.targets = targets
    self.noise = noise
  }

  /// Number of outputs K.
  var count: Int { noise.outputs }

  /// The matrix of a mode.
  func target(_ mode: Int) -> OutputMatrix { targets.count == 1 ? targets[0] : targets[mode] }

  /// One output, as the paper has it.
  static func one(noise: Double) -> OutputCovariances {
    OutputCovariances(targets: [OutputMatrix(outputs: 1, [1])], noise: OutputMatrix(outputs: 1, [noise * noise]))
  }
}
