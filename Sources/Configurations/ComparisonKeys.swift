/// Keys of trained networks, and of what counts as equal.
extension Schema {
  static let comparisonKeys = [
    Key(
      "simulation.replicas", .integer(.atLeast(1, atMost: 1e6)), default: "32",
      "trained networks to average over"
    ) { .integer($0.simulation.replicas) },
    Key("simulation.seed", .integer(.atLeast(0, atMost: 9e18)), default: "1", "seed of the random numbers") {
      .integer($0.simulation.seed)
    },
    Key(
      "simulation.width", .integer(.size), example: "1024",
      "units of each hidden layer of the trained networks, where they stand beside a theory of another (or infinite) width"
    ) { $0.problem.architecture.trainedUnits.map { .integer($0) } },
    Key(
      "validation.tolerance", .number(.above(0, below: 1)), default: "0.05",
      "relative difference of theory and simulation that passes"
    ) { .number($0.validationTolerance) },
    Key(
      "transfer.tolerance", .number(.above(0, below: 1)), default: "0.01",
      "relative loss (or error) that a transferred learning rate may cost"
    ) { .number($0.transfer.tolerance) },
    Key(
      "transfer.objective", .word(StudyObjective.allCases.map(\.rawValue)), default: "testLoss",
      "testLoss | trainLoss | testError: what the best rate makes small; testError (1 - expected accuracy) needs classes"
    ) { .word($0.transfer.objective.rawValue) },
    Key(
      "tune.objective", .word(StudyObjective.allCases.map(\.rawValue)), default: "testLoss",
      "testLoss | trainLoss | testError: what the best values make small, as for transfer"
    ) { .word($0.tune.objective.rawValue) },
    Key(
      "tune.budget", .word(StudyBudget.allCases.map(\.rawValue)), default: "steps",
      "steps | samples | multiplications: what stays as configured while batch and width are traded for steps"
    ) { .word($0.tune.budget.rawValue) },
  ]
}
