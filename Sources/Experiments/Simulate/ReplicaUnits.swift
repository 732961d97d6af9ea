import Files
import Problems
import RunStore

/// Trained networks as units of a run.
extension UnitStore {
  private static func name(_ group: String, _ replica: Int) -> String { "\(group)replica-\(replica)" }
  private static func spectraName(_ group: String, _ replica: Int) -> String { name(group, replica) + "-spectra" }

  /// Keeps the curve of one network.
  ///
  /// - Parameters:
  ///   - curve: what was measured.
  ///   - group: prefix of the unit's name, which distinguishes the ensembles of one run.
  ///   - replica: which network.
  /// - Throws: 74 where writing fails.
  public func write(_ curve: ReplicaCurve, group: String, replica: Int) throws(WritingProblem) {
    // First: a curve without its spectra would be taken for finished.
    if let spectra = curve.spectra { try write(Self.spectraName(group, replica), spectra.numbers) }
    var lists = [curve.testLoss, curve.trainLoss] + curve.forward + curve.backward
    lists += [curve.batchLoss].compactMap { $0 }
    if let outputs = curve.outputs {
      lists += outputs.testLoss + outputs.trainLoss
      lists += [outputs.testAccuracy, outputs.trainAccuracy].compactMap { $0 }
    }
    try write(Self.name(group, replica), [Double(curve.count)] + lists.flatMap { $0 })
  }

  /// The spectra of one network.
  ///
  /// - Parameters:
  ///   - replica: which network.
  ///   - group: start of the unit's name.
  /// - Returns: nil if they were not kept, or are damaged.
  func spectra(_ replica: Int, group: String) -> NetworkSpectra? {
    read(Self.spectraName(group, replica)).flatMap(NetworkSpectra.init(numbers:))
  }

  /// The curve of one network.
  ///
  /// - Parameters:
  ///   - replica: which network.
  ///   - group: start of the unit's name.
  ///   - hiddenLayers: L.
  ///   - outputs: K.
  ///   - hasClasses: whether the outputs are classes, of which accuracies are measured.
  ///   - hasBatches: whether losses of batches are measured.
  /// - Returns: nil if it was not kept, or is damaged.
  public func replica(
    _ replica: Int, group: String, hiddenLayers: Int, outputs: Int = 1, hasClasses: Bool = false,
    hasBatches: Bool = false
  ) -> ReplicaCurve? {
    let common = 2 * hiddenLayers + 3 + (hasBatches ? 1 : 0)
    let lists = common + (outputs > 1 ? 2 * outputs : 0) + (hasClasses ? 2 : 0)
    guard let numbers = read(Self.name(group, replica)), let first = numbers.first,
      let count = Int(exactly: first), count >= 0, numbers.count == 1 + count * lists
    else { return nil }
    func list(_ index: Int) -> [Double] { Array(numbers[1 + index * count..<1 + (index + 1) * count]) }
    var curve = ReplicaCurve(
      testLoss: list(0), trainLoss: list(1), forward: (0...hiddenLayers).map { list(2 + $0) },
      backward: (1...hiddenLayers).map { list(2 + hiddenLayers + $0) }, batchLoss: hasBatches ? list(common - 1) : nil)
    guard outputs > 1 || hasClasses else { return curve }
    let outputs = outputs > 1 ? outputs : 0
    curve.outputs = OutputCurves(
      testLoss: (0..<outputs).map { list(common + $0) }, trainLoss: (0..<outputs).map { list(common + outputs + $0) },
      testAccuracy: hasClasses ? list(lists - 2) : nil, trainAccuracy: hasClasses ? list(lists - 1) : nil)
    return curve
  }
}
