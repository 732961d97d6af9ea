import Problems
import Studies

/// The best values, how exact they must be, and what each is worth.
public struct TuneResult: Codable, Sendable {
  /// What was found with one shape of the schedule.
  public struct Choice: Codable, Sendable {
    /// The shape.
    public let schedule: TunedSchedule
    /// One number for each tuned value.
    public let values: [Double]
    /// Test loss at the end.
    public let loss: Double
    /// Factors on the learning rate at each step of a free schedule; nil for others.
    public let multipliers: [Double]?
    /// The same on trained networks; nil where none were trained.
    public var trained: Ensemble.Mean?
    /// How many networks diverged.
    public var diverged = 0
  }

  /// How exact a value must be, and what it is worth.
  public struct Value: Codable, Sendable {
    /// What is tuned.
    public let value: TunedValue
    /// Values that lose at most 1 %, all others being the best for each.
    public let range: Tuning.Range
    /// Loss with this value as it was given, all others at their best; nil where every such run diverges.
    public let lossAsGiven: Double?
  }

  /// The tuned values at another size.
  public struct Size: Codable, Sendable {
    /// The key's value, such as `network.width=1024`.
    public let label: String
    /// Loss with the values tuned here; nil where it diverges.
    public let loss: Double?
    /// The least loss that the size has, and its own values; nil where every run diverges.
    public let own: Tuning.Optimum?
  }

  /// Share of the loss that counts as nothing.
  public static let share = 0.01

  /// Where the search began.
  public let problem: TrainingProblem
  /// The problem with the best named choice.
  public let tuned: TrainingProblem
  /// What was tuned.
  public let keys: [TunedKey]
  /// Loss of the configuration as it was given; nil where it diverges.
  public let lossAsGiven: Double?
  /// By the shape of the schedule, the named ones first.
  public let choices: [Choice]
  /// Which of the named choices has the least loss.
  public let best: Int
  /// Of the best named choice.
  public let values: [Value]
  /// The best named choice at other sizes.
  public let sizes: [Size]
  /// Networks trained for each choice; 0 for none.
  public let networks: Int
  /// How many runs were predicted.
  public let evaluations: Int
}
