import Foundation
import Parallel
import RunStore

/// What a run receives besides its problem: number of workers, storage for finished parts, receivers of notices.
public struct RunContext {
  /// Parallel workers.
  public var workers: Int
  /// Whether correlations of all pairs of times are wanted.
  public var keepsArrays = false
  /// Where finished parts are kept; nil keeps none.
  public var units: UnitStore?
  /// Receives the share of the work that is done, from 0 to 1.
  public var progress: (Double) -> Void = { _ in }
  /// Receives notices: information that needs no action.
  public var notice: (String) -> Void = { _ in }
  /// Receives warnings: information that may need action.
  public var warning: (String) -> Void = { _ in }
  /// Receives which signal ends the work from here on so that finished parts are kept; nil where an interrupt may end the process.
  public var stopping: (StopSignal?) -> Void = { _ in }
  /// Raised where what runs is to be brought to its end and nothing more begun, as a scheduler asks before its time limit.
  public var ending = StopSignal()

  /// - Parameter workers: things done at a time; nil for as many as cores.
  public init(workers: Int? = nil) {
    self.workers = workers ?? ProcessInfo.processInfo.activeProcessorCount
  }
}
