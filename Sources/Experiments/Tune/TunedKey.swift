import Configurations
import Problems
import Studies

/// A key that `tune` can choose, and what it does to a problem.
public enum TunedKey: String, CaseIterable, Codable, Hashable, Sendable {
  case learningRate = "training.learningRate"
  case momentum = "training.momentum"
  case nesterov = "training.nesterov"
  case weightDecay = "training.weightDecay"
  case samplesPerStep = "training.samplesPerStep"
  case schedule = "training.schedule"
  case width = "network.width"
  case richness = "network.richness"
  case initScale = "network.initScale"
  case layerRates = "network.layerRates"

  /// The numbers behind the key; none for those whose choices have names, which are searched one by one.
  ///
  /// - Parameters:
  ///   - problem: where the search begins.
  ///   - bounds: least and largest value where the user gives them.
  ///   - budget: what stays as configured.
  /// - Returns: one for most keys; for `layerRates` one for each layer but the readout, relative to it.
  func values(_ problem: TrainingProblem, bounds: ClosedRange<Double>?, budget: StudyBudget) -> [TunedValue] {
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
      let size = problem.samplesOfStep ?? 1
      // Small batches have many steps at an equal budget, and many steps take long.
      let least = budget == .steps ? 1 : max(1, size / 4)
      return [value(nil, size, least...max(problem.mostSamplesOfStep ?? size, least + 1), .logarithm)]
    case .width:
      let units = problem.units(1) ?? 1
      // Likewise narrow networks.
      let least = budget == .multiplications ? units / 2 : units / 16
      return [value(nil, units, max(1, least)...units * 16, .logarithm)]
    case .schedule, .nesterov: return []
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

  /// The number of the key where it is one that can be tied to another's powers; nil where it is none, or 0.
  func scalar(_ problem: TrainingProblem) -> Double? {
    let value: Double? =
      switch self {
      case .learningRate: problem.optimizer.learningRate
      case .weightDecay: problem.optimizer.weightDecay.strength
      case .samplesPerStep: problem.hasBatches ? problem.samplesOfStep : nil
      case .width: problem.units(1)
      case .richness: problem.parameterization.richness
      case .momentum, .nesterov, .schedule, .initScale, .layerRates: nil
      }
    return value.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
  }

  /// Why the key cannot be tuned here; nil where it can.
  func refusal(_ problem: TrainingProblem) -> Refusal? {
    switch self {
    case .samplesPerStep where !problem.hasBatches:
      return Refusal(
        key: rawValue, reason: "every step sees all samples here, so there is no batch to tune",
        suggestion: "use training.mode=minibatch or onePass with training.samplesPerStep")
    case .samplesPerStep where problem.data.rows?.orderedSteps != nil:
      return Refusal(
        key: rawValue, reason: "the batches are given, so there is none to tune", suggestion: "leave it out of --over")
    case .width where problem.units(1) == nil:
      return Refusal(
        key: rawValue, reason: "the width is infinite here", suggestion: "use a finite network.width to begin with")
    case .schedule where problem.time.steps.map { $0 < 4 } ?? true:
      return Refusal(
        key: rawValue, reason: "a schedule of fewer than 4 steps has no shape", suggestion: "use more training.steps")
    default: return nil
    }
  }

  /// Sets the key's numbers; sizes need not be whole.
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
      let ratio = first / problem.data.normalizingDimension
      let size =
        first == first.rounded() ? DataModel.SampleSize.count(max(1, Int(first))) : .ratio(ratio)
      switch problem.data.sampling {
      case .minibatch(let all, var rule):
        rule.samplesPerStep = size
        problem.data.sampling = .minibatch(all, rule)
      case .onePass: problem.data.sampling = .onePass(size)
      case .batch, .population: break
      }
    case .width:
      problem.architecture.width =
        first == first.rounded() ? .units(max(1, Int(first))) : .ratio(first / problem.data.normalizingDimension)
    case .schedule, .nesterov: break
    case .richness: problem.parameterization.richness = first
    case .initScale:
      problem.architecture.initScale = problem.architecture.initScale.map { $0 * first }
    case .layerRates:
      let last = problem.architecture.layerRates.last ?? 1
      problem.architecture.layerRates = values.map { $0 * last } + [last]
    }
  }

  /// Whether only whole numbers exist.
  var isCount: Bool { self == .samplesPerStep || self == .width }
}

