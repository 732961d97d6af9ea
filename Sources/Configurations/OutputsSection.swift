import LinearAlgebra
import Problems

/// The rules of several outputs of generated data.
extension ValueReader {
  private static let keys = (
    target: "data.targetCovariance", noise: "data.noiseCovariance", decay: "data.spectrum.signalDecay"
  )

  /// The outputs; nil for one, and a placeholder where something is wrong, with the mistake recorded.
  mutating func outputs() -> OutputModel? {
    let given = [Self.keys.target, Self.keys.noise].filter(isGiven)
    let decays = numbers(Self.keys.decay)
    let sizes =
      given.compactMap { path in matrix(path).map { (path, $0.count) } }
      + (decays.map { [(Self.keys.decay, $0.count)] } ?? [])
    if !isGiven("data.outputs"), let (path, count) = sizes.first {
      derive("data.outputs", .integer(count), how: "as many as \(path) has")
    }
    let count = integer("data.outputs") ?? 1
    guard count > 1 || !sizes.isEmpty else { return nil }
    for (path, size) in sizes where size != count && areSound(path, "data.outputs") {
      refuse(path, "\(path) has \(size) \(path == Self.keys.decay ? "entries" : "rows") and there are \(count) outputs")
    }
    for path in given { refuseFlaws(of: path, count: count) }
    guard isSound else { return nil }
    let noise = number("data.noise") ?? 0
    return OutputModel(
      targetCovariance: matrix(Self.keys.target) ?? OutputModel.identity(count, times: 1),
      noiseCovariance: matrix(Self.keys.noise) ?? OutputModel.identity(count, times: noise * noise),
      signalDecays: decays,
      coupling: coupling)
  }

  /// How outputs that do not decouple are solved.
  var coupling: OutputModel.Coupling { word("data.outputCoupling").flatMap(OutputModel.Coupling.init) ?? .auto }

  /// A covariance is square, symmetric, and has no negative eigenvalue.
  private mutating func refuseFlaws(of path: String, count: Int) {
    guard areSound(path), let rows = matrix(path) else { return }
    if let index = rows.firstIndex(where: { $0.count != rows.count }) {
      return refuse(
        path, "row \(index + 1) of \(path) has \(rows[index].count) entries, and there are \(rows.count) rows")
    }
    let scale = rows.joined().reduce(0) { max($0, abs($1)) }
    for row in rows.indices {
      for column in 0..<row where abs(rows[row][column] - rows[column][row]) > 1e-12 * scale {
        return refuse(
          path,
          "\(path) is not symmetric: row \(row + 1), column \(column + 1) is \(rows[row][column]), and row \(column + 1), column "
            + "\(row + 1) is \(rows[column][row])")
      }
    }
    guard let problem = try? SymmetricEigenproblem(rows.flatMap { $0 }, size: rows.count),
      let smallest = problem.eigenvalues.last
    else { return refuse(path, "\(path) has no eigenvalues that LAPACK finds") }
    if smallest < -1e-10 * scale {
      refuse(
        path, "\(path) is no covariance: its smallest eigenvalue is \(Float(smallest)), and none may be negative",
        suggestion: "make the entries off the diagonal smaller")
    }
  }
}
