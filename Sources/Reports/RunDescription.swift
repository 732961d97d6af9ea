import JSON

/// What a page and the JSON contain about a run in addition to its report: user, input, and how to repeat it.
public struct RunDescription: Sendable {
  /// Version of dmft.
  public let version: String
  /// The command, such as `solve`.
  public let command: String
  /// SHA-256 of the problem.
  public let hash: String
  /// The resolved configuration.
  public let configuration: JSONValue
  /// The same as YAML.
  public let yaml: String
  /// Options that decide the result, as `--name value`, each one word of a command line or two.
  public let options: [String]
  /// Seconds that the run took.
  public let seconds: Double
  /// Core that OpenBLAS chose its kernels for.
  public let core: String

  /// - Parameters:
  ///   - version: version of dmft.
  ///   - command: the command.
  ///   - hash: SHA-256 of the problem.
  ///   - configuration: the resolved configuration.
  ///   - yaml: the same as YAML.
  ///   - options: options that decide the result.
  ///   - seconds: seconds that the run took.
  ///   - core: core that OpenBLAS chose its kernels for.
  public init(
    version: String, command: String, hash: String, configuration: JSONValue, yaml: String, options: [String],
    seconds: Double, core: String
  ) {
    self.version = version
    self.command = command
    self.hash = hash
    self.configuration = configuration
    self.yaml = yaml
    self.options = options
    self.seconds = seconds
    self.core = core
  }

  /// The command that repeats a run.
  ///
  /// - Parameters:
  ///   - folder: the run folder as the user named it.
  ///   - inputs: files in addition to its configuration.
  ///   - other: the folder of the repetition.
  /// - Returns: a line for a shell.
  public func again(_ folder: String, inputs: [String], to other: String) -> String {
    // What is no flag says of an input what stood in it.
    let flags = options.filter { $0.hasPrefix("--") }.flatMap {
      $0.split(separator: " ", maxSplits: 1).map(String.init)
    }
    return (["dmft", command, folder + "/config.yaml"] + inputs + flags + ["-o", other]).map(NumberText.quoted)
      .joined(separator: " ")
  }

  /// Members of every JSON result.
  public var head: [String: JSONValue] {
    [
      "version": .text(version), "command": .text(command), "configuration": configuration, "hash": .text(hash),
    ]
  }
}
