import Fixtures
import Foundation
import Problems
import Testing

@testable import Tables

@Suite("Training logs")
struct TrainingLogTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func log(_ text: String) throws -> TrainingLog {
    try scratch.write(text, to: "log.csv")
    return try TrainingLog(scratch.path + "/log.csv")
  }

  private func problem(_ text: String) -> String? {
    do {
      _ = try log(text)
      return nil
    } catch {
      return (error as? InvalidTable)?.problems.joined(separator: "\n")
    }
  }

  @Test("steps with either loss; empty cells and other columns are passed over")
  func reads() throws {
    let log = try log("Step,note,Train_Loss,val_loss\n0,start,2.5,\n3,,1.5,1.75\n7,end,,1.25\n")
    #expect(log.train?.steps == [0, 3] && log.train?.losses == [2.5, 1.5])
    #expect(log.test?.steps == [3, 7] && log.test?.losses == [1.75, 1.25] && log.test?.name == "val_loss")
    #expect(try self.log("step,loss\n5,1\n").test == nil)
    let european = try self.log("step;loss\n1;2,5\n")
    #expect(european.train?.losses == [2.5] && european.notices.count == 1)
  }

  @Test(
    "a log that ends in nan is read up to there; a nan between numbers is a mistake", arguments: ["nan", "inf", "NaN"])
  func diverged(_ word: String) throws {
    let log = try log("step,loss,test_loss\n0,2,2\n1,9.1,8\n3,\(word),7\n4,,6\n5,\(word),\(word)\n")
    #expect(log.train?.steps == [0, 1] && log.train?.losses == [2, 9.1] && log.train?.divergedAt == 3)
    #expect(log.test?.steps == [0, 1, 3, 4] && log.test?.divergedAt == 5)
    #expect(try self.log("step,loss\n0,2\n").train?.divergedAt == nil)
    #expect(problem("step,loss\n0,2\n1,\(word)\n2,1\n")?.contains("log.csv:3:3: column loss") == true)
  }

  @Test("names that common programs write are known, and others can be named")
  func names() throws {
    let wandb = try log(
      """
      "Step","wide - train/loss","wide - train/loss__MIN","wide - train/loss__MAX","wide - val/loss"
      0,2,1,3,2.5
      10,1,0.5,2,1.5
      """ + "\n")
    #expect(wandb.train?.losses == [2, 1] && wandb.test?.losses == [2.5, 1.5] && !wandb.isByEpoch)
    #expect(try log("_step,a - loss,b - loss\n0,2,7\n").notices.contains { $0.contains("the first of 2") })
    let keras = try log(",accuracy,loss,val_accuracy,val_loss\n0,.5,2,.25,3\n1,.5,1,.5,2\n")
    #expect(keras.isByEpoch && keras.train?.steps == [0, 1] && keras.test?.losses == [3, 2])
    #expect(keras.testAccuracy?.losses == [0.25, 0.5] && keras.notices.contains { $0.contains("read as epochs") })
    try scratch.write("Wall time,Step,Value\n1.7e9,0,2\n1.7e9,5,1\n", to: "run-validation-tag-loss.csv")
    let board = try TrainingLog(scratch.path + "/run-validation-tag-loss.csv")
    #expect(
      board.test?.losses == [2, 1] && board.train == nil && board.notices.contains { $0.contains("TensorBoard") })
    let other = try TrainingLog(scratch.path + "/run-validation-tag-loss.csv", columns: ["train": "Value"])
    #expect(other.train?.losses == [2, 1] && other.test == nil && other.named == ["train=Value"])
    try scratch.write("t,step,L\n4,0,2\n8,1,1\n", to: "log.csv")
    let named = try TrainingLog(scratch.path + "/log.csv", columns: ["step": "t", "test": "L"])
    #expect(named.test?.steps == [4, 8])
    let wrong = #expect(throws: InvalidTable.self) {
      _ = try TrainingLog(scratch.path + "/log.csv", columns: ["test": "M"])
    }
    #expect(wrong?.problems.joined().contains("no column M; it has t, step, L") == true)
  }

  @Test("what is no log is reported with its place")
  func refuses() {
    #expect(problem("a,b\n1,2\n")?.contains("no column step or epoch; it has a, b") == true)
    #expect(
      problem("a,b,c,d,e,f,g,h,i,y\n1,2,3,4,5,6,7,8,9,10\n")?.contains("it has a, b, c, d, e, f, g, (2 more), y")
        == true)
    #expect(problem("step,b\n1,2\n")?.contains("no column test_loss, train_loss or batch_loss") == true)
    #expect(problem("step,loss\n1,2\n1,3\n")?.contains("log.csv:3: steps must") == true)
    #expect(problem("step,loss\n1,-2\n")?.contains("can't be negative, got -2.0 at step 1") == true)
    #expect(problem("step,loss\n1.5,2\n")?.contains("got 1.5") == true)
    #expect(problem("step,loss\n1,two\n")?.contains("log.csv:2:3: column loss: 'two' is not a number") == true)
    #expect(problem("step,loss\n")?.contains("at least 1") == true)
    #expect(throws: InvalidTable.self) { try TrainingLog(scratch.path + "/absent.csv") }
  }
}
