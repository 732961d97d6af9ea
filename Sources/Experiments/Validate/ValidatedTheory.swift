import MeanField
import Problems
import Validation

/// Theory and trained networks, compared.
public struct ValidatedTheory: Codable, Sendable {
  /// The comparison at one size.
  public struct Size: Codable, Sendable {
    /// Input dimension.
    public let dimension: Int
    /// Of the two losses.
    public let losses: Agreement
  }

  /// How order parameters compare, which is no part of the verdict.
  public struct OrderParameters: Codable, Sendable {
    /// The point that would decide.
    public let worst: Agreement.Point?
    /// Probability of differences as large if there were none.
    public let pValue: Double
  }

  /// The networks of the largest size, with the order parameters of the theory.
  public let networks: TrainedNetworks
  /// The theory of the largest size at those steps of the networks that it has.
  public var prediction: Prediction
  /// How the theory's problem differs from that of the networks, such as `data.noise=0.1`.
  public let changes: [String]
  /// By rising input dimension, never empty.
  public let sizes: [Size]
  /// At the largest size.
  public let orderParameters: OrderParameters
  /// How outputs compare one by one, at the largest size; nil for one output.
  public let outputs: ComparedOutputs?
  /// How far networks are from a theory of linear or infinitely wide ones; nil where the theory is theirs.
  public let departure: Departure?
  /// What is left for infinite size; nil with a single size.
  public let limit: SizeLimit?
  /// About how many networks could tell where these cannot; nil if more than a million or unknown.
  public let wantedReplicas: Int?
  /// Spectra of the weights and the sharpness at the largest size, where requested.
  public let spectra: ComparedSpectra?

  /// - Parameters:
  ///   - compared: by rising input dimension, not empty.
  ///   - changes: how the theory's problem differs from that of the networks.
  ///   - rows: rows of a table with classes, whose accuracy is predicted; nil for others.
  ///   - spectra: what is compared beside the curves.
  init(
    _ compared: [ComparedSize], changes: [String], rows: PreparedTable? = nil,
    spectra: SpectraRequest = SpectraRequest()
  ) {
    let largest = compared[compared.count - 1]
    var networks = TrainedNetworks(largest.problem, largest.ensemble)
    prediction = Prediction(
      largest.solution, steps: Set(networks.steps),
      accuracy: rows.flatMap(largest.solution.accuracy) ?? largest.solution.accuracyOfGivenRows())
    networks.layers = networks.layers.beside(prediction.layers)
    self.networks = networks
    self.changes = changes
    sizes = compared.map { Size(dimension: $0.problem.data.inputDimension, losses: $0.losses) }
    departure = Departure(largest.losses, largest.problem)
    let layers = largest.orderParameters
    orderParameters = OrderParameters(worst: layers.worst, pValue: layers.pValue)
    if let losses = largest.outputs, let measured = networks.outputs, let theory = prediction.outputTheory {
      outputs = ComparedOutputs(losses, measured, theory)
    } else {
      outputs = nil
    }
    let limit =
      compared.count > 1 ? SizeLimit(compared.map { ($0.problem.data.inputDimension, $0.losses) }) : nil
    self.limit = limit
    wantedReplicas = Self.wantedReplicas(largest.losses, limit)
    self.spectra = networks.spectra.flatMap { measured in
      PredictedSpectra(largest.solution, spectra).map { ComparedSpectra($0, measured, largest.problem) }
    }
  }

  /// Both conditions that cannot tell now must be able to.
  private static func wantedReplicas(_ losses: Agreement, _ limit: SizeLimit?) -> Int? {
    guard losses.verdict.and(limit?.verdict ?? .agrees) == .cannotTell else { return nil }
    var numbers: [Int?] = []
    if losses.verdict == .cannotTell { numbers.append(losses.wantedReplicas) }
    if let limit, limit.verdict == .cannotTell { numbers.append(limit.wantedReplicas) }
    return numbers.contains(nil) ? nil : numbers.compactMap { $0 }.max()
  }

  /// What the theory predicts for each output where it has those of the networks; nil for one output.
  var outputTheory: OutputTheory? { outputs == nil ? nil : prediction.outputTheory }

  /// Whether networks are compared without what their random starts change, equation (20.16).
  var startsArePaired: Bool { changes.isEmpty && WideStarts.areRandom(prediction.problem) }

  /// The losses of the largest size.
  public var losses: Agreement { sizes[sizes.count - 1].losses }

  /// On the largest size, and with several sizes on their limit too.
  public var lossVerdict: Verdict { losses.verdict.and(limit?.verdict ?? .agrees) }

  /// On the losses, and on spectra and sharpness where they are compared.
  public var verdict: Verdict { lossVerdict.and(spectra?.verdict ?? .agrees) }
}

extension Prediction {
  /// What is predicted for each of several outputs; nil for one.
  fileprivate var outputTheory: OutputTheory? {
    outputs.map { OutputTheory(steps: curve.steps, curves: $0.curves) }
  }
}
