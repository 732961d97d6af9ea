import Problems

/// The rules of losses and labels.
extension ValueReader {
  /// The loss and the labels; nil for squared error of a linear target, and where something is wrong, with the mistake recorded.
  ///
  /// - Parameters:
  ///   - data: the data without their labels.
  ///   - table: what was measured of a table; nil for generated data.
  /// - Returns: the rule.
  mutating func lossRule(_ data: DataModel, table: TableCache.Measured?) -> LossRule? {
    use("training.loss")
    use("data.labels")
    if tableLabels == .mixture, !isGiven("data.labels"), let classes = table?.classes {
      derive(
        "data.labels", .word("mixture"),
        how: "two classes of the table: \(classes.names[0]) is -1, \(classes.names[1]) is 1")
    }
    let names = (loss: word("training.loss") ?? "squared", labels: word("data.labels") ?? "linear")
    refuseForeignToLoss(names.loss, names.labels, data)
    if let table { refuseForeignToTables(names.labels, table) }
    let loss: SampleLoss =
      switch names.loss {
      case "logistic": .logistic
      case "huber": .huber(number("training.huberDelta") ?? 1)
      case "logcosh": .logcosh
      case "squaredHinge": .squaredHinge
      default: .squared
      }
    let labels: LossRule.Labels =
      switch names.labels {
      case "sign": .sign
      case "logistic": .logistic(slope: number("data.labelSlope") ?? 1)
      case "mixture": .mixture(separation: table?.separation ?? number("data.separation") ?? 1)
      default: .linear
      }
    if loss.isOfClasses, labels == .linear, areSound("training.loss", "data.labels", tableKey) {
      refuse(
        "training.loss", "training.loss=\(names.loss) is of labels -1 and 1, and data.labels is linear",
        suggestion: "use data.labels=sign, logistic or mixture, or training.loss=squared, huber or logcosh")
    }
    guard loss != .squared || labels != .linear else { return nil }
    return LossRule(
      loss, labels: labels, paths: integer("training.samplePaths") ?? LossRule.usualPaths,
      seed: integer("training.sampleSeed") ?? 1, classes: table?.classes)
  }

  /// What is made of the target of a table.
  var tableLabels: TableCache.Labels {
    guard isGiven("data.file"), !isSplit else { return .asRead }
    if isGiven("data.labels") { return word("data.labels") == "mixture" ? .mixture : .asRead }
    let isOfClasses = ["logistic", "squaredHinge"].contains(word("training.loss"))
    return isOfClasses ? .mixture : .asRead
  }

  /// Labels that a table has not.
  private mutating func refuseForeignToTables(_ labels: String, _ table: TableCache.Measured) {
    if isGiven("data.separation"), labels == "mixture", areSound("data.separation") {
      refuse("data.separation", "data.separation is of generated data, a table has its own", suggestion: "remove it")
    }
    if ["logistic", "sign"].contains(labels), areSound("data.labels") {
      refuse(
        "data.labels", "data.labels=\(labels) makes labels of generated inputs, and a table has its own",
        suggestion: "use data.labels=mixture, two classes of any target of two values")
    }
    if isGiven("data.fitCorrection"), flag("data.fitCorrection"), table.classes != nil {
      refuse(
        "data.fitCorrection", "data.fitCorrection is of the linear fit of a number, and the target is two classes",
        suggestion: "remove it")
    }
  }

  /// Keys of another loss or of other labels.
  private mutating func refuseForeignToLoss(_ loss: String, _ labels: String, _ data: DataModel) {
    let owners = [
      ("training.huberDelta", "training.loss", "huber", loss),
      ("data.labelSlope", "data.labels", "logistic", labels), ("data.separation", "data.labels", "mixture", labels),
    ]
    for (key, owner, needed, found) in owners where isGiven(key) && needed != found && areSound(key, owner) {
      refuse(
        key, "\(key) is for \(owner)=\(needed), and it is \(found)", suggestion: "use \(owner)=\(needed), or remove it")
    }
    if ["logistic", "mixture"].contains(labels), data.noise > 0, isGiven("data.noise"), areSound("data.noise") {
      refuse(
        "data.noise", "data.noise has no meaning with data.labels=\(labels), whose labels are random by themselves",
        suggestion: labels == "logistic" ? "use a smaller data.labelSlope" : "use a smaller data.separation")
    }
    for key in ["training.samplePaths", "training.sampleSeed"] where isGiven(key) && areSound(key) {
      let isSampled = data.sampling.trainingSet != nil && loss != "squared"
      guard !isSampled else { continue }
      refuse(
        key, "\(key) is for a training set under a loss other than squared, which alone is solved with sampled paths",
        suggestion: "remove it")
    }
  }
}

