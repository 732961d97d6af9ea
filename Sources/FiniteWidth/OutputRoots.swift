import Calculus
import LinearAlgebra
import Problems

/// Roots of the covariances of several outputs, by which independent numbers are mixed: equation (8.15).
struct OutputRoots: Sendable {
  /// `C^{1/2}`, K x K; nil for a table, which brings its own targets.
  let target: DenseMatrix?
  /// `Σ^{1/2}`, K x K.
  let noise: DenseMatrix

  /// Eigenvalues below zero by less than this share of the largest are rounding.
  private static let rounding = 1e-10

  /// - Parameter model: covariances of the outputs.
  /// - Throws: a refusal where a covariance is no symmetric positive semidefinite matrix of K rows.
  init(_ model: OutputModel) throws(Refusal) {
    target =
      try model.targetCovariance.isEmpty ? nil : Self.root(model.targetCovariance, model.count, "data.targetCovariance")
    noise = try Self.root(model.noiseCovariance, model.count, "data.noiseCovariance")
  }

  private static func root(_ matrix: [[Double]], _ size: Int, _ key: String) throws(Refusal) -> DenseMatrix {
    guard matrix.count == size, matrix.allSatisfy({ $0.count == size && $0.allSatisfy(\.isFinite) }) else {
      throw Refusal(key: key, reason: "\(size) outputs need \(size) lists of \(size) numbers", suggestion: nil)
    }
    let eigen: SymmetricEigenproblem
    do throws(LinearAlgebraFailure) {
      eigen = try SymmetricEigenproblem(matrix.flatMap { $0 }, size: size)
    } catch {
      throw Refusal(key: key, reason: "its eigenvalues were not found (\(error))", suggestion: "check its numbers")
    }
    guard let least = eigen.eigenvalues.last, least >= -rounding * abs(eigen.eigenvalues[0]) else {
      throw Refusal(
        key: key, reason: "a covariance has no negative eigenvalue, this one has \(eigen.eigenvalues.last ?? .nan)",
        suggestion: "use smaller numbers off its diagonal")
    }
    let vectors = DenseMatrix(rows: size, columns: size, eigen.eigenvectors)
    let scaled = vectors.scalingRows(by: eigen.eigenvalues.map { max(0, $0).squareRoot() })
    return .product(.transposed(vectors), .plain(scaled))
  }
}

/// Noise of the targets.
struct TargetNoise: Sendable {
  /// `Σ_cc`, one an output.
  let variances: [Double]
  /// σ of one output.
  private let deviation: Double
  /// `Σ^{1/2}` of several.
  private let root: DenseMatrix?

  /// - Parameters:
  ///   - data: the data model.
  ///   - roots: of its covariances; nil for one output.
  init(_ data: DataModel, _ roots: OutputRoots?) {
    deviation = data.noise
    root = roots?.noise
    variances = Self.variances(data)
  }

  /// `Σ_cc`, one an output.
  static func variances(_ data: DataModel) -> [Double] {
    data.outputs?.noiseVariances ?? [data.noise * data.noise]
  }

  /// ξ of some samples, output by output, equation (8.15).
  func draw(_ samples: Int, from stream: inout RandomStream) -> [Double] {
    guard let root else { return stream.normals(samples, deviation: deviation) }
    return root.mixing(stream.normals(root.rows * samples))
  }
}

extension DenseMatrix {
  /// The numbers of each output as combinations of those of all, output by output.
  func mixing(_ numbers: [Double]) -> [Double] {
    let each = DenseMatrix(rows: columns, columns: numbers.count / columns, numbers)
    return DenseMatrix.product(.plain(self), .plain(each)).storage
  }
}

extension [Double] {
  /// The part of each of several outputs.
  func parts(_ outputs: Int) -> [ArraySlice<Double>] {
    let size = count / outputs
    return (0..<outputs).map { self[$0 * size..<($0 + 1) * size] }
  }
}
