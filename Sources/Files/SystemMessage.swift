import Foundation

/// The system's message for an error of Foundation, which hides some of them behind the number of a domain.
package func systemMessage(for error: any Error) -> String {
  let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey]
  guard let cause = underlying as? POSIXError ?? (error as? CocoaError)?.underlying as? POSIXError else {
    return (error as NSError).localizedDescription
  }
  return String(cString: strerror(cause.code.rawValue))
}
