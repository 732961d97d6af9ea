import Calculus
import Problems
import LinearAlgebra
import RealModule

/// Progressive collapse: a deep linear classifier pulls its classes together by the same factor in each layer,
/// equations (10.14)-(10.16).
public struct Collapse: Sendable {
  /// Loss at a reported step.
  public struct Row: Codable, Hashable, Sendable {
    /// Steps taken.
    public let step: Int
    /// Sum of the rates until then.
    public let time: Double
    /// Half the sum, or half the mean, of the squared errors of all outputs, equation (10.14).
    public let loss: Double
  }

  /// Samples and classes.
  public let data: ClassData
  /// `ε_l`, input to output.
  public let scales: [Double]
  /// How the run ended.
  public private(set) var outcome = Outcome.completed

  private var chain: LinearChain
  private let optimizer: LinearOptimizer
  private let lossFactor: Double
  private let steps: Int

  /// - Parameters:
  ///   - data: samples and classes.
  ///   - units: of each hidden layer.
  ///   - scales: `ε_l`, input to output, at least two.
  ///   - optimizer: the optimiser.
  ///   - isMean: whether half the mean over all outputs of all samples is minimised instead of half the sum.
  ///   - steps: how many.
  ///   - seed: of the weights.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  public init(
    _ data: ClassData, units: Int, scales: [Double], optimizer: LinearOptimizer, isMean: Bool, steps: Int, seed: Int
  ) throws(LinearAlgebraFailure) {
    self.data = data
    self.scales = scales
    self.steps = steps
    lossFactor = isMean ? 1 / Double(data.classes * data.count) : 1
    let sum = optimizer.forSum(lossFactor)
    self.optimizer = sum
    var weights: [DenseMatrix] = []
    for (layer, scale) in scales.enumerated() {
      weights.append(
        try Self.orthogonal(
          rows: layer == scales.count - 1 ? data.classes : units, columns: layer == 0 ? data.inputs.rows : units,
          scale: scale, seed: seed, layer: layer))
    }
    chain = LinearChain(weights, objective: try data.objective(), optimizer: sum)
  }

  /// Orthonormal rows or columns, whichever are fewer, times a scale.
  private static func orthogonal(rows: Int, columns: Int, scale: Double, seed: Int, layer: Int)
    throws(LinearAlgebraFailure) -> DenseMatrix
  {
    var stream = RandomStream(seed: seed, replica: 0, purpose: .weights, substream: layer)
    let (long, short) = (max(rows, columns), min(rows, columns))
    var weight = try DenseMatrix(rows: long, columns: short, stream.normals(long * short)).orthonormalColumns()
    weight.combine(own: scale, weight: 0, other: nil)
    return rows >= columns ? weight : weight.transposed
  }

  /// Trains on all samples at once.
  ///
  /// - Parameters:
  ///   - reported: steps whose rows are wanted, in rising order.
  ///   - progress: called with the share of the work that is done.
  /// - Returns: a row for each reported step before the end.
  public mutating func run(reported: [Int], progress: (Double) -> Void = { _ in }) -> [Row] {
    let wanted = Set(reported)
    let rates = optimizer.rates(steps, scheduleSteps: steps)
    let times = LinearOptimizer.times(rates + [0]).map { $0 / lossFactor }
    var rows: [Row] = []
    var first = 0.0
    for step in 0...steps {
      let loss = chain.evaluate()
      if step == 0 { first = loss }
      guard loss.isFinite, loss <= Outcome.divergenceFactor * first else {
        outcome = .diverged(step: step)
        break
      }
      if wanted.contains(step) { rows.append(Row(step: step, time: times[step], loss: lossFactor * loss)) }
      guard step < steps else { break }
      chain.step(rate: rates[step])
      progress(Double(step + 1) / Double(steps))
    }
    return rows
  }

  /// `D_l` (10.15) of the inputs and of every hidden layer, as the weights are now: as many as weight matrices.
  public var scatters: [ClassScatter] {
    var features = data.inputs
    return [ClassScatter(features: features, data)]
      + chain.weights.dropLast().map { weight in
        features = .product(.plain(weight), .plain(features))
        return ClassScatter(features: features, data)
      }
  }
}

/// The prediction of the law of parsimony for the collapse, equation (10.16).
public enum CollapsePrediction {
  /// `D_{l+1} / D_l = ε²/n^{1/L}`, equation (10.16).
  ///
  /// - Parameters:
  ///   - scale: ε of the weight matrix between the two layers.
  ///   - perClass: n.
  ///   - weightLayers: L.
  /// - Returns: the ratio.
  public static func ratio(scale: Double, perClass: Double, weightLayers: Int) -> Double {
    scale * scale / Double.pow(perClass, 1 / Double(weightLayers))
  }
}
