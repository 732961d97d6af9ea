import CNLopt

/// A minimum of a function of several variables within bounds, without derivatives.
///
/// By BOBYQA (Powell 2009) of NLopt, which fits a quadratic model to as few values as it can: predictions are smooth and cost
/// milliseconds, and their derivatives are not at hand. BOBYQA needs two variables: a single one is bracketed by steps that double and
/// goes to Brent's method of GSL.
public struct BoundedMinimum: Hashable, Sendable {
  /// Where the least value was found.
  public let point: [Double]
  /// The least value.
  public let value: Double
  /// Number of evaluations.
  public let evaluations: Int

  /// Minimises.
  ///
  /// - Parameters:
  ///   - start: where to begin, within the bounds; at least one variable.
  ///   - bounds: of each variable.
  ///   - steps: first step along each variable, above 0.
  ///   - tolerance: change of the value below which nothing is gained.
  ///   - most: evaluations of a function of several variables after which the best point counts.
  ///   - function: finite for every point within the bounds.
  public init(
    from start: [Double], within bounds: [ClosedRange<Double>], steps: [Double], tolerance: Double, most: Int,
    of function: (_ point: [Double]) -> Double
  ) {
    precondition(!start.isEmpty && bounds.count == start.count && steps.count == start.count)
    var best = (point: start, value: Double.infinity, count: 0)
    withoutActuallyEscaping(function) { function in
      var seen = Seen { point in
        let value = function(point)
        best.count += 1
        if value < best.value { (best.point, best.value) = (point, value) }
        return value
      }
      if start.count > 1 {
        Self.run(&seen, start, bounds, steps, tolerance, most)
      } else {
        Self.alongLine(from: start[0], within: bounds[0], step: steps[0], tolerance: tolerance) { seen.function([$0]) }
      }
    }
    (point, value, evaluations) = best
  }

  private struct Seen {
    let function: ([Double]) -> Double
  }

  private static func run(
    _ seen: inout Seen, _ start: [Double], _ bounds: [ClosedRange<Double>], _ steps: [Double], _ tolerance: Double,
    _ most: Int
  ) {
    guard let optimizer = nlopt_create(NLOPT_LN_BOBYQA, UInt32(start.count)) else {
      preconditionFailure("NLopt has no memory for \(start.count) variables")
    }
    defer { nlopt_destroy(optimizer) }
    nlopt_set_lower_bounds(optimizer, bounds.map(\.lowerBound))
    nlopt_set_upper_bounds(optimizer, bounds.map(\.upperBound))
    nlopt_set_initial_step(optimizer, steps)
    nlopt_set_ftol_abs(optimizer, tolerance)
    nlopt_set_xtol_rel(optimizer, 0)
    nlopt_set_maxeval(optimizer, Int32(clamping: most))
    withUnsafeMutablePointer(to: &seen) { seen in
      nlopt_set_min_objective(
        optimizer,
        { count, point, _, context in
          guard let point, let context else { return .infinity }
          let values = Array(UnsafeBufferPointer(start: point, count: Int(count)))
          return context.assumingMemoryBound(to: Seen.self).pointee.function(values)
        }, seen)
      var point = start
      var value = 0.0
      // The best point is kept as it is seen: a run that ends by rounding has found it too.
      _ = nlopt_optimize(optimizer, &point, &value)
    }
  }

  /// Steps downhill, each twice the last, until three places bracket a minimum, and Brent's method within them. The best place is kept
  /// as it is seen.
  private static func alongLine(
    from start: Double, within bounds: ClosedRange<Double>, step: Double, tolerance: Double,
    of function: (Double) -> Double
  ) {
    func place(_ x: Double) -> Minimization.Place {
      let x = min(max(x, bounds.lowerBound), bounds.upperBound)
      return .init(x, function(x))
    }
    var (behind, middle) = (place(start + step), place(start))
    var step = -step
    if behind.value < middle.value { (behind, middle, step) = (middle, behind, -step) }
    var ahead = place(middle.x + step)
    while ahead.value < middle.value {
      step *= 2
      (behind, middle, ahead) = (middle, ahead, place(ahead.x + step))
    }
    // At a bound there is no place on one side: the minimum is the bound, or between it and the place on the other.
    if behind.x == middle.x { (behind, ahead) = (ahead, middle) }
    var halvings = 0
    while ahead.x == middle.x, halvings < maximumHalvings {
      let between = place((behind.x + middle.x) / 2)
      if between.value < middle.value { (middle, ahead) = (between, middle) } else { behind = between }
      halvings += 1
    }
    let (low, high) = behind.x < ahead.x ? (behind, ahead) : (ahead, behind)
    guard low.value > middle.value, high.value > middle.value else { return }
    _ = try? Minimization.minimum(
      between: low, middle, and: high, tolerance: 1e-6 * (high.x - low.x), gain: tolerance, of: function)
  }

  private static let maximumHalvings = 4
}
