import LinearAlgebra

/// The target's part of the eigenmodes, which is deterministic: two vectors over the rows carry it for each mode and output,
/// equation (3.10). With K outputs, `v̄_k = F_k (1 ⊗ I)` has a column for each output of the target, equation (14.3). Under a loss rule the
/// target does not enter the residuals by itself: `v̄` is minus the predictor, and `h̄ = λ (R v̄ + c)`, equation (21.2).
struct TargetPart: Sendable {
  /// `v̄_k` and `h̄_k`; column `k K + c`.
  private(set) var errors: TimeVectors
  private var gradients: TimeVectors
  /// Eigenvalues, one for each column.
  private let eigenvalues: [Double]
  /// `w_k λ_k b_k` and `w_k b_k`, K x K for each mode.
  private let masses: [OutputMatrix]
  private let powers: [OutputMatrix]
  private let outputs: Int
  /// What the target brings to `v̄`: 1, or 0 under a loss rule.
  private let offset: Double

  /// - Parameters:
  ///   - measure: eigenvalues with masses `w_k λ_k b_k`.
  ///   - targets: covariances of the targets' coefficients.
  ///   - layout: of the rows.
  ///   - isPredictor: whether `v̄` is minus the predictor, under a loss rule.
  init(_ measure: DiscreteMeasure, targets: OutputCovariances, layout: BlockLayout, isPredictor: Bool = false) {
    offset = isPredictor ? 0 : 1
    outputs = layout.outputs
    masses = measure.weights.enumerated().map { targets.target($0).scaled(by: $1) }
    powers = measure.weightsOverPoints.enumerated().map { targets.target($0).scaled(by: $1) }
    eigenvalues = measure.points.flatMap { Array(repeating: $0, count: layout.outputs) }
    errors = TimeVectors(size: layout.size, count: eigenvalues.count)
    gradients = errors
  }

  /// `v̄ = 1 - Φ h̄`, rows of an explicit block.
  mutating func updateErrors(map: RowBlock) {
    errors.setRows(map, times: gradients, offset: offset, outputs: outputs)
  }

  /// `h̄ = λ R v̄`, rows of an explicit block; under a loss rule `h̄ = λ (R v̄ + c)`, equation (21.2).
  mutating func updateGradients(response: RowBlock, signal: Double? = nil) {
    gradients.setRows(response, times: errors, scales: eigenvalues)
    if let signal { gradients.add(eigenvalues, times: signal, toRow: response.rows.lowerBound) }
  }

  /// `m = -Σ w λ b v̄` of a row, under a loss rule: the overlap of the output with the signal, equation (21.3).
  func signalOverlap(_ row: Int) -> Double {
    masses.indices.reduce(0) { $0 - masses[$1].entries[0] * errors[row, $1] }
  }

  /// Both at once, rows of an implicit block.
  mutating func close(map: RowBlock, response: RowBlock) {
    TimeVectors.close(
      errors: &errors, gradients: &gradients, errorMap: map, response: response, scales: eigenvalues, offset: 1,
      outputs: outputs)
  }

  /// Adds rows of `Σ w λ v̄ b v̄ᵀ` to those of C_v.
  func addErrors(to rows: inout RowBlock) { rows.addGram(of: errors, weights: masses) }

  /// Adds rows of `Σ w h̄ b h̄ᵀ` to those of H^0.
  func addGradients(to rows: inout RowBlock) { rows.addGram(of: gradients, weights: powers) }

  /// `Σ w (1 - v̄) b h̄` at a row: what the target brings to the balance (6.7).
  func overlap(_ row: Int) -> Double {
    var sum = 0.0
    for (mode, power) in powers.enumerated() {
      for output in 0..<outputs {
        let learned = (output == row % outputs ? offset : 0) - errors[row, mode * outputs + output]
        for other in 0..<outputs { sum += power[output, other] * learned * gradients[row, mode * outputs + other] }
      }
    }
    return sum
  }
}
