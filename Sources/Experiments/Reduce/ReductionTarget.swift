import LinearAlgebra
import Parsimony

/// The matrix that a chain learns.
public enum ReductionTarget: Sendable {
  /// Square, of a rank, with singular values of about 1, drawn by the seed.
  case random(size: Int, rank: Int)
  /// One's own: entries row by row, NaN where one is not observed; `kept` of its directions are kept, nil keeps all.
  case matrix(name: String, rows: Int, columns: Int, entries: [Double], kept: Int?)

  /// Rows and columns of every weight matrix, all of which are square.
  public var size: Int {
    switch self {
    case .random(let size, _): size
    case .matrix(_, let rows, let columns, _, _): max(rows, columns)
    }
  }

  /// How many directions are kept.
  var kept: Int? {
    switch self {
    case .random(_, let rank): rank
    case .matrix(_, _, _, _, let kept): kept
    }
  }

  /// Whether entries are not observed.
  var hasGaps: Bool {
    if case .matrix(_, _, _, let entries, _) = self { entries.contains { $0.isNaN } } else { false }
  }

  /// As it stands in the problem's line.
  var text: String {
    switch self {
    case .random(_, let rank): "random target of rank \(rank)"
    case .matrix(let name, _, _, _, _): "target \(name)"
    }
  }

  /// What is done to a matrix that is not square.
  var notice: String? {
    guard case .matrix(_, let rows, let columns, _, _) = self, rows != columns else { return nil }
    return
      "the target is \(rows) x \(columns); it is set into \(size) x \(size), the rest zeros, as all layers are square"
  }

  /// The target, square, and which entries it has; nil where it has all.
  ///
  /// - Parameter seed: of a random target.
  /// - Returns: the target with zeros where no entry is known, and ones where one is.
  func matrices(seed: Int) -> (target: DenseMatrix, mask: DenseMatrix?) {
    switch self {
    case .random(let size, let rank):
      return (ReductionProblem.randomTarget(size: size, rank: rank, seed: seed), nil)
    case .matrix(_, let rows, let columns, let given, _):
      var entries = [Double](repeating: 0, count: size * size)
      var seen = [Double](repeating: 1, count: size * size)
      for row in 0..<rows {
        for column in 0..<columns {
          let value = given[row * columns + column]
          entries[row * size + column] = value.isNaN ? 0 : value
          if value.isNaN { seen[row * size + column] = 0 }
        }
      }
      let target = DenseMatrix(rows: size, columns: size, entries)
      return (target, hasGaps ? DenseMatrix(rows: size, columns: size, seen) : nil)
    }
  }
}
