import Committee
import JSON
import Reports
import RunStore
import Validation

extension CommitteeMachine {
  /// The curve with its plateaus, who follows whom, rates, networks.
  ///
  /// - Parameters:
  ///   - result: what was found.
  ///   - arrays: none are kept.
  /// - Returns: the report.
  public static func report(_ result: LearnedCommittee, arrays: (any ArraySource)?) -> Report {
    var report = Report(
      title: "A committee machine",
      lead: "How a network of few hidden units learns a teacher from fresh samples: \(CommitteeText.assumptions).",
      problem: CommitteeText.clauses(result.curve.problem) + ["to time \(NumberText.short(result.horizon))"],
      status: result.curve.divergence == nil ? "completed" : "diverged")
    if let networks = result.networks {
      report.status = networks.agreement.verdict.rawValue
      switch networks.agreement.verdict {
      case .agrees: (report.answer, report.badge) = (.passed, Report.Badge("AGREES", .good))
      case .disagrees: (report.answer, report.badge) = (.failed, Report.Badge("DISAGREES", .bad))
      case .cannotTell: (report.answer, report.badge) = (.cannotTell, Report.Badge("CANNOT TELL", .plain))
      }
    }
    report.findings = result.findings
    report.details = result.details
    report.checks = result.checks
    report.tables = result.tables
    report.figures = result.figures
    report.citations =
      Citation.committeeMachine + (result.networks == nil ? [] : Citation.randomNumbers + Citation.bootstrap)
    return report
  }
}

extension LearnedCommittee {
  private var noise: Double { curve.problem.noise * curve.problem.noise }

  var findings: [String] {
    [networks?.sentence(curve), lossSentence].compactMap { $0 } + plateauSentences + unitSentences + rateSentences
  }

  private var lossSentence: String? {
    guard let first = curve.rows.first, let last = curve.rows.last else { return nil }
    let course =
      "loss \(NumberText.short(first.loss)) at the start, \(NumberText.short(last.loss)) at time \(NumberText.short(last.time))"
      + (noise > 0 ? ", of which \(NumberText.short(noise)) is noise" : "")
    return curve.divergence.map { "\(course); diverged before time \(NumberText.short($0))" } ?? course
  }

  private var plateauSentences: [String] {
    let plateaus = plateaus
    guard !plateaus.isEmpty else { return ["no plateau: nowhere does the loss stand still before a faster fall"] }
    return plateaus.map { plateau in
      "plateau from time \(NumberText.brief(plateau.start)) to \(NumberText.brief(plateau.end)) at a loss of "
        + "\(NumberText.short(plateau.loss)); at the end \(NumberText.percent(max(0, plateau.remaining))) of that"
        + (noise > 0 ? ", above the noise, are left" : " are left")
    }
  }

  private var unitSentences: [String] {
    let found = specialisations
    var sentences = found.map { unit in
      "student unit \(unit.unit + 1) follows teacher unit \(unit.teacherUnit + 1) "
        + (unit.time > 0 ? "from time \(NumberText.brief(unit.time)) on" : "from the start")
        + " (cosine \(NumberText.brief(unit.cosine)) at the end, readout \(NumberText.brief(unit.readout)))"
    }
    let others = curve.problem.studentReadout.indices.filter { unit in !found.contains { $0.unit == unit } }
    if !others.isEmpty {
      let names = others.map { String($0 + 1) }.joined(separator: ", ")
      sentences.append(
        others.count == curve.problem.studentUnits
          ? "no student unit follows a single teacher unit"
          : "student unit\(others.count > 1 ? "s" : "") \(names) \(others.count > 1 ? "follow" : "follows") no single teacher unit"
      )
    }
    return sentences
  }

  private var rateSentences: [String] {
    guard let rates else { return [] }
    guard let stable = rates.largestStable, let best = rates.best, let loss = best.loss else {
      return ["no stable rate was found: even \(NumberText.brief(rates.trials.first?.rate ?? 0)) ends above its start"]
    }
    let own = curve.divergence == nil ? curve.rows.last.map { NumberText.short($0.loss) } : "diverges"
    return [
      "best rate \(NumberText.brief(best.rate)): loss \(NumberText.short(loss)) at time \(NumberText.short(horizon)); as configured, "
        + "\(NumberText.brief(curve.problem.learningRate)): \(own ?? "none")",
      rates.isBounded
        ? "largest stable rate \(NumberText.brief(stable)), to 1 %: a larger one ends above its start or diverges"
        : "largest stable rate: above \(NumberText.brief(stable)), where the search ended",
    ]
  }

  /// Numbers in the JSON in addition to the tables.
  var details: [String: JSONValue] {
    var members: [String: JSONValue] = [
      "horizon": .number(horizon), "tolerance": .number(tolerance), "noise": .number(noise),
      "assumptions": .text(CommitteeText.assumptions),
      "diverged_before": curve.divergence.map { .number($0) } ?? .null,
    ]
    if let rates {
      members["best_rate"] = rates.best.map { .number($0.rate) } ?? .null
      members["best_loss"] = rates.best?.loss.map { .number($0) } ?? .null
      members["largest_stable_rate"] = rates.largestStable.map { .number($0) } ?? .null
      members["largest_stable_rate_is_bounded"] = .flag(rates.isBounded)
    }
    if let networks {
      members["verdict"] = .text(networks.agreement.verdict.rawValue)
      members["input_dimension"] = .integer(networks.dimension)
      members["networks"] = .integer(networks.count)
      members["diverged_networks"] = .integer(networks.diverged)
      members["p_value"] = .number(networks.agreement.pValue)
    }
    return members
  }

  var checks: [Report.Check] {
    var checks = [
      Report.Check(
        "error of the integration", NumberText.brief(tolerance),
        "of each step, relative to an overlap (GSL, eighth order); the sum of all is larger by some factor"),
      Report.Check(
        "what is left out", "terms of order 1/D",
        "the theory is that of many inputs; a network that starts near a symmetry leaves it earlier or later by chance"),
    ]
    if let networks {
      checks.append(
        Report.Check(
          "theory against \(networks.count) networks of \(networks.dimension) inputs",
          networks.agreement.verdict.rawValue,
          "whether the difference is shown to be within \(NumberText.percent(networks.agreement.tolerance)) at every time, or beyond at "
            + "some, at \(NumberText.percent(Agreement.confidence)) confidence for all together (bootstrap over whole curves)"
        ))
    }
    return checks
  }
}

extension TrainedCommittees {
  /// The answer of the comparison.
  func sentence(_ curve: CommitteeCurve) -> String {
    let percent = NumberText.percent(agreement.tolerance)
    let answer =
      switch agreement.verdict {
      case .agrees: "agrees within \(percent)"
      case .disagrees: "disagrees by more than \(percent)"
      case .cannotTell: "cannot tell whether within \(percent)"
      }
    var text =
      "theory against \(count) trained networks of \(dimension) inputs: \(answer) at \(NumberText.percent(Agreement.confidence)) confidence"
    if let worst = agreement.worst, worst.bias.isFinite, curve.rows.indices.contains(worst.step) {
      text +=
        ", decided at time \(NumberText.brief(curve.rows[worst.step].time)), bias \(NumberText.signedPercent(worst.bias)) +- "
        + "\(NumberText.percent(worst.halfWidth / worst.scale)), p = \(NumberText.brief(agreement.pValue))"
    }
    if agreement.verdict == .cannotTell, let wanted = agreement.wantedReplicas {
      text += "; about simulation.replicas=\(wanted) could tell"
    }
    return text + (diverged > 0 ? "; \(diverged) networks diverged" : "")
  }
}
