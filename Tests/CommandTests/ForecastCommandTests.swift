import Fixtures
import Foundation
import Testing

@Suite("dmft forecast", .slow(.processes))
struct ForecastCommandTests {
  private let words = [
    "network.width=24", "data.inputDimension=24", "data.samples=48", "data.noise=0.3", "training.steps=10",
  ]

  @Test("a run folder with the bands, drawn again by plot; a log narrows them")
  func folder() throws {
    let scratch = try ScratchFolder()
    let run = try CommandLineRun(["forecast"] + words + ["--budget", "60", "-o", "one"], in: scratch.url)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.contains("one network ends in 90 % of cases with a test loss from"))
    let rows = try scratch.text("one/curves.csv").split(separator: "\n")
    #expect(rows[0].hasPrefix("step,time,test_loss,train_loss,test_center,test_low,test_high,test_joint_low"))
    #expect(rows.count == 12)
    #expect(try CommandLineRun(["plot", "one"], in: scratch.url).status == 0)
    #expect(try scratch.text("one/figures/loss.svg").contains("</svg>"))
    try scratch.write("step,test_loss\n0,1.1\n3,0.9\n", to: "log.csv")
    let later = try CommandLineRun(
      ["forecast"] + words + ["--budget", "60", "--log", "log.csv", "--json", "--quiet"], in: scratch.url)
    #expect(later.status == 0, "\(later.errors)")
    let result = try #require(try JSONSerialization.jsonObject(with: Data(later.output.utf8)) as? [String: Any])
    #expect((result["step"] as? [Int]) == Array(4...10) && result["networks"] as? Int == 39)
    #expect((result["log"] as? [String: Any])?["last_step"] as? Int == 3)
  }

  @Test("mistakes: all at once, and files that are missing")
  func mistakes() throws {
    let run = try CommandLineRun(["forecast"] + words + ["--level", "3", "--budget=-1"])
    #expect(run.status == 65 && run.errors.contains("--level: expected") && run.errors.contains("--budget: expected"))
    #expect(try CommandLineRun(["forecast", "--log", "no-such-log.csv"]).status == 65)
    let infinite = try CommandLineRun(["forecast", "network.width=infinite"])
    #expect(infinite.status == 65 && infinite.errors.contains("network.width"))
  }
}
