import LinearAlgebra

/// How many threads fit the memory: each takes a stack and a buffer of BLAS in addition to its data.
enum ThreadBudget {
  /// As many threads as fit, whose buffers are there from now on.
  ///
  /// - Parameters:
  ///   - asked: the most that are of use.
  ///   - bytesEach: data of one thread.
  ///   - shared: data in addition.
  /// - Returns: at least one; whether that one fits is checked by `MachineMemory`.
  static func threads(asked: Int, bytesEach: Int = 0, beside shared: Int = 0) -> Int {
    let memory = Double(MachineMemory.available)
    let space = Double(AddressSpace.free ?? .max)
    func fits(_ count: Int) -> Bool {
      let bytes = Double(shared) + Double(count) * Double(bytesEach)
      return bytes <= memory && bytes + Double(overhead(count)) <= space
    }
    var (fitting, tooMany) = (1, max(1, asked) + 1)
    while tooMany - fitting > 1 {
      let middle = (fitting + tooMany) / 2
      if fits(middle) { fitting = middle } else { tooMany = middle }
    }
    // A limit that cannot be read, such as one on all processes together, shows only when the buffers are mapped.
    while fitting > 1, !BLAS.reserveBuffers(threads: fitting) { fitting -= 1 }
    return fitting
  }

  /// Memory for the data of so many threads.
  static func available(threads: Int) -> Int {
    min(MachineMemory.available, AddressSpace.free.map { max(0, $0 - overhead(threads)) } ?? .max)
  }

  /// Address space in addition to data; the first thread's is counted as small things.
  private static func overhead(_ threads: Int) -> Int {
    BLAS.bytes(ofBuffersFor: threads) + (threads - 1) * max(8 << 20, AddressSpace.stackBytes)
  }
}
