import LinearAlgebra

/// The law of what a march's networks say about one input, equation (14.9): in each mode the coefficients of the predictor are
/// Gaussian over draws of the samples and of the initial weights, independent between modes.
///
/// With the maps as solved, `v = b - Φ h` and `h = λ R v + √λ p` are solved once more, `(I + λ Φ R) v = b - √λ Φ p`, for a
/// deterministic source b of one in each output, which gives `F (1 ⊗ I)`, and for the columns of factors of the initial predictor's
/// covariance B and of the gradient noise, whose answers' squares sum to `F (B + λ Φ N Φᵀ) Fᵀ`.
struct PredictorLaw: Sendable {
  /// What is known of an input that is not trained on, or of one that is.
  struct Side: Sendable {
    /// `F̃_k(t) - I`, without the cancellation; empty of samples.
    var moves: [[Double]] = []
    /// `F̃_k(t)`, of samples `(R F)_k(t)`: for each mode m x m numbers a time, row-major over the times.
    var mean: [[Double]] = []
    /// The equal-time covariance likewise.
    var covariance: [[Double]] = []
  }

  /// Outputs of the march, m.
  let outputs: Int
  let times: Int
  let fresh: Side
  /// Empty where it was not asked for.
  let sample: Side
  /// `Σ_s R(t, s)`: m x m numbers a time.
  let responseSums: [Double]

  /// What the masks of minibatches add to the residuals of a training set beyond their mean over the masks: blocks of equal times, (15.7).
  private struct MaskedSamples {
    /// m x m numbers a time.
    private var excess: [Double] = []

    init(_ answer: DenseMatrix, _ data: DataBlock, outputs: Int) {
      let (size, stride) = (answer.rows, data.errorCorrelation.size)
      let (errors, residuals) = (data.errorCorrelation.entries, data.residualCorrelation.entries)
      let shift = DenseMatrix(
        rows: size, columns: size,
        (0..<size * size).map { entry in
          let (row, column) = (entry / size, entry % size)
          return errors[row * stride + column] + data.noise[row % outputs, column % outputs]
        })
      let passed = DenseMatrix.product(.plain(answer), .plain(shift))
      for first in Swift.stride(from: 0, to: size, by: outputs) {
        for row in first..<first + outputs {
          for column in first..<first + outputs {
            let mean = (0..<size).reduce(0) { $0 + passed[row, $1] * answer[column, $1] }
            excess.append(residuals[row * stride + column] - mean)
          }
        }
      }
    }

    /// Adds to the covariance of a mode: rows weigh by their length, whose square has the mean 1.
    func add(to covariance: inout [Double]) {
      for entry in covariance.indices { covariance[entry] += excess[entry] }
    }
  }

  /// Share of the largest diagonal entry below which the rest of a covariance is rounding.
  private static let rounding = 1e-12

  /// - Parameters:
  ///   - eigenvalues: λ of each mode, compressed or not.
  ///   - data: maps as solved.
  ///   - predictor: rows of B, `n * n` numbers.
  ///   - times: how many.
  ///   - outputs: m.
  ///   - isExplicit: whether every step follows from those before: maps are triangles then.
  ///   - withSamples: whether inputs that are trained on are asked for too.
  init(
    _ eigenvalues: [Double], data: DataBlock, predictor: [Double], times: Int, outputs: Int, isExplicit: Bool,
    withSamples: Bool
  ) {
    let size = times * outputs
    let (feedback, response) = (Self.square(data.feedback, size), Self.square(data.sampleResponse, size))
    let map = DenseMatrix.product(.plain(feedback), .plain(response))
    let factors = [predictor, data.gradientNoise(rows: size)].map {
      DenseMatrix.semidefiniteFactor($0, size: size, rounding: Self.rounding)
    }
    let sources = Sources(
      outputs: outputs, predictor: factors[0], noise: DenseMatrix.product(.plain(feedback), .plain(factors[1])))
    // Of minibatches a sample answers to what its masks left in: the mean over them is linear, and what they add to its square is shared out.
    let answer = withSamples ? data.residualResponse.map { Self.corner($0, size) } : nil
    let masked = answer.map { MaskedSamples($0, data, outputs: outputs) }
    var (fresh, sample) = (Side(), Side())
    for eigenvalue in eigenvalues {
      var vectors = sources.matrix(eigenvalue)
      var system = map
      system.combine(own: -eigenvalue, weight: 0, other: nil)
      if isExplicit {
        vectors.divideByUnitLower(system)
      } else {
        system.addToDiagonal(1)
        vectors.divide(by: system)
      }
      sources.keep(vectors, in: &fresh)
      // `v - b = -λ Φ R v` where b is all that drives.
      let own = DenseMatrix(rows: size, columns: outputs, fresh.mean[fresh.mean.count - 1])
      fresh.moves.append(DenseMatrix.product(.plain(map), .plain(own), scale: eigenvalue).storage)
      guard withSamples else { continue }
      if isExplicit {
        vectors.multiplyByLower(answer ?? response)
      } else {
        vectors = DenseMatrix.product(.plain(response), .plain(vectors))
      }
      sources.keep(vectors, in: &sample)
      masked?.add(to: &sample.covariance[sample.covariance.count - 1])
    }
    self.init(outputs: outputs, times: times, fresh: fresh, sample: sample, response: answer ?? response)
  }

