/// What samples make of outputs and labels under a loss rule, row by row.
struct LossAnswers: Sendable {
  /// `c` of the newest row, equation (21.2).
  var signal = 0.0
  /// Losses as reports have them.
  var test: [Double] = []
  var train: [Double] = []
  /// Shares of labels that outputs have the sign of; empty where labels are no classes.
  var testAccuracy: [Double] = []
  var trainAccuracy: [Double] = []
  /// `a`, `c`, `V` of every row.
  var slopes: [Double] = []
  var signals: [Double] = []
  var squares: [Double] = []
  /// `q` and `m` of every row.
  var variances: [Double] = []
  var overlaps: [Double] = []
  /// Of sampled paths: the largest gap between `<f Delta>` from samples and from modes so far, relative, equation (21.12); 0 without.
  var gauge = 0.0
  /// Of sampled paths: the largest share by which a factor exceeded a variance, equation (21.11).
  var factorDefect = 0.0

  /// Equation (21.12), of a new row.
  ///
  /// - Parameters:
  ///   - sampled: `<f Delta>` of the samples.
  ///   - overlap: the same of the modes.
  ///   - scale: `sqrt(<f^2> <Delta^2>)`.
  mutating func check(_ sampled: Double, against overlap: Double, scale: Double) {
    guard scale > 0 else { return }
    let gap = abs(sampled - overlap) / scale
    if !(gap <= gauge) { gauge = gap }
  }
}
