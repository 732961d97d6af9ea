import Foundation
import Testing

@Suite("dmft solve")
struct SolveCommandTests {
  @Test("without arguments: problem, cost, about a dozen rows, a drawing, what next")
  func builtIn() throws {
    let run = try CommandLineRun(["solve"])
    #expect(run.status == 0 && run.errors.isEmpty)
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("deep linear network (plain chain), 2 hidden layers"))
    #expect(lines[1].hasPrefix("cost: 1.71 MB"))
    #expect(lines[2].split(separator: " ") == ["step", "time", "test", "train", "R^2"])
    #expect(lines[3].split(separator: " ") == ["0", "0", "2", "2", "-1"])
    #expect(run.output.contains("* test   . train"))
    #expect(run.output.contains("next:  dmft explain"))
  }

  @Test("a run folder: files, columns, same bytes again, and another problem is refused untouched")
  func runFolder() throws {
    let scratch = try ScratchFolder()
    let arguments = ["solve", "training.steps=7", "network.hiddenLayers=1", "-o", "run", "--arrays"]
    let first = try CommandLineRun(arguments, in: scratch.url)
    #expect(first.status == 0 && first.output.contains("written: run/config.yaml"))
    let folder = scratch.url.appendingPathComponent("run")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(
      names == ["arrays.npz", "config.yaml", "curves.csv", "layers.csv", "manifest.json", "report.html", "result.json"])
    let curves = try scratch.text("run/curves.csv").split(separator: "\n")
    #expect(curves[0] == "step,time,test_loss,train_loss,r_squared" && curves.count == 9)
    let layers = try scratch.text("run/layers.csv").split(separator: "\n")
    #expect(layers[0] == "step,layer,forward,backward" && layers.count == 17)
    #expect(layers[1].hasPrefix("0,0,") && layers[1].hasSuffix(","))
    let manifest = try scratch.text("run/manifest.json")
    for key in ["version", "command", "configuration", "hash", "seed", "status", "seconds", "residual", "blas", "core"]
    {
      #expect(manifest.contains("\"\(key)\""), "\(key)")
    }
    #expect(manifest.lowercased().contains("openblas"))

    let bytes = try ["curves.csv", "layers.csv", "arrays.npz"].map {
      try Data(contentsOf: folder.appendingPathComponent($0))
    }
    #expect(try CommandLineRun(arguments, in: scratch.url).status == 0)
    let again = try CommandLineRun(["solve", "run/config.yaml", "-o", "run", "--arrays", "--quiet"], in: scratch.url)
    #expect(again.status == 0, "\(again.errors)")
    for (name, bytes) in zip(["curves.csv", "layers.csv", "arrays.npz"], bytes) {
      #expect(try Data(contentsOf: folder.appendingPathComponent(name)) == bytes, "\(name)")
    }

    let fewer = try CommandLineRun(["solve", "run/config.yaml", "-o", "run"], in: scratch.url)
    #expect(fewer.status == 0 && fewer.errors.contains("arrays.npz of the earlier run is gone"))
    #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("arrays.npz").path))

    let other = try CommandLineRun(["solve", "training.steps=8", "-o", "run"], in: scratch.url)
    #expect(other.status == 65 && other.errors.contains("run"))
    #expect(try Data(contentsOf: folder.appendingPathComponent("curves.csv")) == bytes[0])
    #expect(try scratch.names == ["run"])
  }

  @Test("spectra and sharpness: files, usual steps and given ones, what is refused, nothing without the flags")
  func spectra() throws {
    let scratch = try ScratchFolder()
    let problem = ["network.richness=8", "training.learningRate=0.01", "data.noise=0.3", "training.steps=40"]
    let run = try CommandLineRun(
      ["solve", "--spectra", "--sharpness", "0,40"] + problem + ["-o", "run"], in: scratch.url)
    #expect(run.status == 0 && run.output.contains("features are learned: at step 40"), "\(run.errors)")
    #expect(run.output.contains("Gauss-Newton, not Hessian"))
    let spectra = try scratch.text("run/spectra.csv").split(separator: "\n")
    #expect(
      spectra[0].hasPrefix("step,layer,edge,outliers,largest") && spectra.last?.hasPrefix("40,1,2.0,1,2.2327") == true)
    let sharpness = try scratch.text("run/sharpness.csv").split(separator: "\n")
    #expect(sharpness[0] == "step,edge,outliers,sharpness,top_without,rayleigh,eta_lambda_half" && sharpness.count == 3)
    let plain = try CommandLineRun(["solve", "-o", "plain"] + problem, in: scratch.url)
    #expect(plain.status == 0 && !plain.output.contains("bulk"))
    let plainFiles = try FileManager.default.contentsOfDirectory(
      atPath: scratch.url.appendingPathComponent("plain").path)
    #expect(!plainFiles.contains("spectra.csv") && !plainFiles.contains("sharpness.csv"))
    let residual = try CommandLineRun(["solve", "--sharpness", "network.residual=true"])
    #expect(residual.status == 65 && residual.errors.contains("network.residual: sharpness: derived for plain chains"))
    #expect(try CommandLineRun(["solve", "--spectra", "0,400"]).status == 65)
    #expect(try CommandLineRun(["solve", "--spectra=x"]).status == 64)
  }

  @Test("infinite depth: nodes are reported, and layers are labelled by position")
  func infiniteDepth() throws {
    let scratch = try ScratchFolder()
    let words = ["network.residual=true", "network.depth=infinite", "training.steps=7"]
    let run = try CommandLineRun(["solve"] + words + ["-o", "run", "--arrays"], in: scratch.url)
    #expect(run.status == 0 && (run.output + run.errors).contains("nodes for infinitely many layers"))
    #expect(run.output.contains("infinite depth"))
    let layers = try scratch.text("run/layers.csv").split(separator: "\n")
    #expect(layers[1].hasPrefix("0,input,") && layers[2].hasPrefix("0,0.0,") && layers[10].hasPrefix("0,1.0,"))
    #expect(try scratch.text("run/manifest.json").contains("\"tau\""))
    let explained = try CommandLineRun(["explain"] + words)
    #expect(explained.status == 0 && explained.output.contains("infinite width or depth"))
  }

  @Test("power-law data under flow: exponents are reported, and their slopes are columns")
  func exponents() throws {
    let scratch = try ScratchFolder()
    let arguments = [
      "solve", "data.spectrum={eigenvalueDecay: 1.5, signalDecay: 1.6, scale: top}", "network.width=infinite",
      "data.inputDimension=1e12", "network.hiddenLayers=1", "training.mode=population", "training.time=flow",
      "training.horizon=100", "training.tolerance=1e-4", "-o", "run",
    ]
    let run = try CommandLineRun(arguments, in: scratch.url)
    #expect(run.status == 0 && run.output.contains("predicted: lazy -0.4, rich -0.571 as t grows"))
    #expect(run.output.contains("against kernel time: -0."))
    let curves = try scratch.text("run/curves.csv").split(separator: "\n")
    #expect(curves[0] == "step,time,test_loss,train_loss,kernel_time,local_slope,kernel_slope,r_squared")
    let first = curves[1].split(separator: ",", omittingEmptySubsequences: false)
    #expect(first[0] == "0" && first[1] == "0.0" && first[4] == "0.0" && first[5].isEmpty && first[6].isEmpty)
    let last = try #require(curves.last).split(separator: ",", omittingEmptySubsequences: false)
    #expect(last.count == 8 && last[1] == "100.0" && last[5].hasPrefix("-0.") && last[6].hasPrefix("-0."))
    #expect(try scratch.text("run/manifest.json").contains("\"predicted_kernel\""))
  }

  @Test("JSON holds the whole curve")
  func json() throws {
    let run = try CommandLineRun(["solve", "training.steps=12", "--json"])
    let parsed = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    #expect((parsed?["test_loss"] as? [Double])?.count == 13)
    #expect((parsed?["step"] as? [Int])?.last == 12)
    #expect(parsed?["status"] as? String == "completed")
  }

  @Test("divergence is a result: the curve to where it breaks, the step, the largest stable rate, exit 0")
  func divergence() throws {
    let run = try CommandLineRun(["solve", "training.learningRate=50", "--quiet"])
    #expect(run.status == 0)
    let sentence = try #require(run.output.firstMatch(of: /diverged at step (\d+); largest stable rate ([0-9.]+)/))
    let rate = try #require(Double(sentence.2))
    #expect(rate > 0.05 && rate < 1)
    let stable = try CommandLineRun(["solve", "training.learningRate=\(0.98 * rate)", "training.steps=200"])
    #expect(!stable.output.contains("diverged"))
  }

  @Test("exact limits compared with the solution: where they are exact, and the deviation elsewhere")
  func limits() throws {
    let arguments = [
      "solve", "--compare-limits", "network.hiddenLayers=1", "network.width=infinite", "training.mode=population",
      "training.steps=12", "training.weightDecay=0.1",
    ]
    let text = try CommandLineRun(arguments)
    #expect(text.status == 0 && text.errors.isEmpty)
    #expect(text.output.contains("one hidden layer (infinite width, population data): exact here"))
    #expect(text.output.contains("lazy limit: none here, weight decay"))
    let json = try CommandLineRun(arguments + ["--json"])
    let parsed = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let exact = try #require(parsed["limit_one_hidden_layer"] as? [String: Any])
    #expect(exact["step"] as? [Int] == [0, 1, 2, 5, 10, 12])
    let deviations = try #require(exact["test_deviation"] as? [Double])
    #expect(deviations.count == 6 && deviations.allSatisfy { abs($0) < 1e-10 })
    #expect(parsed.keys.filter { $0.hasPrefix("limit_") } == ["limit_one_hidden_layer"])

    let finite = try CommandLineRun(["solve", "--compare-limits"]).output
    #expect(finite.contains("lazy limit (richness -> 0, infinite width): this problem has richness 1, N/D 1"))
    #expect(finite.contains("one hidden layer: none here, this network has 2"))
    #expect(try !CommandLineRun(["solve"]).output.contains("exact limits"))
  }

  @Test("too many steps are refused before anything is allocated, with what would fit")
  func memory() throws {
    let run = try CommandLineRun(["solve", "training.steps=1e6"])
    #expect(run.status == 65)
    let sentence = try #require(run.errors.firstMatch(of: /needs ([0-9.]+) [GT]B.* at most (\d+) steps fit/))
    #expect(try #require(Int(sentence.2)) > 1000)
  }

  @Test("a folder that can't be written is found before computing: exit 74")
  func unwritable() throws {
    let scratch = try ScratchFolder()
    try scratch.write("a file", to: "file")
    let run = try CommandLineRun(["solve", "-o", "file/run"], in: scratch.url)
    #expect(run.status == 74 && run.output.isEmpty)
    #expect(try scratch.names == ["file"])
  }
}
