/// Why a file or folder can't be used or written.
public struct WritingProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, with the path and what to do.
  public let reason: String
  /// 65 for what belongs to something else, 74 where writing fails.
  public let exitCode: Int32

  /// - Parameters:
  ///   - reason: what is wrong.
  ///   - exitCode: 65 or 74.
  public init(reason: String, exitCode: Int32) {
    self.reason = reason
    self.exitCode = exitCode
  }

  /// The reason.
  public var description: String { reason }

  package static func foreign(_ reason: String) -> Self { Self(reason: reason, exitCode: 65) }
  package static func input(_ reason: String) -> Self { Self(reason: reason, exitCode: 74) }
}
