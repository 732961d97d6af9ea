import JSON
import Reports
import Studies

/// What a larger batch is worth, where the size of a study is that of the batches.
extension TransferResult {
  /// The critical batch of a family; nil for other sizes, and where sizes have neither steps nor epochs in common.
  func criticalBatch(_ family: Int, _ horizon: Int) -> CriticalBatch? {
    guard layout.sizeColumn == "training.samplesPerStep", let budget = budget(family, horizon) else { return nil }
    return CriticalBatch(
      sizes: layout.sizes.map(\.value), losses: families[family].sizes.map { $0.minima[horizon].first?.loss },
      budget: budget)
  }

  private func budget(_ family: Int, _ horizon: Int) -> CriticalBatch.Budget? {
    let steps = layout.sizes.indices.map { Double(self.steps(family, $0, horizon)) }
    if Set(steps).count == 1 { return .steps }
    let epochs = zip(steps, layout.families[family].problems).compactMap { steps, problem in
      problem.minibatches.map { steps / Double($0.rule.stepsPerEpoch($0.share)) }
    }
    return epochs.count == steps.count && Set(epochs).count == 1 ? .epochs : nil
  }

  /// In a sentence; nil for other sizes.
  func batchFinding(_ family: Int, _ horizon: Int) -> String? {
    guard let critical = criticalBatch(family, horizon) else { return nil }
    let size =
      switch critical.size {
      case .at(let size): "about \(NumberText.brief(size)) samples"
      case .below(let size): "below \(NumberText.short(size)) samples, the smallest tried"
      case .above(let size): "above \(NumberText.short(size)) samples, the largest tried"
      }
    let share = NumberText.percent(CriticalBatch.share)
    let meaning =
      critical.budget == .steps
      ? "at equal steps a doubling of the batch gains less than \(share) of the \(objective.shortName) beyond it"
      : "at equal epochs a doubling of the batch, with half the steps, costs less than \(share) of the \(objective.shortName) up to it"
    return "critical batch size: \(size) (\(meaning))"
  }

  /// For programs; null for other sizes.
  func batchJSON(_ family: Int, _ horizon: Int) -> JSONValue {
    guard let critical = criticalBatch(family, horizon) else { return .null }
    var members: [String: JSONValue] = [
      "budget": .text(critical.budget.rawValue), "share_per_doubling": JSONValue(critical.shares),
      "size": .null, "below": .null, "above": .null,
    ]
    switch critical.size {
    case .at(let size): members["size"] = .number(size)
    case .below(let size): members["below"] = .number(size)
    case .above(let size): members["above"] = .number(size)
    }
    return .object(members)
  }
}
