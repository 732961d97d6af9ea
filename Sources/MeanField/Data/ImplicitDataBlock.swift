import LinearAlgebra

/// The data in implicit blocks: R and the gradient noise are unknown when a sweep begins, equation (5.5).
extension DataBlock {
  /// Whether blocks are of several rows that answer to each other.
  var isImplicit: Bool { sampleResponse.causality == .panels }

  /// What is unknown of an implicit block before it is swept: the rows of R and of the noise; nothing where samples are fresh
  /// and without noise.
  var unknowns: [[Double]] {
    get {
      switch sampling {
      case .batch: [rows.response.entries, rows.noise.entries]
      case .onePass: [rows.noise.entries]
      case .population: []
      }
    }
    set {
      switch sampling {
      case .batch:
        rows.response.entries = newValue[0]
        rows.noise.entries = newValue[1]
      case .onePass: rows.noise.entries = newValue[0]
      case .population: break
      }
    }
  }

  /// First guess for an implicit block: everything goes on as the last block ended.
  mutating func guess(_ block: Range<Int>, lengthRatio: Double) {
    guard accepted.response.count > 0 else {
      rows.response.begin(block)
      rows.response.addIdentity()
      rows.noise.begin(block)
      return
    }
    rows.response = accepted.response.goingOn(to: block, square: .response(scale: lengthRatio))
    rows.noise = accepted.noise.goingOn(to: block, square: .correlation)
  }

  /// The next guess starts from the rows of the block that is done.
  mutating func accept() { accepted = (rows.response, rows.noise) }

  /// The forward side of a mode while its backward side is made: `λ R` and `λ N` as they are guessed.
  mutating func guessForward(_ index: Int, times: Range<Int>) {
    let eigenvalue = fluctuation.points[index]
    var map = rows.response
    map.begin(times)
    map.add(rows.response, scale: eigenvalue)
    var source = rows.noise
    source.begin(times)
    source.add(rows.noise, scale: eigenvalue)
    modes[index].guessForward(map: map, source: source)
  }

  /// Rows of the signal part, equation (3.10): explicit rows one after the other, implicit ones at once.
  mutating func updateSignal(explicit: (inout DataBlock) -> Void) {
    guard isImplicit else { return explicit(&self) }
    TimeVectors.close(
      errors: &signalError, gradients: &signalGradient, errorMap: rows.errorMap, response: rows.response,
      scales: signal.points, offset: 1)
  }
}
