import Foundation
import LinearAlgebra
import Testing

@Suite("BLAS buffers")
struct BLASBuffersTests {
  @Test("buffers are mapped once, are as large as said, and are taken into account")
  func reserved() {
    #expect(BLAS.reserveBuffers(threads: 2))
    #expect(BLAS.bytes(ofBuffersFor: 2) == 0)
    #expect(BLAS.bytes(ofBuffersFor: 5) == 3 * BLAS.bufferBytes)
    // Other tests, which run meanwhile, map far less than a buffer.
    let before = mapped()
    #expect(BLAS.reserveBuffers(threads: 5))
    let grown = mapped() - before
    #expect(grown > 2 * BLAS.bufferBytes && grown < 4 * BLAS.bufferBytes)
    #expect(BLAS.bytes(ofBuffersFor: 5) == 0)
  }

  @Test("what no address space holds is refused")
  func refused() {
    #expect(!BLAS.reserveBuffers(threads: 1, leaving: 1 << 60))
  }

  private func mapped() -> Int {
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ").first
    return (pages.flatMap { Int($0) } ?? 0) * sysconf(Int32(_SC_PAGESIZE))
  }
}