/// Keys of losses and labels: none has an effect under squared error of a linear target.
extension Schema {
  static let labelKeys = [
    Key(
      "data.labels", .word(LossRule.Labels.names), default: "linear",
      "linear | sign | logistic | mixture: y = u + noise, its sign, -1 and 1 at random by 1/(1 + exp(-labelSlope u)), or two classes"
    ) { settings in settings.problem.lossRule.flatMap { $0.labels == .linear ? nil : .word($0.labels.name) } },
    Key(
      "data.labelSlope", .number(.factor), example: "1.0",
      "logistic labels: how fast their probability follows the signal u"
    ) { settings in
      if case .logistic(let slope)? = settings.problem.lossRule?.labels { .number(slope) } else { nil }
    },
    Key(
      "data.separation", .number(.factor), example: "1.0",
      "mixture: distance of either class from the middle, in deviations along the best direction"
    ) { settings in
      guard let rule = settings.problem.lossRule, rule.classes == nil, case .mixture(let separation) = rule.labels
      else { return nil }
      return .number(separation)
    },
  ]

  static let lossKeys = [
    Key(
      "training.loss", .word(SampleLoss.names), default: "squared",
      "squared | logistic | huber | logcosh | squaredHinge: the loss of a sample; logistic is BCEWithLogitsLoss on labels -1 and 1"
    ) { settings in settings.problem.lossRule.flatMap { $0.loss == .squared ? nil : .word($0.loss.name) } },
    Key(
      "training.huberDelta", .number(.factor), example: "1.0",
      "huber: the distance beyond which the loss is a straight line"
    ) { settings in
      if case .huber(let delta)? = settings.problem.lossRule?.loss { .number(delta) } else { nil }
    },
    Key(
      "training.samplePaths", .integer(.atLeast(64, atMost: 16_777_216)), example: "16384",
      "training sets under other losses: random paths that stand for the samples in the theory"
    ) { settings in settings.sampledRule.map { .integer($0.paths) } },
    Key(
      "training.sampleSeed", .integer(.atLeast(0, atMost: 9e15)), example: "1", "seed of these paths"
    ) { settings in settings.sampledRule.map { .integer($0.seed) } },
  ]
}

extension Settings {
  /// The loss rule where its theory samples paths.
  fileprivate var sampledRule: LossRule? {
    problem.data.sampling.trainingSet == nil ? nil : problem.lossRule.flatMap { $0.loss == .squared ? nil : $0 }
  }
}

/// Losses of other programs that are none here.
enum ForeignLosses {
  /// Softmax closes by equation (21.16), at K^3 times the work.
  private static let crossEntropy =
    "of two classes it is training.loss=logistic (BCEWithLogitsLoss), of several train with training.loss=squared on data.targets=oneHot; "
    + "softmax over several outputs is not built"

  /// By their names in small letters without `_` and `-`.
  private static let byName = [
    "crossentropy": crossEntropy, "crossentropyloss": crossEntropy, "softmax": crossEntropy, "ce": crossEntropy,
    "nll": crossEntropy, "bce": "it is training.loss=logistic", "bcewithlogits": "it is training.loss=logistic",
    "bcewithlogitsloss": "it is training.loss=logistic", "binarycrossentropy": "it is training.loss=logistic",
    "mse": "it is training.loss=squared", "mseloss": "it is training.loss=squared",
    "l2": "it is training.loss=squared",
    "hinge": "the nearest with a continuous gradient is training.loss=squaredHinge",
    "mae": "the nearest is training.loss=huber with a small training.huberDelta, or logcosh",
    "l1": "the nearest is training.loss=huber with a small training.huberDelta, or logcosh",
    "smoothl1": "it is training.loss=huber with training.huberDelta=1",
  ]

  /// What to use in place of a loss that is none here.
  ///
  /// - Parameters:
  ///   - word: as it was given.
  ///   - path: of its key.
  /// - Returns: a clause; nil where nothing is known of it.
  static func advice(on word: String, at path: String) -> String? {
    guard path == "training.loss" else { return nil }
    return byName[String(word.lowercased().filter { $0 != "_" && $0 != "-" })]
  }
}

extension TableCache.Measured {
  /// What a reader must know where the classes are unlike each other.
  var spreadWarning: String? {
    guard let spread, let names = classes?.names else { return nil }
    let factor = (10 * spread).rounded() / 10
    return
      "warning: along the difference of their means the class \(names[1]) has \(factor) times the variance of \(names[0]), and the theory "
      + "gives both one covariance: losses may be off by tens of per cent (docs/losses.md); dmft validate measures it"
  }
}
