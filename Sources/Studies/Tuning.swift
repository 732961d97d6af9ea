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

  /// The values of one key that lose little, all others being the best for it.
  public struct Range: Codable, Hashable, Sendable {
    /// The least of them.
    public let lower: Double
    /// The largest of them.
    public let upper: Double
    /// Whether its lower end is that of the search, not where the loss has risen.
    public let reachesLower: Bool
    /// Likewise its upper end.
    public let reachesUpper: Bool
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
  private func height(_ places: [Double]) -> Double {
    let trial = trial(zip(values, places).map { $0.value($1) })
    guard let loss = trial.loss, loss.isFinite, loss > 0 else { return Self.wall + 1 - trial.reached }
    return min(.log(loss), Self.wall)
  }

  private static let wall = 40.0
  /// Change of the logarithm of a loss below which a search ends, at first and at last.
  private static let coarse = 1e-3
  private static let fine = 2e-6
  /// Points beside the start that are tried first, and how many of the best are followed.
  private static let scattered = 12
  private static let followed = 2

  /// The least loss within the bounds: searches from the start and from the best of some scattered points, the best one refined.
  ///
  /// - Parameter workers: searches at a time.
  /// - Returns: nil where every run diverged.
  public func optimum(workers: Int = 1) -> Optimum? {
    let bounds = values.map(\.places)
    let start = values.map { $0.place($0.start) }
    var count = 0
    let points = (1...Self.scattered).map { scatteredPoint($0, start, bounds) }
    var ranked: [(point: [Double], height: Double)] = []
    _ = OrderedResults.run(
      0..<points.count, workers: workers, stop: StopSignal(), work: { height(points[$0]) },
      deliver: { index, height in ranked.append((points[index], height)) })
    count += points.count
    ranked.sort { $0.height < $1.height }
    let begins = [start] + ranked.prefix(Self.followed).map(\.point)
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

  /// Points that fill a box of four octaves around the start evenly, by an additive recurrence with powers of a root of
  /// `x^{n+1} = x + 1` (Roberts 2018).
  private func scatteredPoint(_ index: Int, _ start: [Double], _ bounds: [ClosedRange<Double>]) -> [Double] {
    var root = 2.0
    for _ in 0..<50 { root = .pow(1 + root, 1 / Double(start.count + 1)) }
    return start.indices.map { axis in
      let share = (0.5 + Double(index) * .pow(1 / root, axis + 1)).truncatingRemainder(dividingBy: 1)
      return min(max(start[axis] + 4 * (2 * share - 1), bounds[axis].lowerBound), bounds[axis].upperBound)
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

  /// The least loss with one value held fixed.
  ///
  /// - Parameters:
  ///   - axis: which value.
  ///   - value: where it is held.
  ///   - optimum: where the others begin.
  /// - Returns: the loss; infinite where every run diverged.
  public func profile(_ axis: Int, at value: Double, near optimum: Optimum) -> Double {
    var others = Others(self, axis, optimum)
    let height = others.height(at: values[axis].place(value))
    return height < Self.wall ? .exp(height) : .infinity
  }

  /// The values of one key that lose at most a share of the least loss, the others being the best for each.
  ///
  /// - Parameters:
  ///   - axis: which value.
  ///   - optimum: of all.
  ///   - excess: share of the loss that counts as nothing, such as .01.
  /// - Returns: the range.
  public func range(_ axis: Int, around optimum: Optimum, excess: Double) -> Range {
    let tuned = values[axis]
    let limit = Double.log(optimum.loss) + .log(1 + excess)
    let center = tuned.place(optimum.values[axis])
    func end(_ bound: Double) -> (value: Double, isBound: Bool) {
      var others = Others(self, axis, optimum)
      var (inside, step) = (center, bound < center ? -0.1 : 0.1)
      while true {
        let outside = bound < center ? max(inside + step, bound) : min(inside + step, bound)
        if outside == inside { return (tuned.value(bound), true) }
        let height = others.height(at: outside)
        if height > limit {
          return (tuned.value(others.crossing(inside, outside, limit: limit)), false)
        }
        (inside, step) = (outside, 2 * step)
      }
    }
    let (low, high) = (end(tuned.places.lowerBound), end(tuned.places.upperBound))
    return Range(lower: low.value, upper: high.value, reachesLower: low.isBound, reachesUpper: high.isBound)
  }

  /// The other values, at their best for one that is held.
  private struct Others {
    private let tuning: Tuning
    private let axis: Int
    private var best: [Double]
    private var heights: [(place: Double, height: Double)] = []

    init(_ tuning: Tuning, _ axis: Int, _ optimum: Optimum) {
      self.tuning = tuning
      self.axis = axis
      best = zip(tuning.values, optimum.values).map { $0.place($1) }
      best.remove(at: axis)
      heights = [(tuning.values[axis].place(optimum.values[axis]), .log(optimum.loss))]
    }

    mutating func height(at place: Double) -> Double {
      var bounds = tuning.values.map(\.places)
      bounds.remove(at: axis)
      func whole(_ others: [Double]) -> [Double] {
        var all = others
        all.insert(place, at: axis)
        return all
      }
      guard !best.isEmpty else {
        let height = tuning.height([place])
        heights.append((place, height))
        return height
      }
      let found = BoundedMinimum(
        from: best, within: bounds, steps: bounds.map { max(min(0.2, ($0.upperBound - $0.lowerBound) / 4), 1e-6) },
        tolerance: 1e-5, most: 60 * best.count
      ) { tuning.height(whole($0)) }
      if found.value < Tuning.wall { best = found.point }
      heights.append((place, found.value))
      return found.value
    }

    /// Where the height passes a limit, to half a per cent of the distance from the optimum: parabolas through the optimum, then halves.
    mutating func crossing(_ inside: Double, _ outside: Double, limit: Double) -> Double {
      var (low, high) = (inside, outside)
      var (lowHeight, highHeight) = (
        heights.last { $0.place == inside }?.height ?? limit, heights.last { $0.place == outside }?.height ?? limit
      )
      let center = heights[0].place
      var isHalving = false
      while abs(high - low) > 0.005 * abs(low + high - 2 * center) / 2 {
        // Heights grow about as squares of the distance.
        let square = { (place: Double) in (place - center) * (place - center) }
        let share = (limit - lowHeight) / (highHeight - lowHeight)
        let guess = square(low) + share * (square(high) - square(low))
        var middle = center + (high > center ? 1 : -1) * max(guess, 0).squareRoot()
        let (least, most) = (min(low, high), max(low, high))
        let margin = 0.02 * (most - least)
        if isHalving || !(middle > least + margin && middle < most - margin) { middle = (low + high) / 2 }
        isHalving.toggle()
        let height = height(at: middle)
        if height > limit { (high, highHeight) = (middle, height) } else { (low, lowHeight) = (middle, height) }
      }
      return (low + high) / 2
    }
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
}
