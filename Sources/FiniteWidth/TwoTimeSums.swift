import LinearAlgebra

/// Correlations between all pairs of times, added up over trained networks: equation (8.5), of several outputs the sums over them.
///
/// Matrices are row-major, one after the other: `C_v`, `C_Δ`, `H^0 … H^L`, `G^1 … G^L`, each of `size * size` numbers.
public struct TwoTimeSums: Sendable {
  /// Number of time points.
  public let size: Int
  /// Number of hidden layers L.
  public let hiddenLayers: Int
  /// How many networks were added.
  public private(set) var networks = 0
  /// All sums as one list of `(2 L + 3) * size * size` numbers, to be kept on disk.
  public private(set) var values: [Double]

  /// Nothing added yet.
  ///
  /// - Parameters:
  ///   - size: number of time points.
  ///   - hiddenLayers: L.
  public init(size: Int, hiddenLayers: Int) {
    self.size = size
    self.hiddenLayers = hiddenLayers
    values = Array(repeating: 0, count: (2 * hiddenLayers + 3) * size * size)
  }

  /// Sums read back.
  ///
  /// - Parameters:
  ///   - other: sums of the same shape.
  ///   - networks: how many networks were added.
  ///   - values: what `values` was; nil is returned where their number does not fit.
  public init?(like other: TwoTimeSums, networks: Int, values: [Double]) {
    guard values.count == other.values.count else { return nil }
    self = other
    self.networks = networks
    self.values = values
  }

  /// Adds one network; one that diverged has no whole matrices and is left out.
  ///
  /// - Parameter correlations: as many numbers as `values`, or none.
  public mutating func add(_ correlations: [Double]) {
    guard correlations.count == values.count else { return }
    for index in values.indices { values[index] += correlations[index] }
    networks += 1
  }

  private func mean(_ index: Int) -> [Double] {
    values[index * size * size..<(index + 1) * size * size].map { $0 / Double(networks) }
  }

  /// Mean of `C_v(t, s)` over the networks, `size * size` numbers.
  public var errorCorrelation: [Double] { mean(0) }
  /// Mean of `C_Δ(t, s)` over the networks, `size * size` numbers.
  public var residualCorrelation: [Double] { mean(1) }

  /// Mean of `H^l(t, s)` over the networks.
  ///
  /// - Parameter layer: l from 0 to L.
  /// - Returns: `size * size` numbers.
  public func forwardCorrelation(_ layer: Int) -> [Double] { mean(2 + layer) }

  /// Mean of `G^l(t, s)` over the networks.
  ///
  /// - Parameter layer: l from 1 to L; 0 gives zeros.
  /// - Returns: `size * size` numbers.
  public func backwardCorrelation(_ layer: Int) -> [Double] {
    layer == 0 ? Array(repeating: 0, count: size * size) : mean(2 + hiddenLayers + layer)
  }
}

/// The fields of one network at all times, kept while it trains to be multiplied with each other at its end.
struct TwoTimeFields {
  private var error: [Double] = []
  private var residuals: [Double] = []
  private var forward: [[Double]]
  private var backward: [[Double]]
  private var count = 0
  private let outputs: Int

  init(hiddenLayers: Int, outputs: Int) {
    self.outputs = outputs
    forward = Array(repeating: [], count: hiddenLayers + 1)
    backward = Array(repeating: [], count: hiddenLayers)
  }

  mutating func append(_ answer: InputGradient, forward: [[Double]], backward: [[Double]]) {
    error += answer.error
    residuals += answer.residuals
    self.forward[0] += answer.field
    for (layer, field) in forward.enumerated() { self.forward[layer + 1] += field }
    for (layer, field) in backward.enumerated() { self.backward[layer] += field }
    count += 1
  }

  /// All correlations in the order of `TwoTimeSums`, equation (8.5): of several outputs the sums over them.
  ///
  /// - Parameters:
  ///   - dimension: D, or 1 where sums replace means.
  ///   - noiseVariance: σ², of several outputs the trace of Σ, for batches that share no samples.
  /// - Returns: all matrices, one after the other.
  func correlations(dimension: Double, noiseVariance: Double) -> [Double] {
    let errors = overlaps(error, dimension)
    let samples =
      residuals.isEmpty
      ? errors.map { $0 + noiseVariance } : overlaps(residuals, width(residuals))
    return errors + samples + overlaps(forward[0], dimension)
      + (forward.dropFirst() + backward).flatMap { overlaps($0, width($0)) }
  }

  /// Numbers of one output at one time.
  private func width(_ fields: [Double]) -> Double { Double(fields.count / count / outputs) }

  private func overlaps(_ fields: [Double], _ divisor: Double) -> [Double] {
    TallMatrix.rotated(fields, columns: fields.count / count, onto: fields, scale: 1 / divisor)
  }
}
