/// All that is wrong with a table of data, one sentence each.
public struct InvalidTable: Error, Hashable, Sendable {
  /// What is wrong, where, and what to do about it; never empty.
  public var problems: [String]

  /// - Parameter problems: one sentence for each thing that is wrong.
  public init(problems: [String]) {
    self.problems = problems
  }
}
