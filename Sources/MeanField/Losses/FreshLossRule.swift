import LinearAlgebra
import Problems

/// New samples, or the population, under any loss: residuals answer to their own output alone, equations (21.4)-(21.8).
struct FreshLossRule: SampleRule {
  var samples: SampleRows
  private(set) var answers: LossAnswers? = LossAnswers()
  private let law: LossLaw
  /// `α` of one pass; nil for the population, which has no noise.
  private let sampleRatio: Double?
  private var overlap = 0.0

  init(_ samples: SampleRows, law: LossLaw, sampleRatio: Double?) {
    self.samples = samples
    self.law = law
    self.sampleRatio = sampleRatio
  }

  mutating func take(overlap: Double) { self.overlap = overlap }

  /// `R_D = diag(a)`, noise `diag(V)/α`, equation (21.8); R of the equations of section 3 is `-R_D`.
  mutating func update(modeResponse: RowBlock, error: RowBlock, errorCorrelation: Correlation) {
    let row = error.rows.lowerBound
    let variance = error[row, row]
    let moments = law.moments(variance: variance, overlap: overlap)
    samples.responseRows.begin(error.rows)
    samples.responseRows[row, row] = -moments.slope
    samples.response.setRows(samples.responseRows)
    samples.residualRows.begin(error.rows)
    samples.residualRows[row, row] = moments.square
    samples.residualCorrelation.setRows(samples.residualRows)
    samples.noiseRows.begin(error.rows)
    if let sampleRatio { samples.noiseRows[row, row] = moments.square / sampleRatio }
    answers?.append(moments, train: (moments.loss, moments.accuracy), variance: variance, overlap: overlap)
  }

  func noise(_ row: Int, _ column: Int) -> Double {
    guard let sampleRatio, row == column else { return 0 }
    return samples.residualCorrelation[row, column] / sampleRatio
  }
}

extension LossAnswers {
  /// Takes a row.
  mutating func append(
    _ moments: LossMoments, train: (loss: Double, accuracy: Double), variance: Double, overlap: Double
  ) {
    signal = moments.signal
    test.append(moments.loss)
    self.train.append(train.loss)
    slopes.append(moments.slope)
    signals.append(moments.signal)
    squares.append(moments.square)
    variances.append(variance)
    overlaps.append(overlap)
    guard !moments.accuracy.isNaN else { return }
    testAccuracy.append(moments.accuracy)
    trainAccuracy.append(train.accuracy)
  }
}

extension TrainingProblem {
  /// The loss and labels with the strength of the signal; nil for squared error of a linear target.
  var lossLaw: LossLaw? {
    lossRule.map { rule in
      LossLaw(
        rule: rule, power: SpectralMeasures(data).signal.total * rule.signalFactor, noise: data.noise * data.noise)
    }
  }

  /// The rule of samples under a loss; nil for squared error of a linear target.
  ///
  /// - Parameters:
  ///   - samples: matrices and newest rows.
  ///   - rows: of the whole run.
  ///   - cores: how many may share the paths.
  /// - Returns: the rule.
  func lossRule(_ samples: SampleRows, rows: Int, cores: Int) -> (any SampleRule)? {
    guard let law = lossLaw else { return nil }
    switch sampling {
    case .population: return FreshLossRule(samples, law: law, sampleRatio: nil)
    case .onePass: return FreshLossRule(samples, law: law, sampleRatio: sampleRatio ?? .infinity)
    case .batch, .minibatch:
      let masks = minibatches.map {
        PathMasks($0.rule, share: $0.share, paths: law.rule.paths, seed: law.rule.seed)
      }
      return PathRule(samples, law: law, sampleRatio: sampleRatio ?? .infinity, masks: masks, rows: rows, cores: cores)
    }
  }
}
