import Fixtures
import Foundation
import MeanField
import Testing

@Suite("Exact limits")
struct LimitsTests {
  @Test("the Marchenko-Pastur law has its mass, also with an atom at zero", arguments: [0.4, 1, 2.5])
  func mass(ratio: Double) throws {
    let loss = try Limits.lazyLoss(
      step: 0, kernelFactor: 2, learningRate: 0.1, sampleRatio: ratio, noise: 0.5)
    #expect(abs(loss - 1.25) < 1e-11)
  }

  @Test("a square table, integrable singularity at zero: late loss is finite and noise grows it")
  func square() throws {
    let early = try Limits.lazyLoss(
      step: 10, kernelFactor: 3, learningRate: 0.05, sampleRatio: 1, noise: 0.5)
    let late = try Limits.lazyLoss(
      step: 100_000, kernelFactor: 3, learningRate: 0.05, sampleRatio: 1, noise: 0.5)
    #expect(early < 1.25 && late > early)
  }

  @Test("discrete steps approach the flow at first order in the rate")
  func flow() throws {
    let richness = 1.7
    let exact = try Limits.OneHiddenLayer.flowLosses(at: [0.8], richness: richness)[0]
    let errors = [100, 200, 400].map { steps in
      abs(
        Limits.OneHiddenLayer.losses(
          steps: steps, richness: richness, learningRate: 0.8 / Double(steps))[steps] - exact)
    }
    #expect(abs(errors[0] / errors[1] - 2) < 0.05)
    #expect(abs(errors[1] / errors[2] - 2) < 0.03)
  }
}
