import ArgumentParser
import Experiments
import Files
import MeanField
import Tables

/// `dmft compare`: a user's own training log against the theory.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare a training log of your own with the theory.",
    usage: """
      dmft compare [CONFIG] LOG.csv [key=value ...]
                          [--columns step=NAME,train=NAME,...] [-o DIR]
                          [--arrays] [--figures] [--json] [--quiet]
      """,
    discussion: """
      LOG.csv has a header with a column step (or epoch) and test_loss (or
      val_loss), train_loss (or loss), batch_loss: mean squares without the
      factor 1/2, summed over several outputs. With minibatches loss is that of
      batches, and in a log by epochs their mean over each; test_accuracy and train_accuracy of classes, shares
      from 0 to 1, are compared too. Cells may be empty. One log is one network; dmft validate measures how
      much single networks scatter. Names that Weights & Biases, Keras,
      TensorBoard and Lightning write are known; --columns names others.

      Example:
        dmft compare configs/weight-decay.yaml log.csv -o runs/mine --figures
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var keeping: RunOptions
  @OptionGroup var matrices: ArrayOptions

  @Option(
    help: ArgumentHelp(
      "Names of the log's columns where they are not known: step, epoch, train, test, batch, trainAccuracy, testAccuracy.",
      valueName: "step=NAME,..."))
  var columns: String?

  mutating func run() throws {
    let (log, words) = try readLog()
    let configuration = try options.load(
      for: Compare.self, words, refusals: { Solver.refusals($0.ofTheory) })
    for notice in log.notices { options.log.notice("\(notice)") }
    if words.isEmpty {
      options.log.notice("no configuration is given: the log is compared with the built-in example")
    }
    try ExperimentRun(output: options.output, keeping: keeping, arrays: matrices.arrays).run(
      try CommandFailure.unless(CommandFailure.init) { () throws(ExperimentFailure) in
        try Compare(configuration.problem, log: log, rows: configuration.preparedClasses())
      },
      of: configuration.identity(of: Compare.keys)
    ) { _ in [NextCommand(words).text("validate", "how far single networks scatter")] }
  }

  /// The log, and the words that are left for the configuration.
  private func readLog() throws(CommandFailure) -> (log: TrainingLog, words: [String]) {
    let bare = options.words.filter { !ProblemWords.isSetting($0) }
    func isLog(_ word: String) -> Bool { StandardInput.isMeant(by: word) || ProblemWords.isTable(word) }
    // CONFIG and LOG come in this order, but a log before a YAML file is recognised.
    let isSwapped = bare.count == 2 && !isLog(bare[1]) && ProblemWords.isTable(bare[0])
    guard let path = isSwapped ? bare[0] : bare.last, bare.count > 1 || isLog(path) else {
      throw CommandFailure(
        status: .usage,
        lines: ["dmft compare needs a log: dmft compare CONFIG LOG.csv (columns step, test_loss, train_loss)"])
    }
    let columns = try columnNames()
    var words = options.words
    if let index = words.lastIndex(of: path) { words.remove(at: index) }
    do {
      return (try TrainingLog(path, columns: columns), words)
    } catch {
      throw CommandFailure(status: .badInput, lines: error.problems)
    }
  }

  /// `step=NAME,train=NAME`; a comma within a name stays, as no role stands behind it.
  private func columnNames() throws(CommandFailure) -> [String: String] {
    guard let columns else { return [:] }
    var names: [(role: String, name: String)] = []
    for part in columns.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if sides.count == 2, TrainingLog.columnRoles.contains(sides[0]), !sides[1].isEmpty {
        names.append((sides[0], sides[1]))
      } else if sides.count == 1, !names.isEmpty {
        names[names.count - 1].name += "," + part
      } else {
        let roles = TrainingLog.columnRoles.joined(separator: ", ")
        throw CommandFailure(
          status: .usage,
          lines: ["--columns: \(part) is not one of \(roles) with =NAME, as in --columns step=iter,train=mse"])
      }
    }
    return Dictionary(names.map { ($0.role, $0.name) }) { $1 }
  }
}