/// A key that follows a power of a tuned one, through the values of both as configured.
public struct TunedTie: Codable, Hashable, Sendable {
  /// What follows.
  public let key: TunedKey
  /// What it follows.
  public let other: TunedKey
  /// `key/key_0 = (other/other_0)^power`.
  public let power: Double

  /// - Parameters:
  ///   - key: what follows.
  ///   - other: what it follows.
  ///   - power: 1 keeps their ratio.
  public init(_ key: TunedKey, follows other: TunedKey, power: Double = 1) {
    self.key = key
    self.other = other
    self.power = power
  }

  /// As the command line has it.
  public var word: String { "\(key.rawValue)=\(other.rawValue)" + (power == 1 ? "" : "^\(power)") }

  /// Why it cannot be; nil where it can.
  func refusal(_ problem: TrainingProblem, over keys: [TunedKey]) -> Refusal? {
    func refusal(_ reason: String, _ suggestion: String) -> Refusal {
      Refusal(key: key.rawValue, reason: "--tie \(word): " + reason, suggestion: suggestion)
    }
    if keys.contains(key) { return refusal("\(key.rawValue) is tuned itself", "leave it out of --over") }
    if !keys.contains(other) { return refusal("\(other.rawValue) is not tuned", "name it with --over") }
    for own in [key, other] where own.scalar(problem) == nil {
      return refusal(
        "\(own.rawValue) is no number above 0 here", "tie rates, decays above 0, batches, widths or richness")
    }
    return nil
  }

  /// Moves the key that follows; what counts is made whole where that is asked for.
  func apply(to problem: inout TrainingProblem, from given: TrainingProblem, isWhole: Bool) {
    guard let own = key.scalar(given), let start = other.scalar(given), let now = other.scalar(problem) else { return }
    let value = own * .pow(now / start, power)
    key.apply([key.isCount && isWhole ? max(1, value.rounded()) : value], to: &problem)
  }
}

extension TrainingProblem {
  /// Whether steps see samples of a number that can be chosen.
  fileprivate var hasBatches: Bool {
    switch data.sampling {
    case .minibatch, .onePass: true
    case .batch, .population: false
    }
  }

  private func count(_ size: DataModel.SampleSize) -> Double {
    switch size {
    case .count(let count): Double(count)
    case .ratio(let ratio): ratio * data.normalizingDimension
    }
  }

  /// Samples of a step; nil of population data.
  var samplesOfStep: Double? {
    switch data.sampling {
    case .minibatch(_, let rule): count(rule.samplesPerStep)
    case .batch(let all), .onePass(let all): count(all)
    case .population: nil
    }
  }

  /// The most that there can be, or that is searched.
  fileprivate var mostSamplesOfStep: Double? {
    switch data.sampling {
    case .minibatch(let all, _): count(all)
    case .batch(let all), .onePass(let all): count(all) * 64
    case .population: nil
    }
  }

  /// Units of a hidden layer, not always whole; nil where the width is infinite.
  func units(_ layer: Int) -> Double? {
    guard widthRatio.isFinite else { return nil }
    return widthRatio(layer) * data.normalizingDimension
  }

  /// Weights of all layers; nil where the width or the depth is infinite.
  var weightCount: Double? {
    guard architecture.depth == .finite, units(1) != nil else { return nil }
    let sizes =
      [Double(data.inputDimension)] + (1...architecture.hiddenLayers).compactMap(units) + [Double(data.outputCount)]
    return zip(sizes, sizes.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
