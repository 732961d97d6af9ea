import Configurations
import Experiments
import Fixtures
import JSON
import MeanField
import Problems
import Reports
import Testing
import Validation

@Suite struct ValidateTests {
  private let problem = makeProblem(width: .units(48), dimension: 48, noise: 0.3, steps: 12)

  private func other(_ change: (inout TrainingProblem) -> Void, _ words: String) -> Validate.OtherTheory {
    var changed = problem
    change(&changed)
    return Validate.OtherTheory(changed, changes: [words])
  }

  @Test func verdictIsFirstAndDecides() throws {
    let agrees = try report(Validate(problem, replicas: 32, tolerance: 0.9)).report
    #expect(agrees.answer == .passed && agrees.status == "agrees")
    #expect(agrees.findings[0].hasPrefix("theory against 32 trained networks: agrees within 90 % at 99 % confidence"))
    let wrong = other({ $0.optimizer.learningRate = 0.15 }, "training.learningRate=0.15")
    let disagrees = try report(Validate(problem, theory: wrong, replicas: 32)).report
    #expect(disagrees.answer == .failed && disagrees.findings[0].contains("disagrees by more than 5 %"))
    #expect(disagrees.problem.last == "theory with training.learningRate=0.15")
    let few = try report(Validate(problem, replicas: 8))
    #expect(few.report.answer == .cannotTell && few.report.status == "cannot tell")
    let wanted = try #require(few.result.wantedReplicas)
    #expect(wanted > 8 && few.report.findings[0].hasSuffix("about simulation.replicas=\(wanted) could tell"))
  }

