import JSON
import Problems
import Reports

/// Losses in the units of a table's raw target.
struct OwnUnits {
  /// Mean square of the raw target in a unit of the loss.
  let factor: Double
  /// What the losses are then.
  let meaning: String

  /// Nil for generated data, and for several columns, which have a unit each.
  init?(_ data: DataModel) {
    guard case .measured(let measured) = data.spectrum else { return nil }
    guard let outputs = measured.outputs else {
      factor = measured.targetScale * measured.targetScale
      meaning = "in the target's own units"
      return
    }
    guard outputs.areClasses else { return nil }
    factor = outputs.scales[0] * outputs.scales[0]
    meaning = "as a sum over indicators of the classes, 1 or 0"
  }
}

extension LearningCurve {
  /// The losses at the end in the target's own units, and the share of its variance that is explained; nil for generated data.
  func ownUnitsFinding(_ data: DataModel) -> String? {
    guard case .measured = data.spectrum, let test = testLoss.last, let train = trainLoss.last, test.isFinite else {
      return nil
    }
    let explained = "R^2 \(NumberText.short(1 - test / data.targetVariance)) on rows that are not trained on"
    guard let own = OwnUnits(data) else { return explained + " (outputs in their own units: the table above)" }
    let root = data.outputs == nil ? " (root \(NumberText.short((own.factor * test).squareRoot())))" : ""
    return "\(own.meaning): test loss \(NumberText.short(own.factor * test))\(root), train loss "
      + "\(NumberText.short(own.factor * train)); \(explained)"
  }

  /// The same for programs; null for generated data, and for several columns, which have a unit each.
  func ownUnitsJSON(_ data: DataModel) -> JSONValue {
    guard let own = OwnUnits(data), let test = testLoss.last, let train = trainLoss.last else { return .null }
    return .object([
      "factor": .number(own.factor), "test_loss": .number(own.factor * test), "train_loss": .number(own.factor * train),
    ])
  }
}
