import Problems
import RealModule
import Tables
import Validation

/// The beginning of a training, laid on the steps of the networks: what narrows the band of the rest, equation (23.2).
struct SeenLog {
  /// The last logged step.
  let step: Int
  /// The last value of each logged loss, and what all networks have there.
  let known: [PredictionBand.Known]
  private let path: String
  /// By loss, steps and logged values.
  private let values: [String: [(step: Int, value: Double)]]

  /// Nil without a log.
  init?(_ forecast: Forecast, _ ensemble: Ensemble) throws(ExperimentFailure) {
    guard let log = forecast.log else { return nil }
    let count = ensemble.times.count
    var known: [PredictionBand.Known] = []
    var values: [String: [(step: Int, value: Double)]] = [:]
    for pair in LoggedLosses(log, forecast.solver.problem).pairs {
      let networks = ensemble.replicas.map { replica in
        pair.theory(
          LearningCurve(
            steps: Array(0..<replica.count), times: Array(ensemble.times.prefix(replica.count)),
            testLoss: replica.testLoss, trainLoss: replica.trainLoss, batchLoss: replica.batchLoss))
      }
      let logged = zip(pair.column.steps, pair.column.losses).filter { step, loss in
        step < count && loss > 0 && loss.isFinite
          && networks.allSatisfy { step < $0.count && $0[step] > 0 && $0[step].isFinite }
      }
      guard let last = logged.last else { continue }
      known.append(
        PredictionBand.Known(values: networks.map { Double.log($0[last.0]) }, seen: .log(last.1)))
      values[pair.name] = logged.map { (step: $0.0, value: $0.1) }
    }
    guard let step = values.values.compactMap(\.last?.step).max(), step + 1 < count else {
      throw ExperimentFailure(
        .refused,
        [
          "\(log.path): "
            + (values.isEmpty
              ? "no positive loss at a step of these networks" : "it reaches the last step, and nothing is left")
            + "; training.steps=\(count - 1) is what is forecast"
        ])
    }
    (self.step, self.known, self.values, path) = (step, known, values, log.path)
  }

  /// Whether the log stays within the band for all steps together.
  ///
  /// - Parameters:
  ///   - band: of all losses up to the log's last step, one after the other.
  ///   - losses: their names.
  ///   - points: number of steps of each.
  /// - Returns: where it first lies outside, if anywhere.
  func result(_ band: PredictionBand, losses: [String], points: Int) -> Forecasted.Log {
    var outside: Forecasted.Log.Place?
    for (index, name) in losses.enumerated() {
      for (step, value) in values[name] ?? [] {
        guard step < outside?.step ?? .max, let ends = band.together(index * points + step) else { continue }
        // Rounding at a start that all networks share.
        let slack = 1e-6
        if !(ends.lowerBound - slack...ends.upperBound + slack ~= .log(value)) {
          outside = Forecasted.Log.Place(
            loss: name, step: step, value: value, low: .exp(ends.lowerBound), high: .exp(ends.upperBound))
        }
      }
    }
    return Forecasted.Log(path: path, step: step, outside: outside)
  }
}
