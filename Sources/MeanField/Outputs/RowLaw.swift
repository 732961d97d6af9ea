import Calculus
import LinearAlgebra
import RealModule

/// The law of the outputs on one row at one time; its arrays are kept from row to row.
struct RowLaw {
  private let offsets: [Double]
  /// Mean over draws, with what centring removed.
  private var mean: [Double]
  /// A root of the covariance: K numbers for each direction.
  private var root: [Double] = []
  private var moves: [Double]

  init(offsets: [Double]) {
    self.offsets = offsets
    mean = offsets
    moves = offsets
  }

  /// Share of rows whose largest output is that of their class, at each time, and the standard error that draws leave.
  static func shares(
    _ directions: [TableLaw.Directions], rows: Int, times: Int, classes: [Int], offsets: [Double], draws: [Double]
  ) -> (shares: [Double], error: Double) {
    var law = RowLaw(offsets: offsets)
    var worst = 0.0
    let shares = (0..<times).map { time in
      var (sum, squares) = (0.0, 0.0)
      for row in 0..<rows {
        law.begin()
        for part in directions { law.add(part, row: row, time: time) }
        let (share, variance) =
          draws.isEmpty ? (law.binaryShare(of: classes[row]), 0) : law.sampledShare(of: classes[row], draws, row: row)
        sum += share
        squares += variance
      }
      worst = max(worst, squares.squareRoot() / Double(rows))
      return sum / Double(rows)
    }
    return (shares, worst)
  }

  mutating func begin() {
    mean = offsets
    root.removeAll(keepingCapacity: true)
  }

  /// Adds what one copy of a group says.
  mutating func add(_ part: TableLaw.Directions, row: Int, time: Int) {
    let size = part.vectors.count
    for output in 0..<size {
      let value = part.means[output][row, time]
      for (index, share) in part.vectors[output].enumerated() { mean[index] += value * share }
    }
    guard size > 1 else {
      let deviation = max(0, part.covariances[0][row, time]).squareRoot()
      for share in part.vectors[0] { root.append(deviation * share) }
      return
    }
    let block = (0..<size * size).map { part.covariances[$0][row, time] }
    let factor = DenseMatrix.semidefiniteFactor(block, size: size, rounding: 1e-12)
    for column in 0..<factor.columns {
      for index in mean.indices {
        var sum = 0.0
        for output in 0..<size { sum += factor[output, column] * part.vectors[output][index] }
        root.append(sum)
      }
    }
  }

  /// Two classes: the difference of the outputs is Gaussian.
  func binaryShare(of label: Int) -> Double {
    let difference = mean[label] - mean[1 - label]
    var variance = 0.0
    for entry in stride(from: 0, to: root.count, by: 2) {
      let share = root[entry] - root[entry + 1]
      variance += share * share
    }
    guard variance > 0 else { return difference > 0 ? 1 : 0 }
    return 0.5 * Double.erfc(-difference / (2 * variance).squareRoot())
  }

  /// Share of draws, each with its opposite, in which the class has the largest output, and the variance of that share.
  mutating func sampledShare(of label: Int, _ draws: [Double], row: Int) -> (share: Double, variance: Double) {
    let (outputs, pairs) = (mean.count, Solution.pairs)
    var (sum, squares) = (0, 0)
    for pair in 0..<pairs {
      let start = (row * pairs + pair) * outputs
      for output in 0..<outputs { moves[output] = 0 }
      var entry = 0
      for direction in 0..<root.count / outputs {
        let draw = draws[start + direction]
        for output in 0..<outputs {
          moves[output] += draw * root[entry]
          entry += 1
        }
      }
      let (above, below) = (mean[label] + moves[label], mean[label] - moves[label])
      var (isAbove, isBelow) = (1, 1)
      for output in 0..<outputs where output != label {
        if !(mean[output] + moves[output] < above) { isAbove = 0 }
        if !(mean[output] - moves[output] < below) { isBelow = 0 }
      }
      let hits = isAbove + isBelow
      sum += hits
      squares += hits * hits
    }
    let share = Double(sum) / Double(2 * pairs)
    return (share, max(0, Double(squares) / Double(4 * pairs) - share * share) / Double(pairs))
  }
}

extension TableLaw {
  /// Means and covariances of one copy of a group at all rows and times.
  struct Directions {
    /// K numbers for each output of the group.
    let vectors: [[Double]]
    /// For each output of the group a matrix of rows against times.
    let means: [DenseMatrix]
    /// Covariances, m x m matrices of rows against times.
    let covariances: [DenseMatrix]
  }
}

extension Solution {
  /// Pairs of opposite draws for each row.
  static let pairs = 32

  /// Standard normal numbers, fresh for every row and the same for all steps: `pairs` vectors a row.
  static func draws(rows: Int, outputs: Int) -> [Double] {
    var stream = RandomStream(seed: 0, replica: 0, purpose: .predictors)
    return stream.normals(rows * pairs * outputs)
  }
}
