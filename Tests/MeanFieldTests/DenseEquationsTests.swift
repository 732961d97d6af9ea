import Fixtures
import Problems
import Testing

@testable import MeanField

/// The naive twin of the march: the closed equations in the dense form of the literature, whole matrices at once,
/// are evaluated on the solution and have to give the solution back.
@Suite("Closed equations")
struct DenseEquationsTests {
  static let optimizers: [(String, LinearOptimizer)] = [
    ("SGD", LinearOptimizer(learningRate: 0.06)),
    (
      "Nesterov with coupled decay",
      LinearOptimizer(
        learningRate: 0.03, momentum: .nesterov(0.6), weightDecay: .coupled(0.2))
    ),
    ("coupled decay alone", LinearOptimizer(learningRate: 0.05, weightDecay: .coupled(0.4))),
    (
      "Nesterov with decoupled decay",
      LinearOptimizer(learningRate: 0.03, momentum: .nesterov(0.4), weightDecay: .decoupled(0.2))
    ),
    (
      "heavy ball with decoupled decay and a schedule",
      LinearOptimizer(
        learningRate: 0.04, schedule: .warmup(steps: 4, decay: .cosine, finalFraction: 0.1),
        momentum: .heavyBall(0.5), weightDecay: .decoupled(0.3))
    ),
  ]
  static let samplings: [DataModel.Sampling] = [
    .batch(.ratio(1.3)), .onePass(.ratio(0.8)), .population,
  ]

  @Test("a plain chain solves section 3", arguments: optimizers.indices, samplings.indices)
  func plain(optimizer: Int, sampling: Int) throws {
    let problem = makeProblem(
      layers: 3, width: .ratio(0.7), initScale: [0.9, 1.1, 0.8, 1.2], layerRates: [1, 0.5, 2, 1.5],
      richness: 0.8, spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 0.5, signalDecay: 0.9)),
      dimension: 5, noise: 0.4, sampling: Self.samplings[sampling],
      optimizer: Self.optimizers[optimizer].1, steps: 14)
    let twin = DenseTwin(problem, try solve(problem))
    twin.checkData()
    for layer in 1...3 { twin.checkPlainLayer(layer) }
  }

  @Test("a residual chain solves section 4", arguments: optimizers.indices)
  func residual(optimizer: Int) throws {
    let problem = makeProblem(
      layers: 4, width: .ratio(1.4), connection: .residual(branchScale: 1.2),
      initScale: [0.9, 1.1, 0.8, 1.2, 0.7], layerRates: [1, 0.5, 2, 1.5, 0.8], noise: 0.3,
      optimizer: Self.optimizers[optimizer].1, steps: 12)
    let twin = DenseTwin(problem, try solve(problem))
    twin.checkData()
    twin.checkResidualChain()
  }
}

/// Sections 3 and 4 written with inverses, fed with a solution.
private struct DenseTwin {
  let problem: TrainingProblem
  let size: Int
  let kernel: DenseMatrix
  let initial: [DenseMatrix]
  let rates: [Double]
  let richness: Double
  let h: [DenseMatrix]
  let g: [DenseMatrix]
  let a: [DenseMatrix]
  let s: [DenseMatrix]
  let errors: DenseMatrix
  let residuals: DenseMatrix
  let response: DenseMatrix

  init(_ problem: TrainingProblem, _ solution: Solution) {
    self.problem = problem
    let parameters = solution.orderParameters
    size = parameters.count
    let layers = parameters.hiddenLayers
    let (weight, kernel) = scalarOptimizer(problem.optimizer, steps: parameters.count - 1)
    self.kernel = kernel
    initial = problem.architecture.initScale.map { scale in
      DenseMatrix.diagonal(weight.map { scale * $0 })
    }
    rates = problem.layerRates
    richness = problem.effectiveRichness
    h = (0...layers).map { DenseMatrix(parameters.forwardCorrelation($0)) }
    g =
      (0...layers).map { DenseMatrix(parameters.backwardCorrelation($0)) }
      + [DenseMatrix.ones(parameters.count)]
    a = (0...layers).map { DenseMatrix(parameters.forwardResponse($0)) }
    s =
      (0...layers).map { DenseMatrix(parameters.backwardResponse($0)) }
      + [0 * DenseMatrix.ones(parameters.count)]
    errors = DenseMatrix(parameters.errorCorrelation)
    residuals = DenseMatrix(parameters.residualCorrelation)
    response = DenseMatrix(parameters.sampleResponse)
  }

  private var one: DenseMatrix { .identity(size) }

  private func same(_ left: DenseMatrix, _ right: DenseMatrix, _ what: String) {
    #expect(left.distance(right) < 1e-11, "\(what)")
  }

  func checkData() {
    let law: [(eigenvalue: Double, power: Double)]
    let measures = SpectralMeasures(problem.data)
    law = zip(measures.signal.points, measures.signal.weights).map { point, mass in
      (point, mass * Double(measures.signal.count) / point)
    }
    let weight = 1 / Double(law.count)
    let ratio = problem.sampleRatio ?? .infinity
    let ones = DenseMatrix.ones(size)
    let variance = problem.data.noise * problem.data.noise
    let phi =
      (1 / richness) * (initial[0] * s[1]) + rates[0] * kernel.entrywise(g[1])
    let predictor =
      (1 / (richness * richness * problem.widthRatio)) * (initial[0] * g[1] * initial[0])
    var noise = 0 * ones
    switch problem.data.sampling {
    case .batch:
      let shift: DenseMatrix = law.reduce(0 * ones) { (sum: DenseMatrix, mode) -> DenseMatrix in
        let resolvent: DenseMatrix = (one + mode.eigenvalue * (phi * response)).inverse
        return sum - (weight * mode.eigenvalue) * (resolvent * phi)
      }
      same(response, (one - (1 / ratio) * shift).inverse, "R")
      same(residuals, response.congruence(errors + variance * ones), "C_D, batch")
      noise = (1 / ratio) * residuals
    case .onePass:
      same(response, one, "R")
      same(residuals, errors + variance * ones, "C_D")
      noise = (1 / ratio) * residuals.entrywise(one)
    case .population:
      same(response, one, "R")
      same(residuals, errors + variance * ones, "C_D")
    }
    checkModes(law, weight, phi, predictor, noise)
  }

