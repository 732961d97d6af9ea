import Foundation
import LinearAlgebra
import Testing

@Suite("BLAS buffers")
struct BLASBuffersTests {
  @Test("buffers are mapped once, are as large as said, and are taken into account")
  func reserved() {
    // Other tests, which run meanwhile, reserve a few buffers and map far less than one beside.
    #expect(BLAS.reserveBuffers(threads: 2) && BLAS.bytes(ofBuffersFor: 2) == 0)
    let missing = BLAS.bytes(ofBuffersFor: 40)
    #expect(missing > 30 * BLAS.bufferBytes && missing <= 38 * BLAS.bufferBytes && missing % BLAS.bufferBytes == 0)
    let before = mapped()
    #expect(BLAS.reserveBuffers(threads: 40))
    let grown = mapped() - before
    #expect(grown > missing - 5 * BLAS.bufferBytes && grown < missing + 2 * BLAS.bufferBytes)
    #expect(BLAS.bytes(ofBuffersFor: 40) == 0)
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
