import LinearAlgebra
import Problems

/// The share of rows that networks put into their class, predicted row by row from the law of the predictor, equation (14.9).
public struct PredictedAccuracy: Codable, Hashable, Sendable {
  /// Of rows that are not trained on: one number a row of the curve, from 0 to 1.
  public let test: [Double]
  /// Of rows that are.
  public let train: [Double]
  /// Standard error that the random points of the integrals leave, at most; 0 for two classes, whose law is known in closed form.
  public let error: Double
  /// Random points for each row; 0 for two classes.
  public let draws: Int
}

extension Solution {
  /// The expected accuracy on the rows of a table with classes, of networks that are trained on a part of them.
  ///
  /// - Parameter table: the rows that the spectrum was measured on.
  /// - Returns: nil where the outputs are no classes.
  public func accuracy(on table: PreparedTable) -> PredictedAccuracy? {
    guard let rows = ClassifiedRows(table, problem.data) else { return nil }
    let laws = predictorLaws(rows.eigenvalues)
    let (test, train) = (rows.shares(laws, isFresh: true), rows.shares(laws, isFresh: false))
    return PredictedAccuracy(
      test: test.shares, train: train.shares, error: max(test.error, train.error), draws: rows.points.perRow)
  }

  /// The law of each march in some modes, at the rows of the curve.
  func predictorLaws(_ eigenvalues: [Double]) -> [MarchLaw] {
    parts.map { part in
      let parameters = part.solution.orderParameters
      guard part.solution.between != nil else {
        return MarchLaw(
          march: part.march,
          law: parameters.predictorLaw(eigenvalues, times: curve.steps.count, withSamples: true))
      }
      let nodes = parameters.predictorLaw(eigenvalues, times: parameters.count, withSamples: true)
      return MarchLaw(march: part.march, law: nodes.at(part.solution.rows))
    }
  }
}

/// What one march says of any input.
struct MarchLaw: Sendable {
  let march: PreparedMarch
  let law: PredictorLaw
}

/// The rows of a table with classes, prepared to be classified by many predictors.
public struct ClassifiedRows: Sendable {
  let table: TableLaw
  let points: ShiftedLattice
  /// λ of each mode.
  var eigenvalues: [Double] { table.eigenvalues }
  private let classes: [Int]
  private let offsets: [Double]

  /// Nil where the outputs are no classes.
  ///
  /// - Parameters:
  ///   - table: the rows that the spectrum was measured on.
  ///   - data: the data that were measured on it.
  public init?(_ table: PreparedTable, _ data: DataModel) {
    guard let classes = table.classes, case .measured(let measured) = data.spectrum, let outputs = data.classes else {
      return nil
    }
    self.table = TableLaw(table, measured, outputs)
    self.classes = classes
    offsets = table.offsets
    points = ShiftedLattice(rows: table.rows, dimension: max(0, table.offsets.count - 2))
  }

  /// Seconds of one core for the laws of some marches, a triangular solve for each mode and some columns an output, and the integrals.
  ///
  /// - Parameters:
  ///   - marches: what was solved.
  ///   - steps: how far.
  ///   - tested: at how many steps the accuracy is asked for.
  ///   - sides: 1 for rows that are not trained on, 2 for both.
  /// - Returns: seconds, right within a factor of three.
  func seconds(_ marches: [PreparedMarch], steps: Int, tested: Int, sides: Int) -> Double {
    let sizes = marches.map { (size: Double((steps + 1) * $0.size), outputs: Double($0.size)) }
    let solves = sizes.reduce(0) { $0 + $1.size * $1.size * $1.outputs } * Double(eigenvalues.count * sides)
    let integrals = Double(classes.count * max(1, points.perRow) * offsets.count) * Double(tested * sides)
    return solves * Self.columns / Self.flopsPerSecond + integrals * Self.secondsPerFactor
  }

  /// Columns of sources for each output, operations of a core in a second, seconds of a factor of an integral (measured).
  private static let columns = 20.0
  private static let flopsPerSecond = 1e10
  private static let secondsPerFactor = 1.5e-8

  /// Entries of covariances that are held at a time.
  private static let entries = 1 << 20

  /// Share of rows whose largest output is that of their class, at each time of the laws, and the largest standard error of any.
  func shares(_ laws: [MarchLaw], isFresh: Bool) -> (shares: [Double], error: Double) {
    let times = laws.map(\.law.times).min() ?? 0
    let length = max(1, 4 * Self.entries / (eigenvalues.count * OutputMoments.pairs(offsets.count)))
    let parts = stride(from: 0, to: times, by: length).map { start in
      shares(laws, at: start..<min(times, start + length), isFresh: isFresh)
    }
    return (parts.flatMap(\.shares), parts.map(\.error).max() ?? 0)
  }

  private func shares(_ laws: [MarchLaw], at span: Range<Int>, isFresh: Bool) -> (shares: [Double], error: Double) {
    let laws = laws.map { law in
      law.law.times == span.count ? law : MarchLaw(march: law.march, law: law.law.at { Array($0[span]) })
    }
    let moments = table.moments(laws, isFresh: isFresh)
    var sums = [Double](repeating: 0, count: moments.times)
    var variances = sums
    var probability = OrthantProbability(outputs: offsets.count)
    let height = max(1, Self.entries / max(1, moments.covariances.columns))
    for first in stride(from: 0, to: classes.count, by: height) {
      let rows = Array(first..<min(classes.count, first + height))
      let covariances = DenseMatrix.product(.plain(table.squares.selecting(rows)), .plain(moments.covariances))
      for (place, row) in rows.enumerated() {
        let (points, label) = (points.of(row: row), classes[row])
        moments.means.withRow(row) { means in
          covariances.withRow(place) { covariances in
            guard let means = means.baseAddress, let covariances = covariances.baseAddress else { return }
            for time in 0..<moments.times {
              let (one, other) = probability.estimates(
                largest: label, means + time * moments.outputs, offsets, covariances + time * moments.pairs, points)
              sums[time] += 0.5 * (one + other)
              variances[time] += 0.25 * (one - other) * (one - other)
            }
          }
        }
      }
    }
    let count = Double(classes.count)
    return (sums.map { $0 / count }, (variances.max() ?? 0).squareRoot() / count)
  }
}
