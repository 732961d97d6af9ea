import Problems

/// Some sampled paths of the training samples, equations (21.9) and (21.10), side by side in memory.
struct PathBlock: Sendable {
  /// Which paths.
  let range: Range<Int>
  private let weights: [Double]
  private let tau: [Double]
  private let labels: [Double]
  /// Residuals of all rows done, row by row; of paths at tau = 0 too where labels are signs. With minibatches times their masks.
  private var residuals: [Double] = []
  private var residualsAtZero: [Double] = []
  /// With minibatches residuals without their masks.
  private var unmasked: [Double] = []
  /// `J(t, s)`, rows one after the other; with minibatches times the mask at t.
  private var tangents: [Float] = []

  /// What all paths have in common at a row.
  struct Row {
    let loss: SampleLoss
    /// Whether paths at tau = 0 are followed too.
    let hasZero: Bool
    /// `R_f(t, s)/α` for s < t.
    let feedback: [Double]
    let mean: Double
    let tauLoading: Double
    let loadings: [Double]
    /// Of all paths with minibatches; nil where every step sees all samples.
    let masks: PathMasks?
  }

  /// Sums over the paths, with their weights.
  struct Sums: Sendable {
    /// Of `J(t, s)` and of `Delta(t) Delta(s)`, s ≤ t, with masks of both where there are some.
    var tangents: [Double]
    var products: [Double]
    /// Of `J(t, s)^2`, and of residuals times the normal numbers of each direction.
    var tangentSquares: [Double]
    var byDirection: [Double]
    /// With minibatches of `Delta(t) Delta(s)` without masks.
    var unmasked: [Double] = []
    var loss = 0.0
    /// With minibatches of the samples of the step.
    var batchLoss = 0.0
    var right = 0.0
    var residual = 0.0
    var residualAtZero = 0.0
    /// `f Delta`, `f^2`.
    var overlap = 0.0
    var square = 0.0
    /// Of residuals times the density of logistic labels, and times tau.
    var density = 0.0
    var byTau = 0.0

    init(row: Int, directions: Int = 0) {
      tangents = Array(repeating: 0, count: row + 1)
      products = tangents
      tangentSquares = tangents
      byDirection = Array(repeating: 0, count: directions)
    }

    mutating func add(_ other: Sums) {
      for index in tangents.indices {
        tangents[index] += other.tangents[index]
        products[index] += other.products[index]
        tangentSquares[index] += other.tangentSquares[index]
      }
      for index in byDirection.indices { byDirection[index] += other.byDirection[index] }
      if unmasked.isEmpty {
        unmasked = other.unmasked
      } else {
        for index in other.unmasked.indices { unmasked[index] += other.unmasked[index] }
      }
      loss += other.loss
      batchLoss += other.batchLoss
      byTau += other.byTau
      right += other.right
      residual += other.residual
      residualAtZero += other.residualAtZero
      overlap += other.overlap
      square += other.square
      density += other.density
    }
  }

  /// The newest row's.
  private(set) var sums = Sums(row: 0)

  init(_ range: Range<Int>, tau: [Double], labels: [Double], weights: [Double], rows: Int) {
    self.range = range
    self.tau = Array(tau[range])
    self.labels = Array(labels[range])
    self.weights = Array(weights[range])
    residuals.reserveCapacity(rows * range.count)
    tangents.reserveCapacity(rows * (rows + 1) / 2 * range.count)
  }

