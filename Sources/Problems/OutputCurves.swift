/// Losses of each of several outputs against time, and the share of rows that are put into their class.
public struct OutputCurves: Codable, Hashable, Sendable {
  /// A list for each output, one number a step; they sum to the test loss.
  public var testLoss: [[Double]]
  /// Likewise of the data of the step.
  public var trainLoss: [[Double]]
  /// Share of rows, from 0 to 1, whose largest output (with what centring removed) is that of their class, of rows that are not
  /// trained on: one number a step; nil where the outputs are no classes.
  public var testAccuracy: [Double]?
  /// Likewise of the rows of the step.
  public var trainAccuracy: [Double]?

  /// - Parameters:
  ///   - testLoss: a list for each output.
  ///   - trainLoss: a list for each output.
  ///   - testAccuracy: one number a step; nil without classes.
  ///   - trainAccuracy: one number a step; nil without classes.
  public init(
    testLoss: [[Double]], trainLoss: [[Double]], testAccuracy: [Double]? = nil, trainAccuracy: [Double]? = nil
  ) {
    self.testLoss = testLoss
    self.trainLoss = trainLoss
    self.testAccuracy = testAccuracy
    self.trainAccuracy = trainAccuracy
  }

  /// The curves at some of their rows.
  ///
  /// - Parameter rows: row indices.
  /// - Returns: shorter curves.
  public func rows(_ rows: [Int]) -> OutputCurves {
    func part(_ list: [Double]) -> [Double] { rows.map { list[$0] } }
    return OutputCurves(
      testLoss: testLoss.map(part), trainLoss: trainLoss.map(part), testAccuracy: testAccuracy.map(part),
      trainAccuracy: trainAccuracy.map(part))
  }
}
