import Calculus
import Problems
import RealModule

/// How fast the loss of power-law data falls: local slopes, and the exponent fitted over the last decade, in time and in
/// kernel time, beside those predicted; equations (11.1)-(11.4).
public struct PowerLawScaling: Codable, Sendable, Hashable {
  /// An exponent with its uncertainty, equation (11.4).
  public struct Exponent: Codable, Sendable, Hashable {
    /// Slope of log excess loss against the logarithm of time, by least squares over the window.
    public let value: Double
    /// Whether the local slopes still change by more than a hundredth of the slope.
    var isDrifting: Bool { uncertainty > 0.01 * abs(value) }
    /// Whether there is a power law at all: the slopes agree to a quarter.
    var isPowerLaw: Bool { uncertainty < 0.25 * abs(value) }
    /// Half the spread of the local slopes over the window: what is left of curvature, far more than the fit's own error.
    public let uncertainty: Double
  }

  /// Kernel time `τ = ∫ G^1(t,t) dt` at each row of the curve, equation (11.2), in the unit of its times.
  public let kernelTimes: [Double]
  /// `d log (test loss - σ²) / d log t` at each row, equation (11.4); nil at t = 0.
  public let slopes: [Double?]
  /// `d log (test loss - σ²) / d log τ` at each row, equation (11.2); nil at t = 0.
  public let kernelSlopes: [Double?]
  /// First and last time of the fits, equation (11.4).
  public let window: ClosedRange<Double>
  /// Of the excess loss against time, over the window.
  public let exponent: Exponent
  /// Of the excess loss against kernel time, over the same rows.
  public let kernelExponent: Exponent
  /// Whether the slope still changes, so that the exponent is that of the window and no limit.
  public var isDrifting: Bool { exponent.isDrifting }
  /// Source exponent `q = (signalDecay - 1)/eigenvalueDecay`, equation (11.1).
  public let source: Double
  /// Predicted where features do not move: `-q`, equation (11.1).
  public let lazy: Double
  /// Predicted where they do, equation (11.3): `-q (L+1)/(1 + q L)` for q < 1; nil for residual networks, where none is known.
  public let rich: Double?

  /// Fewest rows that a fit is made of.
  private static let fewest = 5

  /// Slopes, fits and predictions, equations (11.1), (11.2) and (11.4); nil where the last decade has too few rows, or a
  /// loss at its floor.
  ///
  /// - Parameters:
  ///   - problem: what was solved.
  ///   - law: its spectrum.
  ///   - curve: reported rows.
  ///   - derivatives: time derivative of the test loss at the rows.
  ///   - kernel: `G^1(t,t)` at the rows.
  ///   - kernelTimes: its integral at the rows.
  init?(
    _ problem: TrainingProblem, _ law: PowerLaw, curve: LearningCurve, slopes derivatives: [Double],
    kernel: [Double], kernelTimes: [Double]
  ) {
    let floor = problem.data.noise * problem.data.noise
    let excess = curve.testLoss.map { $0 - floor }
    let times = curve.times
    guard let last = times.last, last > 0 else { return nil }
    let rows = times.indices.filter { times[$0] >= last / 10 && times[$0] > 0 }
    guard rows.count >= Self.fewest, rows.allSatisfy({ excess[$0] > 0 && kernelTimes[$0] > 0 }) else { return nil }

    self.kernelTimes = kernelTimes
    slopes = times.indices.map { excess[$0] > 0 && times[$0] > 0 ? derivatives[$0] * times[$0] / excess[$0] : nil }
    kernelSlopes = times.indices.map { row in
      excess[row] > 0 && times[row] > 0 ? derivatives[row] / kernel[row] * kernelTimes[row] / excess[row] : nil
    }
    window = times[rows[0]]...last
    let logarithms = rows.map { Double.log(excess[$0]) }
    exponent = Self.exponent(rows.map { times[$0] }, logarithms, rows.compactMap { [slopes] in slopes[$0] })
    kernelExponent = Self.exponent(
      rows.map { kernelTimes[$0] }, logarithms, rows.compactMap { [kernelSlopes] in kernelSlopes[$0] })
    guard exponent.isPowerLaw else { return nil }
    source = (law.signalDecay - 1) / law.eigenvalueDecay
    lazy = -source
    rich = Self.rich(problem.architecture, source)
  }

  private static func exponent(_ times: [Double], _ losses: [Double], _ slopes: [Double]) -> Exponent {
    let fit = LineFit(times.map { .log($0) }, losses)
    let spread = (slopes.max() ?? 0) - (slopes.min() ?? 0)
    return Exponent(value: fit.slope, uncertainty: spread / 2)
  }

  /// Equation (11.3).
  static func rich(_ architecture: Architecture, _ source: Double) -> Double? {
    guard case .plain = architecture.connection else { return nil }
    let layers = Double(architecture.hiddenLayers)
    return source < 1 ? -source * (layers + 1) / (1 + source * layers) : -source
  }
}

extension Solution {
  /// Exponents of a run on panels with power-law data whose modes are all reached by the population's gradient; nil for others.
  public var scaling: PowerLawScaling? {
    guard case .powerLaw(let law) = problem.data.spectrum, problem.data.outputs == nil, let between,
      curve.steps.count > 1,
      case .population = problem.sampling
    else { return nil }
    let kernel = orderParameters.backwardStrength(1)
    return PowerLawScaling(
      problem, law, curve: curve, slopes: between.slopes(of: between.testLoss), kernel: rows(of: kernel),
      kernelTimes: rows(of: between.integrals(of: kernel)))
  }
}
