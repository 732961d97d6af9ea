import Fixtures
import Testing

@testable import Committee

@Suite("Laws of learning by committee machines")
struct LearningTests {
  private typealias Activation = CommitteeProblem.Activation

  private func velocity(_ problem: CommitteeProblem) -> [Double] {
    let state = OrderParameters(problem).state
    var derivative = state
    switch problem.activation {
    case .erfScaled: LearningEquations<ErrorFunctionAverages>(problem).derivative(state, into: &derivative)
    case .relu: LearningEquations<RectifierAverages>(problem).derivative(state, into: &derivative)
    }
    return derivative
  }

  @Test("a student that is its teacher stays", arguments: CommitteeProblem.Activation.allCases)
  func fixedPoint(activation: CommitteeProblem.Activation) throws {
    for units in [1, 2] {
      let teacher = units == 1 ? [[1.3]] : [[1, 0.3], [0.3, 1.2]]
      let problem = CommitteeProblem(
        activation: activation, overlaps: Overlaps(student: teacher, mixed: teacher, teacher: teacher),
        studentReadout: Array([0.8, -1.1].prefix(units)), teacherReadout: Array([0.8, -1.1].prefix(units)),
        learningRate: 0.5, readout: .trained(rate: 1))
      #expect(velocity(problem).allSatisfy { abs($0) <= (units == 1 ? 1e-14 : 1e-9) }, "\(velocity(problem))")
      let curve = try CommitteeCurve(problem, times: [0, 1])
      #expect(abs(curve.rows[0].loss) <= 1e-14)
    }
  }

  @Test(
    "noise alone moves norms only: by the mean square of the slopes", arguments: CommitteeProblem.Activation.allCases)
  func noiseAlone(activation: CommitteeProblem.Activation) {
    let problem = CommitteeProblem(
      activation: activation, overlaps: Overlaps(student: [[1]], mixed: [[1]]), learningRate: 0.5, samplesPerStep: 4,
      noise: 0.3)
    let slopes = activation == .relu ? 0.5 : 2 / (3.0.squareRoot() * .pi)
    let velocity = velocity(problem)
    #expect(abs(velocity[0] - 0.25 / 4 * 0.09 * slopes) <= 1e-15 && abs(velocity[1]) <= 1e-15)
  }

  @Test("the order of units does not matter", arguments: CommitteeProblem.Activation.allCases)
  func permutation(activation: CommitteeProblem.Activation) throws {
    let problem = Examples.problem(activation)
    let (order, teachers) = ([2, 0, 1], [1, 0])
    func reordered<Value>(_ list: [Value], _ order: [Int]) -> [Value] { order.map { list[$0] } }
    var other = problem
    other.overlaps = Overlaps(
      student: reordered(problem.overlaps.student, order).map { reordered($0, order) },
      mixed: reordered(problem.overlaps.mixed, order).map { reordered($0, teachers) }, teacher: problem.overlaps.teacher
    )
    other.studentReadout = reordered(problem.studentReadout, order)
    other.teacherReadout = reordered(problem.teacherReadout, teachers)
    let times = [0, 1, 10.0]
    let (first, second) = (try CommitteeCurve(problem, times: times), try CommitteeCurve(other, times: times))
    for (own, moved) in zip(first.rows, second.rows) {
      #expect(abs(own.loss - moved.loss) <= 1e-9 * own.loss)
      #expect(zip(reordered(own.readout, order), moved.readout).allSatisfy { abs($0 - $1) <= 1e-8 })
    }
  }

