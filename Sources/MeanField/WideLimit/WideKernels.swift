import LinearAlgebra
import Parallel
import Problems

/// The two kernels of a network of infinite width on given rows, equations (20.1) and (20.2): how its random function covaries between rows, and
/// how fast a step on one row moves the output on another.
///
///     let kernels = WideKernels(architecture, activation: .relu, layerRates: architecture.layerRates, inputs: rows)
///     print(kernels.ntk[0, 1])
///
/// Both are independent from pair to pair once the variances of the rows are known, so that rows go to all cores.
public struct WideKernels: Sendable {
  /// `K0(x, x')`, covariance of `gamma f` at the start, rows against rows.
  public let nngp: DenseMatrix
  /// `Theta(x, x')`, rows against rows.
  public let ntk: DenseMatrix
  /// Relative error that is left by a cut series (20.6), or by the steps of an infinite depth (20.8), measured; 0 for closed forms.
  public let error: Double

  /// - Parameters:
  ///   - architecture: hidden layers, connections, `s_l`, gain; its width is not read.
  ///   - layerRates: `c_l`, L + 1 entries, or three at infinite depth.
  ///   - inputs: rows as they are; D is the number of their columns.
  ///   - cores: how many rows are worked on at a time; results do not depend on it.
  public init(
    _ architecture: Architecture, layerRates: [Double], inputs: DenseMatrix, cores: Int = 1
  ) {
    let scales = architecture.startScale
    let gram = DenseMatrix.product(
      .plain(inputs), .transposed(inputs), scale: 1 / Double(inputs.columns))
    let moves: any KernelMoves =
      architecture.depth == .infinite
      ? DeepMoves(architecture, scales, layerRates, variances: gram.diagonal)
      : LayerMoves(architecture, scales, layerRates, variances: gram.diagonal)
    var strips = (0..<inputs.rows).map { _ in KernelStrip() }
    var tools = Array(repeating: 0, count: max(1, cores))
    SideBySide.update(&strips, tools: &tools) { row, strip, _ in
      strip = moves.strip(row, gram: (0...row).map { gram[row, $0] })
    }
    error = strips.reduce(moves.error) { max($0, $1.error) }
    nngp = Self.symmetric(&strips, \.nngp)
    ntk = Self.symmetric(&strips, \.ntk)
  }

  /// The whole matrix of its lower rows, which are given back.
  private static func symmetric(
    _ strips: inout [KernelStrip], _ part: WritableKeyPath<KernelStrip, [Double]>
  ) -> DenseMatrix {
    let count = strips.count
    var entries = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      let strip = strips[row][keyPath: part]
      strips[row][keyPath: part] = []
      for column in 0...row {
        entries[row * count + column] = strip[column]
        entries[column * count + row] = strip[column]
      }
    }
    return DenseMatrix(rows: count, columns: count, entries)
  }
}

/// Both kernels of one row with itself and all rows before it.
struct KernelStrip: Sendable {
  var nngp: [Double] = []
  var ntk: [Double] = []
  /// Relative error of steps in depth.
  var error = 0.0
}

/// How kernels go from the inputs to the output.
protocol KernelMoves: Sendable {
  /// Kernels of a row.
  ///
  /// - Parameters:
  ///   - row: i.
  ///   - gram: `x_i · x_j/D` for j = 0 … i.
  /// - Returns: with all rows up to it.
  func strip(_ row: Int, gram: [Double]) -> KernelStrip
  /// Relative error.
  var error: Double { get }
}

/// Fields of one layer on a strip: covariances S, and T, which is the kernel of all weights below, equation (20.1).
struct KernelState {
  var covariances: [Double]
  var rates: [Double]
  /// F and F' of the layer, in storage that is used again.
  var values: [Double]
  var slopes: [Double]

  init(_ gram: [Double], scale: Double, rate: Double) {
    covariances = gram.map { scale * scale * $0 }
    rates = gram.map { rate * $0 }
    values = gram
    slopes = gram
  }

  /// Equation (20.1): `F^L` makes `K0 = s_L^2 F`, `Theta = c_L F + s_L^2 F' ∘ T`.
  mutating func readout(_ row: Int, _ layer: LayerExpectation, scale: Double, rate: Double)
    -> KernelStrip
  {
    layer.fill(row: row, covariances: covariances, values: &values, slopes: &slopes)
    let square = scale * scale
    return KernelStrip(
      nngp: values.map { square * $0 },
      ntk: values.indices.map { rate * values[$0] + square * slopes[$0] * rates[$0] })
  }
}

/// Layer by layer, equation (20.1): `S <- [S +] e^2 s_l^2 F`, `T <- [T +] e^2 (c_l F + s_l^2 F' ∘ T)`.
struct LayerMoves: KernelMoves {
  private let layers: [LayerExpectation]
  private let scales: [Double]
  private let rates: [Double]
  /// `e^2`, and what is kept of a field: 1 with skip connections.
  private let branch: Double
  private let kept: Double

  init(
    _ architecture: Architecture, _ scales: [Double], _ rates: [Double], variances gram: [Double]
  ) {
    self.scales = scales
    self.rates = rates
    let factor = architecture.branchFactor
    branch = factor.map { $0 * $0 } ?? 1
    kept = factor == nil ? 0 : 1
    var variances = gram.map { scales[0] * scales[0] * $0 }
    var layers: [LayerExpectation] = []
    for layer in 1...architecture.hiddenLayers {
      let expectation = LayerExpectation(architecture.activation, variances: variances)
      layers.append(expectation)
      let gain = branch * scales[layer] * scales[layer]
      variances = zip(variances, expectation.squares).map { [kept] in kept * $0 + gain * $1 }
    }
    self.layers = layers
  }

  var error: Double { layers.compactMap { $0.coefficients?.remainder }.max() ?? 0 }

  func strip(_ row: Int, gram: [Double]) -> KernelStrip {
    var state = KernelState(gram, scale: scales[0], rate: rates[0])
    for layer in 1..<layers.count {
      let expectation = layers[layer - 1]
      expectation.fill(
        row: row, covariances: state.covariances, values: &state.values, slopes: &state.slopes)
      let (square, rate) = (branch * scales[layer] * scales[layer], branch * rates[layer])
      for column in 0...row {
        let value = state.values[column]
        let below = state.rates[column]
        state.rates[column] = kept * below + rate * value + square * state.slopes[column] * below
        state.covariances[column] = kept * state.covariances[column] + square * value
      }
      // The variance that the next layer was prepared for, to the last bit.
      state.covariances[row] = layers[layer].variances[row]
    }
    return state.readout(
      row, layers[layers.count - 1], scale: scales[layers.count], rate: rates[layers.count])
  }
}
