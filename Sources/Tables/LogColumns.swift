import Foundation
import Problems

/// Which columns of a training log hold what: as the user says, or by the names that common programs write.
///
/// Weights & Biases writes `run - train/loss` beside `run - train/loss__MIN`, Keras `loss` and `val_loss` by epochs, TensorBoard
/// `Wall time,Step,Value` with the name of the curve in the name of the file, pandas an unnamed column of row numbers.
struct LogColumns {
  /// What a column can be; raw values are the words of `--columns`.
  enum Role: String, CaseIterable {
    case step, epoch, train, test, batch, trainAccuracy, testAccuracy

    /// Names that mean it, those that are believed first.
    fileprivate var names: [String] {
      switch self {
      case .step: ["step", "steps", "iteration", "iter", "global_step", "trainer_global_step", "train_global_step"]
      case .epoch: ["epoch", "epochs"]
      case .test:
        [
          "test_loss", "test", "test_mse", "val_loss", "validation_loss", "eval_loss", "loss_test", "loss_val",
          "val_mse",
        ]
      case .train: ["train_loss", "train", "train_mse", "training_loss", "loss", "loss_train", "mse"]
      case .batch: ["batch_loss", "minibatch_loss", "train_loss_step"]
      case .testAccuracy:
        ["test_accuracy", "test_acc", "val_accuracy", "val_acc", "eval_accuracy", "validation_accuracy"]
      case .trainAccuracy: ["train_accuracy", "train_acc"]
      }
    }
  }

  private(set) var places: [Role: Int] = [:]
  /// Whether the numbers of the rows, which pandas writes without a name, are the epochs.
  private(set) var countsRows = false
  /// How the header was read where that is not plain; a sentence each.
  private(set) var notices: [String] = []

  /// - Parameters:
  ///   - table: the log.
  ///   - path: its name in messages, and for TensorBoard that of its curve.
  ///   - given: names of columns by role; a role that is given is not guessed.
  /// - Throws: given names that are not in the header, no steps, no loss.
  init(_ table: CSVTable, _ path: String, given: [Role: String]) throws(InvalidTable) {
    let header = table.header
    var problems: [String] = []
    for role in Role.allCases {
      guard let name = given[role] else { continue }
      places[role] = header.firstIndex(of: name) ?? header.firstIndex { Self.plain($0) == name.lowercased() }
      if places[role] == nil { problems.append("\(path):1:1: no column \(name); it has \(table.columnsInWords)") }
    }
    guard problems.isEmpty else { throw InvalidTable(problems: problems) }
    for role in Role.allCases where given[role] == nil { guess(role, header) }
    if given[.epoch] != nil, given[.step] == nil { places[.step] = nil }
    if given.isEmpty { guessUnnamed(table, path) }
    let needed = "; name it: --columns step=NAME,train=NAME,test=NAME"
    if places[.step] == nil && places[.epoch] == nil && !countsRows {
      problems.append("\(path):1:1: no column step or epoch; it has \(table.columnsInWords)\(needed)")
    }
    if [.train, .test, .batch].allSatisfy({ places[$0] == nil }) {
      problems.append(
        "\(path):1:1: no column test_loss, train_loss or batch_loss; it has \(table.columnsInWords)\(needed)")
    }
    guard problems.isEmpty else { throw InvalidTable(problems: problems) }
  }

  /// A name as it is, else without what programs write around it.
  private mutating func guess(_ role: Role, _ header: [String]) {
    for name in role.names {
      if let place = header.firstIndex(where: { $0.lowercased() == name }) { return places[role] = place }
    }
    for name in role.names {
      let all = header.indices.filter { Self.plain(header[$0]) == name }
      guard let place = all.first else { continue }
      places[role] = place
      if all.count > 1 {
        notices.append(
          "\(header[place]) is read as \(name), the first of \(all.count) such columns; --columns names another")
      }
      return
    }
  }

  /// What has no telling name: the values of TensorBoard, and the row numbers of a Keras history that pandas wrote.
  private mutating func guessUnnamed(_ table: CSVTable, _ path: String) {
    let plain = table.header.map(Self.plain)
    if plain.contains("wall_time"), let value = plain.firstIndex(of: "value"), places[.train] == nil,
      places[.test] == nil
    {
      let file = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
      let role = ["test", "val", "eval"].contains(where: file.contains) ? Role.test : .train
      places[role] = value
      let other = role == .test ? "train" : "test"
      notices.append(
        "\(path) is one curve of TensorBoard, read as \(role.rawValue) loss; --columns \(other)=Value reads it otherwise"
      )
    }
    if places[.step] == nil, places[.epoch] == nil, table.firstRowNumber != nil {
      countsRows = true
      notices.append("\(path): without a column step or epoch, the numbers of the rows are read as epochs")
    }
  }

  /// `run - val/loss`, `_step` and `Train Loss` as `val_loss`, `step` and `train_loss`.
  private static func plain(_ name: String) -> String {
    var name = name.lowercased()
    if let dash = name.range(of: " - ", options: .backwards) { name = String(name[dash.upperBound...]) }
    let joined = String(name.map { " /.-".contains($0) ? "_" : $0 })
    return String(joined.drop { $0 == "_" })
  }
}
