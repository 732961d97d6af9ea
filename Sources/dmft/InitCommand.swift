import ArgumentParser
import Records

/// `dmft init`: a commented configuration to start from.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a commented configuration to start from.",
    discussion: """
      Example:
        dmft init my.yaml && dmft solve my.yaml
      Without FILE it is printed. A file that exists is never overwritten.
      """)

  @Argument(help: "Where to write it; without it, stdout.")
  var file: String?

  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    guard let file else {
      if output.json {
        print(JSONValue.object(["template": .text(Configuration.template)]).text())
      } else {
        print(Configuration.template, terminator: "")
      }
      return
    }
    do {
      try Configuration.writeTemplate(to: file)
    } catch {
      throw CommandFailure(error)
    }
    if output.json {
      print(JSONValue.object(["written": .text(file)]).text())
    } else {
      print("written: \(file)\nnext:  dmft solve \(file)")
    }
  }
}
