import Configurations
import Fixtures
import Foundation
import Problems
import Testing

@testable import Experiments

/// What the first line and the notices say of a table.
@Suite("A table in words")
struct TableTextTests {
  private static let digits = ["data.file=configs/data/digits10.csv", "data.target=digit", "data.samples=600"]
  private static let diabetes = ["data.file=configs/data/diabetes.csv", "data.standardize=zscore"]

  @Test("classes, targets and corrected fits are in the first line")
  func line() throws {
    let classes = try loadAny(Self.digits + ["data.targets=oneHot"])
    #expect(
      ProblemText.line(classes).contains("| real data (1797 rows, 64 columns; 10 classes of digit, one-hot), D = 61,"))
    let two = try loadAny(Self.diabetes + ["data.target=[progression, bmi]"])
    #expect(ProblemText.line(two).contains("real data (442 rows, 9 columns; 2 targets: progression, bmi), D = 9,"))
    let corrected = try loadAny(Self.diabetes + ["data.target=progression", "data.fitCorrection=true"])
    #expect(
      ProblemText.line(corrected).contains("real data (442 rows, 10 columns), fit corrected, D = 10, noise 0.703,"))
  }

  @Test("dropped rows are counted")
  func dropped() throws {
    let scratch = try Scratch()
    try scratch.write("a,b,y\n1,2,3\n,5,6\n4,1,7\n5,2,1\n6,8,2\n7,3,9\n9,1,4\n", to: "t.csv")
    let problem = try loadAny(["data.file=\(scratch.path)/t.csv", "data.target=y", "data.missing=drop"])
    #expect(
      ProblemText.line(problem).contains("real data (6 rows, 2 columns; 1 row dropped for missing cells), D = 2,"))
  }

  @Test("more samples than rows are pointed out")
  func notices() throws {
    let one = try loadAny(Self.diabetes + ["data.target=progression"])
    #expect(!ProblemText.notices(one).contains { $0.contains("samples of a table") })
    let more = try loadAny(Self.diabetes + ["data.target=progression", "data.samples=100000"])
    #expect(ProblemText.notices(more).contains { $0.hasPrefix("100000 samples of a table of 442 rows") })
  }

  /// Problems that not every backend takes.
  private func loadAny(_ words: [String]) throws -> TrainingProblem {
    try Configuration.load(file: nil, overrides: words, workingDirectory: packageRoot.path).problem
  }
}