  private init(outputs: Int, times: Int, fresh: Side, sample: Side, response: DenseMatrix) {
    self.outputs = outputs
    self.times = times
    self.fresh = fresh
    self.sample = sample
    responseSums = (0..<times).flatMap { time in
      (0..<outputs * outputs).map { entry in
        (0..<times).reduce(0) { $0 + response[time * outputs + entry / outputs, $1 * outputs + entry % outputs] }
      }
    }
  }

  /// The law at other times.
  ///
  /// - Parameter values: takes one number a time point, gives one at each of the other times.
  /// - Returns: the law there.
  func at(_ values: ([Double]) -> [Double]) -> PredictorLaw { PredictorLaw(self, values) }

  private init(_ law: PredictorLaw, _ values: ([Double]) -> [Double]) {
    let entries = law.outputs * law.outputs
    func moved(_ list: [Double]) -> [Double] {
      let series = (0..<entries).map { entry in
        values(stride(from: entry, to: list.count, by: entries).map { list[$0] })
      }
      return series[0].indices.flatMap { time in series.map { $0[time] } }
    }
    outputs = law.outputs
    fresh = Side(
      moves: law.fresh.moves.map(moved), mean: law.fresh.mean.map(moved), covariance: law.fresh.covariance.map(moved))
    sample = Side(mean: law.sample.mean.map(moved), covariance: law.sample.covariance.map(moved))
    responseSums = moved(law.responseSums)
    times = responseSums.count / entries
  }

  private static func square(_ response: Response, _ size: Int) -> DenseMatrix {
    corner(DenseMatrix(rows: response.size, columns: response.size, response.entries), size)
  }

  /// The first rows and columns.
  private static func corner(_ matrix: DenseMatrix, _ size: Int) -> DenseMatrix {
    guard matrix.rows != size else { return matrix }
    return DenseMatrix(
      rows: size, columns: size, (0..<size).flatMap { matrix.storage[$0 * matrix.columns..<$0 * matrix.columns + size] }
    )
  }

  /// What drives a mode: a column of ones for each output, then the columns of both factors.
  private struct Sources {
    let outputs: Int
    /// Of `B = Σ l lᵀ`, columns l.
    let predictor: DenseMatrix
    /// Of the gradient noise, columns `-Φ l`.
    let noise: DenseMatrix

    var columns: Int { outputs + predictor.columns + noise.columns }

    func matrix(_ eigenvalue: Double) -> DenseMatrix {
      var entries: [Double] = []
      entries.reserveCapacity(predictor.rows * columns)
      let root = eigenvalue.squareRoot()
      let (own, other) = (predictor.columns, noise.columns)
      for row in 0..<predictor.rows {
        for output in 0..<outputs { entries.append(row % outputs == output ? 1 : 0) }
        entries += predictor.storage[row * own..<(row + 1) * own]
        for entry in noise.storage[row * other..<(row + 1) * other] { entries.append(root * entry) }
      }
      return DenseMatrix(rows: predictor.rows, columns: columns, entries)
    }

    /// Takes a mode's answers.
    func keep(_ vectors: DenseMatrix, in side: inout Side) {
      side.mean.append(vectors.columns(0..<outputs))
      side.covariance.append(vectors.grams(ofRows: outputs, over: outputs..<columns))
    }
  }
}
