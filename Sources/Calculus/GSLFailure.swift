import CGSL

/// GSL reported a status other than success.
public struct GSLFailure: Error, Sendable, CustomStringConvertible {
  /// What was computed.
  public let task: String
  /// GSL's status code.
  public let status: Int
  /// GSL's message for it.
  public let reason: String

  /// One printed line.
  public var description: String { "\(task): GSL says \(reason) (status \(status))" }

  init(_ task: String, status: Int32) {
    self.task = task
    self.status = Int(status)
    self.reason = String(cString: gsl_strerror(status))
  }
}

/// GSL's default handler aborts the process; every wrapper in this module reads this first.
let errorsAreReturned: Bool = {
  gsl_set_error_handler_off()
  return true
}()