  /// Makes a row.
  ///
  /// - Parameters:
  ///   - row: what all paths have in common.
  ///   - normals: of all paths, direction by direction.
  ///   - densities: of logistic labels over all paths; empty for others.
  mutating func advance(_ row: Row, normals: [[Double]], densities: [Double]) {
    let (count, time) = (range.count, row.feedback.count)
    var field = [Double](repeating: 0, count: count)
    for (loading, numbers) in zip(row.loadings, normals) {
      for index in 0..<count { field[index] += loading * numbers[range.lowerBound + index] }
    }
    sums = Sums(row: time, directions: normals.count)
    // Without minibatches a mask is 1 and so is its mean.
    let masks = row.masks.map { Array($0.masks[range]) }
    let expected = row.masks.map { Array($0.expected[range]) }
    let counted = expected.map { zip(weights, $0).map { $0 * $1 } } ?? weights
    if row.hasZero { advanceAtZero(row, field, masks, expected) }
    var outputs = field
    for index in 0..<count { outputs[index] += row.mean + row.tauLoading * tau[index] }
    Self.add(row.feedback, residuals, to: &outputs)
    var slopes = [Double](repeating: 0, count: count)
    var current = slopes
    for index in 0..<count {
      let (output, label, weight) = (outputs[index], labels[index], counted[index])
      let residual = row.loss.residual(output, label)
      let value = row.loss.value(output, label)
      current[index] = residual
      slopes[index] = row.loss.slope(output, label)
      sums.loss += weights[index] * value
      sums.right += output * label > 0 ? weights[index] : output == 0 ? 0.5 * weights[index] : 0
      sums.batchLoss += weight * value
      sums.residual += weight * residual
      sums.byTau += weight * tau[index] * residual
      sums.overlap += weight * output * residual
      sums.square += weight * output * output
      if !densities.isEmpty {
        sums.density += densities[range.lowerBound + index] * (expected?[index] ?? 1) * residual
      }
    }
    for (direction, numbers) in normals.enumerated() {
      var sum = 0.0
      for index in 0..<count { sum += counted[index] * current[index] * numbers[range.lowerBound + index] }
      sums.byDirection[direction] = sum
    }
    addProducts(time, current, counted, squareFactor: row.masks?.squareFactor(time) ?? 1)
    if let masks {
      unmasked += current
      sums.unmasked = Self.products(unmasked, current, weights, time: time)
      for index in 0..<count { residuals[time * count + index] *= masks[index] }
    }
    addTangents(row.feedback, slopes, counted, masks)
  }

  /// `Delta(t) Delta(s)`, with masks of both.
  private mutating func addProducts(
    _ time: Int, _ current: [Double], _ counted: [Double], squareFactor: Double
  ) {
    residuals += current
    sums.products = Self.products(residuals, current, counted, time: time)
    sums.products[time] *= squareFactor
  }

  /// Sums of a row of residuals times all rows up to it.
  private static func products(_ rows: [Double], _ current: [Double], _ weights: [Double], time: Int) -> [Double] {
    let count = current.count
    return (0...time).map { past in
      var sum = 0.0
      for index in 0..<count { sum += weights[index] * current[index] * rows[past * count + index] }
      return sum
    }
  }

  private mutating func advanceAtZero(_ row: Row, _ field: [Double], _ masks: [Double]?, _ expected: [Double]?) {
    var outputs = field
    Self.add(row.feedback, residualsAtZero, to: &outputs)
    for (index, output) in outputs.enumerated() {
      let residual = row.loss.residual(output, 1)
      residualsAtZero.append((masks?[index] ?? 1) * residual)
      sums.residualAtZero += (expected?[index] ?? 1) * residual
    }
  }

  /// `x += sum_s factors_s v_s`.
  private static func add(_ factors: [Double], _ rows: [Double], to sum: inout [Double]) {
    let count = sum.count
    sum.withUnsafeMutableBufferPointer { sum in
      rows.withUnsafeBufferPointer { rows in
        for (past, factor) in factors.enumerated() {
          for index in 0..<count { sum[index] += factor * rows[past * count + index] }
        }
      }
    }
  }

  /// `J(t, s) = Delta'(t) [delta_ts + sum_r R_f(t, r) J(r, s)/α]`, equation (21.10).
  private mutating func addTangents(
    _ feedback: [Double], _ slopes: [Double], _ counted: [Double], _ masks: [Double]?
  ) {
    let (count, time) = (range.count, feedback.count)
    let first = tangents.count
    let factors = feedback.map(Float.init)
    let slopes = slopes.map(Float.init)
    let masks = masks.map { $0.map(Float.init) }
    tangents.append(contentsOf: repeatElement(0, count: (time + 1) * count))
    tangents.withUnsafeMutableBufferPointer { tangents in
      slopes.withUnsafeBufferPointer { slopes in
        for cause in 0...time {
          guard let base = tangents.baseAddress else { return }
          let new = base + first + cause * count
          if cause == time {
            for index in 0..<count { new[index] = 1 }
          }
          for row in cause..<time {
            let old = base + (row * (row + 1) / 2 + cause) * count
            let factor = factors[row]
            for index in 0..<count { new[index] += factor * old[index] }
          }
          var (sum, square) = (0.0, 0.0)
          for index in 0..<count {
            new[index] *= slopes[index]
            let value = Double(new[index])
            sum += counted[index] * value
            square += counted[index] * value * value
          }
          sums.tangents[cause] = sum
          sums.tangentSquares[cause] = square
          if let masks {
            for index in 0..<count { new[index] *= masks[index] }
          }
        }
      }
    }
  }
}