  @Test func outputsAreComparedOneByOne() throws {
    var several = problem
    several.data.outputs = OutputModel(
      targetCovariance: [[1, 0.5], [0.5, 2]], noiseCovariance: [[0.1, 0], [0, 0.2]])
    let found = try report(Validate(several, replicas: 16)).report
    #expect(
      found.columns("outputs")
        == "step,output,test_loss,train_loss,test_loss_se,train_loss_se,test_loss_theory,train_loss_theory")
    let theory = try #require(try solve(several).outputs)
    let predicted = found.numbers("outputs", "test_loss_theory")
    #expect(predicted.count == 26 && predicted[2 * 7 + 1] == theory.testLoss[1][7])
    let measured = found.numbers("outputs", "train_loss")
    #expect(
      measured[2 * 7] == (try trainedEnsemble(several, replicas: 16)).means { $0.outputs?.trainLoss[0] ?? [] }[7].value)
    #expect(
      found.findings.contains { $0.hasPrefix("outputs one by one (outputs.csv; no part of the verdict): worst ") })
    #expect(!found.findings.contains { $0.contains("accuracy") } && found.details["accuracy"] == .null)
    // Of another number of outputs there is no theory to compare with.
    let one = Validate.OtherTheory(problem, changes: ["data.outputs=1"])
    let other = try report(Validate(several, theory: one, replicas: 8)).report
    #expect(other.columns("outputs") == "step,output,test_loss,train_loss,test_loss_se,train_loss_se")
  }

  @Test func accuracyIsComparedWithTheLawOfThePredictor() throws {
    let configuration = try Configuration.load(
      file: nil,
      overrides: [
        "data.file=configs/data/digits10.csv", "data.target=digit", "data.targets=oneHot", "data.samples=600",
        "network.width=64", "training.steps=10", "training.learningRate=0.02", "data.outputCoupling=decoupled",
        "data.fitCorrection=true",
      ], workingDirectory: packageRoot.path, refusals: Solver.refusals)
    let report = try report(
      Validate(configuration.problem, rows: try configuration.preparedRows(), replicas: 16)
    ).report
    #expect(
      report.columns("curves").hasSuffix(
        ",test_accuracy,train_accuracy,test_accuracy_se,train_accuracy_se,test_accuracy_theory,"
          + "train_accuracy_theory,r_squared"))
    let (networks, errors) = (report.numbers("curves", "test_accuracy"), report.numbers("curves", "test_accuracy_se"))
    let theory = report.numbers("curves", "test_accuracy_theory")
    // A chance of a tenth at the start; at most 2.4 points off early, where ten outputs are many for 61 dimensions.
    for step in [0, 5, 10] { #expect(abs(networks[step] - theory[step]) <= 0.025 + 3 * errors[step]) }
    #expect(theory[0] < 0.15 && theory[10] > 0.8)
    #expect(
      report.findings.contains { $0.hasPrefix("test accuracy (no part of the verdict): farthest apart at step ") })
    #expect(report.figures.contains { $0.name == "accuracy" })
    let json = try #require(report.details["accuracy"]?["test"]?["networks"]?.number)
    #expect(networks.contains(json))
  }

  @Test func tablesHaveBothSidesAndTheirDifference() throws {
    let report = try report(Validate(problem, replicas: 8)).report
    #expect(
      report.columns("curves")
        == "step,time,test_loss,train_loss,test_loss_se,train_loss_se,replicas,test_loss_theory,train_loss_theory,"
        + "test_loss_z,train_loss_z,r_squared")
    #expect(report.columns("agreement") == "curve,step,measured,theory,standard_error,band,is_median,z,excess")
    #expect(
      report.columns("layers") == "step,layer,forward,backward,forward_se,backward_se,forward_theory,backward_theory")
    let theory = try solve(problem.withWholeSizes())
    #expect(report.numbers("curves", "train_loss_theory") == theory.curve.trainLoss)
    #expect(report.numbers("layers", "forward_theory")[4] == theory.orderParameters.forwardStrength(1)[1])
    let columns = ["test_loss", "test_loss_theory", "test_loss_se", "test_loss_z"].map {
      report.numbers("curves", $0)[3]
    }
    #expect(abs(columns[3] - (columns[0] - columns[1]) / columns[2]) < 1e-9)
    guard case .object(let json) = report.json(head: [:]) else { return #expect(Bool(false)) }
    #expect(json["test_loss_z"] != nil && json["agreement"] != nil && json["networks"] == .integer(8))
  }

  /// A theory on panels has only the reported steps: each must meet the networks at that step.
  @Test func panelsAreComparedStepByStep() throws {
    func table(_ kind: TimeGrid.Kind) throws -> [Double] {
      var problem = problem
      problem.time = TimeGrid(kind, rows: .log)
      let report = try report(Validate(problem, replicas: 8)).report
      return ["curves", "layers"].flatMap {
        report.numbers($0, $0 == "curves" ? "test_loss_theory" : "backward_theory")
      }
    }
    let (steps, panels) = (try table(.discrete(steps: 60)), try table(.panels(steps: 60)))
    #expect(steps.count == panels.count)
    #expect(zip(steps, panels).allSatisfy { $0.isNaN && $1.isNaN || abs($0 / $1 - 1) < 1e-6 })
  }

  @Test func severalSizesHaveALimit() throws {
    let experiment = try Validate(problem, dimensions: [40, 20], replicas: 32, tolerance: 0.9)
    #expect(experiment.options == ["--sizes 20,40"] && experiment.headline.count == 2)
    let report = try report(experiment).report
    #expect(report.numbers("sizes", "dimension") == [20, 40] && report.details["input_dimension"] == .integer(40))
    #expect(report.findings[0].contains("D = 40: ") && report.findings[1].hasPrefix("limit at the worst step"))
  }

  @Test func disagreementOnFewDimensionsHasItsReason() throws {
    let noisy = other({ $0.data.noise = 3 }, "data.noise=3")
    let report = try report(Validate(problem, theory: noisy, replicas: 20)).report
    #expect(report.answer == .failed, "\(report.findings)")
    #expect(report.findings.last?.hasPrefix("D = 48 input dimensions are few") == true, "\(report.findings)")
  }

  @Test func sidesThatEndDifferentlyDisagree() throws {
    let wild = other({ $0.optimizer.learningRate = 1000 }, "training.learningRate=1000")
    let report = try report(Validate(problem, theory: wild, replicas: 20)).report
    #expect(report.answer == .failed)
    #expect(report.findings.contains { $0.contains("the theory diverges at step 1, no network does") })
  }

  @Test func whereAllNetworksDivergeTheTheoryIsRefuted() throws {
    var wild = problem
    wild.optimizer.learningRate = 1000
    let theory = Validate.OtherTheory(problem, changes: ["training.learningRate=0.05"])
    let report = try report(Validate(wild, theory: theory, replicas: 20)).report
    #expect(report.answer == .failed && report.findings[0].contains("where most networks have diverged"))
    #expect(report.findings.contains { $0.hasPrefix("20 of 20 networks diverge, the first at step 1") })
  }

  @Test func aStartBeyondTheRangeOfNumbersIsRefused() throws {
    let lost = makeProblem(width: .units(32), initScale: [1e200, 1e200, 1e200], dimension: 32)
    let failure = #expect(throws: ExperimentFailure.self) { try Validate(lost).run() }
    #expect(failure.map { "\($0)".contains("beyond the range of numbers") } ?? false)
  }

  @Test(.slow(.statistical)) func lossesOfZeroAreLeftOut() throws {
    let interpolating = makeProblem(
      width: .units(32), rule: .ntk, dimension: 32, noise: 0.5, sampling: .batch(.count(8)), steps: 600)
    let report = try report(Validate(interpolating, replicas: 8)).report
    #expect(report.findings.contains { $0.contains("zero up to rounding") })
  }

  @Test(arguments: [1, 3])
  func theoryOfOtherDepth(layers: Int) throws {
    let deeper = Validate.OtherTheory(
      makeProblem(layers: layers, width: .units(48), dimension: 48, noise: 0.3, steps: 12),
      changes: ["network.hiddenLayers=\(layers)"])
    let report = try report(Validate(problem, theory: deeper, replicas: 8)).report
    let known = report.numbers("layers", "forward_theory").filter { !$0.isNaN }
    #expect(known.count == 13 * (min(layers, 2) + 1))
  }

  @Test func nearTheEdgeTheStableRateExplains() throws {
    var fast = problem
    fast.optimizer.learningRate = 0.25
    fast.time = TimeGrid(.discrete(steps: 100))
    let report = try report(Validate(fast, replicas: 16)).report
    #expect(report.findings.contains { $0.contains("medians are compared there, marked m") })
    #expect(report.findings.last?.contains("of the largest stable rate") == true)
  }

  @Test func refusesWhatCannotBeCompared() {
    #expect(refusal { _ = try Validate(problem, replicas: 7) }.contains("at least 8 trained networks, got 7"))
    var wide = problem
    wide.architecture.width = .infinite
    #expect(Validate.refusals(wide).map(\.key) == ["network.width"])
  }
}
