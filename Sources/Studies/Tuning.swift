import Calculus
import Parallel
import RealModule

/// The least loss over several values at once, and how far each can move from it.
///
/// The loss is any function of the values; a value that makes the run diverge has none, and how far it came says which way to go.
public struct Tuning: Sendable {
  /// What became of one set of values.
  public struct Trial: Sendable {
    /// The loss that is to be small; nil where the run diverged.
    public let loss: Double?
    /// Share of the run before it diverged.
    public let reached: Double

    /// - Parameters:
    ///   - loss: the loss that is to be small; nil where the run diverged.
    ///   - reached: share of the run before it diverged.
    public init(loss: Double?, reached: Double = 1) {
      self.loss = loss
      self.reached = reached
    }
  }

  /// The values with the least loss.
  public struct Optimum: Codable, Hashable, Sendable {
    /// One value for each that is tuned.
    public let values: [Double]
    /// The loss there.
    public let loss: Double
    /// How many runs were tried.
    public let evaluations: Int
  }

  /// What is tuned.
  public let values: [TunedValue]
  private let trial: @Sendable (_ values: [Double]) -> Trial

  /// - Parameters:
  ///   - values: what is tuned; at least one.
  ///   - trial: what becomes of values.
  public init(_ values: [TunedValue], _ trial: @escaping @Sendable (_ values: [Double]) -> Trial) {
    precondition(!values.isEmpty)
    self.values = values
    self.trial = trial
  }

  /// Logarithm of the loss, so that all changes are relative; a run that diverged is a wall that falls towards those that came further.
  func height(_ places: [Double]) -> Double {
    let trial = trial(zip(values, places).map { $0.value($1) })
    guard let loss = trial.loss, loss.isFinite, loss > 0 else { return Self.wall + 1 - trial.reached }
    return min(.log(loss), Self.wall)
  }

  static let wall = 40.0
  /// Change of the logarithm of a loss below which a search ends, at first and at last.
  private static let coarse = 1e-3
  private static let fine = 2e-6
  /// Points beside the start that are tried first for each value, and how many of the best are followed: strong momentum makes several valleys.
  private static let scattered = 16
  private static let followed = 4

  /// The least loss within the bounds: searches from the start and from the best of some scattered points, the best one refined.
  ///
  /// - Parameter workers: searches at a time.
  /// - Returns: nil where every run diverged.
  public func optimum(workers: Int = 1) -> Optimum? {
    let bounds = values.map(\.places)
    let start = values.map { $0.place($0.start) }
    let points = (1...Self.scattered * values.count).map { scatteredPoint($0, start, bounds) }
    var ranked: [(point: [Double], height: Double)] = []
    _ = OrderedResults.run(
      0..<points.count, workers: workers, stop: StopSignal(), work: { height(points[$0]) },
      deliver: { index, height in ranked.append((points[index], height)) })
    ranked.sort { $0.height < $1.height }
    return best(from: [start] + ranked.prefix(Self.followed).map(\.point), workers: workers, tried: points.count)
  }

  /// The least loss found from given starts, the best one refined.
  ///
  /// - Parameters:
  ///   - starts: values, one list for each start; at least one; moved into the bounds.
  ///   - workers: searches at a time.
  /// - Returns: nil where every run diverged.
  public func optimum(from starts: [[Double]], workers: Int = 1) -> Optimum? {
    let places = starts.map { start in
      zip(values, start).map { $0.place(min(max($1, $0.lower), $0.upper)) }
    }
    return best(from: places, workers: workers, tried: 0)
  }

  private func best(from begins: [[Double]], workers: Int, tried: Int) -> Optimum? {
    let bounds = values.map(\.places)
    var count = tried
    var best: BoundedMinimum?
    _ = OrderedResults.run(
      0..<begins.count, workers: workers, stop: StopSignal(),
      work: { minimum(from: begins[$0], bounds, step: 1, tolerance: Self.coarse) },
      deliver: { _, found in
        count += found.evaluations
        if found.value < best?.value ?? .infinity { best = found }
      })
    guard let best, best.value < Self.wall else { return nil }
    let last = minimum(from: best.point, bounds, step: 0.1, tolerance: Self.fine)
    let found = last.value < best.value ? last : best
    return Optimum(
      values: zip(values, found.point).map { $0.value($1) }, loss: .exp(found.value),
      evaluations: count + last.evaluations)
  }

  /// Points that fill a box of four octaves around the start evenly, as far as the bounds go, by an additive recurrence with powers of a
  /// root of `x^{n+1} = x + 1` (Roberts 2018).
  private func scatteredPoint(_ index: Int, _ start: [Double], _ bounds: [ClosedRange<Double>]) -> [Double] {
    var root = 2.0
    for _ in 0..<50 { root = .pow(1 + root, 1 / Double(start.count + 1)) }
    return start.indices.map { axis in
      let share = (0.5 + Double(index) * .pow(1 / root, axis + 1)).truncatingRemainder(dividingBy: 1)
      let (low, high) = (max(start[axis] - 4, bounds[axis].lowerBound), min(start[axis] + 4, bounds[axis].upperBound))
      return low + share * (high - low)
    }
  }

  private func minimum(
    from start: [Double], _ bounds: [ClosedRange<Double>], step: Double, tolerance: Double
  ) -> BoundedMinimum {
    BoundedMinimum(
      from: start, within: bounds,
      steps: bounds.map { max(min(step, ($0.upperBound - $0.lowerBound) / 4), 1e-6) }, tolerance: tolerance,
      most: 100 * start.count, of: height)
  }
}

extension Tuning {
  /// The least loss near the start alone, for many values whose start is good already.
  ///
  /// - Returns: nil where every run diverged.
  public func refined() -> Optimum? {
    let found = minimum(
      from: values.map { $0.place($0.start) }, values.map(\.places), step: 0.5, tolerance: Self.fine)
    guard found.value < Self.wall else { return nil }
    return Optimum(
      values: zip(values, found.point).map { $0.value($1) }, loss: .exp(found.value), evaluations: found.evaluations)
  }

  /// Losses over two values, on a grid that is even on their scales.
  ///
  /// - Parameters:
  ///   - first: places of the first value.
  ///   - second: places of the second.
  ///   - workers: runs at a time.
  /// - Returns: row by row, a row for each place of the second; NaN where a run diverges.
  public func map(_ first: [Double], _ second: [Double], workers: Int) -> [Double] {
    var losses: [Double] = []
    _ = OrderedResults.run(
      0..<first.count * second.count, workers: workers, stop: StopSignal(),
      work: { height([first[$0 % first.count], second[$0 / first.count]]) },
      deliver: { _, height in losses.append(height < Self.wall ? .exp(height) : .nan) })
    return losses
  }
}
