import Foundation
import Reports

/// A bar with the share done, the pace and the time left on stderr, for runs of more than a second; only in a terminal,
/// and silent when asked.
final class ProgressLine {
  private let start = ContinuousClock.now
  private let isShown: Bool
  private let units: Int?
  private var lastShown = ContinuousClock.now
  private var hasShown = false

  /// - Parameters:
  ///   - quiet: shows nothing.
  ///   - units: total number of units, to print the rate in units a second.
  init(quiet: Bool, units: Int? = nil) {
    isShown = !quiet && Terminal.watchesErrors
    self.units = units
  }

  /// Reports progress.
  ///
  /// - Parameter share: from 0 to 1.
  func report(_ share: Double) {
    let now = ContinuousClock.now
    guard isShown, share > 0.01, now - start > .seconds(1), !hasShown || now - lastShown > .milliseconds(200) else {
      return
    }
    Terminal.overwrite(Self.text(share: share, seconds: (now - start) / .seconds(1), units: units))
    hasShown = true
    lastShown = now
  }

  /// `[########------------] 41 %, 12.3 units/s, 3.0 s left`.
  static func text(share: Double, seconds: Double, units: Int?) -> String {
    let width = 30
    let full = Int((share * Double(width)).rounded(.down))
    let bar = String(repeating: "#", count: full) + String(repeating: "-", count: width - full)
    let pace = units.map { ", \(NumberText.brief(share * Double($0) / seconds)) units/s" } ?? ""
    return "[\(bar)] \(Int(100 * share)) %\(pace), \(NumberText.seconds(seconds * (1 - share) / share)) left"
  }

  /// Clears the line.
  func finish() {
    if hasShown { Terminal.overwrite("") }
  }
}
