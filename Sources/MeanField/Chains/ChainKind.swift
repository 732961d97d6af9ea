import Problems

/// Which chain of hidden layers a network has, and so which equations its march solves. The only place that chooses.
enum ChainKind {
  case plain
  case residual
  case infinite(branchScale: Double)

  init(_ architecture: Architecture) {
    if case (.infinite, .residual(let scale)) = (architecture.depth, architecture.connection) {
      self = .infinite(branchScale: scale)
    } else {
      self = architecture.branchFactor == nil ? .plain : .residual
    }
  }

  /// Time matrices that a chain of this kind holds, and the junctions that one row of it takes the time of. At infinite depth
  /// both are what usual problems need.
  func size(_ architecture: Architecture) -> (matrices: Int, junctions: Int) {
    switch self {
    case .plain: return (architecture.hiddenLayers * Junction.matrices, architecture.hiddenLayers)
    case .residual:
      return ResidualChain.size(hiddenLayers: architecture.hiddenLayers)
    case .infinite(let scale):
      let nodes = ChainMarch.firstNodes(architecture, branchScale: scale)
      return (nodes * DepthNode.matrices, nodes * DepthNode.usualJunctions)
    }
  }
}
