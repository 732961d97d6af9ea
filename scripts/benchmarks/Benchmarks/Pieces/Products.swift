import Benchmark
import LinearAlgebra

/// The products of equations (3.6) and (3.7): the newest row against each kind of time matrix.
///
/// At 1,000 times nearly all of a matrix is factored, equation (5.11); at 200 times nearly nothing.
func addProducts(size: Int) {
  let response = filled(Response(size: size, causality: .steps))
  add("row times response", response) { $0.set($1, times: $2) }
  add("row times transposed response", response) { $0.set($1, timesTransposed: $2) }
  add("row times correlation", filled(Correlation(size: size, causality: .steps))) { $0.add($1, times: $2) }
  add("row times cross correlation", filled(CrossCorrelation(size: size, causality: .steps))) { $0.add($1, times: $2) }
}

/// One product, repeated a thousand times for every figure because one takes microseconds.
private func add<Matrix: TimeMatrix>(
  _ name: String, _ matrix: Matrix, product: @escaping @Sendable (inout RowBlock, RowBlock, Matrix) -> Void
) {
  Benchmark("\(name), \(matrix.size) times", configuration: .init(scalingFactor: .kilo)) { benchmark in
    BLAS.useThreads(1)
    let last = matrix.size - 1
    let row = row(last, of: matrix.size)
    var result = row
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations { product(&result, row, matrix) }
    benchmark.stopMeasurement()
    blackHole(result)
  }
}

private func filled<Matrix: TimeMatrix>(_ empty: Matrix) -> Matrix {
  var matrix = empty
  for time in 0..<matrix.size { matrix.setRows(row(time, of: matrix.size)) }
  return matrix
}

/// Entries as smooth as two-time functions are, of either sign, so that no sum runs away.
private func row(_ time: Int, of size: Int) -> RowBlock {
  var row = RowBlock(size: size, capacity: 1)
  row.begin(time..<time + 1)
  for column in 0...time {
    row[time, column] = ((column + time) % 2 == 0 ? 0.5 : -0.25) / (1 + 0.1 * Double(time - column))
  }
  return row
}
