import Calculus
import Problems

/// A case of the theory that is solved by other means, made for one problem; section 6 of the notes.
public protocol ExactLimit: Sendable {
  /// A few words.
  static var name: String { get }
  /// What the limit takes for granted, in words.
  static var assumptions: String { get }
  /// Whether it is of other losses than squared error of a linear target too.
  static var takesLosses: Bool { get }
  /// Prepares the limit that is nearest to a problem.
  ///
  /// - Parameter problem: any well-formed problem.
  /// - Throws: `LimitAbsence` where there is no such limit.
  init(_ problem: TrainingProblem) throws(LimitAbsence)
  /// Where the problem does not meet the assumptions; empty where the limit is exact.
  var departures: [LimitDeparture] { get }
  /// Losses in the limit.
  ///
  /// - Parameter rows: the rows that are wanted, rising: their steps count, under gradient flow their times.
  /// - Returns: the same rows with the limit's losses.
  /// - Throws: `GSLFailure` when an integral or an integration fails.
  func curve(at rows: LearningCurve) throws(GSLFailure) -> LearningCurve
}

extension ExactLimit {
  /// Of squared error alone.
  public static var takesLosses: Bool { false }
}

/// An assumption of a limit that a problem does not meet.
public struct LimitDeparture: Hashable, Sendable {
  /// What should be otherwise, in words.
  public let quantity: String
  /// What it is here, where that is a number.
  public let value: Double?

  /// - Parameters:
  ///   - quantity: what should be otherwise.
  ///   - value: what it is here.
  public init(quantity: String, value: Double? = nil) {
    self.quantity = quantity
    self.value = value
  }
}

/// Why a problem has no such limit.
public struct LimitAbsence: Error, Hashable, Sendable {
  /// One clause for a person.
  public let reason: String

  init(_ reason: String) { self.reason = reason }

  /// Of an optimiser that reads the gradient.
  public static let gradientRule = LimitAbsence("it is one of optimisers that are linear in the gradient")
  /// Of a loss other than squared error of a linear target.
  public static let lossRule = LimitAbsence("it is one of squared error of a linear target")
  static let givenRows = LimitAbsence("the test rows of an exact split are no population")
}

extension Limits {
  /// Every kind of limit there is.
  public static let kinds: [any ExactLimit.Type] = [Lazy.self, HiddenLayerOnSpectrum.self, RichMode.self]
}

extension LearningCurve {
  /// The same rows with other losses.
  func with(testLoss: [Double], trainLoss: [Double]) -> LearningCurve {
    LearningCurve(steps: steps, times: times, testLoss: testLoss, trainLoss: trainLoss)
  }
}

extension TrainingProblem {
  /// Samples, where a limit takes population data for granted.
  var samplingDeparture: LimitDeparture? {
    guard let ratio = sampleRatio, sampling != .population else { return nil }
    return LimitDeparture(quantity: data.isTraceClass ? "samples" : "P/D", value: ratio)
  }

  /// Width, where a limit takes infinite width for granted.
  var widthDeparture: LimitDeparture? {
    if widthRatio.isInfinite { return nil }
    return LimitDeparture(quantity: data.isTraceClass ? "width" : "N/D", value: widthRatio)
  }

  /// Richness in the equations.
  var richnessDeparture: LimitDeparture { LimitDeparture(quantity: "richness", value: effectiveRichness) }
}
