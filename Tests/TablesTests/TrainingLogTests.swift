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

  @Test("a loss that is not finite ends its column, and is said; not the other column")
  func diverged() throws {
    let log = try log("step,train_loss,test_loss\n0,2,2\n1,9.1,8.8\n2,4.1e9,nan\n3,inf,7\n")
    #expect(log.train?.steps == [0, 1, 2] && log.test?.steps == [0, 1])
    #expect(log.notices.map { $0.contains("is not finite at step") } == [true, true])
    #expect(log.notices.contains { $0.contains("column test_loss is not finite at step 2") })
  }

  @Test("what is no log is reported with its place")
  func refuses() {
    #expect(problem("a,b\n1,2\n")?.contains("no column step; it has a, b") == true)
    #expect(problem("step,b\n1,2\n")?.contains("no column test_loss or train_loss") == true)
    #expect(problem("step,loss\n1,2\n1,3\n")?.contains("log.csv:3: steps must") == true)
    #expect(problem("step,loss\n1,-2\n")?.contains("can't be negative, got -2.0 at step 1") == true)
    #expect(problem("step,loss\n1.5,2\n")?.contains("got 1.5") == true)
    #expect(problem("step,loss\n1,two\n")?.contains("log.csv:2:3: column loss: 'two' is not a number") == true)
    #expect(problem("step,loss\n")?.contains("at least 1") == true)
    #expect(throws: InvalidTable.self) { try TrainingLog(scratch.path + "/absent.csv") }
  }
}
