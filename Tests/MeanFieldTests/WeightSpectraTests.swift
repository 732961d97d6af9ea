import Fixtures
import LinearAlgebra
import Problems
import Testing

@testable import MeanField

/// Singular values of trained weights, section 22 of the notes, part A.
@Suite("Spectra of weights")
struct WeightSpectraTests {
  static func isNear(_ found: Double, _ expected: Double, _ tolerance: Double) -> Bool {
    abs(found - expected) <= tolerance * abs(expected)
  }

  @Test("edge, outliers, growth and overlaps agree within 1e-6", arguments: try SpectraCase.all("spectra"))
  func predictions(_ reference: SpectraCase) throws {
    let solution = try solve(reference.problem())
    let rows = reference.weights
    #expect(rows.count >= 10)
    let found = solution.weightSpectra(steps: Array(Set(rows.map(\.t))))
    for row in rows {
      let spectrum = try #require(found.first { $0.step == row.t && $0.layer == row.l })
      #expect(Self.isNear(spectrum.edge, row.pred.edge, 1e-12))
      #expect(Self.isNear(spectrum.growth, row.pred.frob, 1e-6))
      #expect(spectrum.outliers.count == row.pred.outliers.count, "step \(row.t), layer \(row.l)")
      for (outlier, expected) in zip(spectrum.outliers, row.pred.outliers) {
        #expect(Self.isNear(outlier.value, expected, 1e-9))
      }
      if let outlier = spectrum.outliers.first {
        #expect(Self.isNear(outlier.forward.newest, row.pred.overlap[0], 1e-6))
        #expect(Self.isNear(outlier.backward.newest, row.pred.overlap[1], 1e-6))
        #expect(outlier.forward.largest >= outlier.forward.newest && outlier.forward.largest <= 1)
      }
    }
  }

