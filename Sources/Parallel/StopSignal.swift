import Synchronization

/// A wish to stop, raised by anyone (a signal handler, another thread) and looked at between two pieces of work.
public final class StopSignal: Sendable {
  private let raised = Atomic<Bool>(false)

  /// Not raised.
  public init() {}

  /// Whether a stop was requested.
  public var isRaised: Bool { raised.load(ordering: .relaxed) }

  /// Asks the work to stop; it cannot be taken back.
  public func raise() { raised.store(true, ordering: .relaxed) }
}
