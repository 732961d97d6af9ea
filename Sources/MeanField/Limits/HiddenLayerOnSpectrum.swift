import Calculus
import Problems
import LinearAlgebra
import RealModule

/// A network of one hidden layer with both layers rescaled to one rate, equation (6.12).
struct SharedRate {
  /// `γ0 √(c_0 c_1)`: how fast one layer moves the other.
  let coupling: Double
  /// `√(c_0 c_1)/γ0`: predictor over the correlation of the two layers.
  let output: Double
  /// `s_0²/c_0` and `s_1²/c_1`: second moments of the two layers at first.
  let input, readout: Double

  init(_ problem: TrainingProblem) {
    let scales = problem.architecture.initScale.map { $0 * $0 }
    let rates = problem.layerRates
    let root = (rates[0] * rates[1]).squareRoot()
    coupling = problem.effectiveRichness * root
    output = root / problem.effectiveRichness
    input = scales[0] / rates[0]
    readout = scales[1] / rates[1]
  }
}

extension Limits {
  /// One hidden layer at infinite width on population data of any spectrum, equations (6.12) and (6.13); any
  /// initial scales, layer rates, schedule and weight decay; under another loss `h_k = λ_k (c t_k + a β_k)` takes the place of the error, section 21.
  public struct HiddenLayerOnSpectrum: ExactLimit {
    /// Name in a table.
    public static let name = "one hidden layer"
    /// What it takes for granted.
    public static let assumptions = "infinite width, population data"
    /// Also of other losses.
    public static let takesLosses = true

    /// What the problem has instead.
    public let departures: [LimitDeparture]
    private let problem: TrainingProblem
    private let layers: SharedRate
    private let measures: SpectralMeasures

    /// Prepares the limit nearest to a problem.
    ///
    /// - Parameter problem: any well-formed problem.
    /// - Throws: `LimitAbsence` where there is none, with the reason.
    public init(_ problem: TrainingProblem) throws(LimitAbsence) {
      let depth = problem.architecture.hiddenLayers
      guard depth == 1, problem.architecture.depth == .finite else {
        throw LimitAbsence("this network has \(problem.architecture.depth == .finite ? "\(depth)" : "infinitely many")")
      }
      guard problem.time.isFlow || problem.optimizer.momentum == .none else {
        throw LimitAbsence("with momentum the two layers alone do not determine a step")
      }
      guard problem.data.rows == nil else { throw .givenRows }
      if case .measured(let measured) = problem.data.spectrum, measured.fitCorrection != nil {
        throw LimitAbsence("the corrected fit of a table is no target of one network")
      }
      self.problem = problem
      layers = SharedRate(problem)
      measures = SpectralMeasures(problem.data)
      departures = [problem.widthDeparture, problem.samplingDeparture].compactMap { $0 }
    }

    /// The limit's losses.
    ///
    /// - Parameter rows: the rows that are wanted, rising.
    /// - Returns: the same rows with the losses of the limit.
    /// - Throws: `GSLFailure` when an integral or an integration fails.
    public func curve(at rows: LearningCurve) throws(GSLFailure) -> LearningCurve {
      let losses = try problem.time.isFlow ? flow(rows.times) : discrete(rows.steps)
      return rows.with(testLoss: losses, trainLoss: losses)
    }

    private var decay: Double { problem.optimizer.weightDecay.strength }

    /// Few modes with the same sums: what a mode does is a polynomial, or an exponential, of its eigenvalue. Where
    /// no rule is found all modes serve as well, only slower.
    private func modes(horizon: Double) -> TargetModes {
      let short = try? measures.compressed(steps: Int(min(max(horizon, 2), 1e9)))
      let signal = (short ?? measures).scalingSignal(by: problem.lossRule?.signalFactor).signal
      return TargetModes(signal, noise: problem.data.noise, law: problem.lossLaw)
    }

    /// Equation (6.12), by GSL.
    private func flow(_ times: [Double]) throws(GSLFailure) -> [Double] {
      let powers = measures.signal.weightsOverPoints.reduce(0, +)
      let total = layers.input + layers.readout
      // The kernel grows no further than where the target is reached.
      let kernel = layers.coupling * (layers.output * total + 2 * powers.squareRoot() / layers.output)
      let modes = modes(horizon: kernel * (times.last ?? 0) * (measures.signal.points.max() ?? 1))
      let (coupling, decay) = (layers.coupling, decay)
      let predictor = { (state: [Double], time: Double) -> [Double] in
        let own = (1 + state.reduce(0) { $0 + $1 * $1 }).squareRoot()
        let factor = layers.output * total * own * .exp(-2 * decay * time)
        return state.map { factor * $0 }
      }
      let system = InitialValueProblem(state: modes.targets.map { _ in 0 }) { time, state, derivative in
        let own = (1 + state.reduce(0) { $0 + $1 * $1 }).squareRoot()
        for (mode, gradient) in modes.gradient(predictor(Array(state), time)).enumerated() {
          derivative[mode] = coupling * own * gradient
        }
      }
      let states = try system.states(at: times)
      return zip(states, times).map { modes.loss(predictor($0, $1)) }
    }

