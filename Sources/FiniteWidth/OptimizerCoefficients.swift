import Problems

/// Weight and momentum buffer as a linear combination of the start and the gradients, the same for every layer: equation (8.2).
///
/// Entry 0 belongs to the weight at the last merge, entry 1 to the buffer then, the others to the gradients since.
struct OptimizerCoefficients {
  private(set) var weight: [Double] = [1, 0]
  private(set) var buffer: [Double] = [0, 1]

  /// Gradients taken since the last merge.
  var gradients: Int { weight.count - 2 }

  /// Takes one step with a new gradient, equation (1.8).
  mutating func advance(_ step: OptimizerStep) {
    weight.append(0)
    buffer.append(0)
    let newest = weight.count - 1
    for index in 0...newest {
      step.advance(&weight[index], &buffer[index], downhill: index == newest ? 1 : 0)
    }
  }
}
