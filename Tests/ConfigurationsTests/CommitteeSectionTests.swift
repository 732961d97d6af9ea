import Fixtures
import Testing

@testable import Configurations

@Suite("Configuration of a committee machine")
struct CommitteeSectionTests {
  private func load(_ words: String...) throws -> Configuration {
    try Configuration.load(
      file: nil, overrides: words, uses: { $0.hasPrefix("committee.") || $0 == "data.inputDimension" },
      workingDirectory: packageRoot.path)
  }

  private func mistakes(_ words: String...) -> [String] {
    do {
      _ = try Configuration.load(
        file: nil, overrides: words, uses: { $0.hasPrefix("committee.") || $0 == "data.inputDimension" },
        workingDirectory: packageRoot.path)
      return []
    } catch {
      return error.mistakes.map(\.description)
    }
  }

  @Test("a regular start by two numbers")
  func regular() throws {
    let settings = try load("committee.studentUnits=3", "committee.alignment=0.2").committee
    #expect(settings.student == [[0.25, 0, 0], [0, 0.25, 0], [0, 0, 0.25]])
    #expect(settings.mixed == [[0.2, 0], [0, 0.2], [0.2, 0]] && settings.teacher == [[1, 0], [0, 1]])
    #expect(settings.studentReadout == [1, 1, 1] && settings.readoutRate == nil && settings.activation == "erfScaled")
    let trained = try load("committee.readout=trained", "committee.activation=ReLU").committee
    #expect(trained.readoutRate == 1 && trained.activation == "relu")
  }

  @Test("matrices give the number of units; what they leave out is regular")
  func matrices() throws {
    let settings = try load("committee.overlaps.student=[[0.5,0.1,0],[0.1,0.5,0],[0,0,0.5]]", "committee.alignment=0.2")
      .committee
    #expect(settings.studentUnits == 3 && settings.teacherUnits == 2 && settings.hasMatrices)
    #expect(settings.mixed == [[0.2, 0], [0, 0.2], [0.2, 0]])
    let mixed = try load("committee.overlaps.mixed=[[0.1,0,0]]", "committee.studentNorm=2").committee
    #expect(mixed.studentUnits == 1 && mixed.teacherUnits == 3 && mixed.student == [[2]])
  }

  @Test("what is resolved loads again, and another start is another run")
  func identity() throws {
    let first = try load("committee.overlaps.mixed=[[0.1,0.02],[0.03,0.1]]", "committee.readout=trained")
    #expect(first.yaml(of: { $0.hasPrefix("committee.") }).contains("mixed: [[0.1, 0.02], [0.03, 0.1]]"))
    let drawn = try load("committee.overlaps=drawn")
    #expect(drawn.committee.isDrawn && drawn.yaml().contains("overlaps: drawn") && !drawn.yaml().contains("alignment"))
    #expect(Set([try load(), first, drawn].map { $0.hash() }).count == 3)
  }

  @Test(
    "mistakes name the key, what is wrong and what to do",
    arguments: [
      (["committee.studentUnits=0"], "committee.studentUnits must be at least 1"),
      (["committee.alignment=0.6"], "no weights have these overlaps"),
      (["committee.overlaps.mixed=[[0.6,0],[0,0.1]]"], "use smaller mixed overlaps"),
      (["committee.overlaps.student=[[0.3,0.1],[0.2,0.3]]"], "must be symmetric: row 2 has 0.2 in column 1"),
      (["committee.overlaps.student=[[0,0],[0,1]]"], "unit 1 has the squared norm 0.0"),
      (["committee.overlaps.mixed=[[0.1,0],[0]]"], "must have 2 rows of 2 numbers"),
      (["committee.overlaps.student=[[1]]", "committee.studentUnits=2"], "committee.studentUnits is 2"),
      (["committee.studentReadout=[1]"], "must have 2 numbers, one for each of committee.studentUnits, got 1"),
      (["committee.readoutRate=2"], "set committee.readout to trained"),
      (["committee.overlaps=drawn", "committee.alignment=0.1"], "that of a regular start"),
      (["committee.overlaps=drawn", "data.inputDimension=3"], "at least as many inputs as units, 4"),
      (["committee.overlaps=drawn", "committee.overlaps.teacher=[[1]]"], "they exclude each other"),
      (["committee.activation=tanh"], "one of erfScaled, relu"),
      (["committee.learningRate=-1"], "committee.learningRate must be above 0"),
    ])
  func mistakes(words: [String], expected: String) {
    do {
      _ = try Configuration.load(
        file: nil, overrides: words, uses: { $0.hasPrefix("committee.") || $0 == "data.inputDimension" },
        workingDirectory: packageRoot.path)
      Issue.record("\(words) pass")
    } catch {
      let text = error.mistakes.map(\.description).joined(separator: "\n")
      #expect(text.contains(expected), "\(text)")
    }
  }

  @Test("all mistakes come at once; another command does not mind")
  func together() throws {
    let found = mistakes("committee.alignment=0.6", "committee.studentReadout=[1]", "committee.horizon=0")
    #expect(found.count == 3, "\(found)")
    let other = try Configuration.load(
      file: nil, overrides: ["committee.alignment=0.6"], workingDirectory: packageRoot.path)
    #expect(!other.yaml().contains("committee"))
  }
}
