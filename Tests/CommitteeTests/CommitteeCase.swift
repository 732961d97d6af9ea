import Committee
import Fixtures
import Foundation

/// One case of committee.json: theory at a relative tolerance of 1e-12, and networks of 1,000 inputs.
struct CommitteeCase: Decodable, CustomStringConvertible, Sendable {
  struct Configuration: Decodable {
    let act: String
    let Q, R, T: [[Double]]
    let v, vs: [Double]
    let eta, rv, sigma, B, tmax: Double
    let wd: Double?
  }

  let name: String
  let config: Configuration
  let time, theory_test_loss, test_loss, test_loss_se: [Double]
  let theory_Q, theory_R: [[[Double]]]
  let theory_v: [[Double]]

  var description: String { name }

  static func all() throws -> [CommitteeCase] {
    let url = packageRoot.appendingPathComponent("Tests/Fixtures/oracle/committee.json")
    return try JSONDecoder().decode([CommitteeCase].self, from: Data(contentsOf: url))
  }

  var problem: CommitteeProblem {
    CommitteeProblem(
      activation: config.act == "relu" ? .relu : .erfScaled,
      overlaps: Overlaps(student: config.Q, mixed: config.R, teacher: config.T), studentReadout: config.v,
      teacherReadout: config.vs, learningRate: config.eta, readout: config.rv > 0 ? .trained(rate: config.rv) : .fixed,
      samplesPerStep: Int(config.B), weightDecay: config.wd ?? 0, noise: config.sigma)
  }
}

/// Problems that several tests share.
enum Examples {
  /// A start that favours no symmetry: three student units, two teacher units.
  static func problem(
    _ activation: CommitteeProblem.Activation, noise: Double = 0.1,
    readout: CommitteeProblem.Readout = .trained(rate: 0.7)
  ) -> CommitteeProblem {
    CommitteeProblem(
      activation: activation,
      overlaps: Overlaps(
        student: [[0.25, 0.02, -0.01], [0.02, 0.3, 0.03], [-0.01, 0.03, 0.2]],
        mixed: [[0.1, 0.02], [0.03, 0.12], [-0.05, 0.04]], teacher: [[1, 0.3], [0.3, 1]]),
      studentReadout: [0.4, 0.6, 0.8], teacherReadout: [1, 1.2], learningRate: 0.3, readout: readout, weightDecay: 0.01,
      noise: noise)
  }
}
