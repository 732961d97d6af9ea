import LinearAlgebra
import Problems

/// Rows of a table in the modes of its covariance.
struct TableLaw {
  /// `x_k/√D` of each row.
  let inputs: DenseMatrix
  /// `x_k²/D`.
  let squares: DenseMatrix
  let table: PreparedTable
  /// `β*_c,k`.
  let coefficients: [[Double]]
  /// λ of each mode.
  let eigenvalues: [Double]
  /// Whether the fit is corrected, so that a row's own influence on it is left out.
  let isCorrected: Bool
  /// `D/(n λ_k)`.
  private let inverses: [Double]
  /// `1 - e_x`, where `e_x = 1/n + Σ_k x_k²/(n λ_k)` is the influence of a row on its own fit.
  private let others: [Double]

  init(_ table: PreparedTable, _ measured: MeasuredSpectrum, _ outputs: MeasuredOutputs) {
    self.table = table
    coefficients = outputs.coefficients
    eigenvalues = measured.eigenvalues
    isCorrected = measured.fitCorrection != nil
    let dimension = measured.eigenvalues.count
    let scale = 1 / Double(dimension).squareRoot()
    inputs = DenseMatrix(rows: table.rows, columns: dimension, table.inputs.map { scale * $0 })
    squares = DenseMatrix(rows: table.rows, columns: dimension, table.inputs.map { $0 * $0 / Double(dimension) })
    inverses = eigenvalues.map { Double(dimension) / (Double(table.rows) * $0) }
    var leverages = [Double](repeating: 1 / Double(table.rows), count: table.rows)
    squares.addProduct(1, inverses, to: &leverages)
    others = leverages.map { 1 - $0 }
  }

  /// The table's targets along the directions of one copy.
  struct Turned {
    /// `β*_k` along each direction.
    let coefficients: [[Double]]
    /// Targets of the rows, and what the linear fit leaves of them.
    let targets: [[Double]]
    let noises: [[Double]]

    init(_ vectors: [[Double]], in law: TableLaw) {
      /// A combination of lists, one for each output.
      func combined(_ lists: [[Double]], _ vector: [Double]) -> [Double] {
        lists[0].indices.map { place in zip(vector, lists).reduce(0) { $0 + $1.0 * $1.1[place] } }
      }
      coefficients = vectors.map { combined(law.coefficients, $0) }
      targets = vectors.map { combined(law.table.targets, $0) }
      noises = zip(targets, coefficients).map { target, coefficients in
        var noise = target
        law.inputs.addProduct(-1, coefficients, to: &noise)
        return noise
      }
    }
  }

  /// What all marches say of all outputs on all rows.
  ///
  /// - Parameters:
  ///   - laws: of all marches, over the same times as far as all have them.
  ///   - isFresh: of rows that are not trained on, or of rows that are.
  /// - Returns: means and covariances.
  func moments(_ laws: [MarchLaw], isFresh: Bool) -> OutputMoments {
    let times = laws.map(\.law.times).min() ?? 0
    let count = coefficients.count
    var means = [Double](repeating: 0, count: table.rows * times * count)
    var covariances = [Double](repeating: 0, count: eigenvalues.count * times * OutputMoments.pairs(count))
    for law in laws {
      let side = isFresh ? law.law.fresh : law.law.sample
      var start = 0
      for group in law.march.groups {
        for vectors in group.copies {
          let turned = Turned(vectors, in: self)
          for (output, vector) in vectors.enumerated() {
            mean(law.law, side, times: times, isFresh: isFresh, row: start + output, columns: start, turned)
              .addOuter(vector, to: &means)
          }
          let pairs = Self.pairs(of: vectors, start: start, outputs: law.law.outputs)
          for (mode, own) in side.covariance.enumerated() {
            Self.add(own, pairs, stride: law.law.outputs * law.law.outputs, mode: mode, times: times, to: &covariances)
          }
        }
        start += group.size
      }
    }
    return OutputMoments(
      means: DenseMatrix(rows: table.rows, columns: times * count, means),
      covariances: DenseMatrix(
        rows: eigenvalues.count, columns: times * OutputMoments.pairs(count), covariances), times: times, outputs: count
    )
  }

