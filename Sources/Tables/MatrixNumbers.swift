/// The numbers of a matrix file, whatever its format.
package struct MatrixNumbers {
  package let rows: Int
  package let columns: Int
  /// Row by row; NaN where an entry is not observed.
  package let entries: [Double]
}

/// Everything wrong with a matrix file, each sentence with its place.
package struct InvalidMatrix: Error {
  package let problems: [String]

  /// How many flaws of one kind are listed individually.
  private static let mostListed = 5

  package init(_ problems: [String]) { self.problems = problems }

  /// No more than five of a kind are listed individually.
  package init(capped problems: [String], _ what: String) {
    let most = Self.mostListed
    self.problems =
      problems.count > most
      ? problems.prefix(most) + ["and \(problems.count - most) more \(what) like these"] : problems
  }
}
