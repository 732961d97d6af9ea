import Foundation

/// Share done and time left on stderr, for runs of more than a second; silent when asked.
final class ProgressLine {
  private let start = ContinuousClock.now
  private let quiet: Bool
  private var lastShown = ContinuousClock.now
  private var hasShown = false

  init(quiet: Bool) {
    self.quiet = quiet
  }

  /// Tells how far the work is.
  ///
  /// - Parameter share: from 0 to 1.
  func report(_ share: Double) {
    let now = ContinuousClock.now
    // On a terminal the line is overwritten; in a log a line every five seconds is enough.
    let pause: Duration = Terminal.watchesErrors ? .milliseconds(200) : .seconds(5)
    guard !quiet, share > 0.01, now - start > .seconds(1), !hasShown || now - lastShown > pause
    else { return }
    let elapsed = Double((now - start).components.seconds) + Double((now - start).components.attoseconds) * 1e-18
    let left = elapsed * (1 - share) / share
    let text = "\(Int(100 * share)) % done, \(NumberText.seconds(left)) left"
    if Terminal.watchesErrors { Terminal.overwrite(text) } else { Terminal.note(text) }
    hasShown = true
    lastShown = now
  }

  /// Clears the line.
  func finish() {
    if hasShown && Terminal.watchesErrors { Terminal.overwrite("") }
  }
}
