import Calculus
import Problems

extension Limits {
  /// One hidden layer as richness grows without bound: a balanced mode whose start is what the random weights
  /// leave, equation (6.16).
  public struct RichMode: ExactLimit {
    /// Name in a table.
    public static let name = "Saxe's balanced mode"
    /// What it takes for granted.
    public static let assumptions = "richness -> infinity, infinite width, population data, small steps"

    /// The mode, in units of flow time.
    public let mode: BalancedMode
    /// What the problem has instead.
    public let departures: [LimitDeparture]
    private let noiseVariance: Double

    /// Prepares the limit nearest to a problem.
    ///
    /// - Parameter problem: any well-formed problem.
    /// - Throws: `LimitAbsence` where there is none, with the reason.
    public init(_ problem: TrainingProblem) throws(LimitAbsence) {
      guard problem.architecture.hiddenLayers == 1, problem.architecture.depth == .finite else {
        throw LimitAbsence(
          "beyond one hidden layer the time at which the mode leaves the random weights has no closed form")
      }
      guard problem.data.spectrum == .isotropic else {
        throw LimitAbsence("the modes of a single output are coupled unless all eigenvalues are equal")
      }
      guard problem.optimizer.weightDecay.strength == 0 else {
        throw LimitAbsence("weight decay keeps the mode below its target")
      }
      guard problem.time.isFlow || problem.optimizer.momentum == .none else {
        throw LimitAbsence("with momentum the sum of the rates is not the flow's time")
      }
      let layers = SharedRate(problem)
      mode = BalancedMode(
        weightLayers: 2, rate: layers.coupling, start: layers.output * (layers.input + layers.readout) / 4)
      noiseVariance = problem.data.noise * problem.data.noise
      departures =
        [problem.richnessDeparture] + [problem.widthDeparture, problem.samplingDeparture].compactMap { $0 }
        + (problem.time.isFlow ? [] : [LimitDeparture(quantity: "discrete steps")])
    }

    /// The limit's losses.
    ///
    /// - Parameter rows: the rows that are wanted, rising.
    /// - Returns: the same rows with the losses of the limit.
    /// - Throws: `GSLFailure` when an integral or an integration fails.
    public func curve(at rows: LearningCurve) throws(GSLFailure) -> LearningCurve {
      let losses = rows.times.map { time in
        let error = mode.target - mode.saxeStrength(at: time)
        return error * error + noiseVariance
      }
      return rows.with(testLoss: losses, trainLoss: losses)
    }
  }
}
