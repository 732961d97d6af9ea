/// What one network has at the steps at which its matrices were looked at.
public struct NetworkSpectra: Codable, Hashable, Sendable {
  /// The weights of one layer at one step; all singular values are those of `W/√m`, m its columns.
  public struct Weights: Codable, Hashable, Sendable {
    /// t.
    public var step: Int
    /// l, from 0, the input layer.
    public var layer: Int
    /// Upper edge of the bulk of what is left of the initial weights, of a network without end.
    public var edge: Double
    /// Singular values above the edge.
    public var above: Int
    /// The three largest singular values, falling; NaN where there are fewer.
    public var values: [Double]
    /// `(|W(t)|² - d(t)² |W(0)|²)/m`.
    public var growth: Double
    /// Absolute cosine of the first right vector with the forward field of the step before; NaN at step 0.
    public var forwardNewest: Double
    /// The largest with any before.
    public var forwardLargest: Double
    /// Absolute cosine of the first left vector with the backward field of the step before.
    public var backwardNewest: Double
    /// The largest with any before.
    public var backwardLargest: Double

    /// What the random start alone has: no step, no vector.
    ///
    /// - Parameters:
    ///   - step: t.
    ///   - layer: l.
    ///   - edge: of the bulk.
    ///   - growth: of the squared norm.
    public init(step: Int, layer: Int, edge: Double, growth: Double) {
      (self.step, self.layer, self.edge, self.growth) = (step, layer, edge, growth)
      (above, values) = (0, [.nan, .nan, .nan])
      (forwardNewest, forwardLargest, backwardNewest, backwardLargest) = (.nan, .nan, .nan, .nan)
    }

    /// Numbers of one of them in a flat list.
    fileprivate static let width = 12

    fileprivate var numbers: [Double] {
      [Double(step), Double(layer), edge, growth, Double(above)] + values + overlaps
    }

    private var overlaps: [Double] { [forwardNewest, forwardLargest, backwardNewest, backwardLargest] }

    fileprivate init?(numbers: [Double]) {
      guard let step = Int(exactly: numbers[0]), let layer = Int(exactly: numbers[1]),
        let above = Int(exactly: numbers[4])
      else { return nil }
      self.init(step: step, layer: layer, edge: numbers[2], growth: numbers[3])
      self.above = above
      values = Array(numbers[5..<8])
      (forwardNewest, forwardLargest, backwardNewest, backwardLargest) = (
        numbers[8], numbers[9], numbers[10], numbers[11]
      )
    }
  }

  /// The Gauss-Newton matrix at one step.
  public struct GaussNewton: Codable, Hashable, Sendable {
    /// t.
    public var step: Int
    /// The largest eigenvalue.
    public var value: Double
    /// The quotient of the residuals: how fast the train loss falls.
    public var rayleigh: Double

    /// - Parameters:
    ///   - step: t.
    ///   - value: the largest eigenvalue.
    ///   - rayleigh: the quotient of the residuals.
    public init(step: Int, value: Double, rayleigh: Double) {
      (self.step, self.value, self.rayleigh) = (step, value, rayleigh)
    }
  }

  /// Layers within steps.
  public var weights: [Weights]
  /// One a step.
  public var sharpness: [GaussNewton]

  /// - Parameters:
  ///   - weights: layers within steps.
  ///   - sharpness: one a step.
  public init(weights: [Weights] = [], sharpness: [GaussNewton] = []) {
    self.weights = weights
    self.sharpness = sharpness
  }

  /// All of it as one list, to be kept on disk.
  public var numbers: [Double] {
    var list: [Double] = [Double(weights.count)]
    for one in weights { list += one.numbers }
    for one in sharpness { list += [Double(one.step), one.value, one.rayleigh] }
    return list
  }

  /// What `numbers` was.
  ///
  /// - Parameter numbers: nil is returned where this is no such list.
  public init?(numbers: [Double]) {
    let width = Weights.width
    guard let first = numbers.first, let count = Int(exactly: first), count >= 0, count < numbers.count else {
      return nil
    }
    let rest = Array(numbers.dropFirst())
    guard count * width <= rest.count, (rest.count - count * width) % 3 == 0 else { return nil }
    var weights: [Weights] = []
    for start in stride(from: 0, to: count * width, by: width) {
      guard let one = Weights(numbers: Array(rest[start..<start + width])) else { return nil }
      weights.append(one)
    }
    var sharpness: [GaussNewton] = []
    for start in stride(from: count * width, to: rest.count, by: 3) {
      guard let step = Int(exactly: rest[start]) else { return nil }
      sharpness.append(GaussNewton(step: step, value: rest[start + 1], rayleigh: rest[start + 2]))
    }
    self.init(weights: weights, sharpness: sharpness)
  }
}
