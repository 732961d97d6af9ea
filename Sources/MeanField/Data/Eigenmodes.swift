import LinearAlgebra
import Parallel

/// The random part of the eigenmodes of the covariance: in each, a junction between the gradient `h^0_k` that the samples send
/// into it and the error `v_k` that the network leaves in it, equation (3.9), driven by the random initial predictor and by the
/// noise of the gradient.
struct Eigenmodes: Sendable {
  /// Eigenvalues with masses `w_k λ_k`.
  let measure: DiscreteMeasure
  private(set) var modes: [Junction]
  /// `w_k`.
  private let weights: [Double]
  private let isImplicit: Bool
  /// One for each core that takes part.
  private var tools: [ChainScratch]

  /// Entries of all modes' newest rows together from which modes are shared between cores (measured).
  private static let sharedEntries = 2000

  init(_ measure: DiscreteMeasure, layout: BlockLayout, cores: Int) {
    self.measure = measure
    weights = measure.weightsOverPoints
    isImplicit = layout.isImplicit
    modes = Array(repeating: Junction(layout), count: measure.count)
    let lanes = layout.size * modes.count < Self.sharedEntries ? 1 : max(1, min(cores, modes.count))
    tools = Array(repeating: ChainScratch(layout: layout, isShared: cores > 1 && lanes == 1), count: lanes)
  }

  /// Equations (3.9) and (3.11): rows of the errors, from the feedback and the initial predictor.
  ///
  /// - Parameters:
  ///   - map: rows of `-Φ`.
  ///   - predictor: rows of the initial predictor's covariance.
  ///   - samples: R and noise as they are known; those of an implicit block are a guess.
  ///   - response: `Σ w λ dv/dh`, rows of `R_vh` are added.
  ///   - error: `Σ w λ <v v>`, rows of C_v are added.
  mutating func updateErrors(
    map: RowBlock, predictor: RowBlock, samples: SampleRows, response: inout RowBlock, error: inout RowBlock
  ) {
    if isImplicit {
      for index in modes.indices { guessForward(index, samples, times: map.rows) }
    }
    SideBySide.update(&modes, tools: &tools) { _, mode, tool in
      mode.updateBackward(map: map, source: predictor, work: &tool.junction)
    }
    for (index, mass) in measure.weights.enumerated() {
      response.addRows(of: modes[index].backwardResponse, scale: mass)
      error.addRows(of: modes[index].backwardCorrelation, scale: mass)
    }
  }

  /// Equations (3.9) and (3.14): rows of the gradients, from what the samples send.
  ///
  /// - Parameters:
  ///   - samples: R and the noise.
  ///   - noises: variances of the noise in each mode where they differ; nil: λ times the noise.
  ///   - response: `Σ w dh/dv` times the scale, rows are added.
  ///   - scale: factor of the response.
  ///   - correlation: `Σ w <h h>`, rows are added.
  mutating func updateGradients(
    samples: SampleRows, noises: [Double]? = nil, response: inout RowBlock, scale: Double,
    correlation: inout RowBlock
  ) {
    let (map, noise, eigenvalues) = (samples.responseRows, samples.noiseRows, measure.points)
    SideBySide.update(&modes, tools: &tools) { index, mode, tool in
      tool.map.begin(map.rows)
      tool.map.add(map, scale: eigenvalues[index])
      tool.source.begin(map.rows)
      tool.source.add(noise, scale: eigenvalues[index])
      if let noises { tool.source[map.rows.lowerBound, map.rows.lowerBound] += noises[index] }
      mode.updateForward(map: tool.map, source: tool.source, work: &tool.junction)
    }
    for (index, weight) in weights.enumerated() {
      response.addRows(of: modes[index].forwardResponse, scale: weight * scale)
      correlation.addRows(of: modes[index].forwardCorrelation, scale: weight)
    }
  }

  /// `Σ w <v h>` at a row: what the random part takes from the balance (6.7).
  func overlap(_ row: Int) -> Double {
    zip(modes, weights).reduce(0) { $0 + $1.1 * $1.0.crossCorrelation[row, row] }
  }

  /// The forward side of a mode while its backward side is made: `λ R` and `λ N` as they are guessed.
  private mutating func guessForward(_ index: Int, _ samples: SampleRows, times: Range<Int>) {
    let eigenvalue = measure.points[index]
    var map = samples.responseRows
    map.begin(times)
    map.add(samples.responseRows, scale: eigenvalue)
    var source = samples.noiseRows
    source.begin(times)
    source.add(samples.noiseRows, scale: eigenvalue)
    modes[index].guessForward(map: map, source: source)
  }
}
