import LinearAlgebra

/// Correlations and responses between all pairs of times, layer by layer; equations (2.2) and (2.3).
///
/// Matrices come as row-major lists of `count * count` numbers: row t (of a response the effect), column s (the cause).
/// All are dimensionless, in the units of section 1, where fields have components of order one. Of several outputs they are sums over
/// them (traces of the blocks of section 14).
public struct OrderParameters: Sendable {
  /// Number of time points T.
  public let count: Int
  /// Times of the points, `count` numbers from 0 on: sums of the rates of all steps before, or flow times at the nodes
  /// of the panels.
  public let times: [Double]
  /// Number of hidden layers L; at infinite depth, of nodes.
  public let hiddenLayers: Int
  /// The nodes τ of layers 1 … L where they stand for infinitely many; nil for a finite depth.
  public let places: [Double]?
  private let parts: [Part]

  /// What one march left.
  private struct Part: Sendable {
    let data: DataBlock
    let layers: [Junction]
    /// Weights above layers 0 … L, and below layers 1 … L.
    let above: [Link]
    let below: [Link]
    /// How often each output of the march stands for one of the network.
    let multiplicities: [Double]

    func forward(_ layer: Int) -> Correlation {
      layer == 0 ? data.inputCorrelation : layers[layer - 1].forwardCorrelation
    }

    /// The source is the initial weight's share `e D` of a unit noise.
    func scaled(_ response: Response, _ link: Link) -> [Double] {
      response.scaled(by: link.branchFactor.squareRoot(), columns: link.initialWeight)
    }

    /// A sum over the outputs at one time.
    func sum(at time: Int, _ value: (Int) -> Double) -> Double {
      zip(multiplicities, time * multiplicities.count..<(time + 1) * multiplicities.count).reduce(0) {
        $0 + $1.0 * value($1.1)
      }
    }
  }

  /// Those of a limit without any.
  init() {
    count = 0
    times = []
    hiddenLayers = 0
    places = nil
    parts = []
  }

  init<Layers: Chain>(count: Int, times: [Double], chain: Layers, data: DataBlock, multiplicities: [Double]) {
    self.count = count
    self.times = times
    let layers = chain.layers
    hiddenLayers = layers.count
    places = chain.depth?.places
    parts = [
      Part(
        data: data, layers: layers, above: (0...layers.count).map(chain.weightsAbove),
        below: (1...layers.count).map(chain.weightsBelow), multiplicities: multiplicities)
    ]
  }

  /// Those of several marches over the same time points, summed over their outputs.
  init(_ all: [OrderParameters], count: Int) {
    self.count = count
    times = Array(all[0].times.prefix(count))
    hiddenLayers = all[0].hiddenLayers
    places = all[0].places
    parts = all.flatMap(\.parts)
  }

  /// `C_v(t, s)`, the test error's correlation without the target noise, equations (2.2) and (3.11):
  /// `count * count` numbers, symmetric.
  public var errorCorrelation: [Double] { summed { $0.data.errorCorrelation.entries } }
  /// `C_Δ(t, s)`, the training residuals' correlation with the target noise, equations (2.2) and (3.12):
  /// `count * count` numbers, symmetric. With fresh samples or the population it is that of the errors on one sample,
  /// table (3.13).
  public var residualCorrelation: [Double] { summed { $0.data.residualCorrelation.entries } }
  /// `R(t, s)`, response of the residuals to a shift of themselves, equations (2.3) and (3.12):
  /// `count * count` numbers, where steps are single zero above the diagonal and one on it. The identity but for a batch.
  public var sampleResponse: [Double] { summed { $0.data.sampleResponse.entries } }

  /// `H^l(t, s)`, mean product of a forward field at two times, equation (2.2).
  ///
  /// - Parameter layer: l from 0 (the gradient at the input) to L.
  /// - Returns: `count * count` numbers, symmetric.
  public func forwardCorrelation(_ layer: Int) -> [Double] { summed { $0.forward(layer).entries } }

  /// `G^l(t, s)`, mean product of a backward field at two times, equation (2.2).
  ///
  /// - Parameter layer: l from 1 to L; 0 gives zeros.
  /// - Returns: `count * count` numbers, symmetric.
  public func backwardCorrelation(_ layer: Int) -> [Double] {
    layer == 0 ? zeros : summed { $0.layers[layer - 1].backwardCorrelation.entries }
  }

  /// `A^l(t, s)`, response of the forward field to the backward noise; equation (2.3).
  ///
  /// - Parameter layer: l from 0 to L.
  /// - Returns: `count * count` numbers, zero above the diagonal where steps are single.
  public func forwardResponse(_ layer: Int) -> [Double] {
    summed { part in
      part.scaled(layer == 0 ? part.data.inputResponse : part.layers[layer - 1].forwardResponse, part.above[layer])
    }
  }

  /// `S^l(t, s)`, response of the backward field to the forward noise; equation (2.3).
  ///
  /// - Parameter layer: l from 1 to L; 0 gives zeros.
  /// - Returns: `count * count` numbers, zero on the diagonal and above it where steps are single.
  public func backwardResponse(_ layer: Int) -> [Double] {
    layer == 0 ? zeros : summed { $0.scaled($0.layers[layer - 1].backwardResponse, $0.below[layer - 1]) }
  }

