import LinearAlgebra
import Problems
import RealModule

/// What is made of a momentum buffer, equation (17.6).
struct BufferRule {
  let muon: Muon
  let momentum: LinearOptimizer.Momentum
  let multiplicities: [Double]

  /// Shares of the gradients in what is made orthogonal, the oldest first: `μ^{t-s}`, and with Nesterov's step the newest gradient
  /// once more beside μ times the buffer.
  func shares(_ count: Int) -> [Double] {
    let coefficient = momentum.coefficient
    return (0..<count).map { time in
      let power = Double.pow(coefficient, count - 1 - time)
      guard momentum.isNesterov else { return power }
      return coefficient * power + (time == count - 1 ? 1 : 0)
    }
  }
}

/// The momentum buffer of a layer below the readout, `M = Σ_s b_s g_s h_sᵀ`, by the Gram matrices of all its fields, and what the
/// layer has learned from it.
struct BufferedLink: Sendable {
  private let outputs: Int
  /// Rows of `G^{l+1}` and `H^l` up to their diagonal blocks.
  private var left: [[Double]] = []
  private var right: [[Double]] = []
  /// `C_l(t)`.
  private(set) var coefficients = DenseMatrix(rows: 0, columns: 0)
  /// X of the newest time.
  private var newest = DenseMatrix(rows: 0, columns: 0)

  init(outputs: Int) { self.outputs = outputs }

  mutating func take(_ rows: Range<Int>, left: Correlation, right: Correlation) {
    for row in rows {
      self.left.append(left.entries(ofRow: row, count: row + 1))
      self.right.append(right.entries(ofRow: row, count: row + 1))
    }
  }

  /// Equation (17.7) or (17.8) of the buffer.
  mutating func orthogonalize(_ rule: BufferRule) {
    let size = left.count
    let shares = rule.shares(size / outputs)
    var core = [Double](repeating: 0, count: size * size)
    for row in 0..<size { core[row * size + row] = shares[row / outputs] }
    let weights = (0..<size).map { rule.multiplicities[$0 % outputs] }
    newest = rule.muon.orthogonalized(
      DenseMatrix(rows: size, columns: size, core), left: Self.symmetric(left), right: Self.symmetric(right), weights)
  }

  /// Equation (17.6): `C <- kept C + rate X`.
  mutating func advance(kept: Double, rate: Double) {
    // Before the first step nothing has been learned.
    guard newest.rows > 0 else { return }
    var next = newest
    next.combine(own: rate, weight: 0, other: nil)
    next.addCorner(coefficients, scale: kept)
    coefficients = next
  }

  private static func symmetric(_ rows: [[Double]]) -> DenseMatrix {
    let size = rows.count
    var entries = [Double](repeating: 0, count: size * size)
    for (row, values) in rows.enumerated() {
      for (column, value) in values.enumerated() {
        entries[row * size + column] = value
        entries[column * size + row] = value
      }
    }
    return DenseMatrix(rows: size, columns: size, entries)
  }
}

/// The momentum buffer of the readout: its left fields are the unit vectors of the outputs, so that all is in K x K blocks.
struct BufferedReadout: Sendable {
  private let outputs: Int
  private var right: [[Double]] = []
  /// `C_L(t)`, K x K blocks.
  private(set) var coefficients: [Double] = []
  private var newest: [Double] = []

  init(outputs: Int) { self.outputs = outputs }

  mutating func take(_ rows: Range<Int>, right: Correlation) {
    for row in rows { self.right.append(right.entries(ofRow: row, count: row + 1)) }
  }

  /// Equation (17.7) or (17.8) of `M = Σ_s b_s h_sᵀ`, of which the Gram matrix over the outputs is enough.
  mutating func orthogonalize(_ rule: BufferRule) {
    let shares = rule.shares(right.count / outputs)
    var gram = [Double](repeating: 0, count: outputs * outputs)
    for (row, values) in right.enumerated() {
      for (column, value) in values.enumerated() {
        let product = shares[row / outputs] * shares[column / outputs] * value
        gram[row % outputs * outputs + column % outputs] += product
        if row != column { gram[column % outputs * outputs + row % outputs] += product }
      }
    }
    var identity = [Double](repeating: 0, count: outputs * outputs)
    for output in 0..<outputs { identity[output * (outputs + 1)] = 1 }
    let factor = rule.muon.orthogonalized(
      DenseMatrix(rows: outputs, columns: outputs, identity), left: nil,
      right: DenseMatrix(rows: outputs, columns: outputs, gram), rule.multiplicities)
    newest = shares.flatMap { share in factor.storage.map { share * $0 } }
  }

  /// Equation (17.6).
  mutating func advance(kept: Double, rate: Double) {
    let old = coefficients
    coefficients = newest.enumerated().map { rate * $1 + ($0 < old.count ? kept * old[$0] : 0) }
  }
}
