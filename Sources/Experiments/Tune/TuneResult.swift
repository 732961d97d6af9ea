import Configurations
import Problems
import Studies

/// The best values, how exact they must be, and what each is worth.
public struct TuneResult: Codable, Sendable {
  /// What was found with one shape of the schedule.
  public struct Choice: Codable, Sendable {
    /// The shape.
    public let schedule: TunedSchedule
    /// Whether momentum is Nesterov's; nil where that is as configured.
    public let nesterov: Bool?
    /// One number for each tuned value, those of the schedule's shape last; what counts is whole.
    public let values: [Double]
    /// What was to be small, at the end.
    public let loss: Double
    /// Steps that the budget allows.
    public let steps: Int
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
    /// Loss with this value as it was given, all others at their best; nil where every such run diverges, and for the numbers of a schedule.
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

  /// Losses over two values, on the scales of both.
  public struct Map: Codable, Sendable {
    /// Places of the first value, rising by equal steps.
    public let first: [Double]
    /// Places of the second, likewise.
    public let second: [Double]
    /// Row by row, a row for each place of the second; nil where a run diverges.
    public let losses: [Double?]
  }

  /// Share of the loss that counts as nothing.
  public static let share = 0.01

  /// Where the search began.
  public let problem: TrainingProblem
  /// The problem with the best named choice.
  public let tuned: TrainingProblem
  /// What was tuned.
  public let keys: [TunedKey]
  /// Keys that followed them.
  public let ties: [TunedTie]
  /// What was to be small.
  public let objective: StudyObjective
  /// What stayed as configured.
  public let budget: StudyBudget
  /// How much of it the configuration takes.
  public let amount: Double
  /// Loss of the configuration as it was given; nil where it diverges.
  public let lossAsGiven: Double?
  /// By the shape of the schedule, the named ones first.
  public let choices: [Choice]
  /// Which of the named choices has the least loss, to a tenth of a per cent the one with fewest numbers.
  public let best: Int
  /// Of the best named choice.
  public let values: [Value]
  /// Around the best named choice where two values are tuned; nil elsewhere.
  public let map: Map?
  /// The best named choice at other sizes.
  public let sizes: [Size]
  /// Networks trained for each choice; 0 for none.
  public let networks: Int
  /// How many runs were predicted.
  public let evaluations: Int

  /// The best named choice.
  public var choice: Choice { choices[best] }
}
