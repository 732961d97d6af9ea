import Problems

/// A march over the chain that a network has; at infinite depth, again with more nodes until they resolve it.
struct ChainMarch {
  let problem: TrainingProblem
  let spectrum: SpectralMeasures
  let kernels: any TimeKernels
  var march = March()
  /// Estimated relative error above which an infinite depth gets more nodes; losses are better than that by a factor of
  /// about a hundred.
  var depthTolerance = 1e-8
  /// Number of nodes to begin with; nil: what usually suffices.
  var depthNodes: Int?
  /// Covariances of the targets and of their noise; nil: one output with the noise of the problem.
  var outputs: OutputCovariances?
  /// How often each output stands for one of the network; nil: once.
  var multiplicities: [Double]?
  /// How many cores may work on one row of a finite chain.
  var cores = 1

  /// Whoever takes the solved equations, whatever their chain.
  protocol Visitor {
    associatedtype Result
    func visit<Layers: Chain>(_ equations: MeanFieldEquations<Layers>, _ report: March.Report) -> Result
  }

  /// No more nodes in depth than these.
  static let mostNodes = 25

  /// Number of nodes that an infinitely deep chain begins with.
  ///
  /// - Parameters:
  ///   - architecture: the network.
  ///   - branchScale: b.
  /// - Returns: what 60 steps of moderate feature learning need (measured).
  static func firstNodes(_ architecture: Architecture, branchScale: Double) -> Int {
    Int(min(Double(mostNodes), 5 + 2 * (2 * branchScale * architecture.initScale[1]).rounded(.up)))
  }

  /// Number of nodes that a run in single steps usually ends with: long ones ask for more than they begin with.
  ///
  /// - Parameters:
  ///   - problem: infinitely deep.
  ///   - branchScale: b.
  ///   - steps: number of steps; 0 under panels, which begin with enough.
  /// - Returns: number of nodes.
  static func usualNodes(_ problem: TrainingProblem, branchScale: Double, steps: Int) -> Int {
    let first = firstNodes(problem.architecture, branchScale: branchScale)
    return problem.optimizer.learningRate * Double(steps) > shortTime ? min(mostNodes, first + moreNodes) : first
  }

  /// Time up to which the first nodes usually suffice (measured), and how many more the next attempt has.
  private static let shortTime = 1.9
  private static let moreNodes = 4

  /// Marches.
  ///
  /// - Parameters:
  ///   - visitor: takes the solved equations.
  ///   - progress: receives the number of time points done after each block.
  /// - Returns: what the visitor makes of them.
  func run<V: Visitor>(_ visitor: V, progress: (Int) -> Void = { _ in }) -> V.Result {
    switch ChainKind(problem.architecture) {
    case .plain:
      let (equations, report) = march(progress, PlainChain.init)
      return visitor.visit(equations, report)
    case .residual:
      let (equations, report) = march(progress, ResidualChain.init)
      return visitor.visit(equations, report)
    case .infinite(let scale):
      let (equations, report) = resolve(branchScale: scale, progress)
      return visitor.visit(equations, report)
    }
  }

  private func march<Layers: Chain>(
    _ progress: (Int) -> Void, _ makeChain: ([Link], BlockLayout) -> Layers
  ) -> (MeanFieldEquations<Layers>, March.Report) {
    var equations = MeanFieldEquations(
      problem, spectrum: spectrum, kernels: kernels, outputs: outputs, multiplicities: multiplicities, cores: cores,
      chain: makeChain)
    let report = march.run(&equations, progress: progress)
    return (equations, report)
  }

  private func resolve(
    branchScale: Double, _ progress: (Int) -> Void
  ) -> (MeanFieldEquations<InfiniteChain>, March.Report) {
    var nodes = depthNodes ?? Self.firstNodes(problem.architecture, branchScale: branchScale)
    var furthest = 0
    while true {
      let isLast = nodes >= Self.mostNodes
      let (equations, report) = march({ done in
        furthest = max(furthest, done)
        progress(furthest)
      }) { links, layout in
        InfiniteChain(
          links: links, layout: layout, branchScale: branchScale, nodes: nodes,
          errorLimit: isLast ? .infinity : depthTolerance)
      }
      if isLast || equations.chain.isResolved || report.isCut { return (equations, report) }
      nodes = min(Self.mostNodes, nodes + Self.moreNodes)
    }
  }
}
