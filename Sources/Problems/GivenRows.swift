/// The very rows of an exact split: those that networks are trained on and those that test them, as networks see them.
///
/// Nothing about them is random; only initial weights are, and batches. Columns are the principal directions of the training rows, so
/// that `MeasuredSpectrum.eigenvalues` are the mean squares of `train.inputs` column by column; directions in which training rows do not
/// vary come last. A stored result keeps the numbers of rows and leaves out the rows: a problem that was decoded has none and cannot be solved again.
public struct GivenRows: Codable, Hashable, Sendable {
  /// How the rows were chosen.
  public enum Choice: Codable, Hashable, Sendable {
    /// Training and test rows are two files.
    case files
    /// A list of rows of one file.
    case listed
    /// A random share of one file.
    case drawn(fraction: Double, seed: Int)
  }

  /// Columns D.
  public let dimension: Int
  /// Training rows P.
  public let trainCount: Int
  /// Test rows P'.
  public let testCount: Int
  /// How the rows were chosen.
  public let choice: Choice
  /// The training rows of each step by their numbers from 0, where the order of batches is given; a run of more steps begins again. A stored
  /// result keeps none.
  public var order: [[Int]]? { didSet { orderedSteps = order?.count } }
  /// Steps of that order; nil where none is given.
  public private(set) var orderedSteps: Int?
  private let tables: Tables?

  /// - Parameters:
  ///   - train: training rows in the order of their file; their targets are centred and scaled.
  ///   - test: test rows with the same columns and outputs.
  ///   - choice: how they were chosen.
  public init(train: PreparedTable, test: PreparedTable, choice: Choice = .files) {
    precondition(
      train.inputs.count / train.rows == test.inputs.count / test.rows && train.targets.count == test.targets.count,
      "rows of one problem")
    dimension = train.inputs.count / train.rows
    trainCount = train.rows
    testCount = test.rows
    self.choice = choice
    tables = Tables(train: train, test: test)
  }

  /// The training rows; nil where the problem comes from a stored result.
  public var train: PreparedTable? { tables?.train }
  /// The test rows; nil where the problem comes from a stored result.
  public var test: PreparedTable? { tables?.test }

  private enum CodingKeys: String, CodingKey { case dimension, trainCount, testCount, choice, orderedSteps }

  /// Reads what a stored result keeps.
  ///
  /// - Parameter decoder: of a result.
  /// - Throws: what the decoder throws.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    dimension = try values.decode(Int.self, forKey: .dimension)
    trainCount = try values.decode(Int.self, forKey: .trainCount)
    testCount = try values.decode(Int.self, forKey: .testCount)
    choice = try values.decode(Choice.self, forKey: .choice)
    orderedSteps = try values.decodeIfPresent(Int.self, forKey: .orderedSteps)
    tables = nil
  }

  /// Shared by all copies of a problem, which are many.
  private final class Tables: Hashable, Sendable {
    let train: PreparedTable
    let test: PreparedTable

    init(train: PreparedTable, test: PreparedTable) {
      self.train = train
      self.test = test
    }

    static func == (one: Tables, other: Tables) -> Bool {
      one === other || (one.train == other.train && one.test == other.test)
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(train.target)
      hasher.combine(test.target)
    }
  }
}

extension Refusal {
  /// The refusal of a problem whose rows are missing because it comes from a stored result.
  ///
  /// - Parameter problem: any problem.
  /// - Returns: nil where nothing is missing.
  public static func ofMissingRows(_ problem: TrainingProblem) -> Refusal? {
    guard let rows = problem.data.rows, rows.train == nil else { return nil }
    return Refusal(
      key: "data.trainFile", reason: "a stored result names its rows and does not hold them",
      suggestion: "load the configuration of the run again")
  }

  /// The refusal of an exact split where samples are drawn.
  ///
  /// - Parameters:
  ///   - problem: any problem.
  ///   - reason: why, such as `layers are measured on rows that are drawn`.
  /// - Returns: nil where no rows are given.
  public static func ofGivenRows(_ problem: TrainingProblem, _ reason: String) -> Refusal? {
    guard let rows = problem.data.rows else { return nil }
    let key =
      switch rows.choice {
      case .files: "data.trainFile"
      case .listed: "data.trainRows"
      case .drawn: "data.trainFraction"
      }
    return Refusal(key: key, reason: reason, suggestion: "use data.file alone, which draws")
  }
}
