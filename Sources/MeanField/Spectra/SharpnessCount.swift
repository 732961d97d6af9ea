import Calculus
import LinearAlgebra
import RealModule

/// Eigenvalues of the Gauss-Newton matrix above a number, counted and found, equations (22.10)-(22.15).
///
/// Rows of one time stand together in the order in which they follow from one another, so that the response part is a unit lower triangle:
/// backward fields from the last layer down, the error, the residual, forward fields from the input up.
struct SharpnessCount {
  private let history: SharpnessHistory
  private let step: Int
  /// `s_l d(t)` and `c_l G^{l+1}(t,t)`, l = 0 … L.
  private let start: [Double]
  private let strengths: [Double]
  /// `γ0 c_l κ(t,s)`, l = 0 … L - 1.
  private let couplings: [[Double]]
  private let depth: Int
  /// Whether there is a training set, whose residuals remember.
  private let hasSamples: Bool

  /// - Parameters:
  ///   - history: matrices over all steps.
  ///   - kernel: `κ(t, s)`, s < t.
  ///   - step: t.
  init(_ history: SharpnessHistory, kernel: [Double], step: Int) {
    self.history = history
    self.step = step
    depth = history.layers.count
    start = history.initialWeights.map { $0[step] }
    let diagonal = step * history.count + step
    strengths = history.layerRates.enumerated().map { layer, rate in
      rate * (layer < history.layers.count ? history.layers[layer].backward[diagonal] : 1)
    }
    couplings = (0..<depth).map { layer in
      let rate = history.richness * history.layerRates[layer]
      return kernel.map { rate * $0 }
    }
    hasSamples = history.inverseSamples > 0
  }

  /// Equation (22.10): `Σ_l c_l G^{l+1}(t,t) H^l(t,t) / C_Δ(t,t)`.
  var rayleigh: Double {
    let diagonal = step * history.count + step
    return strengths.enumerated().reduce(0) { sum, one in
      let forward = one.offset == 0 ? history.data.gradient : history.layers[one.offset - 1].forward
      return sum + one.element * forward[diagonal]
    } / history.data.residual[diagonal]
  }

  private func bulk(_ parameter: Double) -> BulkScalars? {
    BulkScalars(
      parameter, start: start, strengths: strengths, inverseWidth: history.inverseWidth,
      inverseSamples: history.inverseSamples)
  }

  /// Equation (22.12): the first minimum of λ over the scalar, on a logarithmic scale; nil where an initial weight has gone or changed its sign.
  func bulkEdge() -> (parameter: Double, eigenvalue: Double)? {
    guard start.allSatisfy({ $0 > 0 }), strengths.allSatisfy({ $0 >= 0 }), strengths[depth] > 0 else { return nil }
    // At infinite width with fresh samples all eigenvalues are one.
    if history.inverseWidth == 0, !hasSamples {
      return (1 / strengthsWithoutWidth, strengthsWithoutWidth)
    }
    // The least λ has the least -1/λ, which stays finite where the branch ends.
    func place(_ logarithm: Double) -> Minimization.Place {
      .init(logarithm, bulk(.exp(logarithm)).map { -1 / $0.eigenvalue } ?? 0)
    }
    let spacing = 0.1
    var (before, here) = (place(-40 - spacing), place(-40))
    while here.x < 40 {
      let next = place(here.x + spacing)
      if here.value < before.value, here.value < next.value {
        let least = try? Minimization.minimum(between: before, here, and: next, tolerance: 1e-9) { place($0).value }
        return least.map { (.exp($0.x), -1 / $0.value) }
      }
      (before, here) = (here, next)
    }
    return nil
  }

  /// Equation (22.17): `(λ''/2)^{1/3}`, λ as a function of the trace of the resolvent at its minimum; zero where there is no bulk.
  func edgeScale(_ parameter: Double) -> Double {
    if history.inverseWidth == 0, !hasSamples { return 0 }
    let spacing = 1e-3
    let places = [-spacing, 0, spacing].compactMap { bulk(parameter * .exp($0)) }
    guard places.count == 3 else { return .nan }
    let traces = places.map { hasSamples ? $0.theta : $0.theta / (1 - $0.theta * $0.backward[0]) }
    let curvature = (places[0].eigenvalue - 2 * places[1].eigenvalue + places[2].eigenvalue) / (spacing * spacing)
    let slope = (traces[2] - traces[0]) / (2 * spacing)
    return Double.root(curvature / (2 * slope * slope), 3)
  }

  /// `K_0`: the kernel where its layers do not fluctuate.
  private var strengthsWithoutWidth: Double {
    var sum = strengths[depth]
    for layer in (0..<depth).reversed() { sum = strengths[layer] + start[layer] * start[layer] * sum }
    return sum
  }

