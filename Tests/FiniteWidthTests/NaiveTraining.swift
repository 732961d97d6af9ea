import Calculus
import Problems
import Foundation
import Testing

@testable import FiniteWidth

/// Training as a textbook has it: dense weights, one sample after the other, backpropagation; the slow twin of `Simulator`.
///
/// Shares the random numbers (their layout is equation (8.6)) and nothing else; of several outputs also targets and noise, whose laws
/// have tests of their own. Generated data in batch mode, or the population gradient as a batch of basis vectors.
struct NaiveTraining {
  typealias Matrix = [[Double]]

  let problem: TrainingProblem
  /// Units of the hidden layers.
  let widths: [Int]
  let dimension: Int
  var weights: [Matrix]
  var buffers: [Matrix]
  /// Of an optimiser that makes its momentum buffer orthogonal.
  var gradientBuffers: [Matrix]
  let outputs: Int
  let inputs: Matrix
  /// One list a sample, one number an output.
  let target: Matrix
  let eigenvalues: [Double]
  /// One list an output.
  let teacher: Matrix
  /// Variances of the noise, one an output.
  let floor: [Double]

  /// Test and train loss, and the squares of hidden fields of the mean gradient, step by step.
  private(set) var testLoss: [Double] = []
  private(set) var trainLoss: [Double] = []

  init(_ problem: TrainingProblem, seed: Int, replica: Int) {
    self.problem = problem
    guard case .units(let width) = problem.architecture.width else { preconditionFailure("whole sizes") }
    let profile = problem.architecture.widthProfile
    let widths = (0..<problem.architecture.hiddenLayers).map { layer in
      profile.map { Int((Double(width) * $0[layer]).rounded()) } ?? width
    }
    self.widths = widths
    let dimension = problem.data.inputDimension
    self.dimension = dimension
    let layers = problem.architecture.hiddenLayers
    let outputs = problem.data.outputCount
    self.outputs = outputs
    weights = (0...layers).map { layer in
      var stream = RandomStream(seed: seed, replica: replica, purpose: .weights, substream: layer)
      let rows = layer == layers ? outputs : widths[layer]
      let columns = layer == 0 ? dimension : widths[layer - 1]
      let numbers = stream.normals(rows * columns, deviation: problem.architecture.initScale[layer])
      return (0..<rows).map { row in Array(numbers[row * columns..<(row + 1) * columns]) }
    }
    buffers = weights.map { $0.map { $0.map { _ in 0 } } }
    gradientBuffers = buffers

    let roots = problem.data.outputs.flatMap { try? OutputRoots($0) }
    let modes = Modes(problem.data, roots, seed: seed, replica: replica)
    let (lambda, alone) = Self.population(problem.data, seed: seed, replica: replica)
    eigenvalues = lambda
    let teacher = outputs == 1 ? [alone] : modes.target.parts(outputs).map(Array.init)
    self.teacher = teacher
    floor = modes.noise.variances

    guard case .batch(.count(let samples)) = problem.data.sampling else {
      inputs = []
      target = []
      return
    }
    var stream = RandomStream(seed: seed, replica: replica, purpose: .inputs)
    let numbers = stream.normals(samples * dimension)
    let inputs = (0..<samples).map { row in
      (0..<dimension).map { numbers[row * dimension + $0] * lambda[$0].squareRoot() }
    }
    var noise = RandomStream(seed: seed, replica: replica, purpose: .noise)
    let errors =
      outputs == 1
      ? [noise.normals(samples).map { problem.data.noise * $0 }]
      : modes.noise.draw(samples, from: &noise).parts(outputs).map(Array.init)
    self.inputs = inputs
    let scale = problem.data.normalizingDimension.squareRoot()
    target = (0..<samples).map { row in
      zip(teacher, errors).map { teacher, errors in
        zip(teacher, inputs[row]).reduce(0) { $0 + $1.0 * $1.1 } / scale + errors[row]
      }
    }
  }

  /// Eigenvalues and the target of one output, equations (7.1) and (7.2) once more.
  private static func population(_ data: DataModel, seed: Int, replica: Int) -> (
    eigenvalues: [Double], target: [Double]
  ) {
    let dimension = data.inputDimension
    var signs = RandomStream(seed: seed, replica: replica, purpose: .targetSigns)
    let sign = signs.signs(dimension)
    guard case .powerLaw(let law) = data.spectrum else { return (Array(repeating: 1, count: dimension), sign) }
    let k = (1...dimension).map(Double.init)
    let one = k.map { pow($0, -law.eigenvalueDecay) }
    let two = k.map { pow($0, -law.signalDecay) }
    let isMean = law.scale == .mean
    let lambda = one.map { isMean ? $0 * Double(dimension) / one.reduce(0, +) : $0 }
    let power = zip(two, lambda).map { (isMean ? Double(dimension) : 1) * $0 / two.reduce(0, +) / $1 }
    return (lambda, zip(sign, power).map { $0 * $1.squareRoot() })
  }

