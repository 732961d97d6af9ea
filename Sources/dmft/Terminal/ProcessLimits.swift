import Experiments
import Foundation
import LinearAlgebra
import Reports

/// The limits that a shell or a scheduler puts on this process, met before anything is computed.
enum ProcessLimits {
  /// Takes all descriptors that are allowed, and lets a write beyond `ulimit -f` fail instead of ending the process.
  static func prepare() {
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit()
    let descriptors = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(descriptors, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(descriptors, &limit)
  }

  /// Refuses to start where the address space does not even hold what every computation takes.
  ///
  /// - Throws: 65 with what is needed and what is free.
  static func refuseSmallAddressSpace() throws(CommandFailure) {
    guard !BLAS.reserveBuffers(threads: 1, leaving: AddressSpace.slack) else { return }
    let needed = NumberText.bytes(BLAS.bufferBytes + AddressSpace.slack)
    let state =
      AddressSpace.limit.map {
        "\(NumberText.bytes($0.free)) are free; raise the limit of \(NumberText.bytes($0.bytes)) (\($0.command))"
      } ?? "the system grants less; end other programs"
    throw CommandFailure(
      status: .badInput, lines: ["the buffers of the linear algebra need \(needed) of address space, \(state)"])
  }
}
