import Calculus
import LinearAlgebra
import Problems
import RealModule

/// Samples with their targets, one a row.
struct Samples: Sendable {
  /// Rows of as many numbers as input dimensions.
  var inputs: DenseMatrix
  /// One number a row for each output, output by output.
  var target: [Double]
  /// Number of outputs K.
  let outputs: Int
  /// Classes of the rows; nil where the outputs are none.
  private var classes: [Int]?
  /// What centring removed from each output.
  private var offsets: [Double]

  /// Gaussian samples of the population, equation (1.5).
  ///
  /// - Parameters:
  ///   - modes: eigenvalues and target.
  ///   - count: how many.
  ///   - seed: the user's seed.
  ///   - replica: which network.
  ///   - set: 0 for those that are trained on; others are independent of them.
  init(_ modes: Modes, count: Int, seed: Int, replica: Int, set: Int = 0) {
    let dimension = modes.count
    var stream = RandomStream(seed: seed, replica: replica, purpose: .inputs, substream: set)
    var numbers = stream.normals(count * dimension)
    if let roots = modes.eigenvalues?.map({ $0.squareRoot() }) {
      for start in stride(from: 0, to: numbers.count, by: dimension) {
        for mode in 0..<dimension { numbers[start + mode] *= roots[mode] }
      }
    }
    var noise = RandomStream(seed: seed, replica: replica, purpose: .noise, substream: set)
    var target = modes.noise.draw(count, from: &noise)
    let inputs = DenseMatrix(rows: count, columns: dimension, numbers)
    inputs.addProduct(1 / modes.dimension.squareRoot(), modes.target, to: &target, vectors: modes.outputs)
    self.inputs = inputs
    self.target = target
    outputs = modes.outputs
    offsets = []
  }

  /// All rows of a table, or some.
  init(_ table: PreparedTable, rows: [Int]? = nil) {
    let all = DenseMatrix(rows: table.rows, columns: table.inputs.count / table.rows, table.inputs)
    inputs = rows.map(all.selecting) ?? all
    target = table.targets.flatMap { target in rows.map { $0.map { target[$0] } } ?? target }
    classes = table.classes.map { classes in rows.map { $0.map { classes[$0] } } ?? classes }
    outputs = table.targets.count
    offsets = table.offsets
  }

  /// Samples whose target is their label.
  init(_ labelled: LabelledSamples) {
    (inputs, target) = (labelled.inputs, labelled.labels)
    (outputs, classes, offsets) = (1, nil, [])
  }

  /// Rows of a table drawn without replacement, and those left over.
  static func drawn(_ count: Int, from table: PreparedTable, seed: Int, replica: Int) -> (drawn: Samples, left: Samples)
  {
    var stream = RandomStream(seed: seed, replica: replica, purpose: .rows)
    let rows = stream.draw(count, of: table.rows)
    return (Samples(table, rows: rows.drawn), Samples(table, rows: rows.left))
  }

  /// What is trained on and what tests, of a table: rows drawn once and those left over, or all rows; nothing is fixed where each step
  /// sees new ones.
  static func sets(
    _ sampling: DataModel.Sampling, count: Int, from table: PreparedTable, seed: Int, replica: Int
  ) -> (fixed: Samples?, heldOut: Samples) {
    switch sampling {
    case .population:
      let all = Samples(table)
      return (all, all)
    case .onePass: return (nil, Samples(table))
    case .batch, .minibatch:
      let rows = drawn(count, from: table, seed: seed, replica: replica)
      return (rows.drawn, rows.left)
    }
  }

  /// Rows of a table that one step sees, drawn with replacement.
  static func rows(_ count: Int, of total: Int, seed: Int, replica: Int, step: Int) -> [Int] {
    var stream = RandomStream(seed: seed, replica: replica, purpose: .rows, substream: step)
    return (0..<count).map { _ in stream.index(below: total) }
  }

  /// Number of samples.
  var count: Int { inputs.rows }

  /// `Δ_c = y_c - X β_c · scale`, output by output.
  func residuals(_ predictor: [Double], scale: Double) -> [Double] {
    var residuals = target
    inputs.addProduct(-scale, predictor, to: &residuals, vectors: outputs)
    return residuals
  }

  /// Share of the rows whose largest output, with what centring removed, is that of their class, equation (8.16).
  ///
  /// - Parameter residuals: `y_c - f_c`, output by output.
  /// - Returns: nil where the outputs are no classes.
  func accuracy(_ residuals: [Double]) -> Double? { classes == nil ? nil : Self.share(areRight(residuals)) }

  /// Whether the largest output of each row is that of its class; none without classes.
  func areRight(_ predictor: [Double], scale: Double) -> [Bool] { areRight(residuals(predictor, scale: scale)) }

  private func areRight(_ residuals: [Double]) -> [Bool] {
    guard let classes else { return [] }
    return classes.indices.map { row in
      var (best, largest) = (0, -Double.infinity)
      for (output, offset) in offsets.enumerated() {
        let place = output * classes.count + row
        let value = target[place] - residuals[place] + offset
        if value > largest { (best, largest) = (output, value) }
      }
      return best == classes[row]
    }
  }

  /// Share of what is true, from 0 to 1.
  static func share(_ values: [Bool]) -> Double { Double(values.count { $0 }) / Double(values.count) }

  /// Mean square of each output.
  ///
  /// - Parameter residuals: output by output.
  /// - Returns: one number an output.
  func meanSquares(_ residuals: [Double]) -> [Double] {
    residuals.parts(outputs).map { part in part.reduce(0) { $0 + $1 * $1 } / Double(part.count) }
  }
}
