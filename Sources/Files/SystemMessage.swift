import Foundation

/// The system's message for the error of a call.
///
/// - Parameter code: `errno` as it was right behind the call: whatever is called in between may set it, or leave it at 0.
/// - Returns: words to follow a colon.
package func systemMessage(_ code: Int32) -> String {
  code == 0 ? "the system gives no reason" : String(cString: strerror(code))
}

/// The system's message for an error of Foundation, which hides some of them behind the number of a domain.
package func systemMessage(for error: any Error) -> String {
  let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey]
  guard let cause = underlying as? POSIXError ?? (error as? CocoaError)?.underlying as? POSIXError else {
    return (error as NSError).localizedDescription
  }
  return systemMessage(cause.code.rawValue)
}
