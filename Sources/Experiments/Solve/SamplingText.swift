import JSON
import MeanField
import Problems
import Reports

extension SamplingReport {
  /// Where paths are too few for the steps; nil where they suffice.
  var warning: String? {
    guard !(gauge <= Self.doubtful) else { return nil }
    return
      "warning: \(paths) sampled paths are too few for these steps: a mean known in two ways differs by \(NumberText.percent(gauge)); use a "
      + "larger training.samplePaths"
  }

  /// Both gauges.
  var checks: [Report.Check] {
    [
      Report.Check(
        "sampled paths", NumberText.brief(gauge),
        "\(paths) random paths stand for the training samples; the largest gap between <f Delta> from them and from the eigenmodes (equation "
          + "21.12), relative to the root of both squares"),
      Report.Check(
        "covariance of the paths", NumberText.brief(factorDefect),
        "largest share of a variance by which its factor was too large before it was shortened (equation 21.11)"),
    ]
  }

  /// For programs.
  var json: JSONValue {
    .object(["paths": .integer(paths), "gauge": .number(gauge), "factor_defect": .number(factorDefect)])
  }
}

extension LossRule {
  /// How labels are made, a clause.
  ///
  /// - Parameter noise: deviation of the noise on the signal.
  /// - Returns: words.
  func labelWords(noise: Double) -> String {
    switch labels {
    case .linear: "noise \(NumberText.brief(noise))"
    case .sign: "labels sgn(u + noise), noise \(NumberText.brief(noise))"
    case .logistic(let slope): "labels -1, 1 with P(1) = 1/(1 + exp(-\(NumberText.brief(slope)) u))"
    case .mixture(let separation):
      "two classes at +-\(NumberText.brief(separation)) deviations" + (classes.map { ", \($0.words)" } ?? "")
    }
  }
}

extension TableClasses {
  /// Which is which, and how many rows the second has.
  var words: String {
    let share = "\(NumberText.percent((1 + meanLabel) / 2)) of the rows"
    return names == ["-1", "1"] ? "labels -1 and 1 (\(share))" : "\(names[0]) is -1, \(names[1]) is 1 (\(share))"
  }
}