  private func checkModes(
    _ law: [(eigenvalue: Double, power: Double)], _ weight: Double, _ phi: DenseMatrix,
    _ predictor: DenseMatrix, _ noise: DenseMatrix
  ) {
    let ones = DenseMatrix.ones(size)
    var error = 0 * ones
    var input = 0 * ones
    var answer = 0 * ones
    for (eigenvalue, power) in law {
      let target = power * ones + predictor
      let left = (one + eigenvalue * (phi * response)).inverse
      let right = (one + eigenvalue * (response * phi)).inverse
      let spread: DenseMatrix = target + eigenvalue * phi.congruence(noise)
      error = error + (weight * eigenvalue) * left.congruence(spread)
      let squared: DenseMatrix = (eigenvalue * eigenvalue) * response.congruence(target)
      input = input + weight * right.congruence(eigenvalue * noise + squared)
      let passed: DenseMatrix = right * response * initial[0]
      answer = answer - (weight * eigenvalue / (richness * problem.widthRatio)) * passed
    }
    same(errors, error, "C_v")
    same(h[0], input, "H^0")
    same(a[0], answer, "A^0")
  }

  func checkPlainLayer(_ l: Int) {
    let m = initial[l - 1] * a[l - 1] + (richness * rates[l - 1]) * kernel.entrywise(h[l - 1])
    let k = initial[l] * s[l + 1] + (richness * rates[l]) * kernel.entrywise(g[l + 1])
    let below = initial[l - 1] * h[l - 1] * initial[l - 1]
    let above = initial[l] * g[l + 1] * initial[l]
    let forward = (one - m * k).inverse
    let backward = (one - k * m).inverse
    same(a[l], forward * m * initial[l], "A^\(l)")
    same(s[l], backward * k * initial[l - 1], "S^\(l)")
    same(h[l], forward.congruence(below + m.congruence(above)), "H^\(l)")
    same(g[l], backward.congruence(above + k.congruence(below)), "G^\(l)")
  }

  func checkResidualChain() {
    let last = problem.architecture.hiddenLayers
    let branch = problem.architecture.branchFactor ?? 0
    let square = branch * branch
    // M_{l+1} and K_l of each branch, indexed by l.
    let up = (0..<last).map { branchMap($0, a[$0], h[$0], branch) }
    let down = (0..<last).map { branchMap($0, s[$0 + 1], g[$0 + 1], branch) }
    var p = [up[0]]
    var pi = [initial[0].congruence(h[0])]
    for l in 1..<last {
      let z = (one - p[l - 1] * down[l]).inverse
      let pass: DenseMatrix = p[l - 1] * (one - down[l] * p[l - 1]).inverse
      p.append(pass + up[l])
      let carried: DenseMatrix = z.congruence(pi[l - 1])
      let reflected: DenseMatrix = square * pass.congruence(initial[l].congruence(g[l + 1]))
      pi.append(carried + reflected + square * initial[l].congruence(h[l]))
    }
    var q = (richness * rates[last]) * kernel
    var psi = initial[last] * DenseMatrix.ones(size) * initial[last]
    for l in (1...last).reversed() {
      checkResidualLayer(l, p[l - 1], q, pi[l - 1], psi, branch, last)
      guard l > 1 else { break }
      let y = (one - q * up[l - 1]).inverse
      let carried: DenseMatrix = y.congruence(psi)
      let reflected: DenseMatrix = square * (y * q).congruence(initial[l - 1].congruence(h[l - 1]))
      psi = carried + reflected + square * initial[l - 1].congruence(g[l])
      q = y * q + down[l - 1]
    }
  }

  /// `e D X̂ + e² γ0 c κ ∘ X`: the branch's map out of a response A or S, which carries one factor e D itself.
  private func branchMap(
    _ l: Int, _ response: DenseMatrix, _ correlation: DenseMatrix, _ branch: Double
  ) -> DenseMatrix {
    let factor = l == 0 ? 1 : branch
    let learned: DenseMatrix = (richness * rates[l]) * kernel.entrywise(correlation)
    return factor * (initial[l] * response) + (factor * factor) * learned
  }

  private func checkResidualLayer(
    _ l: Int, _ p: DenseMatrix, _ q: DenseMatrix, _ pi: DenseMatrix, _ psi: DenseMatrix,
    _ branch: Double, _ last: Int
  ) {
    let forward = (one - p * q).inverse
    let backward = (one - q * p).inverse
    same(h[l], forward.congruence(pi + p.congruence(psi)), "H^\(l)")
    same(g[l], backward.congruence(psi + q.congruence(pi)), "G^\(l)")
    same(a[l], (l < last ? branch : 1) * (forward * p * initial[l]), "A^\(l)")
    same(s[l], (l > 1 ? branch : 1) * (backward * q * initial[l - 1]), "S^\(l)")
  }
}
