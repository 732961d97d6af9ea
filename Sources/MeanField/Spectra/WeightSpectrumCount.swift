import LinearAlgebra
import RealModule

/// Singular values of one layer's weights above a number, counted and found, equations (22.2)-(22.8).
///
/// Fields of one time stand together, the backward ones first, so that the response part is a unit lower triangle: what a row answers to
/// stands before it.
struct WeightSpectrumCount {
  private let history: WeightHistory
  private let step: Int
  /// Rows of each side: times before the step, outputs within.
  private let count: Int
  /// `q e γ0 c κ(t,s)` of each row of one side.
  private let coupling: [Double]
  /// `s_l d(t)`.
  private let initialWeight: Double

  /// - Parameters:
  ///   - history: of the layer.
  ///   - kernel: `κ(t, s)`, s < t.
  ///   - step: t.
  init(_ history: WeightHistory, kernel: [Double], step: Int) {
    self.history = history
    self.step = step
    count = step * history.outputs
    initialWeight = history.initialWeight[step]
    coupling = (0..<count).map { history.aspect * history.rate * kernel[$0 / history.outputs] }
  }

  /// `|d| (1 + √q)`.
  var edge: Double { abs(initialWeight) * (1 + history.aspect.squareRoot()) }

  /// Equation (22.2): the diagonal of the resolvent on the side of the rows (left vectors) and of the columns.
  func resolvents(_ value: Double) -> (rows: Double, columns: Double) {
    let (share, q) = (initialWeight * initialWeight, history.aspect)
    let sum = value * value + share * (q - 1)
    let rows = 2 * value / (sum + max(0, sum * sum - 4 * q * share * value * value).squareRoot())
    return (rows, 1 / (value - q * share * rows))
  }

  /// Where a row of the backward or the forward side stands.
  private func place(_ row: Int, isForward: Bool) -> Int {
    let outputs = history.outputs
    return (row / outputs) * 2 * outputs + (isForward ? outputs : 0) + row % outputs
  }

  /// Equation (22.3): `Σ = L⁻¹ diag(g2 H, g1 G/q) L⁻ᵀ`, the matrix of products of a response to the vectors, rows as `place` orders them.
  func products(_ value: Double) -> DenseMatrix {
    let (rows, columns) = resolvents(value)
    let (size, width, q) = (2 * count, history.size, history.aspect)
    var triangle = [Double](repeating: 0, count: size * size)
    var middle = triangle
    for row in 0..<count {
      let (above, below) = (place(row, isForward: false) * size, place(row, isForward: true) * size)
      for other in 0..<count {
        let (left, right, entry) = (place(other, isForward: false), place(other, isForward: true), row * width + other)
        middle[above + left] = rows * history.backward[entry] / q
        middle[below + right] = columns * history.forward[entry]
        triangle[above + right] = -rows * initialWeight * history.backwardResponse[entry]
        triangle[below + left] = -columns * initialWeight * q * history.forwardResponse[entry]
      }
    }
    var products = DenseMatrix(rows: size, columns: size, middle)
    products.divideBothSidesByUnitLower(DenseMatrix(rows: size, columns: size, triangle))
    return products
  }

  /// Equation (22.5), with one more negative eigenvalue for each singular value above; rows of a pair stand together.
  func counted(_ value: Double) -> DenseMatrix {
    DenseMatrix(
      counting: products(value),
      (0..<count).map { row in
        CoupledPair(place(row, isForward: false), place(row, isForward: true), strength: coupling[row])
      })
  }

  /// The singular values above the edge, falling, each to 1e-13 of itself; nil where rounding decides.
  func outliers() -> [Double]? {
    guard count > 0, coupling.contains(where: { $0 != 0 }) else { return [] }
    let lowest = edge > 0 ? edge * (1 + 1e-9) : growth.squareRoot() * 1e-9
    guard lowest > 0 else { return [] }
    // From far above down: the place is minus the value.
    let crossings = CountedCrossings(inertia: { SymmetricInertia(counted(-$0)) }, baseline: count)
    var highest = 2 * lowest + 2 * max(0, growth).squareRoot()
    var tries = 0
    while tries < 60, SymmetricInertia(counted(highest)).negatives > count {
      highest *= 2
      tries += 1
    }
    return crossings.places(from: -highest, to: -lowest)?.places.map { -$0 }
  }

  /// Equation (22.8): `(|W(t)|² - d²|W(0)|²)/m`.
  var growth: Double {
    let width = history.size
    var (crossed, learned) = (0.0, 0.0)
    for row in 0..<count {
      var first = 0.0
      for other in 0..<count {
        let (entry, mirror) = (row * width + other, other * width + row)
        first +=
          history.backwardResponse[entry] * history.forward[mirror]
          + history.backward[entry] * history.forwardResponse[entry]
        learned += coupling[row] * history.backward[entry] * coupling[other] * history.forward[entry]
      }
      crossed += coupling[row] * first
    }
    return 2 * initialWeight * crossed + learned / history.aspect
  }

  /// Everything of one layer; nil where rounding decides.
  func spectrum(layer: Int) -> WeightSpectrum? {
    guard let values = outliers() else { return nil }
    return WeightSpectrum(
      step: step, layer: layer, aspect: history.aspect, edge: edge, outliers: values.compactMap(outlier), growth: growth
    )
  }

  /// Equation (22.7): the overlaps of the singular vectors with the fields.
  private func outlier(_ value: Double) -> WeightSpectrum.Outlier? {
    let size = 2 * count
    guard let solved = try? SymmetricEigenproblem(counted(value).storage, size: size),
      let index = solved.eigenvalues.indices.min(by: { abs(solved.eigenvalues[$0]) < abs(solved.eigenvalues[$1]) })
    else { return nil }
    var weighted = [Double](repeating: 0, count: size)
    for row in 0..<count {
      let root = abs(coupling[row]).squareRoot()
      weighted[place(row, isForward: false)] = root * solved.eigenvectors[index * size + 2 * row]
      weighted[place(row, isForward: true)] = root * solved.eigenvectors[index * size + 2 * row + 1]
    }
    func product(_ matrix: DenseMatrix) -> [Double] {
      var result = [Double](repeating: 0, count: size)
      matrix.addProduct(1, weighted, to: &result)
      return result
    }
    let shift = 1e-5 * value
    let slope = zip(product(products(value + shift)), product(products(value - shift))).map { ($0 - $1) / (2 * shift) }
    let norm = (-zip(weighted, slope).reduce(0) { $0 + $1.0 * $1.1 }).squareRoot()
    let vector = product(products(value))
    func overlap(isForward: Bool) -> WeightSpectrum.Overlap {
      let cosines = (0..<count).map { row -> Double in
        let strength =
          isForward
          ? history.forward[row * (history.size + 1)] / 2
          : history.backward[row * (history.size + 1)] / (2 * history.aspect)
        return abs(vector[place(row, isForward: isForward)]) / norm / strength.squareRoot()
      }
      return WeightSpectrum.Overlap(
        newest: cosines.suffix(history.outputs).max() ?? .nan, largest: cosines.max() ?? .nan)
    }
    return WeightSpectrum.Outlier(value: value, forward: overlap(isForward: true), backward: overlap(isForward: false))
  }
}
