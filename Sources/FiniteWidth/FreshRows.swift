import Calculus
import Problems
import RealModule

/// New rows of a real table at every step, drawn with replacement: the table is the population.
struct FreshRows: GradientSource {
  let modes: Modes
  let table: PreparedTable
  /// P, rows of one step.
  let samples: Int
  let seed: Int
  let replica: Int
  /// All rows where they have classes.
  private let classified: Samples?

  init(modes: Modes, table: PreparedTable, samples: Int, seed: Int, replica: Int) {
    self.modes = modes
    self.table = table
    self.samples = samples
    self.seed = seed
    self.replica = replica
    classified = table.classes.map { _ in Samples(table) }
  }

  func respond(to predictor: [Double], step: Int) -> InputGradient {
    let rows = Samples.rows(samples, of: table.rows, seed: seed, replica: replica, step: step)
    let error = modes.error(predictor)
    let (dimension, root) = (modes.count, modes.dimension.squareRoot())
    var product = [Double](repeating: 0, count: predictor.count)
    var squares = [Double](repeating: 0, count: modes.outputs)
    let predictors = predictor.parts(modes.outputs)
    for row in rows {
      let input = table.inputs[row * dimension..<(row + 1) * dimension]
      for (output, predictor) in predictors.enumerated() {
        let fit = zip(input, predictor).reduce(0) { $0 + $1.0 * $1.1 } / root
        let residual = table.targets[output][row] - fit
        squares[output] += residual * residual
        for (mode, value) in input.enumerated() { product[output * dimension + mode] += residual * value }
      }
    }
    let factor = root / Double(samples)
    let right = classified?.areRight(predictor, scale: 1 / root)
    return InputGradient(
      field: product.map { factor * $0 }, error: error.scaled, test: error.losses,
      train: squares.map { $0 / Double(samples) }, testAccuracy: right.map { Samples.share($0) },
      trainAccuracy: right.map { right in Samples.share(rows.map { right[$0] }) })
  }
}
