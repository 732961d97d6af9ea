/// How a fixed training set is cut into the batches of single steps, table (15.2).
///
///     var batches = Minibatches(samplesPerStep: .count(128), shuffle: .epochs)
///     batches.shares(of: 1.0 / 8)   // eight batches with an eighth of the samples each
public struct Minibatches: Codable, Hashable, Sendable {
  /// Which samples a batch has.
  public enum Shuffle: String, Codable, Hashable, Sendable, CaseIterable {
    /// A new random partition of the training set for each epoch, as `DataLoader(shuffle=True)` makes.
    case epochs
    /// Each batch is drawn from the whole training set without replacement, independently of all others.
    case independent
    /// One partition, used in the same order in every epoch, as `DataLoader(shuffle=False)` does.
    case fixed
    /// Each sample of each batch is drawn from the whole training set: some occur twice.
    case replacement

    /// Whether batches are parts of the training set, so that an epoch shows each sample at most once.
    public var isPartition: Bool { self == .epochs || self == .fixed }
  }

  /// Samples of a batch B.
  public var samplesPerStep: DataModel.SampleSize
  /// Which samples a batch has.
  public var shuffle: Shuffle
  /// Whether the samples that are left behind the last whole batch of an epoch are left out; of partitions only.
  public var dropsLast: Bool

  /// - Parameters:
  ///   - samplesPerStep: samples of a batch.
  ///   - shuffle: which samples a batch has.
  ///   - dropsLast: whether an incomplete last batch of an epoch is left out.
  public init(samplesPerStep: DataModel.SampleSize, shuffle: Shuffle = .epochs, dropsLast: Bool = false) {
    self.samplesPerStep = samplesPerStep
    self.shuffle = shuffle
    self.dropsLast = dropsLast
  }

  /// The batches of an epoch, each as its share `p_j` of the training set; of independent batches one, which stands for all.
  ///
  /// - Parameter share: B/P, above 0 and at most 1.
  /// - Returns: shares that sum to 1, or to less where the last batch is left out.
  public func shares(of share: Double) -> [Double] {
    guard shuffle.isPartition else { return [share] }
    let whole = Self.wholeBatches(share)
    let rest = 1 - Double(whole) * share
    let shares = Array(repeating: share, count: whole)
    return dropsLast || rest <= Self.rounding ? shares : shares + [rest]
  }

  /// The batches of an epoch as ranges of its order of samples.
  ///
  /// - Parameters:
  ///   - size: samples of a batch, at most `samples`.
  ///   - samples: P.
  /// - Returns: ranges that lie next to each other, from 0 on.
  public func ranges(of size: Int, in samples: Int) -> [Range<Int>] {
    let end = dropsLast ? samples / size * size : samples
    return stride(from: 0, to: end, by: size).map { $0..<min($0 + size, end) }
  }

  /// Steps of an epoch: `P/B`, rounded up where the last batch is kept.
  ///
  /// - Parameter share: B/P.
  /// - Returns: at least one.
  public func stepsPerEpoch(_ share: Double) -> Int {
    let whole = Self.wholeBatches(share)
    return dropsLast || 1 - Double(whole) * share <= Self.rounding ? whole : whole + 1
  }

  /// What a share of samples may miss by rounding: less than one of a thousand million.
  private static let rounding = 1e-9

  private static func wholeBatches(_ share: Double) -> Int { max(1, Int((1 / share + rounding).rounded(.down))) }
}
