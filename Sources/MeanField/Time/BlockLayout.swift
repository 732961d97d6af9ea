import LinearAlgebra

/// How the rows of a march are cut into blocks.
///
/// A time point has one row for each output: row (t, c) of every matrix is row `t K + c`. A block holds the rows of one time
/// point, which is explicit (they depend on earlier times only), or of several, which is implicit (they depend on each other).
struct BlockLayout: Sendable, Hashable {
  /// Number of time points T.
  let times: Int
  /// Number of outputs K, and so of rows of a time point.
  let outputs: Int
  /// Most time points of a block.
  let timesEach: Int

  init(times: Int, outputs: Int = 1, timesEach: Int = 1) {
    self.times = times
    self.outputs = outputs
    self.timesEach = timesEach
  }

  /// Number of rows `T K`.
  var size: Int { times * outputs }
  /// Most rows of a block.
  var height: Int { timesEach * outputs }
  /// Whether the rows of a block depend on each other.
  var isImplicit: Bool { timesEach > 1 }
  /// How matrices are stored: single rows make a triangle.
  var storage: TimeStorage { height > 1 ? .square : .triangle }

  /// The rows of some time points.
  func rows(_ times: Range<Int>) -> Range<Int> { times.lowerBound * outputs..<times.upperBound * outputs }
  /// The rows of one time point.
  func rows(_ time: Int) -> Range<Int> { rows(time..<time + 1) }
}
