import Calculus
import LinearAlgebra
import Parallel
import Problems
import RealModule

/// A training set under any loss: sampled paths of a training sample, which remember their own residuals, equations (21.9)-(21.12).
struct PathRule: SampleRule {
  var samples: SampleRows
  private(set) var answers: LossAnswers? = LossAnswers()
  private let law: LossLaw
  private let sampleRatio: Double
  private let lastRow: Int
  private let points: NormalPoints
  /// Variance of what makes the label; 0 for two classes.
  private let labelVariance: Double
  private var factor = GrowingFactor()
  /// Of each direction of the factor.
  private var normals: [[Double]] = []
  private let tau: [Double]
  private let weights: [Double]
  private let densities: [Double]
  private var blocks: [PathBlock]
  private var lanes: [Int]
  private var overlap = 0.0
  /// Of minibatches, with their residuals `<y y>` as they enter the noise; nil where every step sees all samples.
  private var masks: PathMasks?
  private var masked: Correlation?
  private var batchLosses: [Double] = []

  /// Paths that are side by side in memory.
  private static let together = 256

  init(_ samples: SampleRows, law: LossLaw, sampleRatio: Double, masks: PathMasks?, rows: Int, cores: Int) {
    self.samples = samples
    self.masks = masks
    masked = masks.map { _ in samples.residualCorrelation }
    self.law = law
    self.sampleRatio = sampleRatio
    lastRow = rows - 1
    lanes = Array(repeating: 0, count: max(1, cores))
    points = NormalPoints(count: law.rule.paths, seed: law.rule.seed)
    let count = law.rule.paths
    let first = Self.matched(points.normals(0), isHalf: law.rule.labels == .sign)
    switch law.rule.labels {
    case .linear, .sign: labelVariance = law.power + law.noise
    case .logistic: labelVariance = law.power
    case .mixture: labelVariance = 0
    }
    let root = labelVariance.squareRoot()
    var tau = first.map { root * $0 }
    var weights = [Double](repeating: 1 / Double(count), count: count)
    var densities: [Double] = []
    var labels = law.rule.labels == .linear ? tau : [Double](repeating: 1, count: count)
    if law.rule.meanLabel != 0 { (labels, tau, weights) = Self.classes(law.rule) }
    if case .logistic(let slope) = law.rule.labels {
      let shares = tau.map { 1 / (1 + Double.exp(-slope * $0)) }
      let total = shares.reduce(0, +)
      weights = shares.map { $0 / total }
      densities = shares.map { $0 * (1 - $0) * slope * 2 / Double(count) }
    }
    (self.tau, self.weights, self.densities) = (tau, weights, densities)
    blocks = stride(from: 0, to: count, by: Self.together).map { start in
      PathBlock(start..<min(count, start + Self.together), tau: tau, labels: labels, weights: weights, rows: rows)
    }
  }

  /// Paths of two classes that differ in size: the first half is of y = 1, so that the even points of each are even; tau is `y - <y>`.
  private static func classes(_ rule: LossRule) -> (labels: [Double], tau: [Double], weights: [Double]) {
    let half = (rule.paths + 1) / 2
    let labels = (0..<rule.paths).map { $0 < half ? 1.0 : -1.0 }
    let (first, second) = (1 + rule.meanLabel, 1 - rule.meanLabel)
    let weights = labels.map { $0 > 0 ? first / Double(2 * half) : second / Double(2 * (rule.paths - half)) }
    return (labels, labels.map { $0 - rule.meanLabel }, weights)
  }

  mutating func take(overlap: Double) { self.overlap = overlap }

  mutating func update(modeResponse: RowBlock, error: RowBlock, errorCorrelation: Correlation) {
    let row = error.rows.lowerBound
    let shared = labelVariance > 0 ? 1 / labelVariance : 0
    overlapsSoFar.append(overlap)
    factor.append((0...row).map { error[row, $0] - overlap * overlapsSoFar[$0] * shared })
    while normals.count < factor.directions { normals.append(direction(normals.count)) }
    masks?.advance(row)
    let isTwoSided = law.rule.meanLabel != 0
    let common = PathBlock.Row(
      loss: law.rule.loss, hasZero: law.rule.labels == .sign,
      feedback: (0..<row).map { -modeResponse[row, $0] / sampleRatio },
      mean: labelVariance > 0 || isTwoSided ? 0 : overlap, tauLoading: isTwoSided ? overlap : overlap * shared,
      loadings: factor.rows[row], masks: masks)
    let (normals, densities) = (normals, densities)
    SideBySide.update(&blocks, tools: &lanes) { _, block, _ in
      block.advance(common, normals: normals, densities: densities)
    }
    var sums = PathBlock.Sums(row: row, directions: normals.count)
    for block in blocks { sums.add(block.sums) }
    let signal = signal(sums)
    correct(&sums, row, signal: signal)
    finish(row, sums, signal: signal, error)
    // Tangents are all of the memory, and nobody reads them once time is over.
    if row == lastRow { blocks = [] }
  }

  private var overlapsSoFar: [Double] = []
  private var sampled: (overlap: Double, scale: Double) = (0, 0)
  private var uncorrected = 0.0

  /// `c`, which of linear labels follows from the responses.
  private func signal(_ sums: PathBlock.Sums) -> Double? {
    switch law.rule.labels {
    case .linear: nil
    case .sign: 2 / (2 * .pi * labelVariance).squareRoot() * sums.residualAtZero / Double(law.rule.paths)
    case .logistic: sums.density
    case .mixture: law.rule.meanLabel == 0 ? sums.residual : sums.byTau
    }
  }

