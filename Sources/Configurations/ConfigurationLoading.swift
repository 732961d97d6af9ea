import Files
import Foundation
import Problems

extension Configuration {
  /// Reads a configuration: a file, or none, and arguments that override it.
  ///
  /// Strict: unknown keys, repeated keys, wrong types, values out of range and contradictions are
  /// all found in one go, each with its place.
  ///
  /// - Parameters:
  ///   - file: path of a YAML file, relative to the working directory; nil for the defaults.
  ///   - overrides: arguments `key=value` with dotted keys; the value is read as YAML.
  ///   - further: words that are used only where nothing is said of their keys.
  ///   - isUsed: which keys have an effect on what will be run.
  ///   - workingDirectory: absolute path that relative paths on the command line start from.
  ///   - refusals: what the backend that will run does not support, each with its key.
  /// - Returns: the resolved configuration.
  /// - Throws: every mistake; exit code 64 if an argument is malformed, otherwise 65.
  public static func load(
    file: String?, overrides: [String], further: [String] = [],
    uses isUsed: (String) -> Bool = Configuration.isOfTraining,
    workingDirectory: String,
    refusals: (TrainingProblem) -> [Refusal] = { _ in [] }
  ) throws(InvalidConfiguration) -> Configuration {
    var given = GivenValues()
    var mistakes: [Mistake] = []
    if let file {
      do throws(UnreadableFile) {
        try given.read(file: text(of: inputPath(file, in: workingDirectory)), named: StandardInput.name(of: file))
      } catch {
        mistakes.append(
          Mistake(at: .wholeFile(StandardInput.name(of: file)), error.reason, suggestion: error.suggestion))
      }
    }
    for (index, argument) in overrides.enumerated() { given.read(argument: argument, index: index) }
    for word in further where !given.speaks(ofKeyIn: word) { given.read(argument: word, index: overrides.count) }
    if let place = given.axesPlace {
      mistakes.append(Mistake(at: place, "axes are for dmft sweep and dmft transfer", suggestion: "remove the section"))
    }
    let cache = TableCache(file: file, workingDirectory: workingDirectory)
    let found = resolve(given, from: cache, uses: isUsed, hasSource: mistakes.isEmpty, refusals: refusals)
    guard case .success(let configuration) = found, mistakes.isEmpty else {
      if case .failure(let invalid) = found { throw invalid.adding(mistakes) }
      throw InvalidConfiguration(mistakes: mistakes)
    }
    return configuration
  }

  /// Every key but those of `reduce`, `layers` and `committee`, which ask another question.
  ///
  /// - Parameter path: dotted path.
  /// - Returns: whether theory and trained networks may depend on it.
  public static func isOfTraining(_ path: String) -> Bool {
    !["reduce.", "layers.", "committee."].contains { path.hasPrefix($0) }
  }

  /// Resolves what was given.
  ///
  /// - Parameters:
  ///   - given: all values.
  ///   - cache: where tables are found.
  ///   - isUsed: which keys have an effect on what will be run.
  ///   - hasSource: false where the file could not be read at all.
  ///   - refusals: what the backend that will run does not support.
  /// - Returns: the configuration, or every mistake.
  static func resolve(
    _ given: GivenValues, from cache: TableCache, uses isUsed: (String) -> Bool, hasSource: Bool = true,
    refusals: (TrainingProblem) -> [Refusal]
  ) -> Result<Configuration, InvalidConfiguration> {
    var given = given
    given.checkContradictions()
    var resolution = Resolution(reader: ValueReader(given), uses: UsedKeys(isUsed))
    // Half of what was meant is missing behind a broken file: rules between keys would mislead.
    if hasSource, resolution.reader.isReadable { resolution.resolve(from: cache) }
    if hasSource, resolution.isSound { resolution.take(refusals(resolution.problem)) }
    let mistakes = resolution.reader.mistakes
    return mistakes.isEmpty
      ? .success(resolution.configuration(source: cache.file)) : .failure(InvalidConfiguration(mistakes: mistakes))
  }

  /// The most bytes of a configuration that are read: a factor for each of some million steps.
  private static let textLimit = 64 << 20

  /// A whole file as text.
  static func text(of path: String) throws(UnreadableFile) -> String {
    let bytes = try contents(of: path, atMost: textLimit)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw UnreadableFile(reason: "is not UTF-8 text", suggestion: nil)
    }
    return text
  }
}
