import Fixtures
import Foundation
import Testing

@testable import Configurations

/// A python3 that has both packages: the PATH's, or Debian's.
private let python: String? = ["python3", "/usr/bin/python3"].first {
  (try? Python.run($0, "import jsonschema, yaml"))?.status == 0
}

/// The schema for editors says what the program says, as far as a schema can.
@Suite("The schema for editors")
struct EditorSchemaTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let configurations = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("configs").path

  /// What program and schema both take.
  static let right = [
    "network:\ndata: {}\ntraining: ~\n", "network: {parameterization: MUP, width: Infinite, initScale: 1e-1}",
    "network: {hiddenLayers: 2, initScale: [1, 2e-1, .5], layerRates: 0}", "data: {inputDimension: 1e6, noise: 0}",
    "data: {spectrum: {eigenvalueDecay: 1.2, signalDecay: 1.5, scale: Mean}}", "data: {spectrum: ISOTROPIC}",
    "training: {schedule: {}}", "training: {schedule: Constant, steps: 1E+2}",
    "training: {schedule: {warmupSteps: 3, decay: Cosine}}", "training: {steps: 2, schedule: {multipliers: [1, 5e-1]}}",
    "axes: {network.width: 'pow2(6..8)', training.learningRate: [1e-3, 'logspace(1e-2,1e-1,3)'], repeat: 2}",
    "axes: {network: {width: [8, infinite]}, training: {schedule.decay: [cosine, linear]}}",
    "axes: {network.width: 64, data.noise: '0.1,0.2', network.parameterization: [ntk, standard]}",
    "axes:\n  - zip: {network.width: [8, 9], data.samples: '16,18'}\n  - network.initScale: [0.5, [1, 1, 2]]",
    "axes: {zip: [{network.width: [8, 9], data.samples: [8, 9]}, {data.noise: [0, 1], network.richness: [1, 2]}]}",
  ]

  /// What neither takes.
  static let wrong = [
    "network: {widht: 64}", "netwrok: {width: 64}", "network: {width: 0}", "network: {width: 1.5}",
    "network: {width: unlimited}", "network: {width: 64, widthRatio: 1}", "network: {parameterization: mup2}",
    "network: {residual: 1}", "network: {residual: 'true'}", "network: {initScale: [1, -1, 1]}", "network: {width: }",
    "network: [64]", "network: {hiddenLayers: 10001}", "data: {samples: 5, sampleRatio: 1}", "data: {noise: -0.1}",
    "data: {noise: -1e-1}", "data: {noise: {}}", "data: {spectrum: powerlaw}", "data: {spectrum: {decay: 1}}",
    "data: {spectrum: {eigenvalueDecay: 21, signalDecay: 1}}", "training: {learningRate: 0.1, sgdRate: 1}",
    "training: {learningRate: 0}", "training: {learningRate: fast}", "training: {momentum: 1}",
    "training: {schedule: cosine}", "training: {schedule: {multipliers: 1}}",
    "training: {steps: 1, schedule: {multipliers: [1], decay: cosine}}", "reduce: {observed: 1.1}", "- network",
    "axes: {width: [1, 2]}", "axes: {network.width: []}", "axes: {network.width: {a: 1}}", "axes: {repeat: 0}",
    "axes: {network.width: [8, 0]}", "axes: {network.width: [8], network.widthRatio: [1]}", "axes: 'pow2(1..2)'",
    "axes: {network.width: ['pow3(1..2)']}", "axes: {zip: {network.width: 8, network.widthRatio: 1}}",
  ]

  @Test("configs/schema.json is what the program makes: dmft init --schema")
  func committed() throws {
    #expect(try String(contentsOfFile: Self.configurations + "/schema.json", encoding: .utf8) == EditorSchema.text)
  }

  @Test("every key is there with its meaning and its default")
  func everyKey() throws {
    let schema = try #require(
      try JSONSerialization.jsonObject(with: Data(EditorSchema.text.utf8)) as? [String: Any])
    let definitions = try #require(schema["definitions"] as? [String: [String: Any]])
    for key in Schema.keys {
      let definition = try #require(definitions[key.path])
      #expect(definition["description"] as? String == key.meaning)
      #expect((definition["default"] != nil) == (key.defaultText != nil), "\(key.path)")
      #expect(definitions["axisOf." + key.path] != nil, "\(key.path)")
    }
  }

  @Test("the program takes what is right here, and refuses what is wrong")
  func program() throws {
    for text in Self.right { #expect(try scratch.planMistakes(text) == [], "\(text)") }
    for text in Self.wrong { #expect(try scratch.planMistakes(text) != [], "\(text)") }
  }

  @Test(
    "so does a validator, whether the reader takes 1e-3 for a text (YAML 1.1) or for a number (1.2)",
    .enabled(if: python != nil, "python3 with jsonschema and yaml is not installed"))
  func validator() throws {
    let right = try examples() + ownFiles() + Self.right.enumerated().map { try file("right\($0)", $1) }
    let wrong = try Self.wrong.enumerated().map { try file("wrong\($0)", $1) }
    let (status, output) = try Python.run(
      try #require(python), Self.script, [Self.configurations + "/schema.json"] + right + wrong)
    #expect(status == 0)
    let verdicts = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    try #require(verdicts.count == right.count + wrong.count)
    for (path, verdict) in zip(right, verdicts) { #expect(verdict == "right right", "\(path): \(verdict)") }
    for (text, verdict) in zip(Self.wrong, verdicts.dropFirst(right.count)) {
      #expect(verdict == "wrong wrong", "\(text): \(verdict)")
    }
  }

  @Test("every example names the schema by its relative path in its first line")
  func modelines() throws {
    for path in try examples() {
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      let first = try #require(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").first)
      let named = try #require(first.wholeMatch(of: /# yaml-language-server: \$schema=(\S+)/), "\(path)").1
      let target = folder.appendingPathComponent(String(named)).standardizedFileURL.path
      #expect(target == Self.configurations + "/schema.json", "\(path)")
    }
  }

  private func examples() throws -> [String] {
    let names = FileManager.default.enumerator(atPath: Self.configurations)?.compactMap { $0 as? String } ?? []
    let files = names.filter { $0.hasSuffix(".yaml") }.sorted().map { Self.configurations + "/" + $0 }
    try #require(files.count > 20)
    return files
  }

  /// The template, and what stands in a fresh run folder.
  private func ownFiles() throws -> [String] {
    let plan = try scratch.plan(nil, ["network.width=8,9", "zip(data.noise=0,1,network.richness=1e-3,2)", "repeat=2"])
    let schedule = try scratch.load(
      nil, "training.tolerance=1e-9", "training.schedule={decay: cosine}", "network.initScale=[1,1,2]")
    var files = [try file("template", Configuration.template)]
    files += [try file("plan", plan.yaml()), try file("one", schedule.yaml())]
    return files
  }

  private func file(_ name: String, _ text: String) throws -> String {
    try scratch.write(text, to: name + ".yaml")
    return "\(scratch.path)/\(name).yaml"
  }

  private static let script = """
    import json, re, sys, jsonschema, yaml
    class Core(yaml.SafeLoader): pass
    Core.yaml_implicit_resolvers = {c: list(r) for c, r in yaml.SafeLoader.yaml_implicit_resolvers.items()}
    number = re.compile(r'^[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)[eE][-+]?[0-9]+$')
    Core.add_implicit_resolver('tag:yaml.org,2002:float', number, list('-+.0123456789'))
    schema = json.load(open(sys.argv[1]))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    for path in sys.argv[2:]:
      text = open(path).read()
      documents = [yaml.load(text, loader) for loader in (yaml.SafeLoader, Core)]
      print(*('right' if validator.is_valid(document) else 'wrong' for document in documents))
    """
}