    /// Equation (6.13).
    private func discrete(_ steps: [Int]) -> [Double] {
      let last = steps.last ?? 0
      let modes = modes(horizon: Double(last))
      let rates = problem.optimizer.rates(last + 1, scheduleSteps: problem.time.steps ?? last)
      var moments = PairMoments(modes: modes.targets.count, input: layers.input, readout: layers.readout)
      let losses = rates.map { rate in
        let predictor = moments.overlaps.map { layers.output * $0 }
        let gradient = modes.gradient(predictor)
        moments.step(kept: 1 - rate * decay, gradient.map { rate * layers.coupling * $0 })
        return modes.loss(predictor)
      }
      return steps.map { losses[$0] }
    }
  }
}

/// The directions in which a target lies, one for each eigenvalue.
private struct TargetModes {
  let eigenvalues: [Double]
  /// `√(w b)`: the target's component in each.
  let targets: [Double]
  let noiseVariance: Double
  /// Of another loss than squared error of a linear target.
  let law: LossLaw?

  init(_ signal: DiscreteMeasure, noise: Double, law: LossLaw?) {
    eigenvalues = signal.points
    targets = signal.weightsOverPoints.map { $0.squareRoot() }
    noiseVariance = noise * noise
    self.law = law
  }

  /// `h^0 = λ (β* - β)`, or `λ (c β* + a β)`, equation (21.2).
  func gradient(_ predictor: [Double]) -> [Double] {
    guard let moments = moments(predictor) else {
      return eigenvalues.indices.map { eigenvalues[$0] * (targets[$0] - predictor[$0]) }
    }
    return eigenvalues.indices.map {
      eigenvalues[$0] * (moments.signal * targets[$0] + moments.slope * predictor[$0])
    }
  }

  private func moments(_ predictor: [Double]) -> LossMoments? {
    guard let law else { return nil }
    var (variance, overlap) = (0.0, 0.0)
    for (mode, value) in predictor.enumerated() {
      variance += eigenvalues[mode] * value * value
      overlap += eigenvalues[mode] * value * targets[mode]
    }
    return law.moments(variance: variance, overlap: overlap)
  }

  func loss(_ predictor: [Double]) -> Double {
    if let moments = moments(predictor) { return moments.loss }
    return eigenvalues.indices.reduce(noiseVariance) { sum, mode in
      let error = targets[mode] - predictor[mode]
      return sum + eigenvalues[mode] * error * error
    }
  }
}

/// Second moments, over the neurons, of input weights along each mode and of the readout weight, equation (6.13).
private struct PairMoments {
  /// Square and symmetric, row after row; the readout is the last.
  private var entries: [Double]
  private let size: Int

  init(modes: Int, input: Double, readout: Double) {
    size = modes + 1
    entries = Array(repeating: 0, count: size * size)
    for index in 0..<size { entries[index * (size + 1)] = index < modes ? input : readout }
  }

  /// Correlation of each mode's weight with the readout.
  var overlaps: [Double] { Array(entries[((size - 1) * size)...].dropLast()) }

  /// `Σ <- E Σ E` with E = kept + H, where H joins mode and readout by the gradient.
  mutating func step(kept: Double, _ gradient: [Double]) {
    multiply(kept, gradient)
    transpose()
    multiply(kept, gradient)
  }

  /// `Σ <- E Σ`.
  private mutating func multiply(_ kept: Double, _ gradient: [Double]) {
    let last = size - 1
    for column in 0..<size {
      let readout = entries[last * size + column]
      var fed = kept * readout
      for mode in 0..<last {
        let own = entries[mode * size + column]
        fed += gradient[mode] * own
        entries[mode * size + column] = kept * own + gradient[mode] * readout
      }
      entries[last * size + column] = fed
    }
  }

  private mutating func transpose() {
    for row in 0..<size {
      for column in 0..<row { entries.swapAt(row * size + column, column * size + row) }
    }
  }
}
