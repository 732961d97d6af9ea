import ArgumentParser
import Configurations
import Files
import JSON

/// `dmft init`: a commented configuration to start from.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a commented configuration to start from.",
    discussion: """
      Example:
        dmft init my.yaml && dmft solve my.yaml
        dmft init --schema schema.json      (editors complete keys by it)
      Without FILE it is printed. A file that exists is never overwritten.
      Editors with yaml-language-server find the schema by the first line
        # yaml-language-server: $schema=schema.json
      """)

  @Argument(help: "Where to write it; without it, stdout.", completion: .file())
  var file: String?

  @Flag(help: "Write the JSON Schema of configurations instead.")
  var schema = false

  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let text = schema ? EditorSchema.text : Configuration.template
    guard let file else {
      // A schema is JSON as it is.
      let isWrapped = output.json && !schema
      print(isWrapped ? JSONValue.object(["template": .text(text)]).text() + "\n" : text, terminator: "")
      return
    }
    do {
      try NewFile.write(text, to: file)
    } catch {
      throw CommandFailure(error)
    }
    if output.json {
      print(JSONValue.object(["written": .text(file)]).text())
    } else {
      let next =
        schema ? "# yaml-language-server: $schema=\(file) as first line of a configuration" : "dmft solve \(file)"
      print("written: \(file)" + (output.quiet ? "" : "\nnext:  \(next)"))
    }
  }
}
