import Problems

/// Some sampled paths of the training samples, equations (21.9) and (21.10), side by side in memory.
struct PathBlock: Sendable {
  /// Which paths.
  let range: Range<Int>
  private let weights: [Double]
  private let tau: [Double]
  /// Residuals of all rows done, row by row; of paths at tau = 0 too where labels are signs.
  private var residuals: [Double] = []
  private var residualsAtZero: [Double] = []
  /// `J(t, s)`, rows one after the other.
  private var tangents: [Float] = []

  /// What all paths have in common at a row.
  struct Row {
    let loss: SampleLoss
    /// Whether the label is tau; else it is 1.
    let isLinear: Bool
    /// Whether paths at tau = 0 are followed too.
    let hasZero: Bool
    /// `R_f(t, s)/α` for s < t.
    let feedback: [Double]
    let mean: Double
    let tauLoading: Double
    let loadings: [Double]
  }

  /// Sums over the paths, with their weights.
  struct Sums: Sendable {
    /// Of `J(t, s)` and of `Delta(t) Delta(s)`, s ≤ t.
    var tangents: [Double]
    var products: [Double]
    var loss = 0.0
    var right = 0.0
    var residual = 0.0
    var residualAtZero = 0.0
    /// `f Delta`, `f^2`.
    var overlap = 0.0
    var square = 0.0
    /// Of residuals times the density of logistic labels.
    var density = 0.0

    init(row: Int) {
      tangents = Array(repeating: 0, count: row + 1)
      products = tangents
    }

    mutating func add(_ other: Sums) {
      for index in tangents.indices {
        tangents[index] += other.tangents[index]
        products[index] += other.products[index]
      }
      loss += other.loss
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

  init(_ range: Range<Int>, tau: [Double], weights: [Double], rows: Int) {
    self.range = range
    self.tau = Array(tau[range])
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
    sums = Sums(row: time)
    if row.hasZero { advanceAtZero(row, field) }
    var outputs = field
    for index in 0..<count { outputs[index] += row.mean + row.tauLoading * tau[index] }
    Self.add(row.feedback, residuals, to: &outputs)
    var slopes = [Double](repeating: 0, count: count)
    for index in 0..<count {
      let (output, label, weight) = (outputs[index], row.isLinear ? tau[index] : 1, weights[index])
      let residual = row.loss.residual(output, label)
      residuals.append(residual)
      slopes[index] = row.loss.slope(output, label)
      sums.loss += weight * row.loss.value(output, label)
      sums.right += output > 0 ? weight : output == 0 ? 0.5 * weight : 0
      sums.residual += weight * residual
      sums.overlap += weight * output * residual
      sums.square += weight * output * output
      if !densities.isEmpty { sums.density += densities[range.lowerBound + index] * residual }
    }
    addProducts(time)
    addTangents(row.feedback, slopes)
  }

  /// `Delta(t) Delta(s)`.
  private mutating func addProducts(_ time: Int) {
    let count = range.count
    for past in 0...time {
      var sum = 0.0
      for index in 0..<count {
        sum += weights[index] * residuals[time * count + index] * residuals[past * count + index]
      }
      sums.products[past] = sum
    }
  }

  private mutating func advanceAtZero(_ row: Row, _ field: [Double]) {
    var outputs = field
    Self.add(row.feedback, residualsAtZero, to: &outputs)
    for output in outputs {
      let residual = row.loss.residual(output, 1)
      residualsAtZero.append(residual)
      sums.residualAtZero += residual
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
  private mutating func addTangents(_ feedback: [Double], _ slopes: [Double]) {
    let (count, time) = (range.count, feedback.count)
    let first = tangents.count
    let factors = feedback.map(Float.init)
    let slopes = slopes.map(Float.init)
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
          var sum = 0.0
          for index in 0..<count {
            new[index] *= slopes[index]
            sum += weights[index] * Double(new[index])
          }
          sums.tangents[cause] = sum
        }
      }
    }
  }
}