  @Test("erf is odd: a unit with both signs turned is the same unit")
  func oddness() throws {
    let problem = Examples.problem(.erfScaled)
    var other = problem
    other.studentReadout[0] *= -1
    for column in 1..<3 {
      other.overlaps.student[0][column] *= -1
      other.overlaps.student[column][0] *= -1
    }
    other.overlaps.mixed[0] = problem.overlaps.mixed[0].map { -$0 }
    let times = [0, 1, 10.0]
    let (first, second) = (try CommitteeCurve(problem, times: times), try CommitteeCurve(other, times: times))
    for (own, turned) in zip(first.rows, second.rows) {
      #expect(abs(own.loss - turned.loss) <= 1e-12 && abs(own.readout[0] + turned.readout[0]) <= 1e-12)
    }
  }

  @Test("ReLU is homogeneous: larger weights under a smaller readout are the same function")
  func homogeneity() {
    let problem = Examples.problem(.relu)
    let factor = 1.7
    var other = problem
    other.overlaps.student = problem.overlaps.student.map { $0.map { factor * factor * $0 } }
    other.overlaps.mixed = problem.overlaps.mixed.map { $0.map { factor * $0 } }
    other.studentReadout = problem.studentReadout.map { $0 / factor }
    func loss(_ problem: CommitteeProblem) -> Double {
      LearningEquations<RectifierAverages>(problem).loss(OrderParameters(problem).state)
    }
    #expect(abs(loss(problem) - loss(other)) <= 1e-14)
    // Not so for erf.
    let state = OrderParameters(other).state
    let equations = LearningEquations<ErrorFunctionAverages>(other)
    #expect(
      abs(
        equations.loss(state) - LearningEquations<ErrorFunctionAverages>(problem).loss(OrderParameters(problem).state))
        > 0.01)
  }

  @Test(
    "outputs in other units: the loss by their square, the rate by its inverse",
    arguments: CommitteeProblem.Activation.allCases)
  func units(activation: CommitteeProblem.Activation) throws {
    var problem = Examples.problem(activation, readout: .fixed)
    problem.weightDecay = 0
    var other = problem
    other.studentReadout = problem.studentReadout.map { 3 * $0 }
    other.teacherReadout = problem.teacherReadout.map { 3 * $0 }
    other.noise *= 3
    other.learningRate /= 9
    let times = [0, 2, 20.0]
    let (first, second) = (try CommitteeCurve(problem, times: times), try CommitteeCurve(other, times: times))
    for (own, scaled) in zip(first.rows, second.rows) { #expect(abs(9 * own.loss - scaled.loss) <= 1e-8 * scaled.loss) }
  }

  @Test("the fall of the loss is its derivative by time", arguments: CommitteeProblem.Activation.allCases)
  func fall(activation: CommitteeProblem.Activation) throws {
    let curve = try CommitteeCurve(Examples.problem(activation), times: [0, 0.999, 1, 1.001])
    let slope = (curve.rows[1].loss - curve.rows[3].loss) / 0.002
    #expect(abs(curve.rows[2].fall / slope - 1) <= 1e-5)
  }

  @Test("a rate far too large diverges and keeps the rows before")
  func divergence() throws {
    var problem = Examples.problem(.relu, readout: .fixed)
    problem.learningRate = 30
    let curve = try CommitteeCurve(problem, times: [0, 0.001, 1, 100])
    #expect(curve.divergence != nil && !curve.rows.isEmpty && curve.rows.count < 4)
    #expect(curve.rows.allSatisfy { $0.loss.isFinite })
  }

  @Test("every mistake is found, with its part")
  func refusals() {
    var problem = Examples.problem(.relu)
    #expect(problem.refusals.isEmpty)
    problem.overlaps.mixed[0] = [0.5, 0.4]
    #expect(problem.refusals.map(\.key) == ["committee.overlaps.mixed"])
    problem.overlaps.student[0][1] = 0.5
    problem.samplesPerStep = 0
    problem.noise = -.infinity
    #expect(
      problem.refusals.map(\.key)
        == ["committee.overlaps.student", "committee.samplesPerStep", "committee.noise"])
    problem.overlaps = Overlaps(student: [], mixed: [])
    #expect(problem.refusals.first?.key == "committee.studentUnits")
  }
}
