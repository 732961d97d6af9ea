/// The data: a spectrum with its target, target noise, and how samples reach the optimiser, equation (1.5).
public struct DataModel: Codable, Hashable, Sendable {
  /// A number of samples, or a multiple of the input dimension.
  public enum SampleSize: Codable, Hashable, Sendable {
    case count(Int)
    case ratio(Double)
  }

  /// Which samples a step sees.
  public enum Sampling: Codable, Hashable, Sendable {
    /// The same P samples at every step.
    case batch(SampleSize)
    /// Samples of this number, of which each step sees a part.
    case minibatch(SampleSize, Minibatches)
    /// A fresh batch of this size at every step.
    case onePass(SampleSize)
    /// The gradient of the population loss.
    case population

    /// Number of samples that stay the same through all steps; nil where there are none.
    public var trainingSet: SampleSize? {
      switch self {
      case .batch(let size), .minibatch(let size, _): size
      case .onePass, .population: nil
      }
    }
  }

  /// Covariance spectrum and target.
  public var spectrum: Spectrum
  /// Input dimension D ≥ 1; for a real table the rank of its columns.
  public var inputDimension: Int
  /// Standard deviation `σ` of the target noise (in units where generated signals, or a real target, have variance 1).
  public var noise: Double
  /// Which samples a step sees.
  public var sampling: Sampling
  /// Several outputs; nil for one.
  public var outputs: OutputModel?
  /// The very rows of an exact split; nil where samples are drawn.
  public var rows: GivenRows?
  /// The loss and the labels where they are not squared error and a linear target, table (21.1); nil for those.
  public var lossRule: LossRule?

  /// - Parameters:
  ///   - spectrum: covariance spectrum and target.
  ///   - inputDimension: D ≥ 1.
  ///   - noise: `σ` ≥ 0.
  ///   - sampling: which samples a step sees.
  ///   - outputs: several outputs; nil for one.
  ///   - rows: the very rows of an exact split, whose spectrum is that of the training rows; nil where samples are drawn.
  public init(
    spectrum: Spectrum = .isotropic, inputDimension: Int, noise: Double = 0, sampling: Sampling,
    outputs: OutputModel? = nil, rows: GivenRows? = nil
  ) {
    self.spectrum = spectrum
    self.inputDimension = inputDimension
    self.noise = noise
    self.sampling = sampling
    self.outputs = outputs
    self.rows = rows
  }

  /// Whether the noise of all outputs is independent and has the deviation `noise`; so it is of one output.
  public var hasEqualNoise: Bool {
    outputs.map { $0.noiseCovariance == OutputModel.identity($0.count, times: noise * noise) } ?? true
  }

  /// Number of outputs K.
  public var outputCount: Int { outputs?.count ?? 1 }

  /// Variance of the target with its noise in the unit of every loss, `Σ λ β*²/D + σ²`: generated signals have variance 1, and so has
  /// a real target with what no linear function of its inputs explains. Of several outputs the sum over them.
  public var targetVariance: Double {
    // Labels are -1 and 1.
    if lossRule?.hasClasses == true { return 1 }
    guard let outputs else {
      if case .measured = spectrum { return 1 }
      return 1 + noise * noise
    }
    if case .measured = spectrum { return Double(outputs.count) }
    let targets = outputs.targetCovariance
    return targets.indices.reduce(0) { $0 + targets[$1][$1] } + outputs.noiseVariances.reduce(0, +)
  }

  /// Whether sums over modes replace means (scale top), equation (7.2).
  public var isTraceClass: Bool {
    if case .powerLaw(let law) = spectrum { return law.scale == .top }
    return false
  }

  /// What D stands for in `ν = N/D` and `α = P/D`: D itself, or 1 where sums replace means, equation (7.2).
  public var normalizingDimension: Double {
    isTraceClass ? 1 : Double(inputDimension)
  }
}