  /// Entries of a march's covariance, and what each brings to that of every pair of outputs.
  private static func pairs(of vectors: [[Double]], start: Int, outputs: Int) -> [(entry: Int, shares: [Double])] {
    vectors.indices.flatMap { one in
      (0...one).map { other in
        let shares = vectors[0].indices.flatMap { row in
          (0...row).map { column in
            let share = vectors[one][row] * vectors[other][column]
            return one == other ? share : share + vectors[other][row] * vectors[one][column]
          }
        }
        return ((start + one) * outputs + start + other, shares)
      }
    }
  }

  /// The mean of one output of a group: `Σ_k x_k (I - F̃_k) β*_k/√D` of a fresh row; of a sample its target less `Σ_s R(t, s) ξ + Σ_k x_k (R F)_k β*_k/√D`.
  private func mean(
    _ law: PredictorLaw, _ side: PredictorLaw.Side, times: Int, isFresh: Bool, row: Int, columns: Int, _ turned: Turned
  ) -> DenseMatrix {
    let size = law.outputs
    let coefficients = turned.coefficients
    func answer(_ mode: Int, _ time: Int) -> Double {
      coefficients.indices.reduce(0) {
        $0 + side.mean[mode][(time * size + row) * size + columns + $1] * coefficients[$1][mode]
      }
    }
    guard isFresh else {
      let learned = DenseMatrix.product(.plain(inputs), .plain(modes(times, answer)))
      let rows = (0..<table.rows).map { sample in
        (0..<times).map { time in
          let left = turned.noises.indices.reduce(0) {
            $0 + law.responseSums[(time * size + row) * size + columns + $1] * turned.noises[$1][sample]
          }
          return turned.targets[row - columns][sample] - left
        }
      }
      return DenseMatrix(rows: table.rows, columns: times, zip(rows.joined(), learned.storage).map { $0 - $1 })
    }
    var result = DenseMatrix.product(
      .plain(inputs), .plain(modes(times) { mode, time in coefficients[row - columns][mode] - answer(mode, time) }))
    guard isCorrected else { return result }
    for (other, noise) in turned.noises.enumerated() {
      var own = influence(law, side, times: times, row: row, column: columns + other)
      own.scaleRows(by: zip(noise, others).map { $0 / $1 })
      result.combine(own: 1, weight: -1, other: own)
    }
    return result
  }

  /// `Σ_k x_k²/(n λ_k) (I - F̃_k) + I/n`, an entry over the outputs, of rows against times: what a row's own residual has moved.
  private func influence(
    _ law: PredictorLaw, _ side: PredictorLaw.Side, times: Int, row: Int, column: Int
  ) -> DenseMatrix {
    let size = law.outputs
    let diagonal = row == column ? 1.0 : 0
    var moved = DenseMatrix(
      rows: table.rows, columns: times,
      Array(repeating: diagonal / Double(table.rows), count: table.rows * times))
    moved.setProduct(
      1, .plain(squares),
      .plain(
        modes(times) { mode, time in
          inverses[mode] * (diagonal - side.mean[mode][(time * size + row) * size + column])
        }), own: 1)
    return moved
  }

  /// A matrix of modes against times.
  private func modes(_ times: Int, _ value: (_ mode: Int, _ time: Int) -> Double) -> DenseMatrix {
    var entries: [Double] = []
    entries.reserveCapacity(eigenvalues.count * times)
    for mode in eigenvalues.indices { for time in 0..<times { entries.append(value(mode, time)) } }
    return DenseMatrix(rows: eigenvalues.count, columns: times, entries)
  }
}
