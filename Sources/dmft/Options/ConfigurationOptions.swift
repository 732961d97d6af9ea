import ArgumentParser
import Configurations
import Experiments
import Foundation
import Logging
import MeanField
import Problems
import Tables

/// `[CONFIG] [key=value ...]`, shared by every command that takes a problem.
struct ConfigurationOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A YAML configuration (- for standard input) or a CSV table, and keys that override it; default: a built-in example.",
      valueName: "CONFIG|key=value"),
    completion: WordCompletion.configuration)
  var words: [String] = []

  @OptionGroup var output: OutputOptions

  /// Reads, resolves and checks everything; all mistakes come at once. Given keys that the experiment does not use are
  /// noticed.
  ///
  /// - Parameters:
  ///   - experiment: what will run, which determines the keys that have an effect.
  ///   - words: what to read in place of all words of the command line.
  ///   - further: `key=value` words that take the place of the user's own.
  ///   - defaults: `key=value` arguments that apply where their keys are not given.
  ///   - refusals: what theory or networks can't do.
  /// - Returns: the resolved configuration.
  /// - Throws: 64 or 65 with every mistake.
  func load<Subject: Experiment>(
    for experiment: Subject.Type, _ words: [String]? = nil, further: [String] = [], defaults: [String] = [],
    refusals: (TrainingProblem) -> [Refusal] = Solver.refusals
  ) throws(CommandFailure) -> Configuration {
    let configuration = try load(words, further: further, defaults: defaults, uses: Subject.keys, refusals: refusals)
    noteInputs(of: configuration, Subject.name)
    return configuration
  }

  /// Notices how a table was read, and given keys that a command does not use.
  func noteInputs(of configuration: Configuration, _ command: String) {
    for notice in configuration.notices { log.notice("\(notice)") }
    let idle = configuration.values.filter { !$0.isUsed && $0.origin.isGiven }.map(\.key)
    if !idle.isEmpty { log.notice("without effect on dmft \(command): \(idle.joined(separator: ", "))") }
  }

  /// The same for any selection of keys, without notices.
  func load(
    _ words: [String]? = nil, further: [String] = [], defaults: [String] = [], uses keys: KeySelection,
    refusals: (TrainingProblem) -> [Refusal]
  ) throws(CommandFailure) -> Configuration {
    let words = try ProblemWords(words ?? self.words)
    let replaced = further.flatMap(Self.keysSaid)
    let own = words.settings.filter { word in !replaced.contains { word.hasPrefix($0 + "=") } }
    return try CommandFailure.unless(CommandFailure.init) { () throws(InvalidConfiguration) in
      try Configuration.load(
        file: words.file, overrides: own + further, further: defaults, uses: keys.includes,
        workingDirectory: FileManager.default.currentDirectoryPath, refusals: refusals)
    }
  }

  /// Reads a family of problems: the same words, of which some may be axes.
  ///
  /// - Parameters:
  ///   - words: what to read in place of all words of the command line.
  ///   - further: arguments that apply where their keys are not given.
  ///   - keys: which keys have an effect.
  ///   - refusals: what theory or networks can't do.
  ///   - progress: receives the share of the family that is read.
  /// - Returns: the family.
  /// - Throws: 64 or 65 with every mistake.
  func plan(
    _ words: [String]? = nil, further: [String] = [], uses keys: KeySelection,
    refusals: @escaping (TrainingProblem) -> [Refusal] = Solver.refusals, progress: (Double) -> Void = { _ in }
  ) throws(CommandFailure) -> Plan {
    let words = try ProblemWords(words ?? self.words)
    return try CommandFailure.unless(CommandFailure.init) { () throws(InvalidConfiguration) in
      try Plan.load(
        file: words.file, words: words.settings, further: further, uses: keys.includes,
        workingDirectory: FileManager.default.currentDirectoryPath, refusals: refusals, progress: progress)
    }
  }

  /// For notices.
  var log: Logger { NoticeHandler.logger(quiet: output.quiet) }

  /// Notices on a problem: columns of a table that do not count, settings that gradient flow has no use for.
  func note(_ problem: TrainingProblem) {
    for notice in ProblemText.notices(problem) { log.notice("\(notice)") }
  }

  /// The key of a `key=value` and its alternatives.
  private static func keysSaid(_ word: String) -> [String] {
    let key = String(word.prefix { $0 != "=" })
    return [key] + (Schema.key(key)?.alternatives ?? [])
  }
}