  /// Eigenvalues above the edge.
  ///
  /// - Parameter parameter: where the edge is.
  /// - Returns: how many, and the largest; nil where rounding decides.
  func outliers(below parameter: Double) -> (total: Int, largest: Double?)? {
    guard step > 0, couplings.contains(where: { $0.contains { $0 != 0 } }) else { return (0, nil) }
    let crossings = CountedCrossings(
      inertia: { logarithm in
        bulk(.exp(logarithm)).map { SymmetricInertia(counted($0)) }
          ?? SymmetricInertia(DenseMatrix(rows: 1, columns: 1, [.nan]))
      }, baseline: depth * step)
    let edge = Double.log(parameter)
    guard let found = crossings.places(from: edge - 25, to: edge - 1e-7, most: 1) else { return nil }
    return (found.total, found.places.first.flatMap { bulk(.exp($0))?.eigenvalue })
  }
}

extension SharpnessCount {
  /// A field at one time: its place among those.
  private enum Field {
    /// `y^l`, l = 1 … L.
    case backward(Int)
    case error, residual
    /// `x^l`, l = 0 … L - 1.
    case forward(Int)
  }

  /// Fields of one time.
  private var height: Int { 2 * depth + (hasSamples ? 2 : 0) }

  private func place(_ field: Field) -> Int {
    switch field {
    case .backward(let layer): depth - layer
    case .error: depth
    case .residual: depth + 1
    case .forward(let layer): depth + (hasSamples ? 2 : 0) + layer
    }
  }

  /// Both parts of the linear system as they are filled.
  private struct System {
    let size: Int
    let height: Int
    let step: Int
    let stride: Int
    var triangle: [Double]
    var middle: [Double]

    init(height: Int, step: Int, stride: Int) {
      (self.height, self.step, self.stride) = (height, step, stride)
      size = height * step
      triangle = Array(repeating: 0, count: size * size)
      middle = triangle
    }

    /// Field `row` answers to field `column` by a response.
    mutating func answer(_ row: Int, _ column: Int, _ factor: Double, _ response: [Double]) {
      guard factor != 0 else { return }
      for time in 0..<step {
        for other in 0...time {
          triangle[(time * height + row) * size + other * height + column] -= factor * response[time * stride + other]
        }
      }
    }

    /// Fields correlate; both orders where they differ.
    mutating func correlate(_ row: Int, _ column: Int, _ factor: Double, _ correlation: [Double]) {
      guard factor != 0 else { return }
      for time in 0..<step {
        for other in 0..<step {
          let value = factor * correlation[time * stride + other]
          middle[(time * height + row) * size + other * height + column] += value
          if row != column { middle[(other * height + column) * size + time * height + row] += value }
        }
      }
    }
  }

  /// Equations (22.13) and (22.14): the responses and correlations of all fields with the singular vectors.
  private func system(_ bulk: BulkScalars) -> System {
    var system = System(height: height, step: step, stride: history.count)
    for layer in 1...depth {
      let own = history.layers[layer - 1]
      let (gain, strength, share) = (bulk.gains[layer - 1], bulk.backward[layer], start[layer - 1])
      let (below, y) = (place(.forward(layer - 1)), place(.backward(layer)))
      system.answer(y, below, gain * strength * share, own.backwardResponse)
      system.correlate(y, y, gain * strength, own.backward)
      guard layer < depth else { continue }
      let (x, above, back) = (place(.forward(layer)), place(.backward(layer + 1)), share * bulk.forward[layer - 1])
      system.answer(y, above, gain * start[layer], own.ofBackward)
      system.answer(x, below, gain * share, own.ofForward)
      system.answer(x, above, gain * back * start[layer], own.forwardResponse)
      system.correlate(x, y, gain, own.cross)
      system.correlate(x, x, gain * back, own.forward)
    }
    addData(bulk, to: &system)
    return system
  }

  /// Equation (22.14): what the data and the samples add.
  private func addData(_ bulk: BulkScalars, to system: inout System) {
    let (data, theta, strength) = (history.data, bulk.theta, bulk.backward[0])
    let gain = 1 / (1 - theta * strength)
    let (x, y) = (place(.forward(0)), place(.backward(1)))
    system.answer(x, y, gain * theta * start[0], data.gradientByNetwork)
    system.correlate(x, x, gain * theta, data.gradient)
    guard hasSamples else { return }
    let (error, residual) = (place(.error), place(.residual))
    system.answer(x, residual, gain * history.inverseSamples, data.gradientBySamples)
    system.correlate(x, error, gain, data.cross)
    system.answer(error, residual, gain * strength * history.inverseSamples, data.errorBySamples)
    system.answer(error, y, gain * start[0], data.errorByNetwork)
    system.correlate(error, error, gain * strength, data.error)
    system.answer(residual, error, theta, data.response)
    system.correlate(residual, residual, theta, data.residual)
  }

  /// Equation (22.15): `J - |N|^½ Σ |N|^½` over the fields beside weights, which has one more negative eigenvalue for each eigenvalue above.
  func counted(_ bulk: BulkScalars) -> DenseMatrix {
    let system = system(bulk)
    var products = DenseMatrix(rows: system.size, columns: system.size, system.middle)
    products.divideBothSidesByUnitLower(DenseMatrix(rows: system.size, columns: system.size, system.triangle))
    let pairs = (0..<depth).flatMap { layer in
      (0..<step).map { time in
        CoupledPair(
          time * height + place(.forward(layer)), time * height + place(.backward(layer + 1)),
          strength: couplings[layer][time])
      }
    }
    return DenseMatrix(counting: products, pairs)
  }
}
