import Committee
import Reports

/// A committee machine in words.
enum CommitteeText {
  /// What the theory assumes.
  static let assumptions =
    "exact for many inputs (D to infinity), Gaussian inputs of independent entries, each sample seen once; loss: mean squared error on "
    + "fresh samples, noise included"

  /// The problem, clause by clause.
  static func clauses(_ problem: CommitteeProblem) -> [String] {
    let activation = problem.activation == .relu ? "ReLU" : "erf(x/sqrt 2)"
    var training = ["one-pass SGD at rate \(NumberText.short(problem.learningRate))"]
    if problem.samplesPerStep > 1 { training.append("\(problem.samplesPerStep) samples a step") }
    if problem.weightDecay > 0 { training.append("weight decay \(NumberText.short(problem.weightDecay))") }
    switch problem.readout {
    case .fixed: training.append("readout fixed")
    case .trained(let rate):
      training.append("readout trained" + (rate == 1 ? "" : " at \(NumberText.short(rate)) of the rate"))
    }
    return [
      "\(problem.studentUnits) \(activation) \(problem.studentUnits == 1 ? "unit learns" : "units learn") a teacher of \(problem.teacherUnits)",
      "noise \(NumberText.short(problem.noise))", training.joined(separator: ", "),
    ]
  }
}

/// Seconds and bytes of the theory, measured on one core.
enum CommitteeCost {
  /// Seconds of one evaluation of the equations: every average once.
  private static func evaluation(_ problem: CommitteeProblem) -> Double {
    let (units, all) = (Double(problem.studentUnits), Double(problem.studentUnits + problem.teacherUnits))
    let averages = units * (units + 1) / 2 * all * (all + 1) / 2
    // Only four different fields of ReLU need an integral.
    let integrals = units * (units - 1) / 2 * (all - 2) * (all - 3) / 2
    return problem.activation == .relu ? 3e-6 + 2.5e-7 * averages + 2.6e-6 * integrals : 1e-6 + 6e-8 * averages
  }

  /// Seconds of a curve: thirteen evaluations a step, a step at least for each row.
  static func seconds(_ problem: CommitteeProblem, horizon: Double, rows: Int) -> Double {
    let steps = Double(rows) + horizon * max(0.05, problem.learningRate) * 0.6
    return 0.01 + 14 * steps * evaluation(problem)
  }

  /// Seconds of the search for rates: some forty curves of few rows, mostly at larger rates than a usual one.
  static func rateSearch(_ problem: CommitteeProblem, horizon: Double) -> Double {
    40 * seconds(problem, horizon: horizon, rows: 40)
  }

  /// Bytes of a row with its overlaps.
  static func rowBytes(_ problem: CommitteeProblem) -> Double {
    let units = Double(problem.studentUnits + problem.teacherUnits)
    return 300 + 16 * units * units + 64 * units
  }
}
