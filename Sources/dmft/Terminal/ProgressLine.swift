import Foundation
import Reports
import Synchronization

/// How far a long run is, on stderr: for a person a bar with the share done, the pace and the time left after a second; in a file or a
/// pipe a line every half minute. Silent when asked.
final class ProgressLine: Sendable {
  private struct State {
    var share = 0.0
    var lastShown = ContinuousClock.now
    var hasShown = false
    var isFinished = false
  }

  private let start = ContinuousClock.now
  private let showsBar: Bool
  private let units: Int?
  private let state = Mutex(State())

  /// Variable of the environment that sets the seconds between lines in a file or a pipe; 0 for none.
  private static let variable = "DMFT_HEARTBEAT"
  private static let usualSeconds = 30.0

  /// - Parameters:
  ///   - quiet: shows nothing.
  ///   - units: total number of units, to print the rate in units a second.
  init(quiet: Bool, units: Int? = nil) {
    showsBar = !quiet && Terminal.watchesErrors
    self.units = units
    let seconds = ProcessInfo.processInfo.environment[Self.variable].flatMap(Double.init) ?? Self.usualSeconds
    if !quiet, !Terminal.watchesErrors, !ServedCall.isActive, seconds > 0 { beat(every: seconds) }
  }

  /// Takes how far the work is.
  ///
  /// - Parameter share: from 0 to 1.
  func report(_ share: Double) {
    if ServedCall.progress(share) { return }
    let now = ContinuousClock.now
    let isDue = state.withLock { state in
      state.share = share
      guard showsBar, share > 0.01, now - start > .seconds(1),
        !state.hasShown || now - state.lastShown > .milliseconds(200)
      else { return false }
      (state.hasShown, state.lastShown) = (true, now)
      return true
    }
    if isDue { Terminal.overwrite(Self.text(share: share, seconds: (now - start) / .seconds(1), units: units)) }
  }

  /// `[########------------] 41 %, 12.3 units/s, 3.0 s left`.
  static func text(share: Double, seconds: Double, units: Int?) -> String {
    let width = 30
    let full = Int((share * Double(width)).rounded(.down))
    let bar = String(repeating: "#", count: full) + String(repeating: "-", count: width - full)
    return "[\(bar)] " + words(share: share, seconds: seconds, units: units)
  }

  /// `41 %, 12.3 units/s, 3.0 s left`.
  private static func words(share: Double, seconds: Double, units: Int?) -> String {
    let pace = units.map { ", \(NumberText.brief(share * Double($0) / seconds)) units/s" } ?? ""
    return "\(Int(100 * share)) %\(pace), \(NumberText.seconds(seconds * (1 - share) / share)) left"
  }

  /// `progress: 41 %, 12.3 units/s, 2 min left (running for 90 s)`.
  static func line(share: Double, seconds: Double, units: Int?) -> String {
    let time = "running for \(NumberText.seconds(seconds))"
    return "progress: " + (share > 0 ? words(share: share, seconds: seconds, units: units) + " (\(time))" : time)
  }

  /// Ends it, and clears the bar.
  func finish() {
    let hasShown = state.withLock { state in
      state.isFinished = true
      return state.hasShown
    }
    if hasShown { Terminal.overwrite("") }
  }

  /// Prints a line at intervals from a thread of its own, as a single step of the work may take longer. Where no thread can be had
  /// there are no lines.
  private func beat(every seconds: Double) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 1 << 18)
    let beats = Unmanaged.passRetained(Beats(line: self, seconds: seconds))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, &attributes,
      { beats in
        if let beats { Unmanaged<Beats>.fromOpaque(beats).takeRetainedValue().run() }
        return nil
      }, beats.toOpaque())
    if code != 0 { beats.release() }
  }

  private final class Beats {
    let line: ProgressLine
    let seconds: Double

    init(line: ProgressLine, seconds: Double) {
      self.line = line
      self.seconds = seconds
    }

    func run() {
      var next = seconds
      while let share = line.state.withLock({ $0.isFinished ? nil : $0.share }) {
        let passed = (ContinuousClock.now - line.start) / .seconds(1)
        if passed >= next {
          Terminal.note(ProgressLine.line(share: share, seconds: passed, units: line.units))
          next += seconds
        }
        usleep(100_000)
      }
    }
  }
}
