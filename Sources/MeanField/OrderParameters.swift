import LinearAlgebra

/// Correlations and responses between all pairs of times, layer by layer; equations (2.2) and (2.3).
///
/// Matrices come as row-major lists of `count * count` numbers: row t (of a response the effect), column s (the cause).
/// All are dimensionless, in the units of section 1, where fields have components of order one.
public struct OrderParameters: Sendable {
  /// Number of time points T.
  public let count: Int
  /// Times of the points, `count` numbers from 0 on: sums of the rates of all steps before, or flow times at the nodes
  /// of the panels.
  public let times: [Double]
  /// Number of hidden layers L; at infinite depth, of nodes.
  public let hiddenLayers: Int
  private let data: DataBlock
  private let layers: [Junction]
  /// The nodes τ of layers 1 … L where they stand for infinitely many; nil for a finite depth.
  public let places: [Double]?
  /// Weights above layers 0 … L, and below layers 1 … L.
  private let above: [Link]
  private let below: [Link]

  init<Layers: Chain>(count: Int, times: [Double], chain: Layers, data: DataBlock) {
    self.count = count
    self.times = times
    self.data = data
    layers = chain.layers
    hiddenLayers = layers.count
    places = chain.depth?.places
    above = (0...layers.count).map(chain.weightsAbove)
    below = (1...layers.count).map(chain.weightsBelow)
  }

  /// `C_v(t, s)`, the test error's correlation without the target noise, equations (2.2) and (3.11):
  /// `count * count` numbers, symmetric.
  public var errorCorrelation: [Double] { leading(data.errorCorrelation.entries) }
  /// `C_Δ(t, s)`, the training residuals' correlation with the target noise, equations (2.2) and (3.12):
  /// `count * count` numbers, symmetric. With fresh samples or the population it is that of the errors on one sample,
  /// table (3.13).
  public var residualCorrelation: [Double] { leading(data.residualCorrelation.entries) }
  /// `R(t, s)`, response of the residuals to a shift of themselves, equations (2.3) and (3.12):
  /// `count * count` numbers, where steps are single zero above the diagonal and one on it. The identity but for a batch.
  public var sampleResponse: [Double] { leading(data.sampleResponse.entries) }

  /// `H^l(t, s)`, mean product of a forward field at two times, equation (2.2).
  ///
  /// - Parameter layer: l from 0 (the gradient at the input) to L.
  /// - Returns: `count * count` numbers, symmetric.
  public func forwardCorrelation(_ layer: Int) -> [Double] { leading(forward(layer).entries) }

  /// `G^l(t, s)`, mean product of a backward field at two times, equation (2.2).
  ///
  /// - Parameter layer: l from 1 to L; 0 gives zeros.
  /// - Returns: `count * count` numbers, symmetric.
  public func backwardCorrelation(_ layer: Int) -> [Double] {
    layer == 0 ? zeros : leading(layers[layer - 1].backwardCorrelation.entries)
  }

  /// `A^l(t, s)`, response of the forward field to the backward noise; equation (2.3).
  ///
  /// - Parameter layer: l from 0 to L.
  /// - Returns: `count * count` numbers, zero above the diagonal where steps are single.
  public func forwardResponse(_ layer: Int) -> [Double] {
    let response = layer == 0 ? data.inputResponse : layers[layer - 1].forwardResponse
    return leading(scaled(response, above[layer]))
  }

  /// `S^l(t, s)`, response of the backward field to the forward noise; equation (2.3).
  ///
  /// - Parameter layer: l from 1 to L; 0 gives zeros.
  /// - Returns: `count * count` numbers, zero on the diagonal and above it where steps are single.
  public func backwardResponse(_ layer: Int) -> [Double] {
    layer == 0 ? zeros : leading(scaled(layers[layer - 1].backwardResponse, below[layer - 1]))
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
    (0..<count).map { forward(layer).strength($0) }
  }

  /// `G^l(t, t)` at every time, equation (2.2): the mean square of a backward field.
  ///
  /// - Parameter layer: l from 1 to L.
  /// - Returns: one number a time.
  public func backwardStrength(_ layer: Int) -> [Double] {
    (0..<count).map { layers[layer - 1].backwardCorrelation.strength($0) }
  }

  /// `C_Δ(t, t)` at every time: the train loss.
  var residualStrength: [Double] { (0..<count).map { data.residualCorrelation.strength($0) } }

  /// `<h^l(t) g^l(t)>` at every time: the balance (6.7), the same for all layers.
  ///
  /// - Parameter layer: l from 1 to L.
  /// - Returns: one number a time.
  public func balance(_ layer: Int) -> [Double] {
    (0..<count).map { layers[layer - 1].crossCorrelation[$0, $0] }
  }

  private func forward(_ layer: Int) -> Correlation {
    layer == 0 ? data.inputCorrelation : layers[layer - 1].forwardCorrelation
  }

  /// The source is the initial weight's share `e D` of a unit noise.
  private func scaled(_ response: Response, _ link: Link) -> [Double] {
    response.scaled(by: link.branchFactor.squareRoot(), columns: link.initialWeight)
  }

  private var zeros: [Double] { Array(repeating: 0, count: count * count) }

  /// The part that was computed, where the run stopped early.
  private func leading(_ matrix: [Double]) -> [Double] {
    let size = data.errorCorrelation.size
    guard count < size else { return matrix }
    return (0..<count).flatMap { matrix[$0 * size..<$0 * size + count] }
  }
}
