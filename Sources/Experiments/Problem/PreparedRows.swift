import Configurations
import Problems
import Tables

extension Configuration {
  /// The rows of its table as networks see them; nil where the data are generated, and for an exact split, whose problem has them.
  ///
  /// - Returns: the prepared table.
  /// - Throws: every reason where the table cannot be measured.
  public func preparedRows() throws(ExperimentFailure) -> PreparedTable? {
    guard let table, let dataFile, dataFile.split == nil else { return nil }
    do {
      return try Measurement(table, dataFile.standardize).prepared
    } catch {
      throw ExperimentFailure(.refused, error.problems)
    }
  }

  /// The rows where their classes are predicted; nil for others, whose rows no prediction needs.
  ///
  /// - Returns: the prepared table.
  /// - Throws: every reason where the table cannot be measured.
  public func preparedClasses() throws(ExperimentFailure) -> PreparedTable? {
    table?.areClasses == true ? try preparedRows() : nil
  }
}
