import Problems

/// At which steps the matrices of a network are looked at.
public struct MeasuredSteps: Hashable, Sendable {
  /// For the singular values of the weights.
  public var weights: [Int]
  /// For the Gauss-Newton matrix.
  public var sharpness: [Int]

  /// - Parameters:
  ///   - weights: steps for the singular values of the weights.
  ///   - sharpness: steps for the Gauss-Newton matrix.
  public init(weights: [Int] = [], sharpness: [Int] = []) {
    self.weights = weights
    self.sharpness = sharpness
  }

  /// Whether nothing is looked at.
  public var isEmpty: Bool { weights.isEmpty && sharpness.isEmpty }

  /// How much of this a curve of some steps has.
  ///
  /// - Parameters:
  ///   - spectra: what was measured.
  ///   - count: steps of the curve.
  ///   - layers: weight matrices that are looked at.
  /// - Returns: whether all of it is there.
  public func areAll(in spectra: NetworkSpectra, count: Int, layers: Int) -> Bool {
    spectra.weights.count == layers * weights.count { $0 < count }
      && spectra.sharpness.map(\.step) == sharpness.filter { $0 < count }
  }

  /// Memory and time beside those of the training.
  ///
  /// - Returns: numbers held, and seconds of one core, right within a factor of a few.
  func cost(_ sizes: Sizes) -> (entries: Double, seconds: Double) {
    let sides = [sizes.inputDimension] + sizes.widths
    let layers = zip(sides, sides.dropFirst()).map { (short: Double(min($0, $1)), long: Double(max($0, $1))) }
    let fields = Double(sizes.outputs) * layers.reduce(0) { $0 + $1.short + $1.long }
    // A Gram matrix, its tridiagonal form and its inertia.
    let cubes = layers.reduce(0) { $0 + $1.short * $1.short * (2 * $1.long + 2 * $1.short) }
    let largest = layers.map { $0.short * $0.long + 3 * $0.short * $0.short }.max() ?? 0
    let samples = Double(sizes.samplesPerStep > 0 ? sizes.samples : 0) * Double(sizes.inputDimension)
    let products = Self.usualProducts * Double(sizes.outputs) * (2 * sizes.weightEntries + 2 * samples)
    let rows = Double(sizes.outputs) * max(samples / Double(sizes.inputDimension), Double(sizes.inputDimension))
    return (
      weights.isEmpty
        ? (sharpness.isEmpty ? 0 : 2 * Self.usualProducts * rows)
        : Double(weights.max() ?? 0) * fields + max(largest, sharpness.isEmpty ? 0 : 2 * Self.usualProducts * rows),
      Double(weights.count) * cubes / 4e9 + Double(sharpness.count) * products / 1e9
    )
  }

  /// Products that Lanczos takes until the largest eigenvalue stands.
  private static let usualProducts = 80.0
}

extension Simulator {
  /// What is not measured of the networks of a problem.
  ///
  /// - Parameters:
  ///   - problem: a problem that `refusals` names nothing for.
  ///   - steps: what is asked for.
  /// - Returns: one reason for each thing that has no meaning there.
  public static func refusalsOfSpectra(_ problem: TrainingProblem, _ steps: MeasuredSteps) -> [Refusal] {
    guard !steps.isEmpty else { return [] }
    var refusals: [Refusal] = []
    if problem.architecture.activation != .linear {
      refusals.append(
        Refusal(
          key: "network.activation", reason: "spectra and sharpness are measured in linear networks",
          suggestion: "use network.activation=linear"))
    }
    guard !steps.sharpness.isEmpty else { return refusals }
    if problem.gradientRule != nil {
      refusals.append(
        Refusal(
          key: "training.optimizer",
          reason: "sharpness: this optimiser changes the gradient before the step, so that 2 over the rate is no edge",
          suggestion: "use training.optimizer=sgd without gradientClip"))
    }
    if problem.lossRule != nil {
      refusals.append(
        Refusal(
          key: "training.loss", reason: "sharpness: measured for the squared loss, whose own curvature is one number",
          suggestion: "use training.loss=squared and data.labels=linear"))
    }
    return refusals
  }
}
