import Foundation
import Testing

@Suite("dmft compare", .serialized)
struct CompareCommandTests {
  @Test("a log of one network compared with the theory: table, deviations, figure")
  func compare() throws {
    let scratch = try ScratchFolder()
    let config = CommandLineRun.root.appendingPathComponent("configs/weight-decay.yaml").path
    let words = [config, "simulation.replicas=1", "training.steps=30"]
    #expect(try CommandLineRun(["simulate"] + words + ["-o", "net"], in: scratch.url).status == 0)
    let run = try CommandLineRun(
      ["compare", config, "net/curves.csv", "training.steps=20", "-o", "seen", "--figures"], in: scratch.url)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("train loss: typical deviation") && run.output.contains("test loss: typical deviation"))
    #expect(run.output.contains("set training.steps=30"))
    let curves = try scratch.text("seen/curves.csv").split(separator: "\n")
    #expect(curves[0] == "step,time,test_loss,train_loss,test_loss_log,train_loss_log,r_squared" && curves.count == 22)
    #expect(try scratch.text("seen/figures/loss.svg").contains("test, log"))
  }

  @Test("it says that the built-in example is meant only where nothing else is given")
  func builtIn() throws {
    let scratch = try ScratchFolder()
    try scratch.write("step,loss\n0,1\n1,0.9\n", to: "log.csv")
    let bare = try CommandLineRun(["compare", "log.csv"], in: scratch.url)
    #expect(bare.status == 0 && bare.errors.contains("the log is compared with the built-in example"))
    let given = try CommandLineRun(["compare", "log.csv", "training.steps=4"], in: scratch.url)
    #expect(given.status == 0 && given.errors.isEmpty, "\(given.errors)")
  }

  @Test("without a log, or with one that has no loss, it is refused")
  func refused() throws {
    let scratch = try ScratchFolder()
    try scratch.write("step,accuracy\n1,2\n", to: "none.csv")
    let none = try CommandLineRun(["compare", "none.csv"], in: scratch.url)
    #expect(none.status == 65 && none.errors.contains("no column test_loss, train_loss or batch_loss"))
    #expect(try CommandLineRun(["compare"]).status == 64)
  }
}
