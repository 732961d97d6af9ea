import Calculus
import Fixtures
import Problems
import Tables
import Testing

@testable import FiniteWidth

@Suite("Where gradients come from")
struct GradientSourceTests {
  /// Moments of what a step uses of a batch: means of many draws with their standard errors.
  private struct Moments {
    private var sums: [Double]
    private var squares: [Double]
    private var count = 0.0

    init(_ size: Int) {
      sums = Array(repeating: 0, count: size)
      squares = sums
    }

    mutating func add(_ values: [Double]) {
      for (index, value) in values.enumerated() {
        sums[index] += value
        squares[index] += value * value
      }
      count += 1
    }

    func mean(_ index: Int) -> Double { sums[index] / count }
    func error(_ index: Int) -> Double {
      ((squares[index] / count - mean(index) * mean(index)) / count).squareRoot()
    }
  }

  /// Losses, their squares, the field, its products, and products of both.
  private func statistics(_ answer: InputGradient) -> [Double] {
    let (field, losses) = (answer.field, answer.train)
    let products = field.indices.flatMap { a in field.indices.filter { $0 >= a }.map { field[a] * field[$0] } }
    return losses + losses.map { $0 * losses[0] } + field + products
      + losses.flatMap { loss in field.map { $0 * loss } } + field.map { $0 * $0 * $0 }
  }

  /// Equation (8.3) against batches drawn sample by sample: up to third moments of everything that a step uses.
  ///
  /// Of two outputs whose noise covaries, and of three of which two are the same up to their predictors.
  @Test(
    "fresh batches have the law of real batches",
    arguments: [
      nil,
      OutputModel(
        targetCovariance: [[1, 0.4], [0.4, 0.5]], noiseCovariance: [[0.5, -0.3], [-0.3, 0.2]], signalDecays: [0.5, 2]),
      OutputModel(
        targetCovariance: [[1, 1, 0], [1, 1, 0], [0, 0, 1]],
        noiseCovariance: [[0.3, 0.3, 0], [0.3, 0.3, 0], [0, 0, 0]]),
    ])
  func law(_ outputs: OutputModel?) throws {
    let data = DataModel(
      spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 1, signalDecay: 0.5)), inputDimension: 3, noise: 0.7,
      sampling: .onePass(.count(4)), outputs: outputs)
    let modes = Modes(data, try outputs.map { try OutputRoots($0) }, seed: 1, replica: 1)
    let predictor = Array([0.3, -0.8, 1.1, 0.3, -0.8, 1.1, -0.2, 0.1, 0.6].prefix(3 * modes.outputs))
    let fresh = FreshBatch(modes: modes, samples: 4, seed: 2, replica: 1)
    let size = statistics(fresh.respond(to: predictor, step: 0)).count
    var drawn = Moments(size)
    var real = Moments(size)
    for index in 0..<(outputs == nil ? 40_000 : 15_000) {
      drawn.add(statistics(fresh.respond(to: predictor, step: index)))
      // A fixed batch of a new replica each time is a fresh one; the target's signs must not change.
      real.add(statistics(FixedBatch(modes, samples: 4, seed: 3, replica: index).respond(to: predictor, step: 0)))
    }
    for index in 0..<size {
      let error = (drawn.error(index) * drawn.error(index) + real.error(index) * real.error(index)).squareRoot()
      #expect(abs(drawn.mean(index) - real.mean(index)) < 4.5 * error, "statistic \(index)")
      // A product with what is always zero has none.
      #expect(error > 0 || outputs != nil && drawn.mean(index) == real.mean(index))
    }
  }

  @Test("batches of different steps and replicas differ; the same one comes again")
  func streams() {
    let data = DataModel(inputDimension: 5, noise: 0.1, sampling: .onePass(.count(6)))
    let predictor = [Double](repeating: 0.5, count: 5)
    func field(_ replica: Int, _ step: Int) -> [Double] {
      FreshBatch(modes: Modes(data, seed: 1, replica: 0), samples: 6, seed: 1, replica: replica)
        .respond(to: predictor, step: step).field
    }
    #expect(field(0, 0) == field(0, 0))
    #expect(field(0, 0) != field(0, 1))
    #expect(field(0, 0) != field(1, 0))
  }

  private func table() throws -> (measurement: Measurement, data: DataModel) {
    var stream = RandomStream(seed: 4, replica: 0, purpose: .inputs)
    let rows = 40
    var inputs = stream.normals(rows * 3)
    for row in 0..<rows { inputs[3 * row + 2] = 3 * inputs[3 * row + 2] + 1 }
    var target = stream.normals(rows)
    for row in 0..<rows { target[row] += 2 * inputs[3 * row] - 0.5 * inputs[3 * row + 2] }
    let measurement = try Measurement(
      DataTable(inputNames: ["a", "b", "c"], inputs: inputs, target: target), .center)
    let data = DataModel(
      spectrum: .measured(measurement.spectrum), inputDimension: 3,
      noise: measurement.spectrum.residualVariance.squareRoot(), sampling: .batch(.count(25)))
    return (measurement, data)
  }

  /// Least squares leaves residuals orthogonal to the inputs: the mean square over all rows is `C_v + σ²`.
  @Test("drawn and held-out rows are the whole table, each once")
  func heldOut() throws {
    let (measurement, data) = try table()
    let modes = Modes(data, seed: 1, replica: 7)
    let predictor = [0.4, -0.3, 0.9]
    let answer = FixedBatch(modes, table: measurement.prepared, samples: 25, seed: 1, replica: 7)
      .respond(to: predictor, step: 0)
    let whole = (25 * answer.trainLoss + 15 * answer.testLoss) / 40
    #expect(abs(whole - modes.error(predictor).losses[0]) < 1e-12)
    #expect(abs(answer.trainLoss - answer.testLoss) > 1e-3)
    let other = FixedBatch(modes, table: measurement.prepared, samples: 25, seed: 1, replica: 8)
    #expect(other.respond(to: predictor, step: 0).trainLoss != answer.trainLoss)
  }

  @Test("fresh rows have the table's gradient and loss on average")
  func freshRows() throws {
    let (measurement, data) = try table()
    let modes = Modes(data, seed: 1, replica: 0)
    let predictor = [0.4, -0.3, 0.9]
    let source = FreshRows(modes: modes, table: measurement.prepared, samples: 5, seed: 1, replica: 0)
    let exact = PopulationGradient(modes: modes).respond(to: predictor, step: 0)
    var moments = Moments(4)
    for step in 0..<20_000 {
      let answer = source.respond(to: predictor, step: step)
      moments.add([answer.trainLoss] + answer.field)
      #expect(answer.testLoss == exact.testLoss)
    }
    for (index, expected) in ([exact.trainLoss] + exact.field).enumerated() {
      #expect(abs(moments.mean(index) - expected) < 4.5 * moments.error(index), "\(index)")
    }
  }
}
