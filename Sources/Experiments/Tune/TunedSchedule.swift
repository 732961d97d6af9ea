import Problems
import RealModule
import Reports
import Studies

/// A shape of the learning rate over a run that is tuned by itself.
public enum TunedSchedule: Codable, Hashable, Sendable {
  /// What follows the warm-up.
  public enum Family: String, CaseIterable, Codable, Hashable, Sendable {
    case constant, linear, cosine, power, wsd
  }

  /// As the configuration has it.
  case given
  /// A named family, with or without a warm-up; what decays ends at 0.
  case named(Family, warmsUp: Bool)
  /// One number at each of some steps, and a smooth curve through their logarithms.
  case free(knots: Int)

  /// All shapes that have names, those without a warm-up first.
  public static let allNamed = [false, true].flatMap { warmsUp in
    Family.allCases.map { TunedSchedule.named($0, warmsUp: warmsUp) }
  }

  /// In a table.
  public var name: String {
    switch self {
    case .given: "as configured"
    case .named(let family, let warmsUp): (warmsUp ? "warm-up + " : "") + family.words
    case .free(let knots): "free, \(knots) knots"
    }
  }

  /// Its column in a file, and what the command line calls it.
  public var column: String {
    switch self {
    case .given: "given"
    case .named(let family, let warmsUp): (warmsUp ? "warmup_" : "") + family.rawValue
    case .free: "free"
    }
  }

  /// The key that names its decay, as the command line has it; nil where that is as configured, or not by a name.
  var decay: String? {
    switch self {
    case .named(.constant, warmsUp: false): "\(TunedKey.schedule.rawValue)=constant"
    case .named(let family, _): "\(TunedKey.schedule.rawValue).decay=\(family.rawValue)"
    case .given, .free: nil
    }
  }

  /// Numbers of its own that are tuned with all others.
  ///
  /// - Parameter steps: of the run.
  /// - Returns: the length of the warm-up, then that of the family.
  func values(steps: Int) -> [TunedValue] {
    guard case .named(let family, let warmsUp) = self else { return [] }
    let half = Double(max(2, steps)) / 2
    let warmup = TunedValue(
      "training.schedule.warmupSteps", start: 0.1 * Double(steps), bounds: 0...half, scale: .fromZero(unit: 1))
    let own: [TunedValue] =
      switch family {
      case .constant, .linear, .cosine: []
      case .power: [TunedValue("training.schedule.exponent", start: 1, bounds: 0.05...20, scale: .logarithm)]
      case .wsd: [TunedValue("training.schedule.stableFraction", start: 0.3, bounds: 0...0.99, scale: .complement)]
      }
    return (warmsUp ? [warmup] : []) + own
  }

  /// What a configuration calls it; nil where that is as configured, or not by a name.
  ///
  /// - Parameters:
  ///   - own: its numbers; a warm-up need not be whole steps, equation (9.10).
  ///   - steps: of the run.
  /// - Returns: by its name; factor by factor where the warm-up is not whole.
  func schedule(_ own: [Double], steps: Int) -> Schedule? {
    guard case .named(let family, let warmsUp) = self else { return nil }
    let warmup = warmsUp ? own.first ?? 0 : 0
    let decay: Schedule.Decay =
      switch family {
      case .constant: .constant
      case .linear: .linear
      case .cosine: .cosine
      case .power: .power(exponent: own.last ?? 1)
      case .wsd: .stable(fraction: own.last ?? 0)
      }
    if warmup == 0, family == .constant { return .constant }
    if warmup == warmup.rounded() { return .warmup(steps: Int(warmup), decay: decay, finalFraction: 0) }
    // The search moves through lengths between whole ones, where equation (1.9) is continued.
    return .multipliers(
      (0..<steps).map { step in
        let passed = Double(step) - warmup
        if passed + 1 <= 0 { return Double(step + 1) / warmup }
        return min(1, Double(step + 1) / warmup)
          * decay.factor(at: min(1, max(0, passed) / max(1, Double(steps) - warmup)), final: 0)
      })
  }

  /// Its numbers in words; empty without any.
  func words(_ own: [Double]) -> String {
    guard case .named(let family, let warmsUp) = self else { return "" }
    var words: [String] = []
    if warmsUp, let first = own.first { words.append("warm-up \(NumberText.brief(first)) steps") }
    if family == .power, let last = own.last { words.append("exponent \(NumberText.brief(last))") }
    if family == .wsd, let last = own.last { words.append("\(NumberText.percent(last)) stable") }
    return words.joined(separator: ", ")
  }
}

extension TunedSchedule.Family {
  /// As people read it.
  fileprivate var words: String {
    switch self {
    case .constant: "constant"
    case .linear, .cosine, .power: "\(rawValue) to 0"
    case .wsd: "WSD"
    }
  }
}
