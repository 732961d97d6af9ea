import LinearAlgebra
import Problems

/// What the networks of an exact split say about any row, equation (16.3). Training on given rows is a population problem on their own
/// covariance; the predictor then is Gaussian over the initial weights alone, independent between the training rows' principal directions:
///
///     β̄_k(t) = β*_k (1 - [F_k 1](t)) = β*_k [Φ h̄_k](t),      f_k(t) = [F_k B F_kᵀ](t, t),      F_k = (I + λ_k Φ)^{-1}
///     loss over rows = mean (y - x · β̄/√D)² + (1/D) Σ_k S_kk f_k(t),      S_kk the mean of x_k²
///
/// Directions in which no training row varies have λ = 0: nothing is learned there, and their variance is that of `B(t, t)`, which grows.
struct GivenRowsLaw {
  /// Groups of outputs that were solved together, with their law.
  private let parts: [Part]
  /// `β*_c,k`.
  private let coefficients: [[Double]]
  private let dimension: Int
  let times: Int

  private struct Part {
    let groups: [OutputGroup]
    let law: PredictorLaw
  }

  /// - Parameters:
  ///   - solution: of an exact split, in single steps.
  ///   - measured: the spectrum of its training rows.
  init(_ solution: Solution, _ measured: MeasuredSpectrum) {
    coefficients = measured.outputs?.coefficients ?? [measured.targetCoefficients]
    dimension = measured.eigenvalues.count
    let times = solution.curve.steps.count
    self.times = times
    func law(_ solution: Solution) -> PredictorLaw {
      solution.orderParameters.predictorLaw(measured.eigenvalues, times: times)
    }
    parts =
      solution.parts.isEmpty
      ? [Part(groups: [OutputGroup.only], law: law(solution))]
      : solution.parts.map { Part(groups: $0.march.groups, law: law($0.solution)) }
  }

  /// Losses of each output over some rows: a list for each output, one number a time.
  func losses(_ rows: PreparedTable) -> [[Double]] {
    let inputs = Self.scaled(rows, dimension)
    let squares = (0..<dimension).map { mode in
      (0..<rows.rows).reduce(0) { $0 + inputs[$1, mode] * inputs[$1, mode] } / Double(rows.rows)
    }
    let spread = spreads(squares)
    return coefficients.indices.map { output in
      let said = DenseMatrix.product(.plain(inputs), .plain(predictor(output)))
      return (0..<times).map { time in
        var sum = 0.0
        for (row, target) in rows.targets[output].enumerated() {
          let left = target - said[row, time]
          sum += left * left
        }
        return sum / Double(rows.rows) + spread[output][time]
      }
    }
  }

  /// `x_k/√D` of each row.
  static func scaled(_ rows: PreparedTable, _ dimension: Int) -> DenseMatrix {
    let scale = 1 / Double(dimension).squareRoot()
    return DenseMatrix(rows: rows.rows, columns: dimension, rows.inputs.map { scale * $0 })
  }

  /// `β̄_c` of one output, a matrix of modes against times.
  private func predictor(_ output: Int) -> DenseMatrix {
    var sum = [Double](repeating: 0, count: dimension * times)
    forEachCopy { vectors, law, start in
      let own = Self.along(vectors, coefficients)
      for row in vectors.indices where vectors[row][output] != 0 {
        for mode in 0..<dimension {
          for time in 0..<times {
            sum[mode * times + time] += vectors[row][output] * Self.learned(law, own, start: start, row, mode, time)
          }
        }
      }
    }
    return DenseMatrix(rows: dimension, columns: times, sum)
  }

  /// `(I - F_k) β*_k` along one output of a group.
  private static func learned(
    _ law: PredictorLaw, _ coefficients: [[Double]], start: Int, _ row: Int, _ mode: Int, _ time: Int
  ) -> Double {
    let size = law.outputs
    let place = (time * size + start + row) * size + start
    return coefficients.indices.reduce(0) { $0 - law.fresh.moves[mode][place + $1] * coefficients[$1][mode] }
  }

  /// Combinations of lists, one for each direction.
  private static func along(_ vectors: [[Double]], _ lists: [[Double]]) -> [[Double]] {
    vectors.map { vector in
      lists[0].indices.map { place in zip(vector, lists).reduce(0) { $0 + $1.0 * $1.1[place] } }
    }
  }

  /// `Σ_k weights_k f_k` of each output at each time.
  private func spreads(_ weights: [Double]) -> [[Double]] {
    var sums = coefficients.map { _ in [Double](repeating: 0, count: times) }
    forEachCopy { vectors, law, start in
      let size = law.outputs
      for time in 0..<times {
        for row in vectors.indices {
          for column in vectors.indices {
            let place = (time * size + start + row) * size + start + column
            let spread = weights.indices.reduce(0) { $0 + weights[$1] * law.fresh.covariance[$1][place] }
            for output in sums.indices { sums[output][time] += spread * vectors[row][output] * vectors[column][output] }
          }
        }
      }
    }
    return sums
  }

  /// Every copy of every group: its directions, the law of its march, and the group's place there.
  private func forEachCopy(_ body: (_ vectors: [[Double]], _ law: PredictorLaw, _ start: Int) -> Void) {
    for part in parts {
      var start = 0
      for group in part.groups {
        for vectors in group.copies { body(vectors, part.law, start) }
        start += group.size
      }
    }
  }
}

// Classes.
extension GivenRowsLaw {
  /// Share of rows whose largest output is that of their class, at each time, and the standard error that draws leave.
  func shares(_ rows: PreparedTable, classes: [Int], draws: [Double]) -> (shares: [Double], error: Double) {
    let inputs = Self.scaled(rows, dimension)
    var squares = inputs.storage
    for index in squares.indices { squares[index] *= squares[index] }
    let weights = DenseMatrix(rows: inputs.rows, columns: dimension, squares)
    var directions: [TableLaw.Directions] = []
    forEachCopy { vectors, law, start in
      let own = Self.along(vectors, coefficients)
      func onRows(_ matrix: DenseMatrix, _ value: (_ mode: Int, _ time: Int) -> Double) -> DenseMatrix {
        let modes = (0..<dimension).flatMap { mode in (0..<times).map { value(mode, $0) } }
        return DenseMatrix.product(.plain(matrix), .plain(DenseMatrix(rows: dimension, columns: times, modes)))
      }
      directions.append(
        TableLaw.Directions(
          vectors: vectors,
          means: vectors.indices.map { row in
            onRows(inputs) { Self.learned(law, own, start: start, row, $0, $1) }
          },
          covariances: vectors.indices.flatMap { row in
            vectors.indices.map { column in
              onRows(weights) { mode, time in
                law.fresh.covariance[mode][(time * law.outputs + start + row) * law.outputs + start + column]
              }
            }
          }))
    }
    return RowLaw.shares(
      directions, rows: rows.rows, times: times, classes: classes, offsets: rows.offsets, draws: draws)
  }
}

extension OutputGroup {
  /// The one output of a network that has no other.
  fileprivate static var only: OutputGroup {
    OutputGroup(
      copies: [[[1]]],
      signal: OutputSignal(eigenvalues: [], masses: [], noise: OutputMatrix(outputs: 1, [0])))
  }
}
