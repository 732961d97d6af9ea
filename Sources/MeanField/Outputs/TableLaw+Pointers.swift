extension TableLaw {
  /// Adds a march's covariance in one mode to that of every pair of outputs: the inner loop of `moments`, which pointers keep free of checks.
  static func add(
    _ own: [Double], _ pairs: [(entry: Int, shares: [Double])], stride: Int, mode: Int, times: Int,
    to covariances: inout [Double]
  ) {
    own.withUnsafeBufferPointer { own in
      covariances.withUnsafeMutableBufferPointer { covariances in
        for (entry, shares) in pairs {
          shares.withUnsafeBufferPointer { shares in
            for time in 0..<times {
              let (value, start) = (own[time * stride + entry], (mode * times + time) * shares.count)
              for pair in shares.indices { covariances[start + pair] += value * shares[pair] }
            }
          }
        }
      }
    }
  }
}
