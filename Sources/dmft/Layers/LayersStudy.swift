import DeepLinear
import FiniteWidth
import MeanField
import Parallel
import Records

/// All networks that `dmft layers` trains, and the theory beside them.
struct LayersStudy {
  let layers: LayerProblem
  let activation: Activation
  private let replicas: Int

  /// What came of it.
  struct Result {
    /// The activation that was asked for, then those it is compared with.
    var ensembles: [LayerEnsemble]
    /// The first network of each activation again, at a quarter of the rate; none under flow.
    var refined: [LayerHistory]
    /// nil where the theory does not hold: ReLU, balanced starts, whitened samples.
    var theory: LayerGrowth?
    /// Why there is none, where it would hold.
    var theoryReason: String?
    /// The mode that each network is, where it is a single one.
    var modes: [BalancedMode]
  }

  /// Steps of the quarter of the rate for each step.
  static let refinement = 4

  init(_ configuration: Configuration) throws(CommandFailure) {
    let growth = configuration.growth
    activation = growth.activation == .linear ? .linear : .relu
    replicas = configuration.simulation.replicas
    let start: LayerStart =
      switch growth.start {
      case .random: .random
      case .balanced(let share): .balanced(share: share)
      }
    layers = try SimulationOptions.withRows(of: configuration) { table in
      try LayerProblem(
        configuration.problem, table: table, seed: configuration.simulation.seed, start: start,
        isWhitened: growth.isWhitened)
    }
  }

  private var activations: [Activation] { activation == .relu ? [.relu, .linear, .frozenGates] : [.linear] }
  private var isFlow: Bool { layers.problem.time.isFlow }
  /// Moments that are looked at: flow takes its steps to each.
  private var moments: Int { isFlow ? LayerProblem.usualMoments / 2 : LayerProblem.usualMoments }
  /// Activations whose drift is looked at again at a smaller rate.
  private var refinedActivations: [Activation] { isFlow ? [] : activations.filter { $0 != .frozenGates } }

  /// Number of networks that are trained.
  var networks: Int { replicas * activations.count + refinedActivations.count }

  /// Wall time, right within a factor of a few.
  func seconds(workers: Int) -> Double {
    let each = layers.secondsPerNetwork
    let own = activations.reduce(0) { $0 + (each[$1] ?? 0) }
    // The first network is trained at the finer steps too, which no other core can do for it.
    let first = own + refinedActivations.reduce(0) { $0 + Double(Self.refinement) * (each[$1] ?? 0) }
    return max(first, (first + Double(replicas - 1) * own) / Double(max(1, min(workers, replicas))))
  }

  private struct Piece: Sendable {
    var histories: [LayerHistory] = []
    var refined: [LayerHistory] = []
    var mode: BalancedMode?
    var problem: CommandFailure?
  }

  /// Trains everything.
  ///
  /// - Parameters:
  ///   - workers: networks at a time.
  ///   - theory: what `theory` made.
  ///   - stop: ends the training when raised.
  ///   - progress: told the share of networks done.
  /// - Returns: histories and theory.
  /// - Throws: 75 where it was stopped, 65 where the samples can't be whitened or an integrator gives up.
  func run(
    workers: Int, beside theory: (solution: Solution?, reason: String?), stop: StopSignal, progress: ProgressLine
  ) throws(CommandFailure) -> Result {
    var pieces: [Piece] = []
    let (study, count) = (self, replicas)
    _ = try OrderedResults.run(
      0..<count, workers: workers, stop: stop, work: { study.train($0, stop) },
      deliver: { index, piece throws(CommandFailure) in
        if let problem = piece.problem { throw problem }
        pieces.append(piece)
        progress.report(Double(index + 1) / Double(count))
      })
    progress.finish()
    guard pieces.count == replicas else {
      throw CommandFailure(status: .interrupted, lines: [Interruption.nothingKept])
    }
    let ensembles = activations.enumerated().map { place, activation in
      LayerEnsemble(activation, pieces.map { $0.histories[place] })
    }
    var result = Result(
      ensembles: ensembles, refined: pieces[0].refined, theory: nil, modes: pieces.compactMap(\.mode))
    result.theoryReason = theory.reason
    result.theory = theory.solution?.layerGrowth(steps: ensembles[0].steps, times: ensembles[0].times)
    if theory.solution != nil, result.theory == nil {
      result.theoryReason = "it diverges at once, or weight decay takes the initial weights away in one step"
    }
    return result
  }

  private func train(_ replica: Int, _ stop: StopSignal) -> Piece? {
    guard let training = LayerTraining(layers, replica: replica) else {
      return Piece(
        problem: CommandFailure(
          status: .badInput,
          lines: [
            "layers.whiten: the samples do not span all \(layers.problem.data.inputDimension) input dimensions; "
              + "use more data.samples"
          ]))
    }
    var piece = Piece()
    piece.mode =
      activation == .linear
      ? training.mode.map {
        BalancedMode(weightLayers: $0.weightLayers, target: $0.target, rate: $0.rate, start: $0.start)
      } : nil
    do {
      for activation in activations {
        guard let history = try training.train(activation, moments: moments, stop: stop) else { return nil }
        piece.histories.append(history)
      }
      for activation in refinedActivations where replica == 0 {
        guard let history = try training.train(activation, refinement: Self.refinement, stop: stop) else { return nil }
        piece.refined.append(history)
      }
    } catch {
      piece.problem = CommandFailure(
        status: .checkFailed, lines: ["gradient flow of network \(replica) could not be followed: \(error)"])
    }
    return piece
  }

  /// Solves the theory, which is for linear networks from Gaussian weights on samples as they are drawn.
  ///
  /// - Returns: nil with a reason where it does not hold, or would take more memory than there is: the networks do not need it.
  /// - Throws: 65 where the solver refuses the problem.
  func theory() throws(CommandFailure) -> (solution: Solution?, reason: String?) {
    guard activation == .linear, layers.start == .random, !layers.isWhitened else { return (nil, nil) }
    let solver = try SolverAccess.solver(layers.problem)
    guard solver.cost.bytes <= MachineMemory.available else {
      return (nil, "two-time functions of so many steps take \(NumberText.bytes(solver.cost.bytes)); use fewer steps")
    }
    return (solver.solve(), nil)
  }

  /// Refuses before anything is allocated what memory does not hold, and says how many networks it holds at a time.
  ///
  /// - Parameter asked: networks at a time.
  /// - Returns: as many of them as memory holds.
  /// - Throws: 65 where it does not hold one.
  func workersThatFit(asked: Int) throws(CommandFailure) -> Int {
    let kept = layers.bytesKept * Double(networks)
    try CommandFailure.refuseBeyondMemory(
      "networks of this size take", bytes: layers.bytesPerNetwork + kept,
      remedy: "use a smaller network.width, data.inputDimension, data.samples or simulation.replicas")
    return ThreadBudget.threads(
      asked: min(asked, replicas), bytesEach: Int(layers.bytesPerNetwork), beside: Int(kept))
  }
}
