import Fixtures
import Problems

@testable import MeanField

/// Sections 3 and 4 written with inverses, fed with a solution: what they give back must be the solution.
struct DenseTwin {
  /// How far one equation is from holding.
  struct Defect {
    /// What the equation is for.
    let name: String
    /// Largest difference of an entry, relative to the largest entry.
    let size: Double
  }

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

  /// Every equation of the problem's kind of chain and of its data.
  func defects() -> [Defect] {
    let layers = problem.architecture.hiddenLayers
    let ofChain = problem.architecture.branchFactor.map(residualChain) ?? (1...layers).flatMap(plainLayer)
    return data() + ofChain
  }

  private func defect(_ name: String, _ left: DenseMatrix, _ right: DenseMatrix) -> Defect {
    Defect(name: name, size: left.distance(right))
  }

  private func data() -> [Defect] {
    let modes = spectrumModes(problem.data)
    let ratio = problem.sampleRatio ?? .infinity
    let ones = DenseMatrix.ones(size)
    let variance = problem.data.noise * problem.data.noise
    let phi =
      (1 / richness) * (initial[0] * s[1]) + rates[0] * kernel.entrywise(g[1])
    let predictor =
      (1 / (richness * richness * problem.widthRatio)) * (initial[0] * g[1] * initial[0])
    var noise = 0 * ones
    var defects: [Defect] = []
    switch problem.data.sampling {
    case .minibatch(_, let rule):
      let memory = (1 / ratio) * modeResponse(modes, phi)
      let batches = DenseMinibatches(rule, share: problem.minibatches?.share ?? 1, size: size)
      let sample = batches.sample(memory, errors + variance * ones)
      defects.append(defect("R", response, sample.response))
      defects.append(defect("C_Δ", residuals, sample.residuals))
      noise = (1 / ratio) * sample.masked
      defects.append(
        defect(
          "Stein", stein(modes, phi, predictor, noise),
          errors * response.transposed + memory * sample.masked))
    case .batch:
      defects.append(defect("R", response, (one - (1 / ratio) * modeResponse(modes, phi)).inverse))
      defects.append(defect("C_Δ", residuals, response.congruence(errors + variance * ones)))
      noise = (1 / ratio) * residuals
    case .onePass, .population:
      defects.append(defect("R", response, one))
      defects.append(defect("C_Δ", residuals, errors + variance * ones))
      if case .onePass = problem.data.sampling { noise = (1 / ratio) * residuals.entrywise(one) }
    }
    return defects + sums(over: modes, phi, predictor, noise)
  }

  /// `R_vh`, the answer of the modes to their gradients.
  private func modeResponse(_ modes: [SpectrumMode], _ phi: DenseMatrix) -> DenseMatrix {
    modes.reduce(0 * one) { (sum: DenseMatrix, mode) -> DenseMatrix in
      let resolvent: DenseMatrix = (one + mode.eigenvalue * (phi * response)).inverse
      return sum - (mode.weight * mode.eigenvalue) * (resolvent * phi)
    }
  }

  /// `<Δ yᵀ>` without the target noise, from the modes.
  private func stein(
    _ modes: [SpectrumMode], _ phi: DenseMatrix, _ predictor: DenseMatrix, _ noise: DenseMatrix
  ) -> DenseMatrix {
    modes.reduce(0 * one) { (sum: DenseMatrix, mode) -> DenseMatrix in
      let left = (one + mode.eigenvalue * (phi * response)).inverse
      let right = (one + mode.eigenvalue * (response * phi)).inverse
      let target = mode.power * DenseMatrix.ones(size) + predictor
      let inner: DenseMatrix = target * response.transposed - phi * noise
      return sum + (mode.weight * mode.eigenvalue) * (left * inner * right.transposed)
    }
  }

