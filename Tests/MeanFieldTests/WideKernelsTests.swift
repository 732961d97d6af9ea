import Fixtures
import Foundation
import LinearAlgebra
import Problems
import Testing

@testable import MeanField

private typealias Matrix = LinearAlgebra.DenseMatrix

/// Kernels of networks of infinite width, section 20.
@Suite("Wide kernels")
struct WideKernelsTests {
  /// Rows with a duplicate and a row of another length.
  private static let rows = Matrix(
    rows: 5, columns: 3, [0.3, -1.2, 0.8, 1.1, 0.4, -0.2, 0.3, -1.2, 0.8, -2.0, 1.5, 2.5, 0.1, 0.2, -0.1])

  static func architecture(
    _ activation: ActivationFunction, layers: Int = 2, residual: Bool = false, scales: [Double]? = nil
  ) -> Architecture {
    var architecture = Architecture(
      hiddenLayers: layers, width: .infinite, connection: residual ? .residual(branchScale: 0.7) : .plain,
      initScale: scales)
    architecture.activation = activation
    architecture.regime = .lazy
    return architecture
  }

  private static func kernels(_ architecture: Architecture, _ rows: Matrix = rows, cores: Int = 1) -> WideKernels {
    WideKernels(architecture, layerRates: architecture.layerRates, inputs: rows, cores: cores)
  }

  static func largest(_ differences: [Double]) -> Double {
    differences.reduce(0) { $1 <= $0 ? $0 : $1 }
  }

  @Test("kernels of the reference agree within 1e-10", arguments: try LazyCase.all())
  func reference(_ reference: LazyCase) throws {
    let kernels = Self.kernels(reference.architecture, reference.inputs)
    let count = reference.inputs.rows
    #expect(reference.nngpRow0.count == count)
    for column in 0..<count {
      let (nngp, ntk) = (kernels.nngp[0, column], kernels.ntk[0, column])
      #expect(abs(nngp - reference.nngpRow0[column]) <= 1e-10 * max(1, abs(nngp)), "nngp \(column)")
      #expect(abs(ntk - reference.ntkRow0[column]) <= 1e-10 * max(1, abs(ntk)), "ntk \(column)")
    }
    let trace = kernels.ntk.diagonal.reduce(0, +)
    #expect(abs(trace / reference.ntkTrace - 1) <= 1e-10)
    #expect(kernels.error <= 1e-15)
  }

  @Test("the readout's scale multiplies what the layers below bring by its square", arguments: [false, true])
  func readoutScale(_ residual: Bool) {
    let (one, other) = (
      Self.kernels(Self.architecture(.erf, residual: residual, scales: [1.2, 0.9, 1])),
      Self.kernels(Self.architecture(.erf, residual: residual, scales: [1.2, 0.9, 1.7]))
    )
    for row in 0..<5 {
      for column in 0..<5 {
        // What the readout itself learns is F, whatever its weights.
        let own = one.nngp[row, column]
        let expected = own + 1.7 * 1.7 * (one.ntk[row, column] - own)
        #expect(abs(other.ntk[row, column] - expected) <= 1e-13)
        #expect(abs(other.nngp[row, column] - 1.7 * 1.7 * own) <= 1e-13)
      }
    }
  }

  @Test("ReLU of parallel rows of other lengths is that of one row, to rounding", arguments: [false, true])
  func parallel(_ residual: Bool) {
    let row = [0.3, -1.2, 0.8]
    let factors = [1, 2.7, 0.013, 7.1]
    let kernels = Self.kernels(
      Self.architecture(.relu, layers: 3, residual: residual),
      Matrix(rows: 4, columns: 3, factors.flatMap { factor in row.map { factor * $0 } }))
    for first in 0..<4 {
      for second in 0..<4 {
        let product = factors[first] * factors[second]
        #expect(abs(kernels.ntk[first, second] / (product * kernels.ntk[0, 0]) - 1) <= 1e-13, "\(first) \(second)")
        #expect(abs(kernels.nngp[first, second] / (product * kernels.nngp[0, 0]) - 1) <= 1e-13)
      }
    }
  }

