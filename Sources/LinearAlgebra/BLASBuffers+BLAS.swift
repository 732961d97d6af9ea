import Glibc
import Synchronization

extension BLAS {
  /// Address space of one of OpenBLAS's buffers on 64-bit processors, its unit of allocation included. Hardly any of it is ever
  /// touched, so that it counts against limits of address space alone.
  public static let bufferBytes = (128 << 20) + (1 << 20)

  /// Maps the buffers that so many threads need which call BLAS at the same time; they stay for later calls.
  ///
  /// OpenBLAS maps a buffer when a call finds none free, and tries again for ever where that fails. Once enough of them are
  /// there no call maps any.
  ///
  /// - Parameters:
  ///   - threads: how many threads will call BLAS at the same time.
  ///   - spare: bytes that have to be left beside the buffers.
  /// - Returns: false where the address space does not hold them; nothing has been mapped then that is needed.
  public static func reserveBuffers(threads: Int, leaving spare: Int = 0) -> Bool {
    // Beyond this OpenBLAS, which keeps a table of at least that many, would end the process.
    let wanted = min(threads, 48)
    return reserved.withLock { reserved in
      guard canMap(spare + max(0, wanted - reserved) * bufferBytes) else { return false }
      guard wanted > reserved, let allocate, let free else { return true }
      // All at once, as a buffer that is free would be handed out again.
      let buffers = (0..<wanted).map { _ in allocate(0) }
      for buffer in buffers { free(buffer) }
      reserved = wanted
      return true
    }
  }

  /// Address space that the buffers of so many threads take beyond those that are mapped.
  public static func bytes(ofBuffersFor threads: Int) -> Int {
    reserved.withLock { max(0, threads - $0) * bufferBytes }
  }

  /// Buffers that are mapped.
  private static let reserved = Mutex(0)

  /// Whether so many bytes can be mapped in one piece, without touching them.
  private static func canMap(_ bytes: Int) -> Bool {
    guard bytes > 0 else { return true }
    let address = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard address != MAP_FAILED else { return false }
    munmap(address, bytes)
    return true
  }

  private typealias Allocate = @convention(c) (Int32) -> UnsafeMutableRawPointer?
  private typealias Free = @convention(c) (UnsafeMutableRawPointer?) -> Void

  // What its own products call, though no header declares it; without it the first calls map buffers as they need them.
  private static let allocate = dlsym(nil, "blas_memory_alloc").map { unsafeBitCast($0, to: Allocate.self) }
  private static let free = dlsym(nil, "blas_memory_free").map { unsafeBitCast($0, to: Free.self) }
}
