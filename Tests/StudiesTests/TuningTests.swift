import RealModule
import Studies
import Testing

@Suite("Tuning")
struct TuningTests {
  private func logarithmic(_ name: String, start: Double) -> TunedValue {
    TunedValue(name, start: start, bounds: start / 256...start * 256, scale: .logarithm)
  }

  /// The logarithm of the loss is quadratic in the logarithms of both values, which pull at each other.
  @Test("the least loss and the ranges of coupled values")
  func coupled() throws {
    let (a, b, c) = (0.5, 0.8, 0.45)
    let tuning = Tuning([logarithmic("x", start: 1), logarithmic("y", start: 1)]) { values in
      let (u, v) = (Double.log2(values[0] / 3), Double.log2(values[1] / 0.2))
      return Tuning.Trial(loss: 0.7 * .exp(a * u * u + b * v * v + 2 * c * u * v))
    }
    let optimum = try #require(tuning.optimum(workers: 2))
    #expect(abs(optimum.loss / 0.7 - 1) < 1e-5)
    #expect(abs(optimum.values[0] / 3 - 1) < 0.01 && abs(optimum.values[1] / 0.2 - 1) < 0.01)
    // With the other at its best the curvature along x is that of the inverse's entry.
    let halfWidth = (Double.log(1.01) * b / (a * b - c * c)).squareRoot()
    let range = tuning.range(0, around: optimum, excess: 0.01)
    #expect(abs(Double.log2(range.upper / 3) - halfWidth) < 0.05 * halfWidth)
    #expect(abs(Double.log2(range.lower / 3) + halfWidth) < 0.05 * halfWidth)
    #expect(!range.reachesLower && !range.reachesUpper)
    // Held at its start, the other moves as far as it can.
    let shift = Double.log2(1.0 / 3)
    let expected = 0.7 * Double.exp((a - c * c / b) * shift * shift)
    #expect(abs(tuning.profile(0, at: 1, near: optimum) / expected - 1) < 1e-3)
  }

  @Test("one value, and a wall where runs diverge")
  func wall() throws {
    let tuning = Tuning([logarithmic("rate", start: 0.01)]) { values in
      guard values[0] < 0.5 else { return Tuning.Trial(loss: nil, reached: 0.5 / values[0]) }
      return Tuning.Trial(loss: 1 / (1 + 100 * values[0]))
    }
    let optimum = try #require(tuning.optimum())
    #expect(optimum.values[0] > 0.49 && optimum.values[0] < 0.5)
    let range = tuning.range(0, around: optimum, excess: 0.01)
    #expect(range.upper <= 0.5 && abs(range.lower / 0.494 - 1) < 0.01)
    let none = Tuning([logarithmic("rate", start: 1)]) { _ in Tuning.Trial(loss: nil, reached: 0) }
    #expect(none.optimum() == nil)
  }

  @Test("an optimum at a bound, and values that change nothing")
  func bounds() throws {
    let decay = TunedValue("decay", start: 0.1, bounds: 0...10, scale: .fromZero(unit: 0.05))
    let tuning = Tuning([decay, logarithmic("idle", start: 1)]) { Tuning.Trial(loss: 1 + $0[0] * $0[0] + $0[0]) }
    let optimum = try #require(tuning.optimum())
    #expect(optimum.values[0] < 1e-5)
    let range = tuning.range(0, around: optimum, excess: 0.01)
    #expect(range.lower == 0 && range.reachesLower && abs(range.upper - 0.0099) < 3e-4)
    let idle = tuning.range(1, around: optimum, excess: 0.01)
    #expect(idle.reachesLower && idle.reachesUpper && idle.upper == 256)
  }

  @Test("places and values belong together", arguments: [0.0, 0.3, 0.9, 0.989])
  func scales(value: Double) {
    for scale in [TunedValue.Scale.complement, .fromZero(unit: 0.01)] {
      let tuned = TunedValue("v", start: 0.5, bounds: 0...0.99, scale: scale)
      #expect(abs(tuned.value(tuned.place(value)) - value) < 1e-12)
    }
    #expect(TunedValue("v", start: 5, bounds: 0...0.99, scale: .complement).start == 0.99)
  }
}