  /// The definition: both expectations by a trapezoidal rule in two dimensions.
  @Test(
    "expectations are those of the definition",
    arguments: ActivationFunction.allCases, [[1.0, 1.0, 0.5], [0.3, 2.0, -0.6], [3.0, 1.5, 2.0], [0.8, 0.8, -0.8]])
  func definition(_ activation: ActivationFunction, _ moments: [Double]) throws {
    let (a, b, c) = (moments[0], moments[1], moments[2])
    let layer = LayerExpectation(activation, variances: [b, a])
    var (values, slopes) = ([0.0, 0.0], [0.0, 0.0])
    layer.fill(row: 1, covariances: [c, a], values: &values, slopes: &slopes)
    let (rest, step) = (max(0, b - c * c / a).squareRoot(), 1.0 / 32)
    var (value, slope) = (0.0, 0.0)
    for first in -288...288 {
      // Off the kink of ReLU, whose slope a rule with a point there would count by half.
      let z = (Double(first) + 0.5) * step
      let u = a.squareRoot() * z
      for second in -288...288 {
        let x = Double(second) * step
        let v = c / a.squareRoot() * z + rest * x
        let weight = exp(-0.5 * (z * z + x * x)) * step * step / (2 * Double.pi)
        value += weight * activation.value(u) * activation.value(v)
        slope += weight * activation.slope(u) * activation.slope(v)
      }
    }
    let tolerance = activation == .relu ? 3e-3 : 1e-12
    #expect(abs(values[0] - value) <= tolerance * max(1, value))
    #expect(abs(slopes[0] - slope) <= (activation == .relu ? 2e-2 : tolerance))
    #expect(abs(layer.squares[1] - values[1]) <= 1e-14 * values[1])
  }

  @Test("Hermite series reproduce the closed forms, also far out", arguments: [ActivationFunction.erf, .gelu])
  func mehler(_ activation: ActivationFunction) throws {
    let variances = [0.02, 1.0, 4.0, 9.0]
    let closed = LayerExpectation(activation, variances: variances)
    let series = HermiteCoefficients(activation, variances: variances)
    for (row, one) in variances.enumerated() {
      for (column, other) in variances.enumerated().prefix(row) {
        for rho in [-1.0, -0.3, 0.0, 0.9, 1.0] {
          let covariance = rho * (one * other).squareRoot()
          var covariances = Array(repeating: 0.0, count: row + 1)
          covariances[column] = covariance
          covariances[row] = one
          var (values, slopes) = (covariances, covariances)
          closed.fill(row: row, covariances: covariances, values: &values, slopes: &slopes)
          let sum = (0..<series.terms[row]).reduce(0.0) {
            $0 + series.values[$1 * 4 + row] * series.values[$1 * 4 + column] * pow(rho, Double($1))
          }
          #expect(abs(sum - values[column]) <= 1e-13, "\(one) \(other) \(rho)")
        }
      }
    }
  }

  @Test("slopes are derivatives of values by the covariance (Price)", arguments: ActivationFunction.allCases)
  func price(_ activation: ActivationFunction) throws {
    let layer = LayerExpectation(activation, variances: [1.3, 0.7])
    func at(_ covariance: Double) -> (Double, Double) {
      var (values, slopes) = ([0.0, 0.0], [0.0, 0.0])
      layer.fill(row: 1, covariances: [covariance, 0.7], values: &values, slopes: &slopes)
      return (values[0], slopes[0])
    }
    for covariance in [-0.6, 0.0, 0.5] {
      let h = 1e-4
      let difference =
        (8 * (at(covariance + h).0 - at(covariance - h).0) - (at(covariance + 2 * h).0 - at(covariance - 2 * h).0))
        / (12 * h)
      #expect(abs(difference - at(covariance).1) <= 1e-10)
    }
  }

  @Test("a linear activation has (L + 1) X X^T/D, and X X^T/D for the random function")
  func linear() throws {
    let kernels = Self.kernels(Self.architecture(.linear, layers: 3))
    let gram = Matrix.product(.plain(Self.rows), .transposed(Self.rows), scale: 1.0 / 3)
    for index in gram.storage.indices {
      #expect(abs(kernels.ntk.storage[index] - 4 * gram.storage[index]) <= 1e-14)
      #expect(abs(kernels.nngp.storage[index] - gram.storage[index]) <= 1e-14)
    }
  }

