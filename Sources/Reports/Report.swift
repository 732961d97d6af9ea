import JSON

/// The results of a run, stated once: the terminal, JSON, CSV, the page, figures and BibTeX are renderings of it.
public struct Report: Sendable {
  /// Result of a check that decides the exit code.
  public enum Answer: String, Codable, Hashable, Sendable {
    case passed
    case failed
    /// The run had not the power to decide.
    case cannotTell
  }

  /// A word or two next to the title of the page.
  public struct Badge: Hashable, Sendable {
    /// How the words are to be taken.
    public enum Tone: String, Hashable, Sendable {
      case good, bad, plain
    }

    let text: String
    let tone: Tone

    /// - Parameters:
    ///   - text: a word or two.
    ///   - tone: how they are to be taken.
    public init(_ text: String, _ tone: Tone) {
      self.text = text
      self.tone = tone
    }
  }

  /// A measure of how far the run can be trusted.
  public struct Check: Hashable, Sendable {
    /// What was measured.
    public let name: String
    /// A number or a word.
    public let result: String
    /// What it says.
    public let meaning: String

    /// - Parameters:
    ///   - name: what was measured.
    ///   - result: a number or a word.
    ///   - meaning: what it says.
    public init(_ name: String, _ result: String, _ meaning: String) {
      self.name = name
      self.result = result
      self.meaning = meaning
    }
  }

  /// What the page is headed by.
  public var title: String
  /// What was done, in a paragraph.
  public var lead: String
  /// The problem, clause by clause.
  public var problem: [String]
  /// How the run ended, in a word: `completed`, `diverged`, `agrees`, …
  public var status: String
  /// Result of the check that the run was made for; nil where none decides the exit code.
  public var answer: Answer?
  /// Next to the title; nil shows the status.
  public var badge: Badge?
  /// Sentences on what came out, the answer first.
  public var findings: [String] = []
  /// Values in the JSON in addition to the tables.
  public var details: [String: JSONValue] = [:]
  /// How far it can be trusted.
  public var checks: [Check] = []
  /// The first with a name is the main one.
  public var tables: [Table] = []
  /// Whether the columns of the main table are top members of the JSON; without, it is a member under its name as the others are.
  public var hasTopColumns = true
  /// A drawing for the terminal.
  public var plot: CharacterPlot?
  /// Pictures.
  public var figures: [Figure] = []
  /// What more there would be to see.
  public var hints: [String] = []
  /// Words of the command line that repeats the run, in addition to its configuration and options: files that were read.
  public var inputs: [String] = []
  /// Works that the run cites.
  public var citations: [Citation] = []

  /// - Parameters:
  ///   - title: what the page is headed by.
  ///   - lead: what was done, in a paragraph.
  ///   - problem: the problem, clause by clause.
  ///   - status: how the run ended, in a word.
  public init(title: String, lead: String, problem: [String], status: String = "completed") {
    self.title = title
    self.lead = lead
    self.problem = problem
    self.status = status
  }

  /// The report as lines for a terminal.
  public var lines: [String] {
    var lines = tables.map(\.lines).filter { !$0.isEmpty }.flatMap { [""] + $0 }
    if let drawing = plot?.lines, !drawing.isEmpty { lines += [""] + drawing }
    return lines + (findings.isEmpty ? [] : [""] + findings)
  }

  /// The report as JSON.
  ///
  /// - Parameter head: members on the run: version, command, configuration.
  /// - Returns: the head, status and findings, the columns of the main table, other tables under their names, details.
  public func json(head: [String: JSONValue]) -> JSONValue {
    let files = tables.filter { $0.name != nil }
    var members = hasTopColumns ? files.first?.json ?? [:] : [:]
    for table in files.dropFirst(hasTopColumns ? 1 : 0) { members[table.name ?? ""] = .object(table.json) }
    members.merge(details) { $1 }
    members["problem"] = .list(problem.map { .text($0) })
    members["status"] = .text(status)
    members["answer"] = answer.map { .text($0.rawValue) }
    members["findings"] = .list(findings.map { .text($0) })
    return .object(members.merging(head) { $1 })
  }
}
