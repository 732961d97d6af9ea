/// How overlaps and readout move: equations (19.1) and (19.2).
struct LearningEquations<Averages: FieldAverages> {
  private let problem: CommitteeProblem
  private let start: OrderParameters
  /// `[[Q, R], [Rᵀ, T]]`, of which T stays.
  private let covariance: [Double]

  init(_ problem: CommitteeProblem) {
    self.problem = problem
    start = OrderParameters(problem)
    covariance = problem.overlaps.covariance
  }

  private var count: Int { start.units + start.teachers }

  /// The averages, and `u = (-v, v*)`.
  private func averages(_ state: [Double]) -> (averages: Averages, weights: [Double], parameters: OrderParameters) {
    let parameters = OrderParameters(units: start.units, teachers: start.teachers, state: state)
    var covariance = covariance
    parameters.write(into: &covariance)
    let weights = parameters.readout.map { -$0 } + problem.teacherReadout
    return (Averages(covariance, count: count), weights, parameters)
  }

  /// The mean squared error on fresh samples, noise included; equation (19.1).
  func loss(_ state: [Double]) -> Double {
    let (averages, weights, _) = averages(state)
    var loss = problem.noise * problem.noise
    for i in 0..<count {
      loss += weights[i] * weights[i] * averages.activations(i, i)
      for j in 0..<i { loss += 2 * weights[i] * weights[j] * averages.activations(i, j) }
    }
    return loss
  }

  /// The derivative of the state by time, equation (19.2).
  func derivative(_ state: [Double], into derivative: inout [Double]) {
    let (averages, weights, parameters) = averages(state)
    let (units, rate, decay) = (start.units, problem.learningRate, problem.weightDecay)
    let readout = parameters.readout
    // E Δ g'(k) b for every unit k and field b.
    var pulls = [Double](repeating: 0, count: units * count)
    for unit in 0..<units {
      for field in 0..<count {
        var sum = 0.0
        for i in 0..<count { sum += weights[i] * averages.gradient(unit, field, i) }
        pulls[unit * count + field] = rate * readout[unit] * sum
      }
    }
    var place = 0
    for row in 0..<units {
      for column in row..<units {
        let drift = pulls[row * count + column] + pulls[column * count + row]
        derivative[place] =
          drift - 2 * rate * decay * state[place]
          + rate * rate / Double(problem.samplesPerStep) * readout[row] * readout[column]
          * squaredError(row, column, averages, weights)
        place += 1
      }
    }
    for unit in 0..<units {
      for teacher in units..<count {
        derivative[place] = pulls[unit * count + teacher] - rate * decay * state[place]
        place += 1
      }
    }
    for unit in 0..<units {
      var sum = 0.0
      if problem.readoutRate > 0 {
        for i in 0..<count { sum += weights[i] * averages.activations(unit, i) }
      }
      derivative[place] = rate * (problem.readoutRate * sum - problem.readoutDecay * state[place])
      place += 1
    }
  }

  /// `E Δ² g'(k) g'(l)`, noise included.
  private func squaredError(_ row: Int, _ column: Int, _ averages: Averages, _ weights: [Double]) -> Double {
    var sum = problem.noise * problem.noise * averages.slopes(row, column)
    for i in 0..<count {
      sum += weights[i] * weights[i] * averages.products(row, column, i, i)
      for j in 0..<i { sum += 2 * weights[i] * weights[j] * averages.products(row, column, i, j) }
    }
    return sum
  }

  /// `-dε/dt`, the fall of the loss by its change along the motion.
  func fall(_ state: [Double]) -> Double {
    var direction = state
    derivative(state, into: &direction)
    let size = state.reduce(0) { max($0, abs($1)) }
    let speed = direction.reduce(0) { max($0, abs($1)) }
    guard speed > 0 else { return 0 }
    // The cube root of rounding balances both errors of a central difference.
    let step = 1e-5 * size / speed
    func moved(_ sign: Double) -> Double { loss(zip(state, direction).map { $0 + sign * step * $1 }) }
    return (moved(-1) - moved(1)) / (2 * step)
  }
}

extension CommitteeProblem {
  /// The mean squared error on fresh samples with overlaps and readout as they stand, noise included; equation (19.1).
  var loss: Double {
    let state = OrderParameters(self).state
    return switch activation {
    case .erfScaled: LearningEquations<ErrorFunctionAverages>(self).loss(state)
    case .relu: LearningEquations<RectifierAverages>(self).loss(state)
    }
  }
}