  /// Equation (21.17). What the label is made of is a direction too: `<tau Delta> = m R_D + var(tau) c`.
  private mutating func correct(_ sums: inout PathBlock.Sums, _ row: Int, signal: Double?) {
    var (loadings, targets) = (factor.rows, sums.byDirection)
    if labelVariance > 0 {
      let root = labelVariance.squareRoot()
      for place in loadings.indices {
        loadings[place] += Array(repeating: 0, count: targets.count - loadings[place].count)
        loadings[place].append((overlapsSoFar[place] - (signal == nil ? labelVariance : 0)) / root)
      }
      targets.append((sums.byTau - labelVariance * (signal ?? 0)) / root)
    }
    let responses = sums.tangents
    let variances = responses.indices.map { max(0, sums.tangentSquares[$0] - responses[$0] * responses[$0]) }
    // Before the correction, which would hide it: what the two say of <f Delta>.
    uncorrected = loadings[row].indices.reduce(0) { sum, direction in
      var gap = targets[direction]
      for place in loadings.indices where loadings[place].indices.contains(direction) {
        gap -= loadings[place][direction] * responses[place]
      }
      return sum + loadings[row][direction] * gap
    }
    sums.tangents = SteinCorrection(
      loadings: loadings, targets: targets, variances: variances, residual: sums.products[row]
    ).corrected(responses)
  }

  private mutating func finish(_ row: Int, _ sums: PathBlock.Sums, signal: Double?, _ error: RowBlock) {
    samples.responseRows.begin(error.rows)
    samples.residualRows.begin(error.rows)
    samples.noiseRows.begin(error.rows)
    for past in 0...row {
      samples.responseRows[row, past] = -sums.tangents[past]
      samples.residualRows[row, past] = sums.products[past]
      samples.noiseRows[row, past] = sums.products[past] / sampleRatio
    }
    samples.response.setRows(samples.responseRows)
    if masks != nil {
      masked?.setRows(samples.residualRows)
      for past in 0...row { samples.residualRows[row, past] = sums.unmasked[past] }
      batchLosses.append(law.rule.loss.reportedFactor * sums.batchLoss)
    }
    samples.residualCorrelation.setRows(samples.residualRows)
    var moments = law.moments(variance: error[row, row], overlap: overlap)
    moments.slope = sums.tangents[row]
    moments.square = sums.products[row]
    moments.signal = signal ?? -sums.tangents.reduce(0, +)
    sampled = (sums.overlap, (sums.square * sums.products[row]).squareRoot())
    answers?.append(
      moments, train: (law.rule.loss.reportedFactor * sums.loss, sums.right), variance: error[row, row],
      overlap: overlap)
    answers?.factorDefect = factor.defect
  }

  /// Equation (21.12): `<f Delta>` of the samples against that of the modes.
  mutating func check(_ overlap: Double) {
    answers?.check(sampled.overlap, against: overlap, scale: sampled.scale)
    // The correction by Stein's identity closes most of this gap, so that what it was counts.
    answers?.check(uncorrected, against: 0, scale: sampled.scale)
  }

  func noise(_ row: Int, _ column: Int) -> Double {
    (masked ?? samples.residualCorrelation)[row, column] / sampleRatio
  }

  /// With minibatches the loss of the samples of a step.
  func batchLoss(_ row: Int, _ column: Int) -> Double? {
    guard masks != nil else { return nil }
    return row == column && batchLosses.indices.contains(row) ? batchLosses[row] : .nan
  }

  /// Numbers of a new direction, with no mean and variance 1, orthogonal to tau and to those before.
  private func direction(_ index: Int) -> [Double] {
    var numbers = points.normals(index + 1)
    let ones = [Double](repeating: 1, count: numbers.count)
    // tau without its mean.
    let center = Self.mean(tau, weights)
    let shifted = tau.map { $0 - center }
    let hasTau = labelVariance > 0 || law.rule.meanLabel != 0
    let others = [ones] + (hasTau ? [shifted] : []) + normals
    for _ in 0..<2 {
      for other in others {
        let share = Self.product(numbers, other, weights) / Self.product(other, other, weights)
        for place in numbers.indices { numbers[place] -= share * other[place] }
      }
    }
    let scale = 1 / Self.product(numbers, numbers, weights).squareRoot()
    return numbers.map { scale * $0 }
  }

  private static func mean(_ x: [Double], _ weights: [Double]) -> Double {
    zip(x, weights).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private static func product(_ x: [Double], _ y: [Double], _ weights: [Double]) -> Double {
    var sum = 0.0
    for place in x.indices { sum += weights[place] * x[place] * y[place] }
    return sum
  }

  /// Normal numbers, or their absolute values, with the first two moments that they should have.
  private static func matched(_ numbers: [Double], isHalf: Bool) -> [Double] {
    let numbers = isHalf ? numbers.map(abs) : numbers
    let count = Double(numbers.count)
    let mean = numbers.reduce(0, +) / count
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    let wanted: Double = isHalf ? (2 / Double.pi).squareRoot() : 0
    let scale = ((1 - wanted * wanted) / variance).squareRoot()
    return numbers.map { wanted + scale * ($0 - mean) }
  }
}
