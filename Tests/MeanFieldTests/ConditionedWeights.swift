import LinearAlgebra

@testable import MeanField

// The tests have a naive matrix of the same name.
private typealias Matrix = LinearAlgebra.DenseMatrix

/// Outliers by explicit conditioning on what training has seen of the initial weights, equation (22.6): another route than the counting
/// of `WeightSpectrumCount`, good for a few steps, as it inverts Gram matrices.
struct ConditionedWeights {
  let history: WeightHistory
  let step: Int
  let coupling: [Double]

  init(_ history: WeightHistory, kernel: [Double], step: Int) {
    self.history = history
    self.step = step
    coupling = kernel.map { $0 * history.rate }
  }

  private func cut(_ entries: [Double]) -> Matrix {
    Matrix(
      rows: step, columns: step,
      (0..<step).flatMap { row in (0..<step).map { entries[row * history.size + $0] } })
  }

  /// `V diag(e^power)`, with the eigenvectors as columns.
  private func root(_ matrix: Matrix, power: Double) throws -> Matrix {
    let solved = try SymmetricEigenproblem(matrix.storage, size: step)
    let scales: [Double] = solved.eigenvalues.map { power > 0 ? $0.squareRoot() : 1 / $0.squareRoot() }
    var entries = [Double](repeating: 0, count: step * step)
    for row in 0..<step {
      for column in 0..<step {
        entries[row * step + column] = solved.eigenvectors[column * step + row] * scales[column]
      }
    }
    return Matrix(rows: step, columns: step, entries)
  }

  private func times(_ factors: Matrix...) -> Matrix {
    factors.dropFirst().reduce(factors[0]) { .product(.plain($0), .plain($1)) }
  }
  private func transposed(_ matrix: Matrix) -> Matrix {
    var identity = Matrix(rows: step, columns: step)
    identity.addToDiagonal(1)
    return .product(.transposed(matrix), .plain(identity))
  }
  private func sum(_ terms: (Double, Matrix)...) -> Matrix {
    var result = Matrix(rows: step, columns: step)
    for (factor, matrix) in terms { result.combine(own: 1, weight: factor, other: matrix) }
    return result
  }

  func outliers() throws -> [Double] {
    let (q, d) = (history.aspect, history.initialWeight[step])
    let (h, g) = (cut(history.forward), cut(history.backward))
    let (a, s) = (cut(history.forwardResponse), cut(history.backwardResponse))
    let (at, st) = (transposed(a), transposed(s))
    let e = sum((q.squareRoot(), times(s, h)), (q.squareRoot(), times(g, at)))
    let chi = sum((q, h), (q, times(h, st, at)), (q, times(a, s, h)), (q, times(a, g, at)))
    let xi = sum((1, g), (q, times(s, a, g)), (q, times(g, at, st)), (q, times(s, h, st)))
    let (ih, ig) = (try root(h, power: -1), try root(g, power: -1))
    let (rh, rg) = (try root(h, power: 1), try root(g, power: 1))
    let white = times(transposed(ig), e, ih)
    let x = sum((1, times(transposed(ig), xi, ig)), (-1, times(white, transposed(white))))
    let y = sum((1, times(transposed(ih), chi, ih)), (-1, times(transposed(white), white)))
    let u = sum((q.squareRoot(), times(transposed(rg), rh.scalingRows(by: coupling))))
    let size = 2 * step
    func matrix(_ value: Double) -> Matrix {
      let sum0 = value * value + d * d * (q - 1)
      let g1 = 2 * value / (sum0 + (sum0 * sum0 - 4 * q * d * d * value * value).squareRoot())
      let g2 = 1 / (value - q * d * d * g1)
      var entries = [Double](repeating: 0, count: size * size)
      for row in 0..<step {
        for column in 0..<step {
          entries[row * size + column] = (row == column ? value : 0) - d * d * g2 * x[row, column]
          entries[(step + row) * size + step + column] = (row == column ? value : 0) - d * d * g1 * y[row, column]
          entries[row * size + step + column] = -(d * white[row, column] + u[row, column])
          entries[(step + column) * size + row] = entries[row * size + step + column]
        }
      }
      return Matrix(rows: size, columns: size, entries)
    }
    func count(_ value: Double) throws -> Int {
      try SymmetricEigenproblem(matrix(value).storage, size: size).eigenvalues.filter { $0 < 0 }.count
    }
    let edge = abs(d) * (1 + q.squareRoot()) * (1 + 1e-9)
    let total = try count(edge)
    return try (0..<total).map { number in
      var (low, high) = (edge, 100 * edge)
      for _ in 0..<100 {
        let middle = (low + high) / 2
        if try count(middle) > number { low = middle } else { high = middle }
      }
      return (low + high) / 2
    }
  }
}
