import Fixtures
import Problems
import Foundation
import LinearAlgebra
import MeanField
import Testing

/// Every configuration in configs/ runs, and the real tables give the reference curves.
@Suite("Examples")
struct ExampleTests {
  static let names: [String] = {
    let folder = packageRoot.appendingPathComponent("configs").path
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  @Test("there is one for each feature")
  func present() {
    #expect(Self.names.count == 33)
  }

  @Test("it runs, learns, and starts where it must", .slow(.long), arguments: names)
  func runs(name: String) throws {
    let problem = try loadProblem(file: "configs/\(name)")
    let solution = try solve(problem)
    #expect(solution.outcome == .completed)
    let test = solution.curve.testLoss
    // Given test rows are not as large as the training rows, which have the mean eigenvalue 1.
    let start = problem.data.rows == nil ? test[0] : solution.curve.trainLoss[0]
    // A random function of infinite width has its kernel for a variance.
    let random = solution.wide?.kernels.nngp.diagonal.prefix(problem.data.rows?.trainCount ?? 1) ?? []
    let expected = random.isEmpty ? Limits.initialLoss(problem) : 1 + random.reduce(0, +) / Double(random.count)
    // The start of other losses is a mean over outputs, not a sum of variances.
    if problem.lossRule == nil { #expect(abs(start - expected) < 1e-9 * start) }
    #expect(try #require(test.last) < 0.8 * test[0])
    #expect(solution.residual < 1e-9)
  }

  /// Reference values from a separate program, to two and to four digits.
  @Test("digits: 1.95 0.64 0.46 0.38")
  func digits() throws {
    let test = try solve(loadProblem(file: "configs/digits.yaml")).curve.testLoss
    for (step, loss, digit) in [(0, 1.95, 0.005), (10, 0.64, 0.005), (30, 0.46, 0.005), (99, 0.3781, 0.00005)] {
      #expect(abs(test[step] - loss) <= digit, "step \(step): \(test[step])")
    }
  }

  @Test("diabetes: test and train to four digits")
  func diabetes() throws {
    let curve = try solve(loadProblem(file: "configs/diabetes.yaml")).curve
    let expected = [
      (0, 1.1562, 1.1562), (10, 0.6845, 0.6679), (30, 0.5527, 0.5269), (99, 0.5068, 0.4705),
    ]
    for (step, test, train) in expected {
      #expect(abs(curve.testLoss[step] - test) <= 0.00005001, "step \(step)")
      #expect(abs(curve.trainLoss[step] - train) <= 0.00005001, "step \(step)")
    }
  }
}
