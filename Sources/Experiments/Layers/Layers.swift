import FiniteWidth
import MeanField
import Parallel
import Problems
import Reports
import RunStore

/// Follows every layer of small networks while they are trained: how it grows, and what gradient flow conserves.
///
/// With ReLU the linear network and the one whose gates are frozen at the start are trained on the same samples from the
/// same weights, those behind gates with the gain that ReLU needs; a linear network is compared with the theory where that holds.
public struct Layers: Experiment {
  /// The command.
  public static let name = "layers"
  /// Moments are spread evenly over the run, independently of the requested rows of a curve.
  public static let keys = KeySelection(
    ["network", "data", "training", "simulation", "layers"], except: ["training.rows"])

  private let problem: LayerProblem
  private let activations: [Activation]
  private let replicas: Int
  /// The theory is for linear networks from Gaussian weights on samples as they are drawn; nil for all others.
  private let solver: Solver?

  /// Small steps in place of one, where the drift is looked at again.
  private static let refinement = 4

  /// - Parameters:
  ///   - problem: a plain chain on a batch.
  ///   - table: the rows behind a measured spectrum; nil for generated data.
  ///   - activation: what stands between the layers; any but `linear` is ReLU with what it is compared with.
  ///   - start: where the weights begin.
  ///   - gain: how the random start of a ReLU network differs from that of the linear one.
  ///   - isWhitened: whether the samples are given the identity for their covariance.
  ///   - replicas: number of networks.
  ///   - seed: of all random numbers.
  /// - Throws: what has no layers to follow, what the solver refuses.
  public init(
    _ problem: TrainingProblem, table: PreparedTable? = nil, activation: Activation = .linear,
    start: LayerStart = .random, gain: LayerGain = .he, isWhitened: Bool = false, replicas: Int = 8, seed: Int = 1
  ) throws(ExperimentFailure) {
    do {
      self.problem = try LayerProblem(
        problem, table: table, seed: seed, start: start, gain: gain, isWhitened: isWhitened)
    } catch {
      throw ExperimentFailure(error.refusals)
    }
    activations = activation == .linear ? [.linear] : [.relu, .linear, .frozenGates]
    self.replicas = replicas
    let hasTheory = activation == .linear && start == .random && !isWhitened
    solver = hasTheory ? try Solver.prepared(self.problem.problem) : nil
  }

  /// The problem in a line.
  public var headline: [String] {
    [(Self.clauses(problem.problem, activations[0], problem.usedGain)).joined(separator: " | ")]
  }

  /// The problem in words; ReLU stands beside the deep linear network.
  static func clauses(_ problem: TrainingProblem, _ activation: Activation, _ gain: LayerGain?) -> [String] {
    guard activation != .linear else { return ProblemText.clauses(problem) }
    let start = gain.map { $0 == .he ? ", He gain sqrt 2 behind each gate" : ", no gain behind gates" } ?? ""
    return ["ReLU network\(start), beside the same linear one"] + ProblemText.clauses(problem)
  }

  private var isFlow: Bool { problem.problem.time.isFlow }
  /// Moments that are looked at: flow takes its steps to each.
  private var moments: Int { isFlow ? LayerProblem.usualMoments / 2 : LayerProblem.usualMoments }
  /// Activations whose drift is looked at again at a smaller rate.
  private var refined: [Activation] { isFlow ? [] : activations.filter { $0 != .frozenGates } }
  /// The networks do not need the theory: where it takes more memory than there is, it is left out.
  private var fittingSolver: Solver? { solver.flatMap { $0.estimate.fits() ? $0 : nil } }

  /// Networks trained at a time: as asked, and no more than memory holds.
  private func workers(_ asked: Int) -> Int {
    ThreadBudget.threads(
      asked: min(asked, replicas), bytesEach: Int(exactly: problem.bytesPerNetwork.rounded()) ?? .max)
  }

  /// Of all networks and the theory; seconds are right within a factor of a few.
  public func estimate(workers: Int) throws(ExperimentFailure) -> Estimate {
    let running = self.workers(workers)
    let networks = replicas * activations.count + refined.count
    let bytes = problem.bytesPerNetwork * Double(running) + problem.bytesKept * Double(networks)
    let each = problem.secondsPerNetwork
    let own = activations.reduce(0) { $0 + (each[$1] ?? 0) }
    // The first network is trained at the finer steps too, which no other core can do for it.
    let first = own + refined.reduce(0) { $0 + Double(Self.refinement) * (each[$1] ?? 0) }
    let training = max(first, (first + Double(replicas - 1) * own) / Double(running))
    return Estimate(
      bytes: max(Int(exactly: bytes.rounded()) ?? .max, fittingSolver?.cost.bytes ?? 0),
      seconds: training + (fittingSolver?.cost.seconds ?? 0), disk: disk, subject: "networks of this size take",
      remedy: "use a smaller network.width, data.inputDimension, data.samples, training.steps or simulation.replicas",
      note: "\(networks) networks")
  }

