import JSON

/// What a page and the JSON say of a run beside its report: who made it, of what, and how to repeat it.
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

  /// Members of every JSON result.
  public var head: [String: JSONValue] {
    [
      "version": .text(version), "command": .text(command), "configuration": configuration, "hash": .text(hash),
    ]
  }
}
