import Fixtures
import Parallel
import Testing

@testable import Committee

@Suite("Networks of finite input dimension beside the theory of committee machines")
struct NetworkTests {
  private func runs(_ simulator: CommitteeSimulator, _ count: Int) throws -> [CommitteeRun] {
    var runs: [CommitteeRun] = []
    let stop = StopSignal()
    _ = OrderedResults.run(
      0..<count, workers: 2, stop: stop, work: { try? simulator.train(replica: $0, stop: stop) },
      deliver: { runs.append($1) })
    #expect(runs.count == count)
    return runs
  }

  private func mean(_ values: [Double]) -> (value: Double, error: Double) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / (count * (count - 1))).squareRoot())
  }

  @Test("weights start with the very overlaps of the problem, also where these are singular")
  func start() throws {
    var problem = Examples.problem(.relu)
    let network = try CommitteeNetwork(problem, dimension: 50, seed: 3, replica: 1)
    for (own, given) in zip(network.overlaps.student.joined(), problem.overlaps.student.joined()) {
      #expect(abs(own - given) <= 1e-13)
    }
    for (own, given) in zip(network.overlaps.mixed.joined(), problem.overlaps.mixed.joined()) {
      #expect(abs(own - given) <= 1e-13)
    }
    problem.overlaps = Overlaps(student: [[1]], mixed: [[1]])
    problem.studentReadout = [1]
    problem.teacherReadout = [1]
    let copy = try CommitteeNetwork(problem, dimension: 2, seed: 3, replica: 1)
    #expect(abs(copy.overlaps.mixed[0][0] - 1) <= 1e-12)
  }

  @Test("losses, overlaps and readouts of trained networks", arguments: CommitteeProblem.Activation.allCases)
  func theory(activation: CommitteeProblem.Activation) throws {
    var problem = Examples.problem(activation)
    problem.samplesPerStep = 2
    problem.weightDecay = 0.05
    let steps = [0, 100, 300, 1000, 3000]
    let simulator = CommitteeSimulator(problem, dimension: 300, steps: steps, seed: 11)
    let runs = try runs(simulator, 16)
    let curve = try CommitteeCurve(problem, times: simulator.times)
    for (index, row) in curve.rows.enumerated() {
      let loss = mean(runs.map { $0.losses[index] })
      #expect(abs(loss.value - row.loss) <= max(4 * loss.error, 0.03 * row.loss), "step \(steps[index])")
      for unit in 0..<3 {
        let readout = mean(runs.map { $0.readouts[index][unit] })
        #expect(abs(readout.value - row.readout[unit]) <= max(4 * readout.error, 0.03 * abs(row.readout[unit])))
        for teacher in 0..<2 {
          let overlap = mean(runs.map { $0.overlaps[index].mixed[unit][teacher] })
          #expect(abs(overlap.value - row.overlaps.mixed[unit][teacher]) <= max(4 * overlap.error, 0.02))
        }
        for other in 0..<3 {
          let overlap = mean(runs.map { $0.overlaps[index].student[unit][other] })
          #expect(abs(overlap.value - row.overlaps.student[unit][other]) <= max(4 * overlap.error, 0.02))
        }
      }
    }
  }

  @Test("one seed gives the same network, another seed another one; a fixed readout stays")
  func seeds() throws {
    let problem = Examples.problem(.erfScaled, readout: .fixed)
    func losses(_ seed: Int, _ replica: Int) throws -> CommitteeRun? {
      try CommitteeSimulator(problem, dimension: 20, steps: [0, 50], seed: seed).train(
        replica: replica, stop: StopSignal())
    }
    let first = try #require(try losses(1, 0))
    #expect(try losses(1, 0) == first)
    #expect(try losses(1, 1)?.losses[1] != first.losses[1] && losses(2, 0)?.losses[1] != first.losses[1])
    #expect(first.readouts[1] == problem.studentReadout)
    let stop = StopSignal()
    stop.raise()
    #expect(try CommitteeSimulator(problem, dimension: 20, steps: [0, 50]).train(replica: 0, stop: stop) == nil)
  }
}
