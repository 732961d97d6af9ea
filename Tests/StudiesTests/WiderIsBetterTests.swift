import Problems
import Fixtures
import MeanField
import Studies
import Testing

/// At a fixed learning rate a wider network of muP trains better at every step, as long as the rate suits all widths; and where
/// it does not, there is a reason.
@Suite("Wider is better")
struct WiderIsBetterTests {
  private let ratios = [0.5, 1.0, 2, 4, 8, 16, 32, 64]

  private func losses(_ family: Family, rate: Double, steps: Int) throws -> [[Double]] {
    try ratios.map { try RateSeries(family.problem($0), steps: steps).losses(at: rate).test }
  }

  @Test(
    "one pass, muP: every doubling of the width lowers the loss at every step of a hundred", arguments: [0.002, 0.006])
  func muP(rate: Double) throws {
    let curves = try losses(onePass(.muP), rate: rate, steps: 100)
    for (narrow, wide) in zip(curves, curves.dropFirst()) {
      #expect(narrow.count == 101 && wide.count == 101)
      #expect(zip(narrow, wide).allSatisfy { $0 > $1 })
    }
  }

  @Test(
    "where it fails, the noise of fresh batches: a wide network has learned a larger kernel, so the same rate leaves more of it"
  )
  func floor() throws {
    let rate = 0.0149
    let curves = try losses(onePass(.muP), rate: rate, steps: 100)
    for (narrow, wide) in zip(curves, curves.dropFirst()) {
      // While there is something to learn the order holds; at the floor, sigma^2 and the noise of the steps, it is reversed.
      #expect(zip(narrow, wide).prefix(41).allSatisfy { $0 > $1 })
      #expect(narrow[100] < wide[100])
    }
    // A smaller rate has a lower floor, for the widest as for any.
    let slower = try losses(onePass(.muP), rate: rate / 2, steps: 200)
    #expect(slower[7][200] - 0.09 < 0.6 * (curves[7][100] - 0.09))
  }

  @Test("batch, muP, noise-free: the same over the widths")
  func batchWithoutNoise() throws {
    let clean: (Double) -> TrainingProblem = { makeProblem(width: .ratio($0), steps: 60) }
    let curves = try ratios.map { try RateSeries(clean($0)).losses(at: 0.05).test }
    for (narrow, wide) in zip(curves, curves.dropFirst()) { #expect(zip(narrow, wide).allSatisfy { $0 > $1 }) }
  }

  @Test(
    "where it fails, noise: the richest network is the first to fit it, and late in training wide ones lose to narrow ones"
  )
  func noise() throws {
    // Few noisy samples, many steps: what is learned fast is learned with its noise, and a wide network learns faster.
    let family: (Double) -> TrainingProblem = {
      makeProblem(width: .ratio($0), noise: 0.7, sampling: .batch(.ratio(1.2)), steps: 60)
    }
    let curves = try [2.0, 32].map { try RateSeries(family($0)).losses(at: 0.05) }
    #expect(curves[1].test[3] < curves[0].test[3])
    #expect(curves[1].test[60] > curves[0].test[60])
    // It is the fit of the noise, not a lack of training: the train loss keeps the order.
    #expect(zip(curves[0].train, curves[1].train).allSatisfy { $0 > $1 })
  }

  @Test("where it fails, NTK: wider means lazier, and where features help the wide network ends above the narrow one")
  func neuralTangent() throws {
    let rate = 0.01
    let curves = try losses(onePass(.ntk), rate: rate, steps: 30)
    let last = curves.map { $0[30] }
    // The narrow network is the rich one here; every doubling makes the curve slower.
    #expect(last[7] > last[3])
    let muP = try losses(onePass(.muP), rate: rate, steps: 30).map { $0[30] }
    #expect(muP[7] < muP[3])
  }

  @Test("where it fails, standard parameterisation: the rate that suits a narrow network makes a wide one diverge")
  func edge() throws {
    let family = batch(.standard, steps: 100)
    let narrow = try RateSeries(family.problem(1)).losses(at: 0.1)
    let wide = try RateSeries(family.problem(32)).losses(at: 0.1)
    #expect(narrow.divergedAt == nil && narrow.test[100] < 0.2)
    #expect(wide.divergedAt != nil)
  }
}
