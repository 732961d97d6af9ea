/// A loss other than squared error, or labels other than a linear target: what is made of outputs and labels, table (21.1).
public struct LossRule: Codable, Hashable, Sendable {
  /// How labels follow from inputs, with the signal `u = beta* . x/sqrt(D)`.
  public enum Labels: Codable, Hashable, Sendable {
    /// `y = u + sigma n`.
    case linear
    /// `y = sgn(u + sigma n)`.
    case sign
    /// `P(y = 1) = 1/(1 + exp(-slope u))`.
    case logistic(slope: Double)
    /// Two classes of equal size, `x = y mu/sqrt(D) + g`, at this distance between either mean and the middle in units of the spread along the best direction.
    case mixture(separation: Double)

    /// Names as configurations have them.
    public static let names = ["linear", "sign", "logistic", "mixture"]

    /// Its name in configurations.
    public var name: String {
      switch self {
      case .linear: "linear"
      case .sign: "sign"
      case .logistic: "logistic"
      case .mixture: "mixture"
      }
    }
  }

  /// The loss of a sample.
  public var loss: SampleLoss
  /// How labels are made.
  public var labels: Labels
  /// Sampled paths that stand for the training samples of a batch.
  public var paths: Int
  /// Seed of the paths.
  public var seed: Int
  /// The two classes of a table; nil for generated labels, and for numbers.
  public var classes: TableClasses?

  /// Paths unless configured.
  public static let usualPaths = 16384

  /// - Parameters:
  ///   - loss: of a sample.
  ///   - labels: how labels are made.
  ///   - paths: sampled paths of a batch.
  ///   - seed: of the paths.
  ///   - classes: of a table; nil for generated labels, and for numbers.
  public init(
    _ loss: SampleLoss, labels: Labels, paths: Int = LossRule.usualPaths, seed: Int = 1, classes: TableClasses? = nil
  ) {
    self.classes = classes
    self.loss = loss
    self.labels = labels
    self.paths = paths
    self.seed = seed
  }

  /// What a loss is, for axes, captions and columns.
  public var lossName: String {
    switch loss {
    case .squared: "mean squared error of labels -1 and 1"
    case .logistic: "binary cross-entropy"
    case .huber(let delta): "Huber loss (delta \(delta))"
    case .logcosh: "log-cosh loss"
    case .squaredHinge: "squared hinge loss"
    }
  }

  /// What a number of it means.
  public var unit: String {
    switch loss {
    case .squared: "mean squares of labels -1 and 1"
    case .logistic: "means of log(1 + exp(-y f)), in nats, of labels y = -1 and 1"
    case .huber(let delta): "means of the Huber loss, half the square within \(delta) and straight beyond"
    case .logcosh: "means of log cosh(f - y)"
    case .squaredHinge: "means of max(0, 1 - y f)^2/2, of labels y = -1 and 1"
    }
  }

  /// What a program hands to its optimiser for these equations.
  public var objective: String {
    switch loss {
    case .squared: "MSE/2"
    case .logistic: "BCEWithLogitsLoss (labels 0, 1)"
    case .huber(let delta): "HuberLoss(delta=\(delta))"
    case .logcosh: "the mean of log cosh(f - y)"
    case .squaredHinge: "the mean of max(0, 1 - y f)^2/2"
    }
  }

  /// Whether labels are -1 and 1, so that there is an accuracy.
  public var hasClasses: Bool { labels != .linear }

  /// Labels of two classes with their shares of the samples; of equal shares y = 1 stands for both, which are mirror images.
  public var classShares: [(label: Double, share: Double)] {
    guard let mean = classes?.meanLabel, mean != 0 else { return [(1, 1)] }
    return [(1, (1 + mean) / 2), (-1, (1 - mean) / 2)]
  }

  /// Mean of the label that centred inputs of two classes leave, `x = (y - mean) mu/sqrt(D) + g`; 0 where y = 1 stands for both.
  public var meanLabel: Double { classes?.meanLabel ?? 0 }

  /// Factor of the signal's power in the equations: the square of the separation of two classes, else 1.
  public var signalFactor: Double {
    if case .mixture(let separation) = labels { separation * separation } else { 1 }
  }
}
