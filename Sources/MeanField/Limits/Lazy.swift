import Calculus
import Problems
import LinearAlgebra

extension Limits {
  /// Training when features hardly move: linear regression from the network's own random start, equations (6.9)-(6.11).
  ///
  /// Richness → 0 and width → ∞ with the random initial predictor kept; any data on population gradients or fresh
  /// samples, isotropic data in a batch or in minibatches that are drawn independently; any schedule and momentum, or gradient flow.
  public struct Lazy: ExactLimit {
    /// Name in a table.
    public static let name = "lazy limit"
    /// What it takes for granted.
    public static let assumptions = "richness -> 0, infinite width"

    /// What the problem has instead.
    public let departures: [LimitDeparture]
    private let problem: TrainingProblem
    private let measures: SpectralMeasures
    private let kernelFactor: Double
    /// B: variance of the initial predictor's components.
    private let startVariance: Double

    /// Prepares the limit nearest to a problem.
    ///
    /// - Parameter problem: any well-formed problem.
    /// - Throws: `LimitAbsence` where there is none, with the reason.
    public init(_ problem: TrainingProblem) throws(LimitAbsence) {
      guard problem.optimizer.weightDecay.strength == 0 else {
        throw LimitAbsence("weight decay shrinks the kernel with time")
      }
      guard problem.data.rows == nil else { throw .givenRows }
      switch problem.sampling {
      case .population: break
      case .batch:
        guard problem.data.spectrum == .isotropic else {
          throw LimitAbsence("the sample spectrum has a closed density for isotropic data only")
        }
      case .minibatch(_, let batches):
        guard problem.data.spectrum == .isotropic else {
          throw LimitAbsence("the sample spectrum has a closed density for isotropic data only")
        }
        guard !batches.shuffle.isPartition else {
          throw LimitAbsence(
            "batches that partition the training set depend on each other; training.shuffle=independent do not")
        }
        guard problem.optimizer.momentum == .none else {
          throw LimitAbsence("momentum carries the noise of batches along")
        }
      case .onePass:
        guard problem.optimizer.momentum == .none else {
          throw LimitAbsence("momentum carries the noise of fresh samples along")
        }
      }
      self.problem = problem
      let start = InitialFunction(problem)
      kernelFactor = start.kernelFactor
      startVariance = start.variance * problem.predictorVariance
      measures = SpectralMeasures(problem.data)
      departures = [problem.richnessDeparture] + [problem.widthDeparture].compactMap { $0 }
    }

    /// The limit's losses.
    ///
    /// - Parameter rows: the rows that are wanted, rising.
    /// - Returns: the same rows with the losses of the limit.
    /// - Throws: `GSLFailure` when an integral or an integration fails.
    public func curve(at rows: LearningCurve) throws(GSLFailure) -> LearningCurve {
      switch problem.sampling {
      case .population: return population(rows)
      case .batch: return try batch(rows)
      case .minibatch(_, let batches): return try independentBatches(rows, batches.shuffle)
      case .onePass: return freshSamples(rows)
      }
    }

    private var noiseVariance: Double { problem.data.noise * problem.data.noise }

    /// Equation (6.10): every mode by itself.
    private func population(_ rows: LearningCurve) -> LearningCurve {
      let decay = ModeDecay(problem)
      var losses = rows.times.map { _ in noiseVariance }
      for (measure, factor) in [(measures.signal, 1), (measures.fluctuation, startVariance)] where factor > 0 {
        for (point, weight) in zip(measure.points, measure.weights) {
          let left = decay.factors(kernelFactor * point, at: rows)
          for row in losses.indices { losses[row] += factor * weight * left[row] * left[row] }
        }
      }
      return rows.with(testLoss: losses, trainLoss: losses)
    }

    /// Equation (6.9): over the Marchenko-Pastur law.
    private func batch(_ rows: LearningCurve) throws(GSLFailure) -> LearningCurve {
      let decay = ModeDecay(problem)
      let fit = LazyFit(
        sampleRatio: problem.sampleRatio ?? .infinity, noiseVariance: noiseVariance, startPower: 1 + startVariance)
      var (test, train): ([Double], [Double]) = ([], [])
      for row in rows.steps.indices {
        let one = rows.rows([row])
        let left = { (x: Double) in decay.factors(kernelFactor * x, at: one)[0] }
        test.append(try fit.testLoss(left))
        train.append(try fit.trainLoss(left))
      }
      return rows.with(testLoss: test, trainLoss: train)
    }

    /// Equation (15.6): the full batch, and a Volterra equation for what the noise of batches adds.
    private func independentBatches(_ rows: LearningCurve, _ shuffle: Minibatches.Shuffle) throws(GSLFailure)
      -> LearningCurve
    {
      let last = rows.steps.last ?? 0
      let rates = problem.optimizer.rates(last + 1, scheduleSteps: problem.time.steps ?? last)
      let times = LinearOptimizer.times(rates)
      let nothing = [Double](repeating: 0, count: last + 1)
      let all = try batch(
        LearningCurve(
          steps: Array(0...last), times: Array(times.prefix(last + 1)), testLoss: nothing, trainLoss: nothing))
      let (ratio, share) = (problem.sampleRatio ?? .infinity, problem.minibatches?.share ?? 1)
      let noise = BatchNoise(
        sampleRatio: ratio, variance: 1 / share - (shuffle == .independent ? 1 : 0), steps: last,
        rates: rates.map { kernelFactor * $0 })
      let (test, train) = noise.losses(test: all.testLoss, train: all.trainLoss)
      var curve = rows.with(testLoss: rows.steps.map { test[$0] }, trainLoss: rows.steps.map { train[$0] })
      curve.batchLoss = curve.trainLoss
      return curve
    }

    /// Equation (6.11): second moments of every mode, fed by the noise of fresh samples.
    private func freshSamples(_ rows: LearningCurve) -> LearningCurve {
      let last = rows.steps.last ?? 0
      let rates = problem.optimizer.rates(last + 1, scheduleSteps: problem.time.steps ?? last)
      let ratio = problem.sampleRatio ?? .infinity
      // One linear recursion for both parts of the error; the kicks go to the random one, whose masses have no
      // factor b.
      var signal = measures.signal.points.map { _ in 1.0 }
      var random = measures.fluctuation.points.map { _ in startVariance }
      var losses: [Double] = []
      for rate in rates {
        let loss =
          zip(measures.signal.weights, signal).reduce(noiseVariance) { $0 + $1.0 * $1.1 }
          + zip(measures.fluctuation.weights, random).reduce(0) { $0 + $1.0 * $1.1 }
        losses.append(loss)
        let step = kernelFactor * rate
        for (index, point) in measures.signal.points.enumerated() {
          signal[index] *= (1 - step * point) * (1 - step * point)
        }
        for (index, point) in measures.fluctuation.points.enumerated() {
          random[index] *= (1 - step * point) * (1 - step * point)
          random[index] += step * step * point * loss / ratio
        }
      }
      let wanted = rows.steps.map { losses[$0] }
      return rows.with(testLoss: wanted, trainLoss: wanted)
    }
  }
}
