import LinearAlgebra
import Problems

/// Outputs that train together, and without all others.
struct OutputGroup: Sendable {
  /// Directions in the output space, orthonormal, K numbers each; for each output of the group one, and as often as the same problem
  /// occurs: the group is solved once.
  let copies: [[[Double]]]
  /// The targets along the directions.
  let signal: OutputSignal

  /// Number of outputs of one copy.
  var size: Int { signal.outputs }
}

/// Several outputs cut into groups that train independently of each other.
///
/// A rotation of the outputs changes neither loss nor initial law, and outputs whose targets and noise do not covary have no
/// influence on each other. So the directions are sought in which all `b_k` and Σ are block diagonal: the eigenvectors of a generic
/// combination of them, joined where any of the matrices couples them. What commutes falls into single outputs; the classes of a
/// table leave the direction in which all indicators sum to one, which has no target at all.
struct OutputDecoupling: Sendable {
  /// In falling order of their size.
  let groups: [OutputGroup]
  /// Whether couplings were left out.
  let isApproximate: Bool

  /// Entries below this share of the largest matrix are rounding of zero.
  private static let rounding = 1e-12

  /// Groups that are independent exactly.
  init(_ signal: OutputSignal) throws(LinearAlgebraFailure) {
    let matrices = signal.masses + [signal.noise]
    let scale = matrices.reduce(0) { max($0, $1.norm) }
    let directions = try Self.eigenvectors(of: Self.combination(matrices), size: signal.outputs)
    let turned = signal.along(directions)
    let parts = Self.components(turned.masses + [turned.noise], floor: Self.rounding * scale)
    groups = Self.merged(
      parts.map { part in
        OutputGroup(
          copies: [part.map { directions[$0] }], signal: turned.along(part.map { Self.unit($0, signal.outputs) }))
      }, floor: Self.rounding * scale)
    isApproximate = false
  }

  /// Single outputs, along the eigenvectors of the targets' covariance `Σ_k W_k`; what couples them then is left out, equation (14.8).
  init(approximating signal: OutputSignal) throws(LinearAlgebraFailure) {
    let zero = [Double](repeating: 0, count: signal.outputs * signal.outputs)
    let sum = signal.masses.reduce(zero) { sum, mass in zip(sum, mass.entries).map(+) }
    let directions = try Self.eigenvectors(of: sum, size: signal.outputs)
    let scale = (signal.masses + [signal.noise]).reduce(0) { max($0, $1.norm) }
    groups = Self.merged(
      directions.map { OutputGroup(copies: [[$0]], signal: signal.along([$0])) }, floor: Self.rounding * scale)
    isApproximate = true
  }

  /// Groups joined into one whose time is cut alike for all: uncoupled as they are, with the multiplicity of each output.
  ///
  /// - Parameter groups: what to join.
  /// - Returns: one group of all, each once.
  static func joined(_ groups: [OutputGroup]) -> OutputSignal {
    let sizes = groups.map(\.size)
    let starts = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let total = starts[groups.count]
    func joined(_ matrix: (OutputSignal) -> OutputMatrix) -> OutputMatrix {
      var entries = [Double](repeating: 0, count: total * total)
      for (index, group) in groups.enumerated() {
        let own = matrix(group.signal)
        for row in 0..<own.outputs {
          for column in 0..<own.outputs {
            entries[(starts[index] + row) * total + starts[index] + column] = own[row, column]
          }
        }
      }
      return OutputMatrix(outputs: total, entries)
    }
    let eigenvalues = groups[0].signal.eigenvalues
    return OutputSignal(
      eigenvalues: eigenvalues, masses: eigenvalues.indices.map { mode in joined { $0.masses[mode] } },
      noise: joined(\.noise))
  }

  /// A combination in which eigenvalues coincide only where they do in all matrices: positive weights without a pattern.
  private static func combination(_ matrices: [OutputMatrix]) -> [Double] {
    var sum = [Double](repeating: 0, count: matrices[0].entries.count)
    for (index, matrix) in matrices.enumerated() where matrix.norm > 0 {
      let fraction = (Double(index + 1) * 0.618_033_988_749_895).truncatingRemainder(dividingBy: 1)
      let weight = (1 + fraction) / matrix.norm
      for entry in sum.indices { sum[entry] += weight * matrix.entries[entry] }
    }
    return sum
  }

  private static func eigenvectors(of matrix: [Double], size: Int) throws(LinearAlgebraFailure) -> [[Double]] {
    let problem = try SymmetricEigenproblem(matrix, size: size)
    return (0..<size).map { Array(problem.eigenvectors[$0 * size..<($0 + 1) * size]) }
  }

  private static func unit(_ index: Int, _ count: Int) -> [Double] { (0..<count).map { $0 == index ? 1 : 0 } }

  /// Indices that any of the matrices connects, each component in rising order, the largest first.
  private static func components(_ matrices: [OutputMatrix], floor: Double) -> [[Int]] {
    let count = matrices[0].outputs
    var label = Array(0..<count)
    for row in 0..<count {
      for column in 0..<row where label[row] != label[column] {
        guard matrices.contains(where: { abs($0[row, column]) > floor }) else { continue }
        let (kept, gone) = (min(label[row], label[column]), max(label[row], label[column]))
        label = label.map { $0 == gone ? kept : $0 }
      }
    }
    let parts = Dictionary(grouping: 0..<count) { label[$0] }.values.map { $0.sorted() }
    return parts.sorted { ($0.count, $1[0]) > ($1.count, $0[0]) }
  }

  /// Single outputs with the same target and noise are one problem.
  private static func merged(_ groups: [OutputGroup], floor: Double) -> [OutputGroup] {
    func areEqual(_ one: OutputSignal, _ other: OutputSignal) -> Bool {
      one.outputs == 1 && other.outputs == 1
        && zip(one.masses + [one.noise], other.masses + [other.noise]).allSatisfy { abs($0[0, 0] - $1[0, 0]) <= floor }
    }
    return groups.reduce(into: []) { result, group in
      if let index = result.firstIndex(where: { areEqual($0.signal, group.signal) }) {
        result[index] = OutputGroup(copies: result[index].copies + group.copies, signal: result[index].signal)
      } else {
        result.append(group)
      }
    }
  }
}
