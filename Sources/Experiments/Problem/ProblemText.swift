import Problems
import Reports
import MeanField

/// A problem in one line of words.
public enum ProblemText {
  /// The whole problem.
  ///
  /// - Parameter problem: any problem.
  /// - Returns: network, data and training in a line.
  public static func line(_ problem: TrainingProblem) -> String { clauses(problem).joined(separator: " | ") }

  /// Network, data, training.
  ///
  /// - Parameter problem: any problem.
  /// - Returns: a clause each.
  public static func clauses(_ problem: TrainingProblem) -> [String] {
    [network(problem), data(problem), training(problem)]
  }

  /// Notices about a problem before it is run: columns of a table that do not count, and the effect of gradient flow
  /// of settings that belong to steps.
  ///
  /// - Parameter problem: any problem.
  /// - Returns: a sentence each.
  public static func notices(_ problem: TrainingProblem) -> [String] {
    var notices: [String] = []
    if case .measured(let measured) = problem.data.spectrum {
      notices += TableText.notices(measured) + [TableText.beyondRows(problem, measured)].compactMap { $0 }
    }
    if problem.architecture.regime == .lazy, !problem.widthRatio.isInfinite,
      problem.parameterization.rule != .standard
    {
      notices.append(
        "network.regime=lazy is the limit of infinite width: network.width has no effect on the theory"
      )
    }
    guard problem.time.isFlow else { return notices }
    if case .onePass = problem.data.sampling {
      notices.append(
        "gradient flow: the noise of fresh batches vanishes with the step, so one-pass data are the population")
    }
    if problem.minibatchRule != nil {
      notices.append(
        "gradient flow: the noise of minibatches vanishes with the step, so every step sees the whole training set (batch)"
      )
    }
    if problem.optimizer.momentum != .none {
      notices.append(
        "gradient flow knows no momentum: steps with momentum mu follow it at the rate learningRate/(1 - mu)")
    }
    return notices
  }

  /// Depth over width from which on networks were measured to be off by more than a few per cent (theory-notes/08).
  static let safeDepthOverWidth = 1.0 / 16

  /// One line where a network is so deep for its width that it leaves the theory at any learning rate; nil for others.
  ///
  /// - Parameter problem: any problem.
  /// - Returns: the warning.
  static func depthWarning(_ problem: TrainingProblem) -> String? {
    guard let ratio = problem.depthOverWidth, ratio > safeDepthOverWidth else { return nil }
    return
      "warning: depth over width L/N = \(NumberText.brief(ratio)): networks this narrow for their depth scatter about the theory and "
      + "leave it, by more than a few per cent above \(NumberText.brief(safeDepthOverWidth)) (theory-notes/08); use a larger "
      + "network.width or fewer network.hiddenLayers"
  }

  /// Outputs over input dimension from which on networks were measured to be off by several per cent (theory-notes/14).
  static let safeOutputsOverDimension = 1.0 / 20

  /// One line where outputs are many for the input dimension; nil for others.
  ///
  /// - Parameter problem: any problem.
  /// - Returns: the warning.
  static func outputsWarning(_ problem: TrainingProblem) -> String? {
    let ratio = Double(problem.data.outputCount) / Double(problem.data.inputDimension)
    guard problem.data.outputs != nil, problem.data.rows == nil, ratio > safeOutputsOverDimension else { return nil }
    return
      "warning: \(problem.data.outputCount) outputs are many for D = \(problem.data.inputDimension): without noise losses of networks "
      + "lie above the theory by up to \(NumberText.brief(160 * ratio)) % where they have fallen to a tenth and "
      + "\(NumberText.brief(460 * ratio)) % at a fiftieth; with noise in the targets by far less (theory-notes/14)"
  }