  @Test(
    "networks agree within 3 errors or 1.5 %, without an outlier at the shifted edge",
    arguments: try SpectraCase.all("spectra"))
  func networks(_ reference: SpectraCase) throws {
    let solution = try solve(reference.problem())
    var compared = 0
    for row in reference.weights {
      let spectrum = try #require(
        solution.weightSpectra(steps: [row.t]).first { $0.layer == row.l })
      if let top = spectrum.outliers.first?.value {
        guard top > 1.05 * spectrum.edge else { continue }
        #expect(abs(top - row.mean[0]) <= max(3 * row.se[0], 0.015 * row.mean[0]), "step \(row.t), layer \(row.l)")
        compared += 1
      } else {
        let columns = row.l == 0 ? row.D : Int((Double(row.D) * solution.problem.widthRatio).rounded())
        let shifted = spectrum.topWithoutOutlier(columns: columns)
        // The fluctuation of Tracy and Widom's law is as large as its shift; above a weak outlier that has not left yet it is exceeded.
        #expect(abs(row.mean[0] - shifted) <= max(3 * row.se[0], 0.015 * shifted), "step \(row.t), layer \(row.l)")
      }
    }
    #expect(compared > 0 || reference.description.contains("narrow"))
  }

  private func problem(_ steps: Int, rate: Double = 0.08, decay: Double = 0) -> TrainingProblem {
    makeProblem(
      layers: 1, width: .ratio(2), richness: 5, noise: 0.3,
      optimizer: LinearOptimizer(learningRate: rate, weightDecay: decay > 0 ? .decoupled(decay) : .none), steps: steps)
  }

  @Test("counting by inertia agrees with explicit conditioning (22.6) to 1e-10 for up to four steps")
  func twin() throws {
    let solution = try solve(problem(4))
    let expected = [[], [2.43352680406], [2.67590817636], [2.87269340659]]
    for step in 1...4 {
      let history = WeightHistory(try #require(solution.orderParameters.marches?.first), layer: 0, aspect: 2)
      let kernel = KernelRows(solution.problem, steps: step).rows[step]
      let found = try #require(WeightSpectrumCount(history, kernel: kernel, step: step).outliers())
      let twin = try ConditionedWeights(history, kernel: kernel, step: step).outliers()
      #expect(found.count == expected[step - 1].count && twin.count == found.count, "step \(step)")
      for (place, value) in found.enumerated() {
        #expect(Self.isNear(value, twin[place], 1e-10), "step \(step)")
        #expect(Self.isNear(value, expected[step - 1][place], 1e-11), "step \(step)")
      }
    }
  }

  @Test("residual chains and all layers agree with explicit conditioning")
  func residualTwin() throws {
    let solution = try solve(
      makeProblem(
        layers: 3, width: .ratio(1.5), connection: .residual(branchScale: 1), initScale: [0.5, 0.8, 0.7, 1.2],
        richness: 16,
        noise: 0.3, optimizer: LinearOptimizer(learningRate: 0.02, momentum: .heavyBall(0.5)), steps: 4))
    var outliers = 0
    for layer in 0..<3 {
      let history = WeightHistory(
        try #require(solution.orderParameters.marches?.first), layer: layer, aspect: layer == 0 ? 1.5 : 1)
      let kernel = KernelRows(solution.problem, steps: 4).rows[4]
      let found = try #require(WeightSpectrumCount(history, kernel: kernel, step: 4).outliers())
      let twin = try ConditionedWeights(history, kernel: kernel, step: 4).outliers()
      #expect(twin.count == found.count, "layer \(layer)")
      for (value, other) in zip(found, twin) { #expect(Self.isNear(value, other, 1e-10), "layer \(layer)") }
      outliers += found.count
    }
    #expect(outliers > 0)
  }

  @Test("no step and no learning leave the bulk alone, with the edge of what decay leaves")
  func bulk() throws {
    let start = try solve(problem(3, decay: 1))
    let spectra = start.weightSpectra(steps: [0, 3])
    #expect(spectra[0].outliers.isEmpty && spectra[0].growth == 0)
    #expect(Self.isNear(spectra[0].edge, 1 + 2.0.squareRoot(), 1e-14))
    let share = 1 - 0.08 * 1.0
    #expect(Self.isNear(spectra[1].edge, share * share * share * (1 + 2.0.squareRoot()), 1e-14))
    let frozen = try solve(makeProblem(layers: 2, layerRates: [0, 1, 1], richness: 8, steps: 5))
    let still = frozen.weightSpectra(steps: [5])
    #expect(still[0].outliers.isEmpty && still[0].growth == 0 && still[1].growth != 0)
  }

  /// One pair of vectors that does not answer: the classical transition.
  private func lonePair(strength: Double, aspect: Double, initialWeight: Double = 1) -> WeightSpectrumCount {
    WeightSpectrumCount(
      WeightHistory(
        forward: [1, 0, 0, 1], backward: [1, 0, 0, 1], forwardResponse: [0, 0, 0, 0], backwardResponse: [0, 0, 0, 0],
        initialWeight: [initialWeight, initialWeight], rate: 1, aspect: aspect), kernel: [strength], step: 1)
  }

  @Test("a lone pair of vectors has the classical outlier", arguments: [0.3, 0.5, 1, 1.7, 3])
  func classical(aspect: Double) throws {
    for theta in [0.5, 0.9, 1.01, 1.2, 1.7, 4] {
      let strength = theta * aspect.squareRoot().squareRoot() / aspect.squareRoot()
      let scaled = theta * aspect.squareRoot().squareRoot()
      let found = try #require(lonePair(strength: strength, aspect: aspect).outliers())
      #expect(found.count == (theta > 1 ? 1 : 0), "theta \(theta)")
      let square = scaled * scaled
      let expected = ((1 + square) * (aspect + square)).squareRoot() / scaled
      for value in found { #expect(Self.isNear(value, expected, 1e-12)) }
    }
    #expect(Self.isNear(try #require(lonePair(strength: 1.7, aspect: 1).outliers()?.first), 2.2882352941176, 1e-12))
    #expect(Self.isNear(try #require(lonePair(strength: 1.7, aspect: 0.5).outliers()?.first), 1.8141170748, 1e-9))
  }

  @Test("without initial weights the squares are the eigenvalues of c² q K G K H")
  func noStart() throws {
    let history = WeightHistory(
      forward: [2, 0.5, 0.5, 1], backward: [1, 0.3, 0.3, 0.8], forwardResponse: [0, 0, 0, 0],
      backwardResponse: [0, 0, 0, 0], initialWeight: [0, 0, 0], rate: 1.5, aspect: 0.7, outputs: 1)
    let found = try #require(WeightSpectrumCount(history, kernel: [0.4, -0.2], step: 2).outliers())
    let (k, g, h) = ([0.4, -0.2], history.backward, history.forward)
    let left = [k[0] * k[0] * g[0], k[0] * k[1] * g[1], k[0] * k[1] * g[2], k[1] * k[1] * g[3]]
    let product = [
      left[0] * h[0] + left[1] * h[2], left[0] * h[1] + left[1] * h[3], left[2] * h[0] + left[3] * h[2],
      left[2] * h[1] + left[3] * h[3],
    ].map { $0 * 1.5 * 1.5 * 0.7 }
    let (trace, determinant) = (product[0] + product[3], product[0] * product[3] - product[1] * product[2])
    let root = (trace * trace / 4 - determinant).squareRoot()
    #expect(found.count == 2)
    #expect(Self.isNear(found[0] * found[0], trace / 2 + root, 1e-12))
    #expect(Self.isNear(found[1] * found[1], trace / 2 - root, 1e-11))
  }

  @Test("one step has the closed form (A8.3)")
  func oneStep() throws {
    let solution = try solve(
      makeProblem(
        layers: 1, width: .ratio(2), richness: 6, noise: 0.3, optimizer: LinearOptimizer(learningRate: 0.25), steps: 1))
    let spectrum = try #require(solution.weightSpectra(steps: [1]).first)
    #expect(spectrum.outliers.count == 1)
    #expect(Self.isNear(spectrum.outliers[0].value, 3.13875268643, 1e-11))
  }

  @Test("at small rates all layers of a plain chain grow alike")
  func growth() throws {
    let expected = [1.0179, 1.0042]
    for (place, rate) in [0.02, 0.005].enumerated() {
      let steps = Int((0.4 / rate).rounded())
      let solution = try solve(
        makeProblem(
          layers: 2, width: .ratio(2), richness: 4, noise: 0.3, optimizer: LinearOptimizer(learningRate: rate),
          steps: steps))
      let spectra = solution.weightSpectra(steps: [steps])
      let ratio = spectra[0].growth / (2 * spectra[1].growth)
      #expect(abs(ratio - expected[place]) < 6e-5)
    }
  }

  @Test("muP keeps its outlier at every width, as 1/nu; NTK loses it")
  func widths() throws {
    func top(_ width: Double, rule: Parameterization.Rule, step: Int) throws -> Double? {
      let solution = try solve(
        makeProblem(
          width: .ratio(width), rule: rule, richness: 8, noise: 0.3, optimizer: LinearOptimizer(learningRate: 0.01),
          steps: step))
      return solution.weightSpectra(steps: [step]).first { $0.layer == 1 }?.outliers.first?.value
    }
    let expected = [2.17884, 2.21011, 2.22637, 2.23465, 2.23882, 2.24092, 2.24196]
    for (power, value) in expected.enumerated() {
      let found = try #require(try top(Double(1 << power), rule: .muP, step: 20))
      #expect(abs(found - value) < 6e-6, "nu \(1 << power)")
    }
    #expect(try abs(#require(try top(2, rule: .ntk, step: 20)) - 2.05323) < 6e-6)
    #expect(try top(4, rule: .ntk, step: 20) == nil)
    #expect(try abs(#require(try top(4, rule: .ntk, step: 40)) - 2.01667) < 6e-6)
    #expect(try top(8, rule: .ntk, step: 40) == nil)
    let infinite = try solve(
      makeProblem(width: .infinite, richness: 8, noise: 0.3, optimizer: LinearOptimizer(learningRate: 0.01), steps: 20))
    let limit = infinite.weightSpectra(steps: [20])
    #expect(limit.map(\.layer) == [1])
    #expect(abs(try #require(limit[0].outliers.first?.value) - (2 * 2.24196 - 2.24092)) < 2e-5)
  }

  @Test("at most as many outliers as steps")
  func rank() throws {
    for step in 1...6 {
      let spectra = try solve(
        makeProblem(layers: 2, richness: 20, noise: 0.3, optimizer: LinearOptimizer(learningRate: 0.02), steps: step)
      ).weightSpectra(steps: [step])
      #expect(spectra.allSatisfy { $0.outliers.count <= step })
      #expect(step == 1 || spectra.contains { !$0.outliers.isEmpty })
    }
  }

  @Test("two equal outputs have each outlier twice, solved together or apart")
  func outputs() throws {
    var problem = makeProblem(
      richness: 8, noise: 0.3, optimizer: LinearOptimizer(learningRate: 0.01), steps: 20)
    let alone = try solve(problem).weightSpectra(steps: [20])
    problem.data.outputs = OutputModel(
      targetCovariance: [[1, 0], [0, 1]], noiseCovariance: [[0.09, 0], [0, 0.09]])
    let both = try solve(problem).weightSpectra(steps: [20])
    #expect(alone.count == 2 && both.count == 2)
    for (one, two) in zip(alone, both) {
      #expect(two.outliers.count == 2 && one.outliers.count == 1)
      for outlier in two.outliers { #expect(Self.isNear(outlier.value, one.outliers[0].value, 1e-10)) }
      #expect(Self.isNear(two.growth, 2 * one.growth, 1e-10))
    }
  }

  @Test("what is not derived is refused with the key to change")
  func refusals() {
    func keys(_ change: (inout TrainingProblem) -> Void) -> [String] {
      var problem = makeProblem()
      change(&problem)
      return Solver.refusalsOfSpectra(problem).map(\.key)
    }
    #expect(keys { _ in } == [])
    #expect(keys { $0.time = TimeGrid(.flow(horizon: 10)) } == ["training.time"])
    #expect(keys { $0.architecture.widthProfile = [2, 1] } == ["network.width"])
    #expect(keys { $0.gradientRule = .clip(1) } == ["training.optimizer"])
    #expect(keys { $0.architecture.activation = .relu } == ["network.activation"])
  }
}
