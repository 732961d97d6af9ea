import Problems
import RealModule

/// A network of K hidden units that learns a teacher of M by one-pass SGD, in the limit of many inputs; section 19.
///
/// Inputs are Gaussian with independent entries of variance 1, and each sample is seen once.
public struct CommitteeProblem: Codable, Hashable, Sendable {
  /// What each hidden unit does to its field.
  public enum Activation: String, Codable, Hashable, Sendable, CaseIterable {
    /// erf(x/√2), as in the literature on committee machines.
    case erfScaled
    /// max(x, 0).
    case relu
  }

  /// What happens to the weights of the readout.
  public enum Readout: Codable, Hashable, Sendable {
    /// They keep their values, without decay.
    case fixed
    /// They are trained too, their rate being this share of the learning rate.
    case trained(rate: Double)
  }

  /// What each hidden unit does to its field.
  public var activation: Activation
  /// Overlaps of all weight vectors at the start.
  public var overlaps: Overlaps
  /// `v` at the start: one weight for each student unit.
  public var studentReadout: [Double]
  /// `v*`: one weight for each teacher unit.
  public var teacherReadout: [Double]
  /// η.
  public var learningRate: Double
  /// Whether the readout is trained.
  public var readout: Readout
  /// B, fresh samples of each step.
  public var samplesPerStep: Int
  /// Weight decay; a step takes away η/D of it.
  public var weightDecay: Double
  /// σ, the deviation of the noise on the teacher's output.
  public var noise: Double

  /// - Parameters:
  ///   - activation: what each hidden unit does to its field.
  ///   - overlaps: of all weight vectors at the start.
  ///   - studentReadout: one weight for each student unit; nil for ones.
  ///   - teacherReadout: one weight for each teacher unit; nil for ones.
  ///   - learningRate: η.
  ///   - readout: whether the readout is trained.
  ///   - samplesPerStep: B.
  ///   - weightDecay: of weights, and of a readout that is trained.
  ///   - noise: σ.
  public init(
    activation: Activation, overlaps: Overlaps, studentReadout: [Double]? = nil, teacherReadout: [Double]? = nil,
    learningRate: Double, readout: Readout = .fixed, samplesPerStep: Int = 1, weightDecay: Double = 0, noise: Double = 0
  ) {
    self.activation = activation
    self.overlaps = overlaps
    self.studentReadout = studentReadout ?? Array(repeating: 1, count: overlaps.student.count)
    self.teacherReadout = teacherReadout ?? Array(repeating: 1, count: overlaps.teacher.count)
    self.learningRate = learningRate
    self.readout = readout
    self.samplesPerStep = samplesPerStep
    self.weightDecay = weightDecay
    self.noise = noise
  }

  /// K.
  public var studentUnits: Int { overlaps.student.count }
  /// M.
  public var teacherUnits: Int { overlaps.teacher.count }

  /// What is wrong with it, by the part; nothing for a sound problem.
  public var refusals: [Refusal] {
    var refusals = overlaps.refusals
    func require(_ holds: Bool, _ key: String, _ reason: String) {
      if !holds { refusals.append(Refusal(key: "committee." + key, reason: reason)) }
    }
    require(
      studentReadout.count == studentUnits && studentReadout.allSatisfy(\.isFinite), "studentReadout",
      "needs \(studentUnits) finite numbers, one for each student unit")
    require(
      teacherReadout.count == teacherUnits && teacherReadout.allSatisfy(\.isFinite), "teacherReadout",
      "needs \(teacherUnits) finite numbers, one for each teacher unit")
    require(learningRate >= 0 && learningRate.isFinite, "learningRate", "must be at least 0, got \(learningRate)")
    if case .trained(let rate) = readout {
      require(rate >= 0 && rate.isFinite, "readoutRate", "must be at least 0, got \(rate)")
    }
    require(samplesPerStep >= 1, "samplesPerStep", "must be at least 1, got \(samplesPerStep)")
    require(weightDecay >= 0 && weightDecay.isFinite, "weightDecay", "must be at least 0, got \(weightDecay)")
    require(noise >= 0 && noise.isFinite, "noise", "must be at least 0, got \(noise)")
    return refusals
  }

  /// The share of the learning rate that the readout has; 0 for a fixed one.
  var readoutRate: Double {
    if case .trained(let rate) = readout { rate } else { 0 }
  }

  /// The decay of the readout.
  var readoutDecay: Double { readout == .fixed ? 0 : weightDecay }
}

extension CommitteeProblem.Activation {
  /// `g` and its slope.
  func evaluated(_ field: Double) -> (value: Double, slope: Double) {
    switch self {
    case .erfScaled:
      (Double.erf(field / 2.0.squareRoot()), (2 / Double.pi).squareRoot() * Double.exp(-field * field / 2))
    case .relu: field > 0 ? (field, 1) : (0, 0)
    }
  }
}
