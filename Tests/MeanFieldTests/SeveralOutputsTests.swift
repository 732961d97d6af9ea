import Fixtures
import Foundation
import LinearAlgebra
import Problems
import Testing

@testable import MeanField

/// Blocks of several explicit rows: a time point has a row for each output.
@Suite("Several outputs, unequal widths")
struct SeveralOutputsTests {
  /// What a march leaves.
  private struct Curves: ChainMarch.Visitor {
    var testLoss: [Double] = []
    var trainLoss: [Double] = []
    var layout = BlockLayout(times: 0)
    var test: [Double] = []
    var layers: [Junction] = []
    var residual = 0.0

    func visit<Layers: Chain>(_ equations: MeanFieldEquations<Layers>, _ report: March.Report) -> Curves {
      var curves = self
      curves.testLoss = equations.testLoss
      curves.trainLoss = equations.trainLoss
      curves.layout = equations.layout
      curves.test = equations.data.errorCorrelation.entries
      curves.layers = equations.chain.layers
      for row in 0..<equations.layout.size {
        let expected = equations.richness * equations.data.predictionGradientOverlap(row)
        for (index, layer) in equations.chain.layers.enumerated() {
          let balance = layer.crossCorrelation[row, row] * equations.architecture.relativeWidth(index + 1).squareRoot()
          curves.residual = max(curves.residual, abs(balance - expected))
        }
      }
      return curves
    }
  }

  private func solve(_ settings: [String], outputs: OutputCovariances? = nil) throws -> Curves {
    try solve(loadProblem(overrides: settings), outputs)
  }

  private func solve(
    _ problem: TrainingProblem, _ outputs: OutputCovariances?, spectrum: SpectralMeasures? = nil
  ) throws -> Curves {
    let steps = try #require(problem.time.steps)
    let kernels = OptimizerKernels(problem.optimizer, scheduleSteps: steps, steps: steps)
    var march = ChainMarch(problem: problem, spectrum: spectrum ?? SpectralMeasures(problem), kernels: kernels)
    march.outputs = outputs
    return march.run(Curves())
  }

  private static let problems: [[String]] = [
    ["network.hiddenLayers=2", "data.inputDimension=60", "network.width=45", "data.samples=90", "data.noise=0.3"],
    [
      "network.hiddenLayers=3", "network.residual=true", "training.mode=onePass", "training.samplesPerStep=64",
      "data.noise=0.2", "training.weightDecay=0.1", "data.inputDimension=32", "network.width=64",
    ],
    [
      "network.hiddenLayers=1", "training.mode=population", "training.momentum=0.6", "training.learningRate=0.02",
      "network.parameterization=NTK",
    ],
    [
      "network.hiddenLayers=2", "data.inputDimension=12", "data.spectrum={eigenvalueDecay: 0.8, signalDecay: 1.2}",
      "data.samples=30", "data.noise=0.2", "network.width=16",
    ],
    ["network.residual=true", "network.depth=infinite", "data.noise=0.2", "data.samples=300"],
  ]