  private func times(_ matrix: Matrix, _ x: [Double]) -> [Double] {
    matrix.map { row in zip(row, x).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  private func transposed(_ matrix: Matrix, _ x: [Double]) -> [Double] {
    (0..<matrix[0].count).map { column in zip(matrix, x).reduce(0) { $0 + $1.0[column] * $1.1 } }
  }

  /// Factor on `W x` of each layer, as equations (1.1)-(1.4) have it.
  private func multiplier(_ layer: Int) -> Double {
    if layer == 0 { return 1 / problem.data.normalizingDimension.squareRoot() }
    let root = Double(widths[layer - 1]).squareRoot()
    if layer == problem.architecture.hiddenLayers {
      let ratio = Double(widths[layer - 1]) / problem.data.normalizingDimension
      let richness = problem.parameterization.richness
      let gamma = problem.parameterization.rule == .muP ? richness * ratio.squareRoot() : richness
      return 1 / (gamma * root)
    }
    return (problem.architecture.branchFactor ?? 1) / root
  }

  private func isBranch(_ layer: Int) -> Bool {
    layer > 0 && layer < problem.architecture.hiddenLayers && problem.architecture.branchFactor != nil
  }

  /// Outputs and all layer inputs of one sample.
  private func forward(_ x: [Double]) -> (fields: Matrix, output: [Double]) {
    var fields = [x]
    for layer in weights.indices {
      let below = fields[layer]
      var above = times(weights[layer], below).map { multiplier(layer) * $0 }
      if isBranch(layer) { above = zip(above, below).map { $0 + $1 } }
      fields.append(above)
    }
    return (fields, fields[weights.count])
  }

  /// Adds a sample's share of `-dLoss/dW` by backpropagation.
  private func backward(_ fields: Matrix, error: [Double], into gradients: inout [Matrix]) {
    var delta = error
    for layer in weights.indices.reversed() {
      for row in delta.indices {
        for column in fields[layer].indices {
          gradients[layer][row][column] += multiplier(layer) * delta[row] * fields[layer][column]
        }
      }
      let through = transposed(weights[layer], delta).map { multiplier(layer) * $0 }
      delta = isBranch(layer) ? zip(through, delta).map { $0 + $1 } : through
    }
  }

  /// The objective of the step's samples, `Σ_µ Σ_c (y_c - f_c)²/2P`, and its gradient with a minus sign.
  func objective() -> (value: Double, downhill: [Matrix]) {
    var gradients = weights.map { $0.map { $0.map { _ in 0.0 } } }
    var square = 0.0
    for (x, y) in zip(inputs, target) {
      let (fields, output) = forward(x)
      let error = zip(y, output).map { $0 - $1 }
      square += error.reduce(0) { $0 + $1 * $1 }
      backward(fields, error: error.map { $0 / Double(inputs.count) }, into: &gradients)
    }
    return (square / (2 * Double(inputs.count)), gradients)
  }

  /// Trains to the last step.
  mutating func run(steps: Int) {
    for step in 0...steps {
      let scale = problem.data.normalizingDimension
      let error = zip(teacher, predictor()).reduce(0) { sum, pair in
        sum + zip(zip(pair.0, pair.1), eigenvalues).reduce(0) { $0 + $1.1 * ($1.0.0 - $1.0.1) * ($1.0.0 - $1.0.1) }
      }
      testLoss.append(error / scale + floor.reduce(0, +))
      var gradients: [Matrix]
      if inputs.isEmpty {
        trainLoss.append(testLoss[step])
        gradients = weights.map { $0.map { $0.map { _ in 0.0 } } }
        for mode in 0..<dimension {
          var basis = Array(repeating: 0.0, count: dimension)
          basis[mode] = eigenvalues[mode].squareRoot()
          let (fields, output) = forward(basis)
          let wanted = teacher.map { $0[mode] * basis[mode] / scale.squareRoot() }
          backward(fields, error: zip(wanted, output).map { $0 - $1 }, into: &gradients)
        }
      } else {
        let objective = objective()
        trainLoss.append(2 * objective.value)
        gradients = objective.downhill
      }
      update(
        ruled(gradients),
        rate: problem.optimizer.learningRate * problem.optimizer.schedule.factor(step: step, total: steps))
    }
  }

  /// One list an output.
  private func predictor() -> Matrix {
    let columns = (0..<dimension).map { mode in
      var basis = Array(repeating: 0.0, count: dimension)
      basis[mode] = problem.data.normalizingDimension.squareRoot()
      return forward(basis).output
    }
    return (0..<outputs).map { output in columns.map { $0[output] } }
  }

  /// The optimiser as torch.optim.SGD has it, on `-dLoss/dW` at the plain rate `γ² D η c_l`.
  private mutating func update(_ gradients: [Matrix], rate: Double) {
    let optimizer = problem.linearOptimizer
    let momentum = optimizer.momentum.coefficient
    let decay = optimizer.weightDecay
    for layer in weights.indices {
      let plain = problem.plainRateFactor * problem.layerRates[layer]
      for row in weights[layer].indices {
        for column in weights[layer][row].indices {
          let weight = weights[layer][row][column]
          var downhill = plain * gradients[layer][row][column]
          if case .coupled(let strength) = decay { downhill -= strength * weight }
          let buffer = momentum * buffers[layer][row][column] + downhill
          buffers[layer][row][column] = buffer
          let step = optimizer.momentum.isNesterov ? downhill + momentum * buffer : buffer
          var kept = weight
          if case .decoupled(let strength) = decay { kept *= 1 - rate * strength }
          weights[layer][row][column] = kept + rate * step
        }
      }
    }
  }
}

/// A network's curve, each step of which must be the textbook's.
func textbookCurve(_ problem: TrainingProblem, steps: Int) throws -> ReplicaCurve {
  let simulator = try Simulator(problem, table: nil, seed: 5)
  let curve = try #require(simulator.train(replica: 3)).curve
  var twin = NaiveTraining(problem, seed: 5, replica: 3 + problem.data.inputDimension << 32)
  twin.run(steps: steps)
  #expect(curve.count == steps + 1)
  for step in 0...steps {
    #expect(abs(curve.testLoss[step] - twin.testLoss[step]) < 1e-11 * twin.testLoss[0], "test loss at \(step)")
    #expect(abs(curve.trainLoss[step] - twin.trainLoss[step]) < 1e-11 * twin.trainLoss[0], "train loss at \(step)")
  }
  return curve
}
