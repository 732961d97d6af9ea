import LinearAlgebra

/// How far a row at the nodes of an infinitely deep chain is from one that is indistinguishable from the
/// continuum: an estimate of its relative error, equation (4.9).
///
/// Two signs, and the worse one counts. The balance (6.7) says that `<h g>` is the same at all τ, which a solution at
/// too few nodes breaks. And the coefficients of Chebyshev polynomials in τ fall by a steady factor from even to even:
/// the first one beyond the nodes is about the last one times that factor, and integrals feel it divided by the degree squared.
struct DepthError {
  /// The estimate; not a number if an entry is none.
  private(set) var value = 0.0
  /// What has faded below this share of its largest is known to rounding only, and moves nothing any more.
  private static let faded = 1e-3
  private let row: Int
  private let coefficients: [[Double]]

  /// - Parameters:
  ///   - layers: the junctions at the nodes.
  ///   - row: which row.
  ///   - coefficients: of the Chebyshev polynomials, by node.
  init(_ layers: [Junction], row: Int, _ coefficients: [[Double]]) {
    self.row = row
    self.coefficients = coefficients
    takeImbalance(layers)
    takeTail(layers.map(\.forwardCorrelation))
    takeTail(layers.map(\.backwardCorrelation))
    takeTail(layers.map(\.forwardResponse))
    takeTail(layers.map(\.backwardResponse))
  }

  private mutating func raise(_ sign: Double) {
    // Written so that what is not a number stays so.
    if !(sign <= value) { value = sign }
  }

  private mutating func takeImbalance(_ layers: [Junction]) {
    let overlaps = layers.map { $0.crossCorrelation[row, row] }
    func strength(_ time: Int) -> Double {
      (layers[0].forwardCorrelation.strength(time) * layers[0].backwardCorrelation.strength(time)).squareRoot()
    }
    let size = (0...row).reduce(strength(row)) { max($0, Self.faded * strength($1)) }
    let spread = overlaps.reduce(0) { max($0, abs($1 - overlaps[0])) }
    if size > 0 { raise(spread / size) }
  }

  private mutating func takeTail<Matrix: TimeMatrix>(_ matrices: [Matrix]) {
    let degree = matrices.count - 1
    var size = 0.0
    for matrix in [matrices[0], matrices[degree]] {
      for time in 0...row { size = max(size, Self.faded * abs(matrix[time, time])) }
    }
    var last = 0.0
    var earlier = 0.0
    for column in 0...row {
      var sums = (last: 0.0, earlier: 0.0)
      for (node, matrix) in matrices.enumerated() {
        let entry = matrix[row, column]
        size = max(size, abs(entry))
        sums.last += coefficients[degree][node] * entry
        sums.earlier += coefficients[degree - 2][node] * entry
      }
      last = max(last, abs(sums.last))
      earlier = max(earlier, abs(sums.earlier))
    }
    guard earlier > 0 else { return }
    raise(last / size * min(1, last / earlier) / Double(degree * degree))
  }
}
