import Calculus
import LinearAlgebra
import Problems
import RealModule

/// The targets of several outputs, mode by mode: `W_k = w_k λ_k b_k` with `b_k` of equation (14.3), and the covariance Σ of the noise.
struct OutputSignal: Sendable {
  /// Eigenvalues of the modes.
  let eigenvalues: [Double]
  /// `W_k`, K x K for each mode: their sum is the covariance of the targets without noise.
  let masses: [OutputMatrix]
  /// Σ.
  let noise: OutputMatrix

  init(eigenvalues: [Double], masses: [OutputMatrix], noise: OutputMatrix) {
    self.eigenvalues = eigenvalues
    self.masses = masses
    self.noise = noise
  }

  /// - Parameters:
  ///   - data: the data.
  ///   - outputs: its several outputs.
  init(_ data: DataModel, _ outputs: OutputModel) {
    noise = OutputMatrix(outputs.noiseCovariance)
    switch data.spectrum {
    case .isotropic:
      eigenvalues = [1]
      masses = [OutputMatrix(outputs.targetCovariance)]
    case .powerLaw(let law):
      let decays = outputs.signalDecays ?? Array(repeating: law.signalDecay, count: outputs.count)
      let measures = decays.map { decay in
        var law = law
        law.signalDecay = decay
        return SpectralMeasures(law, dimension: data.inputDimension).signal
      }
      eigenvalues = measures[0].points
      masses = eigenvalues.indices.map { mode in
        let roots = measures.map { $0.weights[mode].squareRoot() }
        return OutputMatrix(outputs.targetCovariance).scaled(rows: roots, columns: roots)
      }
    case .measured(let measured):
      let weight = 1 / Double(measured.eigenvalues.count)
      eigenvalues = Array(measured.eigenvalues.prefix { $0 > 0 })
      masses = zip(eigenvalues, measured.targetPowers).map { eigenvalue, power in
        OutputMatrix(power).scaled(by: weight * eigenvalue)
      }
    }
  }

  /// Number of outputs K.
  var outputs: Int { noise.outputs }

  /// The same in other directions of the output space, or in some of them.
  ///
  /// - Parameter directions: orthonormal vectors of K numbers each.
  /// - Returns: as many outputs as directions.
  func along(_ directions: [[Double]]) -> OutputSignal {
    OutputSignal(
      eigenvalues: eigenvalues, masses: masses.map { $0.along(directions) }, noise: noise.along(directions))
  }

  /// The targets' power alone as a measure, beside matrices whose products with its masses are `W_k`.
  var measure: (signal: DiscreteMeasure, targets: [OutputMatrix]) {
    let traces = masses.map { $0.trace > 0 ? $0.trace : 1 }
    return (
      DiscreteMeasure(points: eigenvalues, weights: traces), zip(masses, traces).map { $0.scaled(by: 1 / $1) }
    )
  }

  /// The masses of one output as a scalar problem has them.
  var scalarMeasure: DiscreteMeasure { DiscreteMeasure(points: eigenvalues, weights: masses.map { $0[0, 0] }) }
}

extension OutputMatrix {
  /// - Parameter rows: K lists of K numbers.
  init(_ rows: [[Double]]) { self.init(outputs: rows.count, rows.flatMap { $0 }) }

  /// The sum of the diagonal.
  var trace: Double { (0..<outputs).reduce(0) { $0 + self[$1, $1] } }

  /// The root of the sum of squares.
  var norm: Double { entries.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// Rows and columns times factors of their own.
  func scaled(rows: [Double], columns: [Double]) -> OutputMatrix {
    OutputMatrix(outputs: outputs, entries.indices.map { rows[$0 / outputs] * entries[$0] * columns[$0 % outputs] })
  }

  /// `Uᵀ A U`, U with these columns.
  func along(_ directions: [[Double]]) -> OutputMatrix {
    let images = directions.map { direction in
      (0..<outputs).map { row in (0..<outputs).reduce(0) { $0 + self[row, $1] * direction[$1] } }
    }
    return OutputMatrix(
      outputs: directions.count,
      directions.flatMap { left in images.map { image in zip(left, image).reduce(0) { $0 + $1.0 * $1.1 } } })
  }
}