  /// The unit of every loss.
  ///
  /// - Parameter data: the data.
  /// - Returns: `mean squares in units of …`.
  static func lossUnit(_ data: DataModel) -> String {
    if let rule = data.lossRule { return rule.unit }
    let place = data.rows == nil ? "the table" : "the training rows"
    if let outputs = data.outputs {
      let unit: String =
        if case .measured = data.spectrum { "in units of each target's variance over \(place)" } else {
          "in the units of data.targetCovariance"
        }
      return "sums of mean squares over \(outputs.count) outputs, \(unit)"
    }
    return switch data.spectrum {
    case .measured: "mean squares in units of the target's variance over \(place)"
    case .isotropic, .powerLaw:
      data.noise == 0
        ? "mean squares in units of the target's variance"
        : "mean squares in units of the target's variance without noise"
    }
  }

  /// The network alone.
  static func network(_ problem: TrainingProblem) -> String {
    let architecture = problem.architecture
    let kind: String =
      switch architecture.connection {
      case .plain: "\(units(architecture)) (plain chain)"
      case .residual(let scale):
        "\(units(architecture)) (residual chain of branch scale \(NumberText.brief(scale)))"
      }
    let layers =
      architecture.depth == .infinite
      ? "infinite depth" : "\(architecture.hiddenLayers) hidden layer\(architecture.hiddenLayers == 1 ? "" : "s")"
    return "\(kind), \(layers), \(width(problem)), "
      + "\(problem.parameterization.rule.rawValue), richness "
      + NumberText.short(problem.parameterization.richness)
  }

  /// What stands between the layers, and how the weights behind it start.
  private static func units(_ architecture: Architecture) -> String {
    guard architecture.activation != .linear else {
      return architecture.regime == .lazy ? "wide linear network" : "deep linear network"
    }
    let name = architecture.activation == .relu ? "ReLU" : architecture.activation.rawValue
    let gain =
      architecture.gain == .keep
      ? ", weights behind it start larger by \(NumberText.short(architecture.activation.gain))" : ""
    return "\(architecture.regime == .lazy ? "wide" : "deep") \(name) network\(gain)"
  }

  /// One width, or those of all layers.
  private static func width(_ problem: TrainingProblem) -> String {
    if problem.architecture.regime == .lazy {
      let rates =
        problem.parameterization.rule == .standard
        ? " with the rates of N/D = \(NumberText.short(problem.widthRatio))" : ""
      return "infinite width\(rates), lazy"
    }
    let profile = problem.architecture.widthProfile
    let proportions = (profile ?? []).map(NumberText.brief).joined(separator: " : ")
    if problem.widthRatio.isInfinite {
      return "infinite width" + (profile == nil ? "" : "s in proportions \(proportions)")
    }
    let layers = profile == nil ? [1] : Array(1...problem.architecture.hiddenLayers)
    func list(_ value: (Int) -> Double) -> String { layers.map { NumberText.short(value($0)) }.joined(separator: ", ") }
    let dimension = problem.data.normalizingDimension
    return (layers.count == 1 ? "width " : "widths ") + list { problem.widthRatio($0) * dimension }
      + (problem.data.isTraceClass ? "" : " (N/D = \(list { problem.widthRatio($0) }))")
  }

  private static func data(_ problem: TrainingProblem) -> String {
    let data = problem.data
    let spectrum: String =
      switch data.spectrum {
      case .isotropic: "isotropic data"
      case .powerLaw(let law):
        "power-law data (k^-\(NumberText.short(law.eigenvalueDecay)), signal "
          + "k^-\(NumberText.short(law.signalDecay)))"
      case .measured(let measured): TableText.clause(measured, data.rows)
      }
    let ratio = problem.sampleRatio ?? 0
    let samples = NumberText.short(ratio * data.normalizingDimension)
    let share = problem.data.isTraceClass ? "" : " (P/D = \(NumberText.brief(ratio)))"
    let sampling: String =
      switch problem.sampling {
      case .population where data.rows != nil: "all training rows at each step\(share)"
      case .population: "population gradient"
      case .batch where problem.samplesOfTable != nil: "\(samples) samples drawn\(share)"
      case .batch: "\(samples) samples\(share)"
      case .minibatch(_, let rule) where data.rows != nil: "all training rows\(share) \(batches(rule, problem))"
      case .minibatch(_, let rule): "\(samples) samples\(share) \(batches(rule, problem))"
      case .onePass: "\(samples) fresh samples a step\(share)"
      }
    return "\(spectrum), D = \(data.inputDimension), \(outputsAndNoise(data)), " + sampling
  }

