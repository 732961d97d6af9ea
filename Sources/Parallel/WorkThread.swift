import Glibc

/// A thread that either starts or says that it can't, unlike Foundation's and Dispatch's.
enum WorkThread {
  /// Stack of a thread, the usual one of a process.
  private static let stackBytes = 8 << 20

  /// Runs a body on a thread of its own.
  ///
  /// - Returns: false where the system refuses another thread; the body does not run then.
  static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackBytes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let box = Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    let error = pthread_create(
      &thread, &attributes,
      { address in
        guard let address else { return nil }
        Unmanaged<Box>.fromOpaque(address).takeRetainedValue().body()
        return nil
      }, box.toOpaque())
    if error != 0 { box.release() }
    return error == 0
  }

  private final class Box: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
