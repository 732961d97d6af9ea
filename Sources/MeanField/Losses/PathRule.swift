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

  /// Paths that are side by side in memory.
  private static let together = 256

  init(_ samples: SampleRows, law: LossLaw, sampleRatio: Double, rows: Int, cores: Int) {
    self.samples = samples
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
    let tau = first.map { root * $0 }
    var weights = [Double](repeating: 1 / Double(count), count: count)
    var densities: [Double] = []
    if case .logistic(let slope) = law.rule.labels {
      let shares = tau.map { 1 / (1 + Double.exp(-slope * $0)) }
      let total = shares.reduce(0, +)
      weights = shares.map { $0 / total }
      densities = shares.map { $0 * (1 - $0) * slope * 2 / Double(count) }
    }
    (self.tau, self.weights, self.densities) = (tau, weights, densities)
    blocks = stride(from: 0, to: count, by: Self.together).map { start in
      PathBlock(start..<min(count, start + Self.together), tau: tau, weights: weights, rows: rows)
    }
  }

  mutating func take(overlap: Double) { self.overlap = overlap }

  mutating func update(modeResponse: RowBlock, error: RowBlock, errorCorrelation: Correlation) {
    let row = error.rows.lowerBound
    let shared = labelVariance > 0 ? 1 / labelVariance : 0
    overlapsSoFar.append(overlap)
    factor.append((0...row).map { error[row, $0] - overlap * overlapsSoFar[$0] * shared })
    while normals.count < factor.directions { normals.append(direction(normals.count)) }
    let common = PathBlock.Row(
      loss: law.rule.loss, isLinear: law.rule.labels == .linear, hasZero: law.rule.labels == .sign,
      feedback: (0..<row).map { -modeResponse[row, $0] / sampleRatio },
      mean: labelVariance > 0 ? 0 : overlap, tauLoading: overlap * shared, loadings: factor.rows[row])
    let (normals, densities) = (normals, densities)
    SideBySide.update(&blocks, tools: &lanes) { _, block, _ in
      block.advance(common, normals: normals, densities: densities)
    }
    var sums = PathBlock.Sums(row: row)
    for block in blocks { sums.add(block.sums) }
    finish(row, sums, error)
    // Tangents are all of the memory, and nobody reads them once time is over.
    if row == lastRow { blocks = [] }
  }

  private var overlapsSoFar: [Double] = []
  private var sampled: (overlap: Double, scale: Double) = (0, 0)

  private mutating func finish(_ row: Int, _ sums: PathBlock.Sums, _ error: RowBlock) {
    samples.responseRows.begin(error.rows)
    samples.residualRows.begin(error.rows)
    samples.noiseRows.begin(error.rows)
    for past in 0...row {
      samples.responseRows[row, past] = -sums.tangents[past]
      samples.residualRows[row, past] = sums.products[past]
      samples.noiseRows[row, past] = sums.products[past] / sampleRatio
    }
    samples.response.setRows(samples.responseRows)
    samples.residualCorrelation.setRows(samples.residualRows)
    var moments = law.moments(variance: error[row, row], overlap: overlap)
    moments.slope = sums.tangents[row]
    moments.square = sums.products[row]
    switch law.rule.labels {
    case .linear: moments.signal = -sums.tangents.reduce(0, +)
    case .sign:
      moments.signal = 2 / (2 * .pi * labelVariance).squareRoot() * sums.residualAtZero / Double(law.rule.paths)
    case .logistic: moments.signal = sums.density
    case .mixture: moments.signal = sums.residual
    }
    sampled = (sums.overlap, (sums.square * sums.products[row]).squareRoot())
    answers?.append(
      moments, train: (law.rule.loss.reportedFactor * sums.loss, sums.right), variance: error[row, row],
      overlap: overlap)
    answers?.factorDefect = factor.defect
  }

  /// Equation (21.12): `<f Delta>` of the samples against that of the modes.
  mutating func check(_ overlap: Double) {
    answers?.check(sampled.overlap, against: overlap, scale: sampled.scale)
  }

  func noise(_ row: Int, _ column: Int) -> Double { samples.residualCorrelation[row, column] / sampleRatio }

  /// Numbers of a new direction, with no mean and variance 1, orthogonal to tau and to those before.
  private func direction(_ index: Int) -> [Double] {
    var numbers = points.normals(index + 1)
    let ones = [Double](repeating: 1, count: numbers.count)
    // tau without its mean.
    let center = Self.mean(tau, weights)
    let shifted = tau.map { $0 - center }
    let others = [ones] + (labelVariance > 0 ? [shifted] : []) + normals
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