  /// Without coupling between the outputs three interleaved copies of a problem stay what the problem is alone: the same rows in
  /// blocks of three, by other BLAS routines on another kind of storage.
  @Test("three uncoupled outputs are one output three times, to rounding", arguments: problems)
  func copies(_ settings: [String]) throws {
    let settings = settings + ["training.steps=40"]
    let one = try solve(settings)
    let noise = try loadProblem(overrides: settings).data.noise
    let three = try solve(
      settings,
      outputs: OutputCovariances(
        targets: [OutputMatrix(outputs: 3, diagonal: 1)], noise: OutputMatrix(outputs: 3, diagonal: noise * noise)))
    #expect(three.layout.height == 3 && !three.layout.isImplicit && three.layout.size == 123)
    let isExact = !settings.contains("network.depth=infinite")
    // Sums along the depth settle to 1e-11 of the rows.
    let tolerance = isExact ? 200 * 41 * Double.ulpOfOne : 1e-9
    for (single, triple) in zip(one.testLoss + one.trainLoss, three.testLoss + three.trainLoss) {
      #expect(abs(triple - 3 * single) <= tolerance * 3 * one.testLoss[0])
    }
    for (single, triple) in zip(one.layers, three.layers) {
      let scale = (0..<41).reduce(0) { max($0, single.forwardCorrelation.strength($1)) }
      for time in 0..<41 {
        for output in 0..<3 {
          for other in 0..<3 {
            let expected = output == other ? single.forwardCorrelation[time, time / 2] : 0
            let found = triple.forwardCorrelation[3 * time + output, 3 * (time / 2) + other]
            // Within a time only the lower triangle is read.
            if time > time / 2 || output >= other { #expect(abs(found - expected) <= tolerance * scale) }
          }
        }
      }
    }
  }

  /// Rotating targets and noise rotates the loss matrix and leaves its trace.
  @Test("a rotation of the outputs leaves the total loss", arguments: problems.prefix(4))
  func rotation(_ settings: [String]) throws {
    let settings = settings + ["training.steps=20"]
    let (cosine, sine) = (0.8, 0.6)
    func rotated(_ first: Double, _ second: Double) -> OutputMatrix {
      let mixed = cosine * sine * (first - second)
      return OutputMatrix(
        outputs: 2,
        [
          cosine * cosine * first + sine * sine * second, mixed, mixed, sine * sine * first + cosine * cosine * second,
        ])
    }
    let plain = try solve(
      settings,
      outputs: OutputCovariances(
        targets: [OutputMatrix(outputs: 2, [1.2, 0, 0, 0.3])], noise: OutputMatrix(outputs: 2, [0.02, 0, 0, 0.2])))
    let turned = try solve(
      settings, outputs: OutputCovariances(targets: [rotated(1.2, 0.3)], noise: rotated(0.02, 0.2)))
    for (first, second) in zip(plain.testLoss + plain.trainLoss, turned.testLoss + turned.trainLoss) {
      #expect(abs(first - second) <= 1e-12 * plain.testLoss[0])
    }
    #expect(turned.residual <= 1e-12)
  }

  /// One hidden layer, population, isotropic inputs: the first step of section 14.
  @Test("the first step from a random start is exact with correlated targets")
  func firstStep() throws {
    let (rate, ratio, richness) = (0.1, 0.8, 1.3)
    let target = OutputMatrix(outputs: 2, [1, 0.3, 0.3, 0.6])
    let noise = OutputMatrix(outputs: 2, [0.2, 0.05, 0.05, 0.1])
    let curves = try solve(
      [
        "network.hiddenLayers=1", "network.widthRatio=\(ratio)", "network.richness=\(richness)",
        "training.mode=population", "training.learningRate=\(rate)", "training.steps=3",
      ], outputs: OutputCovariances(targets: [target], noise: noise))
    let shrunk = 1 - rate / ratio
    let signal = pow(1 - rate - rate * shrunk, 2) + rate * rate / ratio
    let initial =
      (pow(1 - rate * shrunk, 2) - 2 * (1 - rate * shrunk) * rate * (1 + 1 / ratio)
        + rate * rate * (1 + 3 / ratio + 1 / (ratio * ratio))) / (richness * richness * ratio)
    for output in 0..<2 {
      for other in 0...output {
        let expected = target[output, other] * signal + (output == other ? initial : 0)
        let found = curves.test[(2 + output) * curves.layout.size + 2 + other]
        #expect(abs(found - expected) <= 1e-14)
      }
    }
  }

  /// Reference curves with covariances that do not commute, so that outputs are coupled; losses are totals, the strengths of layers
  /// sums over the outputs.
  @Test("coupled outputs agree with the reference within 1e-8 |x| + 1e-11 |x(0)|", arguments: try CoupledCase.all())
  func reference(_ reference: CoupledCase) throws {
    let solution = try Solver(reference.problem).solve()
    var columns = [("test_loss", solution.curve.testLoss), ("train_loss", solution.curve.trainLoss)]
    for layer in 1...reference.problem.architecture.hiddenLayers {
      columns.append(("forward \(layer)", solution.orderParameters.forwardStrength(layer)))
      columns.append(("backward \(layer)", solution.orderParameters.backwardStrength(layer)))
    }
    for (output, losses) in (solution.outputs?.testLoss ?? []).enumerated() {
      columns.append(("test \(output)", losses))
    }
    for (output, losses) in (solution.outputs?.trainLoss ?? []).enumerated() {
      columns.append(("train \(output)", losses))
    }
    for (name, found) in columns {
      let expected = try #require(reference.columns[name], "\(name)")
      #expect(found.count == 40 && expected.count == 40)
      for (step, (found, expected)) in zip(found, expected).enumerated() {
        let allowed = 1e-8 * abs(expected) + 1e-11 * abs(try #require(reference.columns[name]?.first))
        #expect(abs(found - expected) <= allowed, "\(name) at step \(step) of \(reference)")
      }
    }
    #expect(solution.residual <= 1e-10)
    #expect((solution.outputs?.testLoss.count ?? 1) == reference.problem.data.outputCount)
  }

  @Test("there are ten cases")
  func counts() throws { #expect(try CoupledCase.all().count == 10) }
}

/// A reference case of several outputs or of layers of unequal widths (Tests/Fixtures/oracle/vector_outputs.json).
struct CoupledCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let problem: TrainingProblem
  /// Columns over the steps: losses, those of each output, and "forward l", "backward l".
  private(set) var columns: [String: [Double]] = [:]

  static func all() throws -> [CoupledCase] {
    let url = packageRoot.appendingPathComponent("Tests/Fixtures/oracle/vector_outputs.json")
    let file = try castOrThrow(JSONSerialization.jsonObject(with: Data(contentsOf: url)), as: [String: Any].self)
    let cases = try castOrThrow(file["exact"], as: [[String: Any]].self)
    return try cases.compactMap(CoupledCase.init)
  }

  /// Nil for tables.
  private init?(_ entry: [String: Any]) throws {
    testDescription = try castOrThrow(entry["name"], as: String.self)
    let config = try castOrThrow(entry["config"], as: [String: [String: Any]].self)
    guard config["data"]?["file"] == nil else { return nil }
    problem = try loadProblem(json: config)
    for key in ["test_loss", "train_loss"] { columns[key] = entry[key] as? [Double] }
    for name in ["test", "train"] {
      let blocks = entry["\(name)_covariance"] as? [[[Double]]]
      let rows = blocks.map { $0.map { block in block.indices.map { block[$0][$0] } } }
      guard let rows = rows ?? entry["\(name)_per_output"] as? [[Double]] else { continue }
      for output in rows[0].indices { columns["\(name) \(output)"] = rows.map { $0[output] } }
    }
    for name in ["forward", "backward"] {
      let rows = try castOrThrow(entry[name], as: [[Double]].self)
      for layer in 1...problem.architecture.hiddenLayers { columns["\(name) \(layer)"] = rows.map { $0[layer] } }
    }
  }
}
