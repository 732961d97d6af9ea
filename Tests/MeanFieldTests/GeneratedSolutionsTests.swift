import Fixtures
import LinearAlgebra
import MeanField
import Problems
import Testing

/// Laws that every solution obeys up to rounding, on problems drawn at random.
///
/// The unit is n times `ulpOfOne`, n being the number of time points: what n roundings of one sign would leave.
@Suite("Solutions of generated problems")
struct GeneratedSolutionsTests {
  /// Problems with their solutions: they are solved once for all tests.
  private static let solved: [(drawn: GeneratedProblem, solution: Solution)] = GeneratedProblem.some(300).compactMap {
    drawn in (try? solve(drawn.problem)).map { (drawn, $0) }
  }

  private static func unit(_ solution: Solution) -> Double {
    Double(solution.orderParameters.count) * .ulpOfOne
  }

  @Test("each is solved to its end, and the problems are of all kinds")
  func kinds() {
    #expect(Self.solved.count == 300)
    let complete = Self.solved.filter { $0.solution.outcome == .completed }
    #expect(complete.count >= 290)
    let kinds = Set(
      Self.solved.map { pair in
        let problem = pair.drawn.problem
        let sampling = "\(problem.data.sampling)".prefix { $0 != "(" }
        return "\(problem.architecture.branchFactor == nil) \(problem.parameterization.rule) \(sampling)"
      })
    #expect(kinds.count == 2 * 3 * 3)
    #expect(Self.solved.allSatisfy { !$0.solution.compression.isCompressed })
  }

  /// Equation (6.7).
  @Test("the balance holds")
  func balance() {
    for (drawn, solution) in Self.solved {
      #expect(solution.residual <= 20 * Self.unit(solution), "\(drawn)")
    }
  }

  @Test("every correlation is positive semidefinite")
  func positivity() throws {
    for (drawn, solution) in Self.solved {
      let parameters = solution.orderParameters
      let layers = drawn.problem.architecture.hiddenLayers
      let correlations =
        [("C_v", parameters.errorCorrelation), ("C_Δ", parameters.residualCorrelation)]
        + (0...layers).map { ("H^\($0)", parameters.forwardCorrelation($0)) }
        + (1...layers).map { ("G^\($0)", parameters.backwardCorrelation($0)) }
      for (name, matrix) in correlations {
        let eigenvalues = try SymmetricEigenproblem(matrix, size: parameters.count).eigenvalues
        let least = try #require(eigenvalues.last)
        #expect(least >= -20 * Self.unit(solution) * eigenvalues[0], "\(name), \(drawn)")
      }
    }
  }

  /// Sections 3 and 4.
  @Test("the equations in whole matrices, with inverses, give the solution back")
  func wholeMatrices() {
    for (drawn, solution) in Self.solved {
      for defect in DenseTwin(drawn.problem, solution).defects() {
        #expect(defect.size <= 100 * Self.unit(solution), "\(defect.name), \(drawn)")
      }
    }
  }
}
