import JSON
import Problems
import Reports

/// Trained networks of one problem at the reported rows: means over them, and how many there are.
public struct TrainedNetworks: Codable, Sendable {
  /// What was trained, in whole numbers of units and samples.
  public let problem: TrainingProblem
  /// Number of networks.
  public let networks: Int
  /// How many of them diverged.
  public let diverged: Int
  /// The first step at which one is missing; nil if none diverged.
  public let firstDivergence: Int?
  /// Whether any of them reached the last step.
  public let isComplete: Bool
  /// Step of each row.
  public let steps: [Int]
  /// Sum of the learning rates before each row.
  public let times: [Double]
  /// Test loss, in units of the target's variance.
  public let test: [Ensemble.Mean]
  /// Train loss.
  public let train: [Ensemble.Mean]
  /// Loss of the batch of each step, before its update; nil without minibatches.
  public let batch: [Ensemble.Mean]?
  /// Order parameters of every layer.
  public var layers: LayerStrengths
  /// How far they are from the theory that there is, where they have an activation or are compared with infinite width; nil for others.
  public internal(set) var departure: Departure?
  /// What they have for each of several outputs; nil for one.
  public let outputs: TrainedOutputs?
  /// Spectra of the weights and the sharpness, where requested.
  public let spectra: TrainedSpectra?

  /// - Parameters:
  ///   - problem: what was trained.
  ///   - ensemble: the networks.
  init(_ problem: TrainingProblem, _ ensemble: Ensemble) {
    let rows = problem.time.reportedRows(of: ensemble.count)
    func means(_ curve: (ReplicaCurve) -> [Double]) -> [Ensemble.Mean] {
      let all = ensemble.means(curve)
      return rows.map { all[$0] }
    }
    self.problem = problem
    networks = ensemble.replicas.count
    diverged = ensemble.diverged
    firstDivergence = ensemble.firstDivergence
    isComplete = ensemble.count == ensemble.times.count
    steps = rows
    times = rows.map { ensemble.times[$0] }
    test = means(\.testLoss)
    train = means(\.trainLoss)
    batch = ensemble.batchMeans.map { means in rows.map { means[$0] } }
    outputs = TrainedOutputs(problem, ensemble, rows: rows)
    spectra = TrainedSpectra(problem, ensemble)
    layers = LayerStrengths(ensemble, rows: rows, hiddenLayers: problem.architecture.hiddenLayers)
  }

  /// The mean losses.
  public var curve: LearningCurve {
    LearningCurve(
      steps: steps, times: times, testLoss: test.map(\.value), trainLoss: train.map(\.value),
      batchLoss: batch?.map(\.value))
  }
}

extension TrainedNetworks {
  /// The columns that `curves.csv` of trained networks begins with.
  var columns: [Column] {
    curve.columns(problem.time, problem.data) + [
      Column("test_loss_se", "standard error of the mean test loss", heading: "test +-", test.map(\.standardError)),
      Column("train_loss_se", "standard error of the mean train loss", heading: "train +-", train.map(\.standardError)),
      Column(
        "replicas", "networks that got so far", heading: "networks", isShown: diverged > 0,
        integers: test.map(\.replicas)),
    ]
  }

  /// `batch_loss` with its error; none without minibatches.
  var batchColumns: [Column] {
    guard let batch else { return [] }
    return curve.batchColumns + [
      Column("batch_loss_se", "standard error of the mean batch loss", isShown: false, batch.map(\.standardError))
    ]
  }

  /// How they end, in a sentence.
  var findings: [String] {
    if let firstDivergence {
      return [
        "\(diverged) of \(networks) networks diverged, the first at step \(firstDivergence); from there on means are over "
          + "the remaining ones"
      ]
    }
    guard let step = steps.last, let test = test.last, let train = train.last else { return [] }
    return [
      "test loss \(test.text), train loss \(train.text) after \(step) steps "
        + (networks > 1 ? "(mean of \(networks) networks)" : "(one network)")
    ] + [outputs?.finding].compactMap { $0 }
  }

  /// Numbers in the JSON in addition to the table.
  var details: [String: JSONValue] {
    [
      "networks": .integer(networks), "diverged_replicas": .integer(diverged),
      "first_divergence": firstDivergence.map { .integer($0) } ?? .null, "best_step": curve.bestJSON,
      "loss_unit": .text(ProblemText.lossUnit(problem.data)), "target_variance": .number(problem.data.targetVariance),
      "own_units": curve.ownUnitsJSON(problem.data),
    ]
  }

  /// Both mean losses with bands.
  var lossFigure: Figure? {
    guard !steps.isEmpty else { return nil }
    let rows = PlottedRows(steps.map(Double.init), isLogarithmic: problem.isOverDecades)
    let hasBand = networks > 1
    func series(_ name: String, _ means: [Ensemble.Mean], _ color: Figure.Color) -> [Figure.Series] {
      let points = rows.losses(means.map(\.value), halfWidths: hasBand ? means.map { 2 * $0.standardError } : [])
      return (hasBand ? [Figure.Series("", .band, color, points)] : []) + [Figure.Series(name, .line, color, points)]
    }
    return .losses(
      problem, title: networks > 1 ? "Mean loss of \(networks) trained networks" : "Loss of a trained network",
      caption: hasBand
        ? "Lines: means over the trained networks. Bands: two standard errors of the mean to either side."
        : "One network has no band.",
      series("test", test, .blue) + series("train", train, .orange) + (batch.map { series("batch", $0, .green) } ?? []),
      last: isComplete ? rows.places.last : nil)
  }
}

extension Ensemble.Mean {
  /// The mean with its standard error, which a single network does not have.
  fileprivate var text: String {
    NumberText.short(value) + (standardError.isFinite ? " +- \(NumberText.brief(standardError))" : "")
  }
}
