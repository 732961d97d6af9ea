import Calculus
import LinearAlgebra
import Problems

/// The share of rows that networks put into their class, predicted row by row from the law of the predictor, equation (14.9).
public struct PredictedAccuracy: Codable, Hashable, Sendable {
  /// Of rows that are not trained on: one number a step, from 0 to 1.
  public let test: [Double]
  /// Of rows that are.
  public let train: [Double]
  /// Standard error that the random draws leave, at most; 0 for two classes, whose law is known in closed form.
  public let error: Double
  /// Random draws for each row; 0 for two classes.
  public let draws: Int
}

extension Solution {
  /// Pairs of opposite draws for each row.
  static let pairs = 32

  /// The expected accuracy on the rows of a table with classes, of networks that are trained on a part of them.
  ///
  /// - Parameter table: the rows that the spectrum was measured on.
  /// - Returns: nil where the outputs are no classes, and on panels, whose nodes are no steps.
  public func accuracy(on table: PreparedTable) -> PredictedAccuracy? {
    guard let classes = table.classes, between == nil, case .measured(let measured) = problem.data.spectrum,
      let outputs = measured.outputs, outputs.areClasses
    else { return nil }
    let rows = TableLaw(table, measured, outputs)
    let laws = predictorLaws(measured)
    let draws = outputs.names.count == 2 ? [] : Self.draws(rows: table.rows, outputs: outputs.names.count)
    func shares(_ isFresh: Bool) -> (shares: [Double], error: Double) {
      rows.shares(laws, isFresh: isFresh, classes: classes, offsets: table.offsets, draws: draws)
    }
    let (test, train) = (shares(true), shares(false))
    return PredictedAccuracy(
      test: test.shares, train: train.shares, error: max(test.error, train.error),
      draws: draws.isEmpty ? 0 : 2 * Self.pairs)
  }

  /// The law of each march in the modes of a table.
  func predictorLaws(_ measured: MeasuredSpectrum) -> [(march: PreparedMarch, law: PredictorLaw)] {
    parts.map { part in
      (part.march, part.solution.orderParameters.predictorLaw(measured.eigenvalues, times: curve.steps.count))
    }
  }

  /// Standard normal numbers, fresh for every row and the same for all steps: `pairs` vectors a row.
  static func draws(rows: Int, outputs: Int) -> [Double] {
    var stream = RandomStream(seed: 0, replica: 0, purpose: .predictors)
    return stream.normals(rows * pairs * outputs)
  }
}

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

  /// Means and roots of covariances of one copy of a group at all rows and times.
  struct Directions {
    /// K numbers for each output of the group.
    let vectors: [[Double]]
    /// For each output of the group a matrix of rows against times.
    let means: [DenseMatrix]
    /// Covariances, m x m matrices of rows against times.
    let covariances: [DenseMatrix]
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

  /// Share of rows whose largest output is that of their class, at each time.
  func shares(
    _ laws: [(march: PreparedMarch, law: PredictorLaw)], isFresh: Bool, classes: [Int], offsets: [Double],
    draws: [Double]
  ) -> (shares: [Double], error: Double) {
    RowLaw.shares(
      laws.flatMap { self.directions($0.march, $0.law, isFresh: isFresh) }, rows: table.rows,
      times: laws.map(\.law.times).min() ?? 0, classes: classes, offsets: offsets, draws: draws)
  }

  /// What each copy of each group of a march says of all rows at all times.
  func directions(_ march: PreparedMarch, _ law: PredictorLaw, isFresh: Bool) -> [Directions] {
    let side = isFresh ? law.fresh : law.sample
    let (size, dimension) = (law.outputs, inputs.columns)
    /// A matrix of modes against times.
    func modes(_ value: (_ mode: Int, _ time: Int) -> Double) -> DenseMatrix {
      DenseMatrix(
        rows: dimension, columns: law.times,
        (0..<dimension).flatMap { mode in (0..<law.times).map { value(mode, $0) } })
    }
    let covariances = (0..<size * size).map { entry in
      DenseMatrix.product(
        .plain(squares), .plain(modes { mode, time in side.covariance[mode][time * size * size + entry] }))
    }
    var start = 0
    return march.groups.flatMap { group -> [Directions] in
      defer { start += group.size }
      return group.copies.map { vectors in
        let turned = Turned(vectors, in: self)
        let means = vectors.indices.map { output in
          mean(law, side, isFresh: isFresh, row: start + output, columns: start, turned, modes)
        }
        let own = vectors.indices.flatMap { row in
          vectors.indices.map { covariances[(start + row) * size + start + $0] }
        }
        return Directions(vectors: vectors, means: means, covariances: own)
      }
    }
  }

  /// The mean of one output of a group: `Σ_k x_k (I - F̃_k) β*_k/√D` of a fresh row; of a sample its target less `Σ_s R(t, s) ξ + Σ_k x_k (R F)_k β*_k/√D`.
  private func mean(
    _ law: PredictorLaw, _ side: PredictorLaw.Side, isFresh: Bool, row: Int, columns: Int, _ turned: Turned,
    _ modes: (_ value: (_ mode: Int, _ time: Int) -> Double) -> DenseMatrix
  ) -> DenseMatrix {
    let size = law.outputs
    let coefficients = turned.coefficients
    func answer(_ mode: Int, _ time: Int) -> Double {
      coefficients.indices.reduce(0) {
        $0 + side.mean[mode][(time * size + row) * size + columns + $1] * coefficients[$1][mode]
      }
    }
    guard isFresh else {
      let learned = DenseMatrix.product(.plain(inputs), .plain(modes(answer)))
      let rows = (0..<table.rows).map { sample in
        (0..<law.times).map { time in
          let left = turned.noises.indices.reduce(0) {
            $0 + law.responseSums[(time * size + row) * size + columns + $1] * turned.noises[$1][sample]
          }
          return turned.targets[row - columns][sample] - left
        }
      }
      return DenseMatrix(
        rows: table.rows, columns: law.times, zip(rows.joined(), learned.storage).map { $0 - $1 })
    }
    var result = DenseMatrix.product(
      .plain(inputs), .plain(modes { mode, time in coefficients[row - columns][mode] - answer(mode, time) }))
    guard isCorrected else { return result }
    for (other, noise) in turned.noises.enumerated() {
      let own = influence(law, side, row: row, column: columns + other, modes)
      let left = zip(noise, others).map { $0 / $1 }
      result = DenseMatrix(
        rows: result.rows, columns: result.columns,
        result.storage.indices.map { index in
          result.storage[index] - own.storage[index] * left[index / result.columns]
        })
    }
    return result
  }

  /// `Σ_k x_k²/(n λ_k) (I - F̃_k) + I/n`, an entry over the outputs, of rows against times: what a row's own residual has moved.
  private func influence(
    _ law: PredictorLaw, _ side: PredictorLaw.Side, row: Int, column: Int,
    _ modes: (_ value: (_ mode: Int, _ time: Int) -> Double) -> DenseMatrix
  ) -> DenseMatrix {
    let size = law.outputs
    let diagonal = row == column ? 1.0 : 0
    let moved = DenseMatrix.product(
      .plain(squares),
      .plain(modes { mode, time in inverses[mode] * (diagonal - side.mean[mode][(time * size + row) * size + column]) })
    )
    return DenseMatrix(
      rows: moved.rows, columns: moved.columns, moved.storage.map { $0 + diagonal / Double(table.rows) })
  }
}
