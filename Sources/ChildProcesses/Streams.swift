import Glibc

/// The streams of a running child, served as they become ready, so that neither side waits for the other.
struct Streams {
  /// What came out of the standard output and the standard error.
  private(set) var written: [[UInt8]] = [[], []]

  private let sources: [Descriptor]
  private let input: Descriptor?
  private let text: [UInt8]
  private var sent = 0
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  init(output: Descriptor, errors: Descriptor, input: Descriptor?, text: [UInt8]) {
    sources = [output, errors]
    self.input = input
    self.text = text
  }

  /// Writes the input and reads until the child has closed both of its streams.
  mutating func exchange() throws(SystemError) {
    if text.isEmpty { input?.close() }
    while sources.contains(where: { $0.number >= 0 }) {
      // A closed one has the number -1, which `poll` skips.
      var waiting = sources.map { pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0) }
      waiting.append(pollfd(fd: input?.number ?? -1, events: Int16(POLLOUT), revents: 0))
      guard poll(&waiting, nfds_t(waiting.count), -1) >= 0 else {
        if errno == EINTR { continue }
        throw SystemError()
      }
      for index in sources.indices where waiting[index].revents != 0 { try read(index) }
      if waiting[sources.count].revents != 0 { send() }
    }
  }

  private mutating func read(_ index: Int) throws(SystemError) {
    let count = Glibc.read(sources[index].number, &buffer, buffer.count)
    if count < 0 && errno == EINTR { return }
    guard count >= 0 else { throw SystemError() }
    if count == 0 { sources[index].close() } else { written[index] += buffer[..<count] }
  }

  /// A program that stops reading reports the reason by its exit code.
  private mutating func send() {
    guard let input else { return }
    let count = text[sent...].withUnsafeBytes {
      Glibc.send(input.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    }
    if count < 0 {
      if errno != EINTR && errno != EAGAIN { input.close() }
      return
    }
    sent += count
    if sent == text.count { input.close() }
  }
}
