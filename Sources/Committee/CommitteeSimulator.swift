import LinearAlgebra
import Parallel

/// What was measured on one trained network, one entry a measured step; one that diverged has the steps before.
public struct CommitteeRun: Codable, Hashable, Sendable {
  /// Mean squared error on fresh samples, noise included: the exact expectation for the network's own weights, (19.1).
  public private(set) var losses: [Double] = []
  /// Overlaps of its weights.
  public private(set) var overlaps: [Overlaps] = []
  /// Weights of its readout.
  public private(set) var readouts: [[Double]] = []

  mutating func append(_ loss: Double, _ network: CommitteeNetwork, _ own: Overlaps) {
    losses.append(loss)
    overlaps.append(own)
    readouts.append(network.readout)
  }
}

/// Trains networks of finite input dimension by one-pass SGD, equation (19.14).
public struct CommitteeSimulator: Sendable {
  /// What is learned, and how.
  public let problem: CommitteeProblem
  /// D.
  public let dimension: Int
  /// Steps that are measured, rising.
  public let steps: [Int]
  /// Of all random numbers.
  public let seed: Int

  /// - Parameters:
  ///   - problem: sound, as its `refusals` say.
  ///   - dimension: D, at least as many as all units together.
  ///   - steps: steps that are measured, rising; the last is the end.
  ///   - seed: of all random numbers.
  public init(_ problem: CommitteeProblem, dimension: Int, steps: [Int], seed: Int = 1) {
    precondition(dimension >= problem.studentUnits + problem.teacherUnits)
    self.problem = problem
    self.dimension = dimension
    self.steps = steps
    self.seed = seed
  }

  /// Steps over input dimension, the time of the theory.
  public var times: [Double] { steps.map { Double($0) / Double(dimension) } }

  /// Trains one network.
  ///
  /// - Parameters:
  ///   - replica: which one, from 0.
  ///   - stop: once raised the work ends.
  /// - Returns: what was measured; nil if it was stopped.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  public func train(replica: Int, stop: StopSignal) throws(LinearAlgebraFailure) -> CommitteeRun? {
    BLAS.useThreads(1)
    var network = try CommitteeNetwork(problem, dimension: dimension, seed: seed, replica: replica)
    var run = CommitteeRun()
    let limit = CommitteeCurve.divergenceFactor * problem.loss
    var step = 0
    for wanted in steps {
      while step < wanted {
        network.step()
        step += 1
        if step.isMultiple(of: 256), stop.isRaised { return nil }
      }
      let overlaps = network.overlaps
      let loss = loss(of: overlaps, network.readout)
      guard loss.isFinite, loss <= limit else { break }
      run.append(loss, network, overlaps)
    }
    return stop.isRaised ? nil : run
  }

  /// The loss of a network on fresh samples.
  private func loss(of overlaps: Overlaps, _ readout: [Double]) -> Double {
    var own = problem
    own.overlaps = overlaps
    own.studentReadout = readout
    return own.loss
  }

  /// Seconds of one network on one core, about: random numbers, and products of all weights with each input.
  public var secondsEach: Double {
    let products = Double(2 * problem.studentUnits + problem.teacherUnits)
    return Double(steps.last ?? 0) * Double(problem.samplesPerStep) * Double(dimension) * (14e-9 + 0.6e-9 * products)
  }

  /// Bytes of one network, about.
  public var bytesEach: Int {
    let units = problem.studentUnits + problem.teacherUnits
    return 8 * dimension * (4 * units + problem.samplesPerStep) + 400 * steps.count * units * units
  }
}