  /// What a layer is called in tables.
  ///
  /// - Parameter layer: l from 0 to L.
  /// - Returns: its number; at infinite depth the place τ of its node, and "input" for layer 0, which lies below all.
  public func label(_ layer: Int) -> String {
    guard let places else { return String(layer) }
    return layer == 0 ? "input" : String(places[layer - 1])
  }

  /// `H^l(t, t)` at every time, equation (2.2): the mean square of a forward field.
  ///
  /// - Parameter layer: l from 0 to L.
  /// - Returns: one number a time.
  public func forwardStrength(_ layer: Int) -> [Double] {
    strengths { $0.forward(layer) }
  }

  /// `G^l(t, t)` at every time, equation (2.2): the mean square of a backward field.
  ///
  /// - Parameter layer: l from 1 to L.
  /// - Returns: one number a time.
  public func backwardStrength(_ layer: Int) -> [Double] {
    strengths { $0.layers[layer - 1].backwardCorrelation }
  }

  /// `C_Δ(t, t)` at every time: the train loss.
  var residualStrength: [Double] { strengths(\.data.residualCorrelation) }

  /// `<h^l(t) g^l(t)>` at every time: the balance (6.7), the same for all layers.
  ///
  /// - Parameter layer: l from 1 to L.
  /// - Returns: one number a time.
  public func balance(_ layer: Int) -> [Double] {
    (0..<count).map { time in
      parts.reduce(0) { sum, part in
        sum + part.sum(at: time) { part.layers[layer - 1].crossCorrelation[$0, $0] }
      }
    }
  }

  /// `Σ H^l_cc'(t, s) G^{l+1}_cc'(t, s)`, over all pairs of outputs: the product of the gradients of a layer's weights at two times, (12.6).
  ///
  /// - Parameter layer: l from 0 to L, above which every output has a readout of its own.
  /// - Returns: `count * count` numbers, symmetric.
  func gradientOverlap(_ layer: Int) -> [Double] {
    guard layer < hiddenLayers else { return forwardCorrelation(layer) }
    var sum = zeros
    for part in parts {
      let (outputs, size) = (part.multiplicities.count, part.data.errorCorrelation.size)
      let (forward, backward) = (part.forward(layer).entries, part.layers[layer].backwardCorrelation.entries)
      for time in 0..<count {
        for (output, weight) in part.multiplicities.enumerated() {
          let row = (time * outputs + output) * size
          for column in 0..<count * outputs {
            sum[time * count + column / outputs] += weight * forward[row + column] * backward[row + column]
          }
        }
      }
    }
    return sum
  }

  /// The law of the predictor in some modes, of the only march of these parameters.
  ///
  /// - Parameters:
  ///   - eigenvalues: λ of the modes.
  ///   - times: how many time points.
  ///   - withSamples: whether inputs that are trained on are asked for too.
  /// - Returns: what is known of any input.
  func predictorLaw(_ eigenvalues: [Double], times: Int, withSamples: Bool = true) -> PredictorLaw {
    let (part, outputs) = (parts[0], parts[0].multiplicities.count)
    let (link, backward, size) = (
      part.above[0], part.layers[0].backwardCorrelation, times * parts[0].multiplicities.count
    )
    let scale = link.branchFactor * part.data.predictorVariance
    let predictor = (0..<size).flatMap { row in
      (0..<size).map { column in
        scale * link.initialWeight[row] * backward[max(row, column), min(row, column)] * link.initialWeight[column]
      }
    }
    return PredictorLaw(
      eigenvalues, data: part.data, predictor: predictor, times: times, outputs: outputs,
      isExplicit: !part.data.isImplicit, withSamples: withSamples)
  }

  /// Data, layers and weights of one march.
  typealias SolvedMarch = (
    data: DataBlock, layers: [Junction], above: [Link], below: [Link], outputs: Int, multiplicity: Int
  )

  /// The marches, with how often each stands for outputs of the network; nil where the outputs of one do so unequally.
  var marches: [SolvedMarch]? {
    let all = parts.compactMap { part -> SolvedMarch? in
      let count = part.multiplicities.first ?? 1
      guard part.multiplicities.allSatisfy({ $0 == count }), count == count.rounded() else { return nil }
      return (part.data, part.layers, part.above, part.below, part.multiplicities.count, Int(count))
    }
    return all.count == parts.count ? all : nil
  }

  private var zeros: [Double] { Array(repeating: 0, count: count * count) }

  private func strengths(_ matrix: (Part) -> Correlation) -> [Double] {
    let all = parts.map { (part: $0, matrix: matrix($0)) }
    return (0..<count).map { time in
      all.reduce(0) { sum, one in sum + one.part.sum(at: time) { one.matrix.strength($0) } }
    }
  }

  /// A matrix over times: sums over outputs, of what was computed where the run stopped early.
  private func summed(_ matrix: (Part) -> [Double]) -> [Double] {
    var sum: [Double] = []
    for part in parts {
      let (outputs, size) = (part.multiplicities.count, part.data.errorCorrelation.size)
      let entries = matrix(part)
      if parts.count == 1, part.multiplicities == [1], count == size { return entries }
      if sum.isEmpty { sum = zeros }
      for time in 0..<count {
        for (output, weight) in part.multiplicities.enumerated() {
          let row = (time * outputs + output) * size + output
          for other in 0..<count { sum[time * count + other] += weight * entries[row + other * outputs] }
        }
      }
    }
    return sum
  }
}