  @Test("one layer of ReLU has half of |x|^2/D for itself, to rounding, and equal rows have equal kernels")
  func diagonal() throws {
    let kernels = Self.kernels(Self.architecture(.relu, layers: 1))
    for row in 0..<5 {
      let square = (0..<3).reduce(0.0) { $0 + Self.rows[row, $1] * Self.rows[row, $1] } / 3
      #expect(abs(kernels.nngp[row, row] - 0.5 * square) <= 2e-16 * square)
      #expect(abs(kernels.ntk[row, row] - square) <= 4e-16 * square)
      #expect(abs(kernels.ntk[0, row] - kernels.ntk[2, row]) <= 1e-15)
    }
    let deep = Self.kernels(Self.architecture(.relu, layers: 3))
    #expect(abs(deep.ntk[0, 2] / deep.ntk[0, 0] - 1) <= 1e-14)
  }

  @Test("ReLU is homogeneous: a scale of one layer is a factor of the kernels", arguments: [0, 1, 2])
  func homogeneous(_ layer: Int) throws {
    var scales = [1.0, 1, 1]
    scales[layer] = 1.7
    let (one, other) = (
      Self.kernels(Self.architecture(.relu)).nngp, Self.kernels(Self.architecture(.relu, scales: scales)).nngp
    )
    for index in one.storage.indices {
      #expect(abs(other.storage[index] - 1.7 * 1.7 * one.storage[index]) <= 1e-14 * abs(other.storage[index]))
    }
  }

  @Test("both kernels are positive semidefinite", arguments: ActivationFunction.allCases, [false, true])
  func semidefinite(_ activation: ActivationFunction, _ residual: Bool) throws {
    let kernels = Self.kernels(Self.architecture(activation, layers: 3, residual: residual))
    for matrix in [kernels.ntk, kernels.nngp] {
      let values = try SymmetricEigenproblem(matrix.storage, size: 5).eigenvalues
      #expect(try #require(values.last) >= -1e-14 * values[0])
    }
  }

  @Test("cores change no bit", arguments: [ActivationFunction.relu, .tanh])
  func cores(_ activation: ActivationFunction) throws {
    let architecture = Self.architecture(activation, layers: 2)
    #expect(Self.kernels(architecture, cores: 1).ntk.storage == Self.kernels(architecture, cores: 2).ntk.storage)
  }

  @Test("residual chains approach their limit of infinite depth as 1/L", arguments: ActivationFunction.allCases)
  func depth(_ activation: ActivationFunction) throws {
    var deep = Architecture(
      hiddenLayers: 1, width: .infinite, connection: .residual(branchScale: 0.7), depth: .infinite,
      initScale: [1.2, 0.9, 1.1], layerRates: [1, 0.5, 2])
    deep.activation = activation
    deep.regime = .lazy
    let limit = Self.kernels(deep)
    #expect(limit.error <= 1e-7)
    var gaps: [Double] = []
    for layers in [41, 81, 161] {
      func list(_ ends: [Double]) -> [Double] { [ends[0]] + Array(repeating: ends[1], count: layers - 1) + [ends[2]] }
      var finite = Architecture(
        hiddenLayers: layers, width: .infinite, connection: .residual(branchScale: 0.7),
        initScale: list([1.2, 0.9, 1.1]), layerRates: list([1, 0.5, 2]))
      finite.activation = activation
      finite.regime = .lazy
      let kernels = Self.kernels(finite)
      gaps.append(Self.largest(zip(kernels.ntk.storage, limit.ntk.storage).map { abs($0 - $1) }))
    }
    // Halved each time, and extrapolated to nothing.
    #expect(abs(gaps[0] / gaps[1] - 2) <= 0.05 && abs(gaps[1] / gaps[2] - 2) <= 0.03, "\(gaps)")
  }

  @Test("the linear chain of infinite depth is exponential")
  func exponential() throws {
    var deep = Architecture(
      hiddenLayers: 1, width: .infinite, connection: .residual(branchScale: 0.7), depth: .infinite)
    deep.regime = .lazy
    let limit = Self.kernels(deep)
    let gram = Matrix.product(.plain(Self.rows), .transposed(Self.rows), scale: 1.0 / 3)
    let growth = exp(0.49)
    for index in gram.storage.indices {
      #expect(abs(limit.nngp.storage[index] - growth * gram.storage[index]) <= 1e-9 * abs(gram.storage[index]))
      #expect(
        abs(limit.ntk.storage[index] - (2 + 0.49) * growth * gram.storage[index]) <= 1e-8 * abs(gram.storage[index]))
    }
  }
}
