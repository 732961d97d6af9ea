import Files
import Problems
import RunStore

/// Trained networks as units of a run.
extension UnitStore {
  private static func name(_ group: String, _ replica: Int) -> String { "\(group)replica-\(replica)" }

  /// Keeps the curve of one network.
  ///
  /// - Parameters:
  ///   - curve: what was measured.
  ///   - group: prefix of the unit's name, which distinguishes the ensembles of one run.
  ///   - replica: which network.
  /// - Throws: 74 where writing fails.
  public func write(_ curve: ReplicaCurve, group: String, replica: Int) throws(WritingProblem) {
    let lists = [curve.testLoss, curve.trainLoss] + curve.forward + curve.backward
    try write(Self.name(group, replica), [Double(curve.count)] + lists.flatMap { $0 })
  }

  /// The curve of one network.
  ///
  /// - Parameters:
  ///   - replica: which network.
  ///   - group: start of the unit's name.
  ///   - hiddenLayers: L.
  /// - Returns: nil if it was not kept, or is damaged.
  public func replica(_ replica: Int, group: String, hiddenLayers: Int) -> ReplicaCurve? {
    guard let numbers = read(Self.name(group, replica)), let first = numbers.first,
      let count = Int(exactly: first), count >= 0, numbers.count == 1 + count * (2 * hiddenLayers + 3)
    else { return nil }
    func list(_ index: Int) -> [Double] { Array(numbers[1 + index * count..<1 + (index + 1) * count]) }
    return ReplicaCurve(
      testLoss: list(0), trainLoss: list(1), forward: (0...hiddenLayers).map { list(2 + $0) },
      backward: (1...hiddenLayers).map { list(2 + hiddenLayers + $0) })
  }
}
