import MeanField
import Problems
import RealModule
import Validation

/// Bands in which the losses of one network will lie.
public struct Forecasted: Codable, Sendable {
  /// The band of one loss at the reported steps.
  public struct Loss: Codable, Sendable {
    /// `test` or `train`.
    public let name: String
    /// The theory.
    public let theory: [Double]
    /// What is expected of the network, a geometric mean; nil where nothing is said.
    public let center: [Double?]
    /// Lower end at each step alone.
    public let low: [Double?]
    /// Upper end; infinite where the network may have diverged.
    public let high: [Double?]
    /// Lower end for all steps of both losses together; nil where there are too few networks.
    public let jointLow: [Double?]
    /// Upper end for all steps together.
    public let jointHigh: [Double?]
  }

  /// What the log of a training says.
  public struct Log: Codable, Sendable {
    /// As it was named.
    public let path: String
    /// The last step that it has.
    public let step: Int
    /// The first step and loss at which it lies outside the band for all steps together; nil where it stays inside.
    public let outside: Place?

    /// A step of a loss.
    public struct Place: Codable, Hashable, Sendable {
      /// `test` or `train`.
      public let loss: String
      /// The step.
      public let step: Int
      /// What the log has there.
      public let value: Double
      /// The band there.
      public let low: Double
      /// The band there.
      public let high: Double
    }
  }

  /// What one network is trained on.
  public let problem: TrainingProblem
  /// The theory at the reported steps.
  public let prediction: Prediction
  /// Number of trained networks.
  public let networks: Int
  /// How many of them diverged.
  public let diverged: Int
  /// By how much they are smaller than the network in question; 1 for its own size.
  public let scale: Int
  /// Probability of each band.
  public let level: Double
  /// Steps of the bands: those behind the log, or all.
  public let steps: [Int]
  /// Sum of the learning rates before each.
  public let times: [Double]
  /// Test loss, train loss.
  public let losses: [Loss]
  /// The log, if there is one.
  public let log: Log?
}

extension Forecasted {
  /// Largest difference of the mean from the theory, of logarithms, from which on smaller networks say nothing about larger ones;
  /// equation (23.6).
  private static let largestBias = 0.3

  /// A loss of network and theory.
  private struct Kind: Sendable {
    let name: String
    let network: @Sendable (ReplicaCurve) -> [Double]
    let theory: @Sendable (LearningCurve) -> [Double]
  }

  private static let kinds = [
    Kind(name: "test", network: { $0.testLoss }, theory: { $0.testLoss }),
    Kind(name: "train", network: { $0.trainLoss }, theory: { $0.trainLoss }),
  ]

  init(_ forecast: Forecast, _ solution: Solution, _ sample: ForecastSample) throws(ExperimentFailure) {
    let ensemble = sample.ensemble
    let count = ensemble.times.count
    func logs(_ kind: Kind) -> [[Double]] {
      let curves = ensemble.replicas.map(kind.network)
      return (0..<count).map { step in
        curves.map { step < $0.count ? Double.log(max($0[step], .leastNormalMagnitude)) : .infinity }
      }
    }
    let all = Self.kinds.map(logs)
    let seen = try SeenLog(forecast, ensemble)
    let first = seen.map { $0.step + 1 } ?? 0
    let band = PredictionBand(
      all.flatMap { $0.suffix(count - first) }, level: forecast.level, known: seen?.known ?? [])
    let rows = forecast.simulator.problem.time.reportedRows(of: count).filter { $0 >= first }
    problem = forecast.simulator.problem
    prediction = Prediction(solution, steps: Set(forecast.simulator.problem.time.reportedRows(of: count)))
    (networks, diverged, scale, level) = (ensemble.replicas.count, ensemble.diverged, sample.scale, forecast.level)
    steps = rows
    times = rows.map { ensemble.times[$0] }
    losses = Self.kinds.enumerated().map { index, kind in
      let theory = kind.theory(solution.curve)
      let offset = index * (count - first) - first
      let ends = rows.map { row in
        Ends(band, offset + row, theory: theory[row], small: sample.theory.map { kind.theory($0)[row] }, sample)
      }
      let cut = sample.scale == 1 ? nil : ends.firstIndex { !(abs($0.bias) <= Self.largestBias) }
      func kept(_ value: (Ends) -> Double?) -> [Double?] {
        ends.enumerated().map { $0.offset < cut ?? .max ? value($0.element) : nil }
      }
      return Loss(
        name: kind.name, theory: rows.map { theory[$0] }, center: kept { $0.center }, low: kept { $0.low },
        high: kept { $0.high }, jointLow: kept { $0.joint?.lowerBound }, jointHigh: kept { $0.joint?.upperBound })
    }
    log = seen.map { seen in
      let before = PredictionBand(all.flatMap { $0.prefix(first) }, level: forecast.level)
      return seen.result(before, losses: Self.kinds.map(\.name), points: first)
    }
  }

  /// The ends of both bands at one step, and how far networks are from the theory; losses in place of their logarithms.
  private struct Ends {
    let center: Double
    let low: Double
    let high: Double
    let joint: ClosedRange<Double>?
    let bias: Double

    init(_ band: PredictionBand, _ index: Int, theory: Double, small: Double?, _ sample: ForecastSample) {
      let point = band.points[index]
      bias = point.center - Double.log(small ?? theory)
      guard small != nil, let error = point.error else {
        (center, low, high) = (.exp(point.center), .exp(point.low), .exp(point.high))
        joint = band.together(index).map { .exp($0.lowerBound) ... .exp($0.upperBound) }
        return
      }
      // Equation (23.5): the offset falls as 1/D, the deviation as the root of that.
      let (count, scale) = (Double(band.curves), Double(sample.scale))
      let deviation = error / (1 + 1 / count).squareRoot() / scale.squareRoot()
      let spread = deviation * (1 + 1 / (count * scale)).squareRoot()
      let middle = Double.log(theory) + bias / scale
      func end(_ errors: Double) -> Double { .exp(middle + errors * spread) }
      (center, low, high) = (end(0), end(-band.pointFactor), end(band.pointFactor))
      joint = band.factor.map { end(-$0)...end($0) }
    }
  }
}