  /// For each activation losses, strengths, growth and conserved matrices at every moment.
  private var disk: DiskUse {
    let columns = activations.count * (6 + 5 * problem.problem.architecture.hiddenLayers)
    let rows = min(moments, problem.problem.time.steps ?? moments) + 1
    return DiskUse(rows: rows, columns: columns, series: columns / 3, pictures: 2)
  }

  /// Solves the theory, then trains every network.
  ///
  /// - Parameter context: workers, progress.
  /// - Returns: means over the networks.
  /// - Throws: where samples cannot be whitened, or gradient flow cannot be followed.
  public func run(in context: RunContext) throws(ExperimentFailure) -> Finished<LayerDynamics> {
    var quiet = context
    quiet.progress = { _ in }
    let solution = fittingSolver?.solve(in: quiet)
    let pieces = try train(context)
    let ensembles = activations.enumerated().map { place, activation in
      LayerEnsemble(activation, pieces.map { $0.histories[place] })
    }
    guard ensembles[0].count > 0 else { throw .lossBeyondNumbers }
    let refined = Dictionary(uniqueKeysWithValues: zip(refined, pieces[0].refined))
    var result = LayerDynamics(
      problem.problem, gain: problem.usedGain, ensembles, refined: refined, modes: pieces.compactMap(\.mode))
    result.theory = solution?.layerGrowth(steps: ensembles[0].steps, times: ensembles[0].times)
    if result.theory == nil { result.absence = absence(of: solution) }
    return Finished(result)
  }

  /// Why there is no theory to compare the networks with.
  private func absence(of solution: Solution?) -> String {
    if activations[0] != .linear { return "the theory is for linear networks" }
    guard let solver else { return "the start is balanced, or the samples are whitened" }
    return solution == nil
      ? "two-time functions of so many steps take \(NumberText.bytes(solver.cost.bytes)); use fewer steps"
      : "it diverges at once, or weight decay removes the initial weights in one step"
  }

  private struct Piece: Sendable {
    var histories: [LayerHistory] = []
    var refined: [LayerHistory] = []
    var mode: BalancedMode?
  }

  private func train(_ context: RunContext) throws(ExperimentFailure) -> [Piece] {
    var pieces: [Piece] = []
    let (study, count, stop) = (self, replicas, StopSignal())
    _ = try OrderedResults.run(
      0..<count, workers: workers(context.workers), stop: stop, work: { study.trained($0, stop) },
      deliver: { index, piece throws(ExperimentFailure) in
        pieces.append(try piece.get())
        context.progress(Double(index + 1) / Double(count))
      })
    return pieces
  }

  private func trained(_ replica: Int, _ stop: StopSignal) -> Swift.Result<Piece, ExperimentFailure>? {
    guard let training = LayerTraining(problem, replica: replica) else {
      return .failure(
        ExperimentFailure(
          .refused,
          [
            "layers.whiten: the samples do not span all \(problem.problem.data.inputDimension) input dimensions; "
              + "use more data.samples"
          ]))
    }
    var piece = Piece()
    if activations == [.linear], let mode = training.mode {
      piece.mode = BalancedMode(
        weightLayers: mode.weightLayers, target: mode.target, rate: mode.rate, start: mode.start)
    }
    do {
      for activation in activations {
        guard let history = try training.train(activation, moments: moments, stop: stop) else { return nil }
        piece.histories.append(history)
      }
      for activation in refined where replica == 0 {
        guard let history = try training.train(activation, refinement: Self.refinement, stop: stop) else { return nil }
        piece.refined.append(history)
      }
    } catch {
      return .failure(
        ExperimentFailure(.failed, ["gradient flow of network \(replica) could not be followed: \(error)"]))
    }
    return .success(piece)
  }

  /// Losses, growth, drift, phases and gates.
  ///
  /// - Parameters:
  ///   - result: what was seen.
  ///   - arrays: none are kept.
  /// - Returns: the report.
  public static func report(_ result: LayerDynamics, arrays: (any ArraySource)?) -> Report {
    var report = Report(
      title: "Growth of the layers",
      lead: "How each layer of small trained networks grows, and what gradient flow conserves.",
      problem: clauses(result.problem, result.own.activation, result.gain),
      status: result.hasDiverged ? "diverged" : "completed")
    report.findings = result.findings
    report.details = result.details
    report.checks = result.checks
    report.tables = result.tables
    report.figures = [result.figure]
    report.citations = result.citations
    return report
  }
}
