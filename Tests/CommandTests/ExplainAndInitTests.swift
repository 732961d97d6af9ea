import Fixtures
import Configurations
import Foundation
import Testing

@Suite("dmft explain and dmft init", .slow(.processes))
struct ExplainAndInitTests {
  @Test("no arguments: one screen that starts with what this is")
  func screen() throws {
    let run = try CommandLineRun(["--help"])
    #expect(run.status == 0)
    #expect(try #require(run.output.split(separator: "\n").first).lowercased().contains("deep linear networks"))
    #expect(try CommandLineRun([]).output == run.output)
    for command in ["solve", "explain", "init"] {
      let help = try CommandLineRun([command, "--help"])
      #expect(help.status == 0 && help.output.contains("dmft \(command)"), "\(command)")
    }
  }

  @Test("init writes a file that solves to the built-in example, and never overwrites")
  func initialise() throws {
    let scratch = try ScratchFolder()
    #expect(try CommandLineRun(["init", "my.yaml"], in: scratch.url).status == 0)
    #expect(try CommandLineRun(["init", "x"], in: scratch.url).status == 0)
    let fromFile = try CommandLineRun(["solve", "my.yaml"], in: scratch.url).output
    let builtIn = try CommandLineRun(["solve"]).output
    let table = { (text: String) in text.components(separatedBy: "next:")[0] }
    #expect(table(fromFile) == table(builtIn))
    let again = try CommandLineRun(["init", "my.yaml"], in: scratch.url)
    #expect(again.status == 65 && again.errors.contains("exists and was left alone"))
    #expect(try CommandLineRun(["init"]).output == scratch.text("my.yaml"))
    #expect(try scratch.names.sorted() == ["my.yaml", "x"])
  }

  @Test("init --schema prints the schema for editors or writes it, and never overwrites")
  func schema() throws {
    let scratch = try ScratchFolder()
    let printed = try CommandLineRun(["init", "--schema"])
    #expect(printed.status == 0 && printed.output == EditorSchema.text)
    #expect(try CommandLineRun(["init", "--schema", "--json"]).output == printed.output)
    let written = try CommandLineRun(["init", "--schema", "schema.json"], in: scratch.url)
    #expect(written.output.contains("$schema=schema.json"))
    #expect(try scratch.text("schema.json") == printed.output)
    let again = try CommandLineRun(["init", "--schema", "schema.json"], in: scratch.url)
    #expect(again.status == 65 && again.errors.contains("exists and was left alone"))
  }

  @Test("every value with its origin, the layers, cost and stable rate")
  func explain() throws {
    let run = try CommandLineRun(["explain", "configs/residual.yaml", "training.learningRate=0.02"])
    #expect(run.status == 0, "\(run.errors)")
    func line(_ key: String) -> String {
      run.output.split(separator: "\n").first { $0.hasPrefix("  " + key) }.map(String.init) ?? ""
    }
    #expect(line("training.learningRate").contains("0.02") && line("training.learningRate").contains("command line"))
    #expect(line("network.residual").contains("residual.yaml:8"))
    #expect(line("training.steps").contains("default"))
    #expect(run.output.contains("      7  branch"))
    #expect(run.output.contains("cost: "))
    // Eight residual layers take seconds.
    #expect(
      !run.output.contains("largest stable rate") && run.errors.contains("--stability makes it, for at most 60 s"))
  }

  @Test("the stable rates, unasked where that is quick, and where they are asked for")
  func stability() throws {
    let quick = try CommandLineRun(["explain"])
    #expect(
      quick.output.firstMatch(of: /largest stable rate 0\.\d+ \(to 1 %\) over 200 steps/) != nil, "\(quick.errors)")
    let words = ["explain", "network.hiddenLayers=6"]
    #expect(try !CommandLineRun(words).output.contains("largest stable rate"))
    let asked = try CommandLineRun(words + ["--stability"])
    #expect(
      asked.output.firstMatch(of: /largest stable rate 0\.\d+ \(to 1 %\) over 200 steps/) != nil, "\(asked.errors)")
  }

  @Test("JSON has what PyTorch needs")
  func json() throws {
    let run = try CommandLineRun(["explain", "configs/diabetes.yaml", "--json"])
    let parsed = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let layers = try #require(parsed["layers"] as? [[String: Any]])
    #expect(layers.count == 3)
    for key in ["init_deviation", "multiplier", "sgd_rate", "sgd_weight_decay"] {
      #expect(layers[0][key] is Double, "\(key)")
    }
    let data = try #require(parsed["data"] as? [String: Any])
    #expect(data["dimension"] as? Int == 10)
    #expect(parsed["objective"] as? String == "MSE/2")
  }
}
