import DeepLinear

/// A problem in canonical keys: every key that has an effect, with its resolved value, in the
/// order of the schema. The inverse of decoding.
func canonicalValues(
  of problem: TrainingProblem, simulation: SimulationSettings, validationTolerance: Double,
  transferTolerance: Double, dataFile: DataFile?
) -> [(path: String, value: Value)] {
  networkValues(of: problem) + dataValues(of: problem.data, file: dataFile)
    + trainingValues(of: problem) + timeValues(of: problem.time) + [
      ("simulation.replicas", .integer(simulation.replicas)),
      ("simulation.seed", .integer(simulation.seed)),
      ("validation.tolerance", .number(validationTolerance)),
      ("transfer.tolerance", .number(transferTolerance)),
    ]
}

private func networkValues(of problem: TrainingProblem) -> [(path: String, value: Value)] {
  let network = problem.architecture
  var values: [(path: String, value: Value)] = [
    ("network.hiddenLayers", .integer(network.hiddenLayers))
  ]
  switch network.width {
  case .units(let units): values.append(("network.width", .integer(units)))
  case .ratio(let ratio): values.append(("network.widthRatio", .number(ratio)))
  case .infinite: values.append(("network.width", .word("infinite")))
  }
  values += [
    ("network.parameterization", .word(problem.parameterization.rule.rawValue)),
    ("network.richness", .number(problem.parameterization.richness)),
  ]
  switch network.connection {
  case .plain: values.append(("network.residual", .flag(false)))
  case .residual(let scale):
    values += [("network.residual", .flag(true)), ("network.branchScale", .number(scale))]
  }
  return values + [
    ("network.depth", .word(network.depth == .infinite ? "infinite" : "finite")),
    ("network.initScale", perLayer(network.initScale)),
    ("network.layerRates", perLayer(network.layerRates)),
  ]
}

/// One number where all layers have the same.
func perLayer(_ numbers: [Double]) -> Value {
  guard let first = numbers.first, numbers.allSatisfy({ $0 == first }) else {
    return .numbers(numbers)
  }
  return .number(first)
}

private func dataValues(of data: DataModel, file: DataFile?) -> [(path: String, value: Value)] {
  var values: [(path: String, value: Value)] = []
  if file == nil { values.append(("data.inputDimension", .integer(data.inputDimension))) }
  switch data.sampling {
  case .batch(.count(let count)): values.append(("data.samples", .integer(count)))
  case .batch(.ratio(let ratio)), .onePass(.ratio(let ratio)):
    values.append(("data.sampleRatio", .number(ratio)))
  case .onePass(.count), .population: break
  }
  if let file {
    return values + [
      ("data.file", .text(file.path)), ("data.target", .text(file.target)),
      ("data.standardize", .word(file.standardize.rawValue)),
    ]
  }
  values.append(("data.noise", .number(data.noise)))
  if case .powerLaw(let law) = data.spectrum {
    return values + [
      ("data.spectrum.eigenvalueDecay", .number(law.eigenvalueDecay)),
      ("data.spectrum.signalDecay", .number(law.signalDecay)),
      ("data.spectrum.scale", .word(law.scale.rawValue)),
    ]
  }
  return values + [("data.spectrum", .word("isotropic"))]
}

private func trainingValues(of problem: TrainingProblem) -> [(path: String, value: Value)] {
  var values: [(path: String, value: Value)] = []
  switch problem.data.sampling {
  case .batch: values.append(("training.mode", .word("batch")))
  case .population: values.append(("training.mode", .word("population")))
  case .onePass(let size):
    values.append(("training.mode", .word("onePass")))
    if case .count(let count) = size {
      values.append(("training.samplesPerStep", .integer(count)))
    }
  }
  if let steps = problem.time.steps { values.append(("training.steps", .integer(steps))) }
  let optimizer = problem.optimizer
  values.append(("training.learningRate", .number(optimizer.learningRate)))
  values += scheduleValues(of: optimizer.schedule)
  values.append(("training.momentum", .number(optimizer.momentum.coefficient)))
  return values + [
    ("training.nesterov", .flag(optimizer.momentum.isNesterov)),
    ("training.weightDecay", .number(optimizer.weightDecay.strength)),
    ("training.decoupled", .flag(optimizer.weightDecay.isDecoupled)),
  ]
}

private func scheduleValues(of schedule: Schedule) -> [(path: String, value: Value)] {
  switch schedule {
  case .constant: return [("training.schedule", .word("constant"))]
  case .multipliers(let factors):
    return [("training.schedule.multipliers", .numbers(factors))]
  case .warmup(let steps, let decay, let final):
    return [
      ("training.schedule.warmupSteps", .integer(steps)),
      ("training.schedule.decay", .word(decay.rawValue)),
      ("training.schedule.finalFraction", .number(final)),
    ]
  }
}

private func timeValues(of time: TimeGrid) -> [(path: String, value: Value)] {
  var values: [(path: String, value: Value)] = []
  switch time.kind {
  case .discrete: values.append(("training.time", .word("discrete")))
  case .panels: values.append(("training.time", .word("panels")))
  case .flow(let horizon):
    values += [("training.time", .word("flow")), ("training.horizon", .number(horizon))]
  }
  return values + [
    ("training.rows", .word(time.rows.rawValue)),
    ("training.tolerance", .number(time.tolerance)),
  ]
}
