import Configurations
import Fixtures
import Problems
import Testing

/// Configurations drawn at random, written by this test and by the program, and read again.
@Suite("Round trips of generated configurations")
struct GeneratedRoundTripTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test("the problem is read as it was written, and what the program writes of it is the same problem")
  func roundTrip() throws {
    for var drawn in GeneratedProblem.some(200) {
      widen(&drawn)
      try scratch.write(yaml(drawn.problem, &drawn.random), to: "x.yaml")
      let first = try load("x.yaml")
      #expect(first.problem == drawn.problem, "read as \(first.problem), \(drawn)")
      try scratch.write(first.yaml(), to: "again.yaml")
      let second = try load("again.yaml")
      #expect(second.problem == drawn.problem, "read again as \(second.problem), \(drawn)")
      #expect(second.hash() == first.hash() && second.yaml() == first.yaml(), "\(drawn)")
      try scratch.write(first.json().text(), to: "again.json")
      #expect(try load("again.json").problem == drawn.problem, "\(drawn)")
    }
  }

  private func load(_ file: String) throws -> Configuration {
    try Configuration.load(file: file, overrides: [], workingDirectory: scratch.path)
  }

  /// What a configuration can say and is too slow or not exact enough for the laws of solutions.
  private func widen(_ drawn: inout GeneratedProblem) {
    var random = drawn.random
    var problem = drawn.problem
    if case .measured = problem.data.spectrum { problem.data.spectrum = .isotropic }
    problem.data.inputDimension = random.whole(1...5000)
    if problem.architecture.width != .infinite, random.chance(0.5) {
      problem.architecture.width = .units(random.whole(1...5000))
    }
    if random.chance(0.5) {
      let count = DataModel.SampleSize.count(random.whole(1...9000))
      switch problem.data.sampling {
      case .batch: problem.data.sampling = .batch(count)
      case .onePass: problem.data.sampling = .onePass(count)
      case .population, .minibatch: break
      }
    }
    if case .batch(let size) = problem.data.sampling, random.chance(0.4) {
      let shuffle = random.one(of: Minibatches.Shuffle.allCases)
      let samples: Int =
        switch size {
        case .count(let count): count
        case .ratio(let ratio): Int(ratio * Double(problem.data.inputDimension))
        }
      problem.data.sampling = .minibatch(
        size,
        Minibatches(
          samplesPerStep: .count(random.whole(1...max(1, samples))), shuffle: shuffle,
          dropsLast: shuffle.isPartition && random.chance(0.5)))
    }
    if problem.architecture.isResidual, random.chance(0.3) {
      problem.architecture.depth = .infinite
      problem.architecture.initScale = random.list(3) { $0.between(0, 2) }
      problem.architecture.layerRates = random.list(3) { $0.between(0, 2) }
    }
    if let steps = problem.time.steps, random.chance(0.5) {
      problem.time.kind = random.chance(0.5) ? .panels(steps: steps) : .flow(horizon: random.scale(1e-3, 1e6))
      if problem.time.isFlow { problem.optimizer.schedule = .constant }
    }
    problem.time.rows = random.one(of: TimeGrid.Rows.allCases)
    problem.time.tolerance = random.scale(1e-11, 0.5)
    // A warm-up without a decay has no final fraction to be read.
    if case .warmup(let steps, .constant, _) = problem.optimizer.schedule {
      problem.optimizer.schedule = .warmup(steps: steps, decay: .constant, finalFraction: 0)
    }
    drawn.problem = problem
    drawn.random = random
  }

  /// A problem under the keys of the README; sections in random order.
  private func yaml(_ problem: TrainingProblem, _ random: inout SeededRandom) -> String {
    [("network", network(problem)), ("data", data(problem)), ("training", training(problem))]
      .shuffled(using: &random)
      .map { name, lines in "\(name):\n" + lines.shuffled(using: &random).map { "  \($0)\n" }.joined() }
      .joined()
  }

  private func network(_ problem: TrainingProblem) -> [String] {
    let architecture = problem.architecture
    var lines = [
      "hiddenLayers: \(architecture.hiddenLayers)", "parameterization: \(problem.parameterization.rule.rawValue)",
      "richness: \(problem.parameterization.richness)", "initScale: \(architecture.initScale)",
      "layerRates: \(architecture.layerRates)", "depth: \(architecture.depth)",
    ]
    switch architecture.width {
    case .units(let units): lines.append("width: \(units)")
    case .ratio(let ratio): lines.append("widthRatio: \(ratio)")
    case .infinite: lines.append("width: infinite")
    }
    if case .residual(let scale) = architecture.connection { lines += ["residual: true", "branchScale: \(scale)"] }
    return lines
  }

  private func data(_ problem: TrainingProblem) -> [String] {
    var lines = ["inputDimension: \(problem.data.inputDimension)", "noise: \(problem.data.noise)"]
    if case .powerLaw(let law) = problem.data.spectrum {
      lines.append(
        "spectrum: {eigenvalueDecay: \(law.eigenvalueDecay), signalDecay: \(law.signalDecay), scale: \(law.scale)}")
    }
    switch problem.data.sampling {
    case .batch(.count(let count)), .minibatch(.count(let count), _): lines.append("samples: \(count)")
    case .batch(.ratio(let ratio)), .onePass(.ratio(let ratio)), .minibatch(.ratio(let ratio), _):
      lines.append("sampleRatio: \(ratio)")
    case .onePass, .population: break
    }
    return lines
  }

  private func training(_ problem: TrainingProblem) -> [String] {
    let optimizer = problem.optimizer
    var lines = [
      "learningRate: \(optimizer.learningRate)", "momentum: \(optimizer.momentum.coefficient)",
      "nesterov: \(optimizer.momentum.isNesterov)", "weightDecay: \(optimizer.weightDecay.strength)",
      "decoupled: \(optimizer.weightDecay.isDecoupled)", "rows: \(problem.time.rows)",
      "tolerance: \(problem.time.tolerance)",
    ]
    switch problem.data.sampling {
    case .batch: lines.append("mode: batch")
    case .minibatch(_, let rule):
      lines += ["mode: minibatch", "shuffle: \(rule.shuffle)", "dropLast: \(rule.dropsLast)"]
      if case .count(let size) = rule.samplesPerStep { lines.append("samplesPerStep: \(size)") }
    case .onePass(.count(let count)): lines += ["mode: onePass", "samplesPerStep: \(count)"]
    case .onePass(.ratio): lines.append("mode: onePass")
    case .population: lines.append("mode: population")
    }
    switch problem.time.kind {
    case .discrete(let steps): lines += ["time: discrete", "steps: \(steps)"]
    case .panels(let steps): lines += ["time: panels", "steps: \(steps)"]
    case .flow(let horizon): lines += ["time: flow", "horizon: \(horizon)"]
    }
    switch optimizer.schedule {
    case .constant: break
    case .multipliers(let factors): lines.append("schedule: {multipliers: \(factors)}")
    case .warmup(let steps, let decay, let final):
      let end = decay == .constant ? "" : ", finalFraction: \(final)"
      let own =
        switch decay {
        case .power(let exponent): ", exponent: \(exponent)"
        case .stable(let fraction): ", stableFraction: \(fraction)"
        case .constant, .cosine, .linear: ""
        }
      lines.append("schedule: {warmupSteps: \(steps), decay: \(decay.name)\(own)\(end)}")
    }
    return lines
  }
}
