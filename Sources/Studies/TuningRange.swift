import Calculus
import RealModule

/// How far one value can move, all others being the best for it.
extension Tuning {
  /// A value of one key, and the least loss that the others allow there.
  public struct Point: Codable, Hashable, Sendable {
    /// The value.
    public let value: Double
    /// The least loss there.
    public let loss: Double
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
    /// What was seen on the way, some of it beyond the ends, by rising values.
    public let points: [Point]

    /// Whether every value within the bounds loses as little.
    public var isAll: Bool { reachesLower && reachesUpper }
  }

  /// The least loss with one value held fixed, equation (9.8).
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

  /// The values of one key that lose at most a share of the least loss, the others being the best for each, equation (9.8).
  ///
  /// - Parameters:
  ///   - axis: which value.
  ///   - optimum: of all.
  ///   - excess: share of the loss that counts as nothing, such as .01.
  /// - Returns: the range.
  public func range(_ axis: Int, around optimum: Optimum, excess: Double) -> Range {
    let tuned = values[axis]
    let least = Double.log(optimum.loss)
    let limit = least + .log(1 + excess)
    let center = tuned.place(optimum.values[axis])
    var seen = [Point(value: optimum.values[axis], loss: optimum.loss)]
    func end(_ bound: Double) -> (value: Double, isBound: Bool) {
      var others = Others(self, axis, optimum, limit: limit)
      defer { seen += others.seen }
      var (inside, step) = (center, bound < center ? -0.1 : 0.1)
      while true {
        let outside = bound < center ? max(inside + step, bound) : min(inside + step, bound)
        if outside == inside { return (tuned.value(bound), true) }
        let height = others.height(at: outside)
        if height > limit {
          let crossing = others.crossing(inside, outside, limit: limit)
          // A picture of the valley needs its walls, too.
          if height < least + Self.shown {
            _ = others.height(at: bound < center ? max(outside + step, bound) : min(outside + step, bound))
          }
          return (tuned.value(crossing), false)
        }
        (inside, step) = (outside, 2 * step)
      }
    }
    let (low, high) = (end(tuned.places.lowerBound), end(tuned.places.upperBound))
    return Range(
      lower: low.value, upper: high.value, reachesLower: low.isBound, reachesUpper: high.isBound,
      points: seen.sorted { $0.value < $1.value })
  }

  /// Rise of the logarithm of the loss up to which a valley is shown.
  private static let shown = 0.1

  /// The other values, at their best for one that is held.
  private struct Others {
    private let tuning: Tuning
    private let axis: Int
    /// Height above which further searches are worth their time.
    private let limit: Double
    private var best: [Double]
    private var heights: [(place: Double, height: Double)] = []

    init(_ tuning: Tuning, _ axis: Int, _ optimum: Optimum, limit: Double = .infinity) {
      self.limit = limit
      self.tuning = tuning
      self.axis = axis
      best = zip(tuning.values, optimum.values).map { $0.place($1) }
      best.remove(at: axis)
      heights = [(tuning.values[axis].place(optimum.values[axis]), .log(optimum.loss))]
    }

    /// All but the optimum, without runs that diverged.
    var seen: [Point] {
      heights.dropFirst().filter { $0.height < Tuning.wall }.map { seen in
        Point(value: tuning.values[axis].value(seen.place), loss: .exp(seen.height))
      }
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
      func search(_ start: [Double]) -> BoundedMinimum {
        BoundedMinimum(
          from: zip(start, bounds).map { min(max($0, $1.lowerBound), $1.upperBound) }, within: bounds,
          steps: bounds.map { max(min(0.2, ($0.upperBound - $0.lowerBound) / 4), 1e-6) }, tolerance: 1e-5,
          most: 60 * best.count
        ) { tuning.height(whole($0)) }
      }
      var found = search(best)
      // What rises above the limit may have another valley beside the one that was followed.
      for shift in [-1.0, 1] where found.value > limit {
        let other = search(best.map { $0 + shift })
        if other.value < found.value { found = other }
      }
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
        // Half a per cent of the distance is a per cent of the height.
        if abs(height - limit) <= 0.01 * (limit - heights[0].height) { return middle }
        if height > limit { (high, highHeight) = (middle, height) } else { (low, lowHeight) = (middle, height) }
      }
      return (low + high) / 2
    }
  }
}
