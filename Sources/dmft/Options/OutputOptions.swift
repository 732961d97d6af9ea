import ArgumentParser

/// `--json` and `--quiet`, shared by every command.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print the result as JSON.")
  var json = false

  @Flag(help: "Print the result alone: no head lines, notes, progress or next commands.")
  var quiet = false

  /// Whether lines around the result are printed: the problem, the cost, the files, the next commands.
  var showsFrame: Bool { !json && !quiet }
}
