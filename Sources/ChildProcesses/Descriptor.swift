import Glibc

/// A file descriptor above the standard streams that no child inherits, closed with its last use.
final class Descriptor {
  private(set) var number: Int32

  /// Takes over what a system call has made.
  ///
  /// - Throws: the number of the error, also that of the call where it failed.
  init(_ made: Int32) throws(SystemError) {
    guard made >= 0 else { throw SystemError() }
    number = fcntl(made, F_DUPFD_CLOEXEC, 3)
    let error = SystemError()
    Glibc.close(made)
    guard number >= 0 else { throw error }
  }

  func close() {
    if number >= 0 { Glibc.close(number) }
    number = -1
  }

  deinit { close() }

  /// A pipe: the end to read from and the end to write to.
  static func pipe() throws(SystemError) -> (reading: Descriptor, writing: Descriptor) {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { throw SystemError() }
    return try both(ends)
  }

  /// Two connected sockets, for where a reader that goes away must not raise SIGPIPE.
  static func sockets() throws(SystemError) -> (ours: Descriptor, theirs: Descriptor) {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else { throw SystemError() }
    return try both(ends)
  }

  private static func both(_ ends: [Int32]) throws(SystemError) -> (Descriptor, Descriptor) {
    let first: Descriptor
    do {
      first = try Descriptor(ends[0])
    } catch {
      Glibc.close(ends[1])
      throw error
    }
    return (first, try Descriptor(ends[1]))
  }
}

/// The error of the last system call.
struct SystemError: Error {
  let number: Int32

  init(_ number: Int32 = errno) { self.number = number }

  var description: String { String(cString: strerror(number)) }
}
