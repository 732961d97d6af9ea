import Problems

/// The limit of infinitely many residual branches, equation (20.8): both kernels obey ordinary differential equations in the depth tau,
///
///     dS/dtau = b^2 s_1^2 F(S),      dT/dtau = b^2 (c_1 F(S) + s_1^2 F'(S) ∘ T),      0 <= tau <= 1
///
/// which close pair by pair, since F of a pair asks for its covariance and both variances alone. Runge-Kutta's classical rule with n and 2n
/// steps; Richardson's combination is reported, and its difference from the finer one is the error.
struct DeepMoves: KernelMoves {
  private let coarse: DepthLadder
  private let fine: DepthLadder
  private let end: LayerExpectation
  private let scales: [Double]
  private let rates: [Double]

  /// Steps of the coarser solution for a branch of unit strength.
  private static let steps = 12.0
  /// `2^4 - 1`, the rule being of fourth order.
  private static let order = 15.0

  init(
    _ architecture: Architecture, _ scales: [Double], _ rates: [Double], variances gram: [Double]
  ) {
    self.scales = scales
    self.rates = rates
    var strength = 1.0
    if case .residual(let scale) = architecture.connection { strength = scale * scale }
    let growth = strength * scales[1] * scales[1]
    let steps = Int(min(max(8, Self.steps * growth.squareRoot()), 256).rounded(.up))
    let start = gram.map { scales[0] * scales[0] * $0 }
    func ladder(_ steps: Int) -> DepthLadder {
      DepthLadder(
        architecture.activation, start, growth: growth, learning: strength * rates[1], steps: steps)
    }
    (coarse, fine) = (ladder(steps), ladder(2 * steps))
    end = LayerExpectation(
      architecture.activation,
      variances: zip(coarse.end, fine.end).map { $1 + ($1 - $0) / Self.order })
  }

  var error: Double { max(fine.remainder, end.coefficients?.remainder ?? 0) }

  func strip(_ row: Int, gram: [Double]) -> KernelStrip {
    let start = KernelState(gram, scale: scales[0], rate: rates[0])
    let rough = coarse.climb(row, start)
    var state = fine.climb(row, start)
    var error = 0.0
    for column in 0...row {
      let moves = [\KernelState.covariances, \.rates].map {
        (state[keyPath: $0][column] - rough[keyPath: $0][column]) / Self.order
      }
      error = max(error, abs(moves[0]) / max(state.covariances[row], .leastNormalMagnitude))
      error = max(error, abs(moves[1]) / max(state.rates[row], .leastNormalMagnitude))
      state.covariances[column] += moves[0]
      state.rates[column] += moves[1]
    }
    state.covariances[row] = end.variances[row]
    var strip = state.readout(row, end, scale: scales[2], rate: rates[2])
    strip.error = error
    return strip
  }
}

/// So many steps in depth, with the expectations of all rows at every stage of them.
struct DepthLadder: Sendable {
  /// Four stages for each step.
  private var stages: [LayerExpectation] = []
  /// Variances at tau = 1.
  private(set) var end: [Double]
  private let growth: Double
  private let learning: Double
  private let step: Double

  /// Where the next stage begins, in steps, and its share of the step taken.
  private static let places = [0.5, 0.5, 1]
  private static let shares = [1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6]

  init(
    _ activation: ActivationFunction, _ variances: [Double], growth: Double, learning: Double,
    steps: Int
  ) {
    self.growth = growth
    self.learning = learning
    step = 1 / Double(steps)
    end = variances
    for _ in 0..<steps {
      let start = end
      var place = start
      for stage in 0..<4 {
        let expectation = LayerExpectation(activation, variances: place)
        stages.append(expectation)
        let slope = expectation.squares.map { growth * $0 }
        for row in end.indices {
          end[row] += Self.shares[stage] * step * slope[row]
          if stage < 3 { place[row] = start[row] + Self.places[stage] * step * slope[row] }
        }
      }
    }
  }

  /// Share left by series that were cut.
  var remainder: Double { stages.compactMap { $0.coefficients?.remainder }.max() ?? 0 }

  /// From tau = 0 to 1 on the strip of a row, equation (20.8).
  func climb(_ row: Int, _ start: KernelState) -> KernelState {
    var (state, place) = (start, start)
    for first in stride(from: 0, to: stages.count, by: 4) {
      let below = state
      place.covariances = below.covariances
      place.rates = below.rates
      for stage in 0..<4 {
        let expectation = stages[first + stage]
        place.covariances[row] = expectation.variances[row]
        expectation.fill(
          row: row, covariances: place.covariances, values: &place.values, slopes: &place.slopes)
        let (share, next) = (Self.shares[stage] * step, stage < 3 ? Self.places[stage] * step : 0)
        for column in 0...row {
          let forward = growth * place.values[column]
          let rate =
            learning * place.values[column] + growth * place.slopes[column] * place.rates[column]
          state.covariances[column] += share * forward
          state.rates[column] += share * rate
          if stage < 3 {
            place.covariances[column] = below.covariances[column] + next * forward
            place.rates[column] = below.rates[column] + next * rate
          }
        }
      }
    }
    return state
  }
}
