import Problems
import Studies

/// A key that `tune` can choose, and what it does to a problem.
public enum TunedKey: String, CaseIterable, Codable, Hashable, Sendable {
  case learningRate = "training.learningRate"
  case momentum = "training.momentum"
  case weightDecay = "training.weightDecay"
  case samplesPerStep = "training.samplesPerStep"
  case schedule = "training.schedule"
  case richness = "network.richness"
  case initScale = "network.initScale"
  case layerRates = "network.layerRates"

  /// The numbers behind the key, none for a schedule, whose choices have names.
  ///
  /// - Parameters:
  ///   - problem: where the search begins.
  ///   - bounds: least and largest value where the user gives them.
  /// - Returns: one for most keys; for `layerRates` one for each layer but the readout, relative to it.
  func values(_ problem: TrainingProblem, bounds: ClosedRange<Double>?) -> [TunedValue] {
    func value(_ name: String? = nil, _ start: Double, _ usual: ClosedRange<Double>, _ scale: TunedValue.Scale)
      -> TunedValue
    {
      TunedValue(name ?? rawValue, start: start, bounds: bounds ?? usual, scale: scale)
    }
    let optimizer = problem.optimizer
    let rate = optimizer.learningRate
    switch self {
    case .learningRate: return [value(nil, rate, rate / 256...rate * 256, .logarithm)]
    case .momentum: return [value(nil, optimizer.momentum.coefficient, 0...0.99, .complement)]
    case .weightDecay:
      // A tenth of the weights' length over the whole run is the unit.
      let unit = 0.1 / (rate * Double(max(1, problem.time.steps ?? 1)))
      return [value(nil, optimizer.weightDecay.strength, 0...1e3 * unit, .fromZero(unit: unit))]
    case .samplesPerStep:
      let (size, most) = Self.batch(problem)
      return [value(nil, size, 1...most, .logarithm)]
    case .schedule: return []
    case .richness:
      let richness = problem.parameterization.richness
      return [value(nil, richness, richness / 64...richness * 64, .logarithm)]
    case .initScale: return [value("network.initScale (factor)", 1, 1.0 / 16...16, .logarithm)]
    case .layerRates:
      let rates = problem.architecture.layerRates
      let last = rates[rates.count - 1]
      return rates.dropLast().enumerated().map { layer, own in
        value("network.layerRates[\(layer)]", last > 0 && own > 0 ? own / last : 1, 1.0 / 64...64, .logarithm)
      }
    }
  }

  /// Samples of a step, and the most that there can be.
  private static func batch(_ problem: TrainingProblem) -> (size: Double, most: Double) {
    let whole = problem.withWholeSizes().data.sampling
    func count(_ size: DataModel.SampleSize) -> Double { if case .count(let count) = size { Double(count) } else { 1 } }
    switch whole {
    case .minibatch(let all, let rule): return (count(rule.samplesPerStep), count(all))
    case .batch(let all), .onePass(let all): return (count(all), max(count(all) * 64, 2))
    case .population: return (1, 2)
    }
  }

  /// Why the key cannot be tuned here; nil where it can.
  func refusal(_ problem: TrainingProblem) -> Refusal? {
    switch self {
    case .samplesPerStep:
      switch problem.data.sampling {
      case .minibatch, .onePass: return nil
      case .batch, .population:
        return Refusal(
          key: rawValue, reason: "every step sees all samples here, so there is no batch to tune",
          suggestion: "use training.mode=minibatch or onePass with training.samplesPerStep")
      }
    case .schedule where problem.time.steps.map { $0 < 4 } ?? true:
      return Refusal(
        key: rawValue, reason: "a schedule of fewer than 4 steps has no shape", suggestion: "use more training.steps")
    default: return nil
    }
  }

  /// Sets the key's numbers.
  func apply(_ values: ArraySlice<Double>, to problem: inout TrainingProblem) {
    guard let first = values.first else { return }
    switch self {
    case .learningRate: problem.optimizer.learningRate = first
    case .momentum:
      let isNesterov = problem.optimizer.momentum.isNesterov
      problem.optimizer.momentum = first < 1e-9 ? .none : isNesterov ? .nesterov(first) : .heavyBall(first)
    case .weightDecay:
      let isDecoupled = problem.optimizer.weightDecay.isDecoupled
      problem.optimizer.weightDecay = first < 1e-12 ? .none : isDecoupled ? .decoupled(first) : .coupled(first)
    case .samplesPerStep:
      let size = DataModel.SampleSize.count(max(1, Int(first.rounded())))
      switch problem.data.sampling {
      case .minibatch(let all, var rule):
        rule.samplesPerStep = size
        problem.data.sampling = .minibatch(all, rule)
      case .onePass: problem.data.sampling = .onePass(size)
      case .batch, .population: break
      }
    case .schedule: break
    case .richness: problem.parameterization.richness = first
    case .initScale:
      problem.architecture.initScale = problem.architecture.initScale.map { $0 * first }
    case .layerRates:
      let last = problem.architecture.layerRates.last ?? 1
      problem.architecture.layerRates = values.map { $0 * last } + [last]
    }
  }
}
