import Benchmark

// The library calls this closure when the program starts, and reads nothing else from it.
let benchmarks: @Sendable () -> Void = {
  // Time alone: the library's processor seconds come in steps of 10 ms, and these pieces are shorter.
  Benchmark.defaultConfiguration = .init(metrics: [.wallClock], maxDuration: .seconds(2))
  for size in [200, 1000] { addProducts(size: size) }
  addSolves()
  addTraining()
}