  private func sums(
    over modes: [SpectrumMode], _ phi: DenseMatrix, _ predictor: DenseMatrix, _ noise: DenseMatrix
  ) -> [Defect] {
    let ones = DenseMatrix.ones(size)
    var error = 0 * ones
    var input = 0 * ones
    var answer = 0 * ones
    for mode in modes {
      let (eigenvalue, weight) = (mode.eigenvalue, mode.weight)
      let target = mode.power * ones + predictor
      let left = (one + eigenvalue * (phi * response)).inverse
      let right = (one + eigenvalue * (response * phi)).inverse
      let spread: DenseMatrix = target + eigenvalue * phi.congruence(noise)
      error = error + (weight * eigenvalue) * left.congruence(spread)
      let squared: DenseMatrix = (eigenvalue * eigenvalue) * response.congruence(target)
      input = input + weight * right.congruence(eigenvalue * noise + squared)
      let passed: DenseMatrix = right * response * initial[0]
      answer = answer - (weight * eigenvalue / (richness * problem.widthRatio)) * passed
    }
    return [defect("C_v", errors, error), defect("H^0", h[0], input), defect("A^0", a[0], answer)]
  }

  private func plainLayer(_ l: Int) -> [Defect] {
    let m = initial[l - 1] * a[l - 1] + (richness * rates[l - 1]) * kernel.entrywise(h[l - 1])
    let k = initial[l] * s[l + 1] + (richness * rates[l]) * kernel.entrywise(g[l + 1])
    let below = initial[l - 1] * h[l - 1] * initial[l - 1]
    let above = initial[l] * g[l + 1] * initial[l]
    let forward = (one - m * k).inverse
    let backward = (one - k * m).inverse
    return [
      defect("A^\(l)", a[l], forward * m * initial[l]),
      defect("S^\(l)", s[l], backward * k * initial[l - 1]),
      defect("H^\(l)", h[l], forward.congruence(below + m.congruence(above))),
      defect("G^\(l)", g[l], backward.congruence(above + k.congruence(below))),
    ]
  }

  private func residualChain(branch: Double) -> [Defect] {
    let last = problem.architecture.hiddenLayers
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
    var defects: [Defect] = []
    for l in (1...last).reversed() {
      defects += residualLayer(l, p[l - 1], q, pi[l - 1], psi, branch, last)
      guard l > 1 else { break }
      let y = (one - q * up[l - 1]).inverse
      let carried: DenseMatrix = y.congruence(psi)
      let reflected: DenseMatrix = square * (y * q).congruence(initial[l - 1].congruence(h[l - 1]))
      psi = carried + reflected + square * initial[l - 1].congruence(g[l])
      q = y * q + down[l - 1]
    }
    return defects
  }

  /// `e D X̂ + e² γ0 c κ ∘ X`: the branch's map out of a response A or S, which carries one factor e D itself.
  private func branchMap(
    _ l: Int, _ response: DenseMatrix, _ correlation: DenseMatrix, _ branch: Double
  ) -> DenseMatrix {
    let factor = l == 0 ? 1 : branch
    let learned: DenseMatrix = (richness * rates[l]) * kernel.entrywise(correlation)
    return factor * (initial[l] * response) + (factor * factor) * learned
  }

  private func residualLayer(
    _ l: Int, _ p: DenseMatrix, _ q: DenseMatrix, _ pi: DenseMatrix, _ psi: DenseMatrix,
    _ branch: Double, _ last: Int
  ) -> [Defect] {
    let forward = (one - p * q).inverse
    let backward = (one - q * p).inverse
    return [
      defect("H^\(l)", h[l], forward.congruence(pi + p.congruence(psi))),
      defect("G^\(l)", g[l], backward.congruence(psi + q.congruence(pi))),
      defect("A^\(l)", a[l], (l < last ? branch : 1) * (forward * p * initial[l])),
      defect("S^\(l)", s[l], (l > 1 ? branch : 1) * (backward * q * initial[l - 1])),
    ]
  }
}