  /// Size and number of batches, and how they are drawn.
  private static func batches(_ rule: Minibatches, _ problem: TrainingProblem) -> String {
    let share = problem.minibatches?.share ?? 1
    if let steps = problem.data.rows?.orderedSteps {
      return "in batches of a given order of \(steps) steps (followed exactly)"
    }
    let size = NumberText.short(share * (problem.sampleRatio ?? 0) * problem.data.normalizingDimension)
    let each = rule.stepsPerEpoch(share)
    var words = "in batches of \(size), \(each) an epoch"
    if let steps = problem.time.steps { words += ", \(NumberText.brief(Double(steps) / Double(each))) epochs" }
    let drawn =
      switch rule.shuffle {
      case .epochs: "a new random order each epoch"
      case .independent: "each batch drawn from all samples"
      case .fixed: "the same order each epoch"
      case .replacement: "each batch drawn with replacement"
      }
    return words
      + " (\(drawn)\(rule.dropsLast ? ", the incomplete last batch left out" : "")\(treatment(rule, problem)))"
  }

  /// How exactly batches of given rows are treated.
  private static func treatment(_ rule: Minibatches, _ problem: TrainingProblem) -> String {
    guard problem.data.rows != nil else { return "" }
    return switch rule.shuffle {
    case .fixed: "; followed exactly"
    case .independent, .replacement: "; averaged over draws"
    case .epochs: "; averaged over draws, all rows taken alike"
    }
  }

  /// With several outputs the noise is the root of its variance's mean over them.
  private static func outputsAndNoise(_ data: DataModel) -> String {
    if let rule = data.lossRule { return rule.labelWords(noise: data.noise) }
    guard let outputs = data.outputs else { return "noise \(NumberText.brief(data.noise))" }
    let mean = (outputs.noiseVariances.reduce(0, +) / Double(outputs.count)).squareRoot()
    return "\(outputs.count) outputs, noise \(NumberText.brief(mean)) each on average"
  }

  private static func training(_ problem: TrainingProblem) -> String {
    let optimizer = problem.optimizer
    var words = problem.lossRule.map { [$0.lossName] } ?? []
    if case .flow(let horizon) = problem.time.kind {
      words.append("gradient flow to t = \(NumberText.short(horizon))")
      if optimizer.weightDecay != .none {
        words.append("weight decay \(NumberText.short(optimizer.weightDecay.strength))")
      }
      return words.joined(separator: ", ")
    }
    words += GradientText.optimizer(problem)
    words.append("rate \(NumberText.short(optimizer.learningRate))")
    switch optimizer.weightDecay {
    case .none: break
    case .coupled(let value): words.append("weight decay \(NumberText.short(value))")
    case .decoupled(let value):
      words.append("decoupled weight decay \(NumberText.short(value))")
    }
    switch optimizer.schedule {
    case .constant: break
    case .warmup(let steps, let decay, _):
      if steps > 0 { words.append("warm-up \(steps)") }
      words += Self.words(decay)
    case .multipliers: words.append("explicit rate multipliers")
    }
    if let steps = problem.time.steps { words.append("\(steps) steps") }
    if case .panels = problem.time.kind { words.append("compressed") }
    return words.joined(separator: ", ")
  }

  private static func words(_ decay: Schedule.Decay) -> [String] {
    switch decay {
    case .constant: []
    case .cosine, .linear: ["\(decay.name) decay"]
    case .power(let exponent): ["power decay \(NumberText.short(exponent))"]
    case .stable(let fraction): ["constant over \(NumberText.percent(fraction)), then linear decay"]
    }
  }
}
