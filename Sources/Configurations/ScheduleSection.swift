import Problems

/// The keys of a schedule, and what they mean.
extension Schema {
  static let scheduleKeys = [
    Key(
      "training.schedule", .word(["constant"]), default: "constant",
      "constant, or a mapping with warmupSteps, decay, finalFraction; or with multipliers"
    ) { $0.problem.optimizer.schedule == .constant ? .word("constant") : nil },
    Key(
      "training.schedule.warmupSteps", .integer(.atLeast(0, atMost: 1e12)), example: "10",
      or: ["training.schedule.multipliers"],
      "steps over which the rate rises linearly"
    ) { $0.warmup.map { .integer($0.steps) } },
    Key(
      "training.schedule.decay", .word(["constant", "cosine", "linear", "power", "wsd"]), example: "cosine",
      or: ["training.schedule.multipliers"],
      "constant | cosine | linear | power ((1-x)^exponent) | wsd (constant, then linear): what follows the warm-up"
    ) { $0.warmup.map { .word($0.decay.name) } },
    Key(
      "training.schedule.exponent", .number(.above(0, atMost: 100)), example: "2.0",
      or: ["training.schedule.multipliers"],
      "of decay: power; 1 is linear"
    ) { if case .power(let exponent)? = $0.warmup?.decay { .number(exponent) } else { nil } },
    Key(
      "training.schedule.stableFraction", .number(.atLeast(0, below: 1)), example: "0.8",
      or: ["training.schedule.multipliers"],
      "of decay: wsd: share of the steps after the warm-up at the full rate"
    ) { if case .stable(let fraction)? = $0.warmup?.decay { .number(fraction) } else { nil } },
    Key(
      "training.schedule.finalFraction", .number(.atLeast(0, atMost: 1)), example: "0.1",
      or: ["training.schedule.multipliers"],
      "where the decay ends, as a fraction of the rate"
    ) { $0.warmup.map { .number($0.final) } },
    Key(
      "training.schedule.multipliers", .list(.atLeast(0, atMost: 1e50)), example: "[1.0, 0.5]",
      or: [
        "training.schedule.warmupSteps", "training.schedule.decay", "training.schedule.exponent",
        "training.schedule.stableFraction", "training.schedule.finalFraction",
      ],
      "instead of those above: one factor for each step"
    ) { settings in
      if case .multipliers(let factors) = settings.problem.optimizer.schedule { .numbers(factors) } else { nil }
    },
  ]
}

extension ValueReader {
  /// The factor on the learning rate at each step, equation (1.9).
  mutating func schedule() -> Schedule {
    let path = "training.schedule"
    let given = Schema.names(below: path).filter { isGiven(path + "." + $0) }
    guard let first = given.first else { return .constant }
    let steps = integer("training.steps") ?? 1
    if word("training.time") == "flow" {
      refuse(
        path + "." + first, "\(path) counts steps, and training.time flow has none",
        suggestion: "use training.time discrete or panels, or a constant schedule")
      return .constant
    }
    if isGiven(path + ".multipliers") {
      let factors = numbers(path + ".multipliers") ?? []
      if factors.count != steps, areSound(path + ".multipliers", "training.steps") {
        refuse(
          path + ".multipliers",
          "\(path).multipliers must have one number for each of \(steps) steps, "
            + "got \(factors.count)")
      }
      return .multipliers(factors)
    }
    let warmup = integer(path + ".warmupSteps") ?? 0
    if warmup > steps, areSound(path + ".warmupSteps", "training.steps") {
      refuse(
        path + ".warmupSteps",
        "\(path).warmupSteps must be at most training.steps, \(steps), got \(warmup)")
    }
    let decay = decay(path)
    // Without a decay there is no final fraction: the same schedule must not have two spellings.
    let final = decay == .constant ? 0 : number(path + ".finalFraction") ?? 0
    if warmup == 0, decay == .constant { return .constant }
    return .warmup(steps: warmup, decay: decay, finalFraction: final)
  }

  /// What follows the warm-up, with the number of its own where it has one.
  private mutating func decay(_ path: String) -> Schedule.Decay {
    let name = word(path + ".decay") ?? "constant"
    for (key, owner) in [("exponent", "power"), ("stableFraction", "wsd")]
    where isGiven("\(path).\(key)") && name != owner {
      refuse(
        "\(path).\(key)", "\(path).\(key) belongs to the decay \(owner), and the decay is \(name)",
        suggestion: "leave it out, or use \(path).decay: \(owner)")
    }
    return switch name {
    case "cosine": .cosine
    case "linear": .linear
    case "power": .power(exponent: number(path + ".exponent") ?? 2)
    case "wsd": .stable(fraction: number(path + ".stableFraction") ?? 0.8)
    default: .constant
    }
  }
}
