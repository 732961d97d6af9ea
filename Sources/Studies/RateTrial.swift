/// The result of training at one learning rate, at one or several horizons; section 9 of the notes.
public struct RateTrial: Codable, Hashable, Sendable {
  /// Test loss (2.4) at the start, in units where signals have variance 1.
  public let start: Double
  /// Test loss at each horizon (number of steps), the shortest first; infinite where the run diverged before.
  public let losses: [Double]
  /// Largest loss of any step over the loss at the start; infinite for a run that diverged.
  public let peak: Double

  /// A loss below this share of its start is nothing but rounding: all such losses count as equal.
  static let nothing = 1e-12

  /// - Parameters:
  ///   - start: loss at the start.
  ///   - losses: loss at each horizon; infinite where the run diverged before.
  ///   - peak: largest loss of any step over the loss at the start.
  public init(start: Double, losses: [Double], peak: Double) {
    self.start = start
    self.losses = losses
    self.peak = peak
  }

  /// From the losses of a run, step by step, as far as it went before it diverged.
  ///
  /// - Parameters:
  ///   - test: test losses from step 0 on, the ones that are to be small.
  ///   - train: train losses, likewise.
  ///   - horizons: the steps to report, rising.
  public init(test: [Double], train: [Double], horizons: [Int]) {
    let start = test.first ?? .nan
    self.start = start
    losses = horizons.map { $0 < test.count ? max(test[$0], Self.nothing * start) : .infinity }
    let isWhole = horizons.last.map { $0 < test.count } ?? true
    let peaks = [test, train].map { losses in (losses.max() ?? 0) / (losses.first ?? 0) }
    peak = isWhole ? max(peaks[0], peaks[1]) : .infinity
  }
}

/// Training at one rate up to one horizon, which is given by its index: the trial holds that horizon and the shorter ones.
public typealias RateExperiment = (_ rate: Double, _ horizon: Int) -> RateTrial
