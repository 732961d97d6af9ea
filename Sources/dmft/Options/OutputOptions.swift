import ArgumentParser

/// `--json` and `--quiet`, shared by every command.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print the result as JSON.")
  var json = false

  @Flag(help: "No notes and no progress on stderr.")
  var quiet = false
}
