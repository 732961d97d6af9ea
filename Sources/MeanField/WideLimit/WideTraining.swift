import LinearAlgebra
import Problems

/// Training of a network of infinite width on given rows, equations (20.10) to (20.13): the output on all rows is linear in what has been
/// learned, mode by mode of `(D/P) Theta`.
///
///     let training = try WideTraining(kernels, targets: [targets], trainCount: 20, dimension: 61, startVariance: 1)
///     let curves = training.curves(optimizer, steps: 40)
public struct WideTraining: Sendable {
  /// Rows trained on come first.
  private let trainCount: Int
  /// A list for each output over all rows.
  private let targets: [[Double]]
  /// `k_i`, eigenvalues of `(D/P) Theta` over the training rows, falling, none below 0.
  public let rates: [Double]
  /// Smallest eigenvalue over the largest before negative ones, which are rounding, were taken for 0.
  public let smallestShare: Double
  /// `U^T`, a mode a row.
  private let modes: DenseMatrix
  /// `(D/P) Theta_{test,train} U`, a test row a row.
  private let reach: DenseMatrix
  /// Of the random start; nil for a start from the function zero.
  private let start: Start?

  /// What the random function at the start brings, over `gamma^2`.
  private struct Start: Sendable {
    /// `(U^T K0 U)_ii`.
    let diagonal: [Double]
    /// `U^T K0 U`, mode against mode.
    let modes: DenseMatrix
    /// `U^T K0_{train,test}`, a mode a row.
    let across: DenseMatrix
    /// Variances of the test rows.
    let test: [Double]
  }

  /// - Parameters:
  ///   - kernels: of all rows, those that are trained on first.
  ///   - targets: a list for each output, one number a row in the same order.
  ///   - trainCount: P.
  ///   - dimension: D.
  ///   - startVariance: `1/gamma^2` of the random function at the start; 0 for a start from zero.
  /// - Throws: `LinearAlgebraFailure` where LAPACK gives up.
  public init(
    _ kernels: WideKernels, targets: [[Double]], trainCount: Int, dimension: Double,
    startVariance: Double
  )
    throws(LinearAlgebraFailure)
  {
    self.trainCount = trainCount
    self.targets = targets
    let trained = Array(0..<trainCount)
    let tested = Array(trainCount..<kernels.ntk.rows)
    let scale = dimension / Double(trainCount)
    func block(_ matrix: DenseMatrix, _ rows: [Int], _ columns: [Int], scale: Double) -> DenseMatrix {
      DenseMatrix(
        rows: rows.count, columns: columns.count,
        rows.flatMap { row in columns.map { scale * matrix[row, $0] } })
    }
    let problem = try SymmetricEigenproblem(
      block(kernels.ntk, trained, trained, scale: scale).storage, size: trainCount)
    let largest = problem.eigenvalues[0]
    smallestShare = largest > 0 ? (problem.eigenvalues.last ?? 0) / largest : 0
    rates = problem.eigenvalues.map { max($0, 0) }
    let modes = DenseMatrix(rows: trainCount, columns: trainCount, problem.eigenvectors)
    self.modes = modes
    reach = DenseMatrix.product(
      .plain(block(kernels.ntk, tested, trained, scale: scale)), .transposed(modes))
    guard startVariance > 0 else {
      start = nil
      return
    }
    let turned = DenseMatrix.product(
      .plain(modes), .plain(block(kernels.nngp, trained, trained, scale: startVariance)))
    let inModes = DenseMatrix.product(.plain(turned), .transposed(modes))
    start = Start(
      diagonal: inModes.diagonal, modes: inModes,
      across: DenseMatrix.product(
        .plain(modes), .plain(block(kernels.nngp, trained, tested, scale: startVariance))),
      test: tested.map { startVariance * kernels.nngp[$0, $0] })
  }

  /// What a mode still has of its error, and what it has learned, `r_i(t)` and `a_i(t)` of equation (20.11), a row a time.
  public struct Progress: Sendable {
    /// `r_i(t)`.
    public let left: DenseMatrix
    /// `a_i(t)`, with `r = 1 - k a`.
    public let learned: DenseMatrix
  }

  /// Runs the optimiser on every mode by itself, equation (20.11).
  ///
  /// - Parameters:
  ///   - optimizer: without weight decay.
  ///   - steps: last step.
  /// - Returns: steps + 1 rows.
  public func progress(_ optimizer: LinearOptimizer, steps: Int) -> Progress {
    var (left, learned) = ([Double](), [Double]())
    var rest = [Double](repeating: 1, count: rates.count)
    var (sum, restBuffer, sumBuffer) = (
      rest.map { _ in 0.0 }, rest.map { _ in 0.0 }, rest.map { _ in 0.0 }
    )
    for rate in optimizer.rates(steps + 1, scheduleSteps: steps) {
      left += rest
      learned += sum
      let step = OptimizerStep(optimizer, rate: rate)
      for mode in rates.indices {
        let error = rest[mode]
        step.advance(&rest[mode], &restBuffer[mode], downhill: -rates[mode] * error)
        step.advance(&sum[mode], &sumBuffer[mode], downhill: error)
      }
    }
    let shape = (steps + 1, rates.count)
    return Progress(
      left: DenseMatrix(rows: shape.0, columns: shape.1, left),
      learned: DenseMatrix(rows: shape.0, columns: shape.1, learned))
  }

  /// Losses of each output, a list for each, one number a time.
  public struct Losses: Sendable {
    /// Over the training rows.
    public let train: [[Double]]
    /// Over the test rows.
    public let test: [[Double]]

