import LinearAlgebra

/// How far the samples of a class lie apart beside how far the classes do, equation (10.15).
public struct ClassScatter: Codable, Hashable, Sendable {
  /// `tr Σ_W`: mean squared distance of a sample from the mean of its class.
  public let within: Double
  /// `tr Σ_B`: mean over classes of the squared distance of their mean from that of all samples.
  public let between: Double

  /// `D = tr Σ_W / tr Σ_B`.
  public var ratio: Double { within / between }

  /// - Parameters:
  ///   - features: one sample a column.
  ///   - data: whose classes count.
  init(features: DenseMatrix, _ data: ClassData) {
    let counts = data.counts
    precondition(counts.allSatisfy { $0 > 0 }, "a class without samples has no mean")
    var averages = [Double](repeating: 0, count: data.count * data.classes)
    for (sample, label) in data.labels.enumerated() {
      averages[sample * data.classes + label] = 1 / Double(counts[label])
    }
    let means = DenseMatrix.product(
      .plain(features), .plain(DenseMatrix(rows: data.count, columns: data.classes, averages)))
    var distances = features
    distances.setProduct(-1, .plain(means), .plain(data.oneHot), own: 1)
    within = distances.squaredNorm / Double(data.count)
    let total = DenseMatrix(
      rows: data.count, columns: 1, Array(repeating: 1 / Double(data.count), count: data.count))
    let center = DenseMatrix.product(.plain(features), .plain(total))
    var apart = means
    let ones = DenseMatrix(rows: 1, columns: data.classes, Array(repeating: 1, count: data.classes))
    apart.setProduct(-1, .plain(center), .plain(ones), own: 1)
    between = apart.squaredNorm / Double(data.classes)
  }
}
