import MeanField
import RunStore

/// Correlations and responses of a solution as arrays of a run folder.
enum TheoryArrays {
  /// Everything a solution has: order parameters, or in the lazy limit both kernels, training rows first.
  static func all(_ solution: Solution) -> [NamedArray] {
    guard let kernels = solution.wide?.kernels else { return all(solution.orderParameters) }
    return [("nngp", kernels.nngp), ("ntk", kernels.ntk)].map { name, matrix in
      NamedArray(name: name, shape: [matrix.rows, matrix.columns]) { matrix.storage }
    }
  }

  /// Everything a march has.
  static func all(_ parameters: OrderParameters) -> [NamedArray] {
    let times = parameters.times
    return [NamedArray(name: "time", shape: [times.count]) { times }] + correlations(parameters)
      + [
        NamedArray(name: "R", shape: [parameters.count, parameters.count]) { parameters.sampleResponse },
        stack("A", parameters) { parameters.forwardResponse($0) },
        stack("S", parameters) { parameters.backwardResponse($0) },
      ]
  }

  /// `C_v`, `C_D`, `H`, `G`: what trained networks have too.
  ///
  /// - Parameters:
  ///   - parameters: of a solution.
  ///   - suffix: end of the names, where there are measured ones too.
  /// - Returns: one array for each kind.
  static func correlations(_ parameters: OrderParameters, suffix: String = "") -> [NamedArray] {
    let square = [parameters.count, parameters.count]
    return [
      NamedArray(name: "C_v" + suffix, shape: square) { parameters.errorCorrelation },
      NamedArray(name: "C_D" + suffix, shape: square) { parameters.residualCorrelation },
      stack("H" + suffix, parameters) { parameters.forwardCorrelation($0) },
      stack("G" + suffix, parameters) { parameters.backwardCorrelation($0) },
    ]
  }

  /// One matrix for each layer from 0 to L.
  private static func stack(
    _ name: String, _ parameters: OrderParameters, layer: @escaping @Sendable (Int) -> [Double]
  ) -> NamedArray {
    NamedArray(name: name, shape: [parameters.hiddenLayers + 1, parameters.count, parameters.count]) {
      (0...parameters.hiddenLayers).flatMap(layer)
    }
  }
}