    /// Train losses of all outputs together.
    public var trainSum: [Double] { Self.sum(train) }
    /// Test losses of all outputs together.
    public var testSum: [Double] { Self.sum(test) }

    private static func sum(_ lists: [[Double]]) -> [Double] {
      lists[0].indices.map { time in lists.reduce(0) { $0 + $1[time] } }
    }
  }

  /// Both losses, equations (20.12) and (20.13).
  ///
  /// - Parameters:
  ///   - progress: of the optimiser.
  ///   - others: targets in place of those of the training; nil for these.
  /// - Returns: a list for each output.
  public func losses(_ progress: Progress, targets others: [[Double]]? = nil) -> Losses {
    let times = progress.left.rows
    let spread = start.map { spreads(progress, $0) }
    var result = (train: [[Double]](), test: [[Double]]())
    for target in others ?? targets {
      let power = inModes(target).map { $0 * $0 }
      result.train.append(
        (0..<times).map { time in
          let sum = power.indices.reduce(0.0) {
            $0 + progress.left[time, $1] * progress.left[time, $1] * power[$1]
          }
          return sum / Double(trainCount) + (spread?.train[time] ?? 0)
        })
      let said = testMeans(progress, target)
      result.test.append(
        (0..<times).map { time in
          let sum = (0..<said.columns).reduce(0.0) { sum, row in
            let error = target[trainCount + row] - said[time, row]
            return sum + error * error
          }
          return sum / Double(said.columns) + (spread?.test[time] ?? 0)
        })
    }
    return Losses(train: result.train, test: result.test)
  }

  /// `U^T y`.
  private func inModes(_ target: [Double]) -> [Double] {
    var turned = [Double](repeating: 0, count: trainCount)
    modes.addProduct(1, Array(target.prefix(trainCount)), to: &turned)
    return turned
  }

  /// Mean outputs on the test rows, `A U^T y`, a time a row.
  private func testMeans(_ progress: Progress, _ target: [Double]) -> DenseMatrix {
    var learned = progress.learned
    learned.scaleColumns(by: inModes(target))
    return DenseMatrix.product(.plain(learned), .transposed(reach))
  }

  /// Mean variances of the outputs over both sets of rows.
  private func spreads(_ progress: Progress, _ start: Start) -> (train: [Double], test: [Double]) {
    let (times, count) = (progress.left.rows, Double(reach.rows))
    var pairs = DenseMatrix.product(.transposed(reach), .plain(reach), scale: 1 / count)
    pairs.multiplyEntries(by: start.modes)
    let quadratic = DenseMatrix.product(.plain(progress.learned), .plain(pairs))
    let single = (0..<trainCount).map { mode in
      2 * (0..<reach.rows).reduce(0.0) { $0 + reach[$1, mode] * start.across[mode, $1] } / count
    }
    let own = start.test.reduce(0, +) / count
    var (train, test) = ([Double](), [Double]())
    for time in 0..<times {
      var (left, moved) = (0.0, own)
      for mode in 0..<trainCount {
        let (rest, learned) = (progress.left[time, mode], progress.learned[time, mode])
        left += rest * rest * start.diagonal[mode]
        moved += learned * (quadratic[time, mode] - single[mode])
      }
      train.append(left / Double(trainCount))
      test.append(moved)
    }
    return (train, test)
  }
}

// Single rows.
extension WideTraining {
  /// Mean and variance of every output on every row at every time: outputs are independent, as they share no more than the kernel.
  func directions(_ progress: Progress, isTest: Bool) -> [TableLaw.Directions] {
    let rows = isTest ? reach.rows : trainCount
    let times = progress.left.rows
    let variance =
      start.map { variances(progress, $0, isTest: isTest) }
      ?? DenseMatrix(rows: rows, columns: times)
    return targets.indices.map { output in
      TableLaw.Directions(
        vectors: [targets.indices.map { $0 == output ? 1 : 0 }],
        means: [means(progress, targets[output], isTest: isTest)], covariances: [variance])
    }
  }

  /// Mean outputs, a row a row and a time a column.
  private func means(_ progress: Progress, _ target: [Double], isTest: Bool) -> DenseMatrix {
    if isTest { return testMeans(progress, target).transposed }
    var left = progress.left
    left.scaleColumns(by: inModes(target))
    let rest = DenseMatrix.product(.transposed(modes), .transposed(left))
    return DenseMatrix(
      rows: trainCount, columns: rest.columns,
      (0..<trainCount).flatMap { row in (0..<rest.columns).map { target[row] - rest[row, $0] } })
  }

  /// Variances of the outputs over random starts, a row a row and a time a column.
  private func variances(_ progress: Progress, _ start: Start, isTest: Bool) -> DenseMatrix {
    let times = progress.left.rows
    let base = isTest ? reach : modes.transposed
    var result = [Double](repeating: 0, count: base.rows * times)
    for time in 0..<times {
      var moved = base
      let weights = isTest ? progress.learned : progress.left
      let shares = (0..<trainCount).map { weights[time, $0] }
      moved.scaleColumns(by: shares)
      var other = DenseMatrix.product(.plain(moved), .plain(start.modes))
      other.multiplyEntries(by: moved)
      for row in 0..<base.rows {
        var sum = 0.0
        for mode in 0..<trainCount {
          sum += other[row, mode]
          if isTest { sum -= 2 * moved[row, mode] * start.across[mode, row] }
        }
        result[row * times + time] = isTest ? sum + start.test[row] : sum
      }
    }
    return DenseMatrix(rows: base.rows, columns: times, result)
  }
}
