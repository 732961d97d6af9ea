import Foundation
import Testing

/// Why `scripts/test --fast` leaves a test out.
package enum SlowTest: String, Sendable {
  /// Networks are trained, or numbers drawn, until a statistical statement can be tested.
  case statistical
  /// Programs are started: `dmft`, Slurm, a browser, Python.
  case processes
  /// Long or many solves.
  case long

  /// Whether they are left out: `scripts/test --fast` sets the variable.
  package static let areLeftOut = ProcessInfo.processInfo.environment["DMFT_FAST_TESTS"] != nil
}

// `swift test` of Swift 6.3 selects tests by name alone, so tags would not do.
extension Trait where Self == ConditionTrait {
  /// A test or a suite that `scripts/test --fast` leaves out.
  package static func slow(_ reason: SlowTest) -> Self {
    .disabled(if: SlowTest.areLeftOut, "\(reason.rawValue), left out by scripts/test --fast")
  }
}
