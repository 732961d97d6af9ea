import Fixtures
import MeanField
import Problems
import Testing

@testable import Experiments
@testable import Reports

@Suite("Spectra of networks beside the theory")
struct SpectraExperimentTests {
  private let problem = makeProblem(
    width: .units(64), richness: 8, dimension: 64, noise: 0.3, optimizer: LinearOptimizer(learningRate: 0.01), steps: 30
  )
  private let request = SpectraRequest(weights: .some([1, 30]), sharpness: .some([0, 15, 30]))

  @Test("means of the networks with their errors, in the columns of the prediction")
  func simulated() throws {
    let found = try report(Simulate(problem, replicas: 6, spectra: request)).report
    let predicted = try report(Solve(problem, spectra: request)).report
    for table in ["spectra", "sharpness"] {
      let names = Set(found.columns(table).split(separator: ","))
      let missing = predicted.columns(table).split(separator: ",").filter { !names.contains($0) }
      // A network has no edge of its Gauss-Newton matrix.
      #expect(missing == (table == "spectra" ? [] : ["edge", "outliers", "top_without"]))
    }
    #expect(found.numbers("spectra", "step") == [1, 1, 30, 30] && found.numbers("sharpness", "step") == [0, 15, 30])
    let (largest, theory) = (found.numbers("spectra", "largest"), predicted.numbers("spectra", "largest"))
    #expect(theory[0].isNaN && largest[0] < 2.05 && abs(largest[3] / theory[3] - 1) < 0.05)
    #expect(found.numbers("spectra", "largest_se").allSatisfy { $0 > 0 && $0 < 0.1 })
    let sharpness = found.numbers("sharpness", "sharpness")
    #expect(abs(sharpness[2] / predicted.numbers("sharpness", "sharpness")[2] - 1) < 0.1)
    #expect(abs(found.numbers("sharpness", "eta_lambda_half")[2] - 0.01 * sharpness[2] / 2) < 1e-12)
    #expect(found.findings.contains { $0.hasPrefix("features are learned: at step 30") })
    #expect(found.figures.map(\.name).contains("spectra") && found.figures.map(\.name).contains("sharpness"))
    let bare = try report(Simulate(problem, replicas: 2)).report
    #expect(!bare.tables.contains { $0.name == "spectra" })
  }

  @Test("validate compares both, and a wrong theory of the weights is found")
  func validated() throws {
    // Half way so small networks scatter by more than a tenth: no verdict there.
    let request = SpectraRequest(weights: .some([1, 30]), sharpness: .some([0, 30]))
    let (agrees, result) = try { ($0.report, $0.result) }(
      report(Validate(problem, replicas: 16, tolerance: 0.9, spectra: request)))
    #expect(agrees.answer == .passed && result.spectra?.weights.count == 4 && result.spectra?.sharpness.count == 2)
    #expect(agrees.findings.contains { $0.hasPrefix("outlier singular values: agrees") })
    var other = problem
    other.parameterization = Parameterization(.muP, richness: 5)
    let wrong = try report(
      Validate(
        problem, theory: Validate.OtherTheory(other, changes: ["network.richness=5"]), replicas: 16, tolerance: 0.9,
        spectra: request))
    #expect(wrong.result.lossVerdict == .agrees && wrong.report.answer == .failed)
    #expect(wrong.report.findings[1].hasPrefix("outlier singular values: disagrees"))
  }

  @Test("a place passes within three errors or the tolerance; what is not a number fails, what scatters cannot tell")
  func places() {
    func verdict(_ values: [Double], low: Double, high: Double) -> String {
      ComparedSpectra.Place(
        step: 1, layer: nil, networks: Ensemble.Mean(of: values), low: low, high: high, tolerance: 0.02
      ).verdict.rawValue
    }
    #expect(verdict([1, 1.001, 0.999], low: 1.01, high: 1.01) == "agrees")
    #expect(verdict([1, 1.001, 0.999], low: 1.03, high: 1.03) == "disagrees")
    #expect(verdict([1, 1.001, 0.999], low: 0.8, high: 1.2) == "agrees")
    #expect(verdict([1, 1.001, 0.999], low: 0.8, high: 0.9) == "disagrees")
    #expect(verdict([1, 1.05, 0.95], low: 1.05, high: 1.05) == "agrees")
    #expect(verdict([1, 1.5, 0.5], low: 1.05, high: 1.05) == "cannot tell")
    #expect(verdict([1, .nan, 1], low: 1, high: 1) == "disagrees")
    #expect(verdict([1, 1.001, 0.999], low: .nan, high: .nan) == "disagrees")
  }

  @Test("steps that are not there are refused before anything is trained")
  func steps() {
    for spectra in [SpectraRequest(weights: .some([31])), SpectraRequest(sharpness: .some([99]))] {
      #expect(throws: ExperimentFailure.self) { try Simulate(problem, spectra: spectra) }
      #expect(throws: ExperimentFailure.self) { try Validate(problem, spectra: spectra) }
    }
  }
}
