import LinearAlgebra

/// The law of what a march's networks say about one input, equation (14.9): in each mode the coefficients of the predictor are
/// Gaussian over draws of the samples and of the initial weights, independent between modes.
///
/// With the maps as solved, `v = b - Φ h` and `h = λ R v + √λ p` are run once more, side by side for a deterministic source of one in each
/// output, which gives `F (1 ⊗ I)`, and for the columns of factors of the initial predictor's covariance B and of the gradient noise,
/// whose answers' squares sum to `F (B + λ Φ N Φᵀ) Fᵀ`.
struct PredictorLaw: Sendable {
  /// What is known of an input that is not trained on, or of one that is.
  struct Side: Sendable {
    /// `F̃_k(t) - I`, without the cancellation; empty of samples.
    var moves: [[Double]] = []
    /// `F̃_k(t)`, of samples `(R F)_k(t)`: for each mode m x m numbers a time, row-major over the times.
    var mean: [[Double]]
    /// The equal-time covariance likewise.
    var covariance: [[Double]]
  }

  /// Outputs of the march, m.
  let outputs: Int
  let times: Int
  let fresh: Side
  let sample: Side
  /// `Σ_s R(t, s)`: m x m numbers a time.
  let responseSums: [Double]

  /// Bytes that vectors may take; modes are run as many at a time as fit.
  private static let bytes = 64_000_000
  /// Share of the largest diagonal entry below which the rest of a covariance is rounding.
  private static let rounding = 1e-12

  /// - Parameters:
  ///   - eigenvalues: λ of each mode, compressed or not.
  ///   - data: maps as solved.
  ///   - predictor: rows of B, `n * n` numbers.
  ///   - times: how many.
  ///   - outputs: m.
  init(_ eigenvalues: [Double], data: DataBlock, predictor: [Double], times: Int, outputs: Int) {
    let size = times * outputs
    let factors = [predictor, data.gradientNoise(rows: size)].map { Self.factor($0, size: size) }
    let columns = outputs + factors[0].count + factors[1].count
    let together = max(1, Self.bytes / max(1, 16 * size * columns))
    var (fresh, sample) = (Side(mean: [], covariance: []), Side(mean: [], covariance: []))
    for start in stride(from: 0, to: eigenvalues.count, by: together) {
      let part = Array(eigenvalues[start..<min(start + together, eigenvalues.count)])
      let run = Run(part, data, factors: factors, size: size, outputs: outputs)
      fresh.moves += run.fresh.moves
      fresh.mean += run.fresh.mean
      fresh.covariance += run.fresh.covariance
      sample.mean += run.sample.mean
      sample.covariance += run.sample.covariance
    }
    self.outputs = outputs
    self.times = times
    self.fresh = fresh
    self.sample = sample
    responseSums = Self.sums(data.sampleResponse, times: times, outputs: outputs)
  }

  private static func sums(_ response: Response, times: Int, outputs: Int) -> [Double] {
    (0..<times).flatMap { time in
      (0..<outputs * outputs).map { entry in
        (0...time).reduce(0) { $0 + response[time * outputs + entry / outputs, $1 * outputs + entry % outputs] }
      }
    }
  }

  /// Columns whose outer products sum to a positive semidefinite matrix: Cholesky's method with pivots, until nothing is left.
  static func factor(_ matrix: [Double], size: Int) -> [[Double]] {
    var left = (0..<size).map { matrix[$0 * size + $0] }
    let floor = rounding * (left.max() ?? 0)
    var columns: [[Double]] = []
    while columns.count < size, let pivot = left.indices.max(by: { left[$0] < left[$1] }), left[pivot] > floor {
      var column = (0..<size).map { matrix[$0 * size + pivot] }
      for known in columns {
        let factor = known[pivot]
        for row in 0..<size { column[row] -= factor * known[row] }
      }
      let root = left[pivot].squareRoot()
      for row in 0..<size {
        column[row] /= root
        left[row] -= column[row] * column[row]
      }
      left[pivot] = 0
      columns.append(column)
    }
    return columns
  }

  /// Some modes side by side.
  private struct Run {
    private(set) var fresh: Side
    private(set) var sample: Side
    private let outputs: Int
    private let columns: Int

    init(_ eigenvalues: [Double], _ data: DataBlock, factors: [[[Double]]], size: Int, outputs: Int) {
      self.outputs = outputs
      columns = outputs + factors[0].count + factors[1].count
      let empty = Side(
        mean: Array(repeating: [], count: eigenvalues.count), covariance: Array(repeating: [], count: eigenvalues.count)
      )
      (fresh, sample) = (empty, empty)
      fresh.moves = empty.mean
      let scales = eigenvalues.flatMap { Array(repeating: $0, count: columns) }
      var errors = TimeVectors(size: size, count: scales.count)
      var gradients = errors
      for first in stride(from: 0, to: size, by: outputs) {
        let rows = first..<first + outputs
        let maps = data.maps(rows)
        errors.setRows(maps.error, times: gradients)
        for mode in eigenvalues.indices {
          for row in rows {
            for output in 0..<outputs { fresh.moves[mode].append(errors[row, mode * columns + output]) }
            errors[row, mode * columns + row % outputs] += 1
            for (index, factor) in factors[0].enumerated() {
              errors[row, mode * columns + outputs + index] += factor[row]
            }
          }
        }
        gradients.setRows(maps.response, times: errors)
        keep(errors, rows, in: \.fresh)
        keep(gradients, rows, in: \.sample)
        for (mode, eigenvalue) in eigenvalues.enumerated() {
          let start = mode * columns
          for row in rows {
            for column in 0..<columns { gradients[row, start + column] *= eigenvalue }
            for (index, factor) in factors[1].enumerated() {
              gradients[row, start + outputs + factors[0].count + index] += eigenvalue.squareRoot() * factor[row]
            }
          }
        }
      }
    }

    private mutating func keep(_ vectors: TimeVectors, _ rows: Range<Int>, in side: WritableKeyPath<Run, Side>) {
      for mode in self[keyPath: side].mean.indices {
        let start = mode * columns
        for row in rows {
          for output in 0..<outputs { self[keyPath: side].mean[mode].append(vectors[row, start + output]) }
          for other in rows {
            var sum = 0.0
            for column in start + outputs..<start + columns { sum += vectors[row, column] * vectors[other, column] }
            self[keyPath: side].covariance[mode].append(sum)
          }
        }
      }
    }
  }
}

extension DataBlock {
  /// Rows of `-Φ` and of R, as solved.
  func maps(_ rows: Range<Int>) -> (error: RowBlock, response: RowBlock) {
    var error = RowBlock(size: sampleResponse.size, capacity: rows.count)
    error.begin(rows)
    var response = error
    error.addRows(of: feedback)
    response.addRows(of: sampleResponse)
    return (error, response)
  }
}
