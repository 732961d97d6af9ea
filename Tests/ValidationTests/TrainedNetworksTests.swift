import Problems
import Fixtures
import Foundation
import MeanField
import Parallel
import Testing

@testable import FiniteWidth
@testable import Validation

/// Theory against networks that are really trained.
@Suite("Theory against trained networks")
struct TrainedNetworksTests {
  /// Networks that take a gradient of the wrong length.
  private struct Scaled: GradientSource {
    var source: any GradientSource
    let factor: Double

    mutating func respond(to predictor: [Double], step: Int) -> InputGradient {
      let answer = source.respond(to: predictor, step: step)
      return InputGradient(
        field: answer.field.map { factor * $0 }, error: answer.error, residuals: answer.residuals,
        test: answer.test, train: answer.train)
    }
  }

  private func compare(gradientScale: Double, tolerance: Double = 0.05) throws -> Agreement {
    let problem = makeProblem(
      width: .units(120), dimension: 120, noise: 0.3, sampling: .batch(.count(240)), steps: 40)
    let simulator = try Simulator(problem, table: nil, seed: 11)
    let curves = (0..<48).compactMap { replica in
      simulator.train(
        replica: replica, on: Scaled(source: simulator.source(replica: replica), factor: gradientScale),
        stop: StopSignal())?.curve
    }
    return Agreement(
      ComparedCurve.losses(try solve(problem).curve), Ensemble(times: simulator.times, replicas: curves),
      rows: Array(0...40), tolerance: tolerance,
      Resamples(replicas: 48, seed: 1))
  }

  @Test("a simulator that is broken on purpose does not pass")
  func broken() throws {
    let right = try compare(gradientScale: 1, tolerance: 0.15)
    #expect(right.verdict == .agrees, "\(right.largestHalfWidth)")
    let broken = try compare(gradientScale: 1.25)
    #expect(broken.verdict == .disagrees && broken.pValue < 0.01)
    #expect(try compare(gradientScale: 0.8).verdict == .disagrees)
  }

  @Test("order parameters agree too, layer by layer and at all steps")
  func orderParameters() throws {
    let problem = makeProblem(
      layers: 3, width: .units(150), connection: .residual(branchScale: 1), dimension: 150, noise: 0.2,
      sampling: .onePass(.count(150)), optimizer: LinearOptimizer(learningRate: 0.03), steps: 30)
    let solution = try solve(problem)
    let networks = try trainedEnsemble(problem, replicas: 64)
    let curves =
      (0...3).map { layer in
        ComparedCurve("H^\(layer)", theory: solution.orderParameters.forwardStrength(layer)) { $0.forward[layer] }
      }
      + (1...3).map { layer in
        ComparedCurve("G^\(layer)", theory: solution.orderParameters.backwardStrength(layer)) { $0.backward[layer - 1] }
      }
    let agreement = Agreement(curves, networks, rows: Array(0...30), tolerance: 0.35, Resamples(replicas: 64, seed: 1))
    #expect(agreement.verdict == .agrees, "\(agreement.largestHalfWidth) \(String(describing: agreement.worst))")
    #expect(agreement.points.count == 7 * 31)
  }
}
