import Fixtures
import Foundation
import Testing

@testable import Experiments

@Suite("Address space")
struct AddressSpaceTests {
  let scratch: Scratch
  let page = sysconf(Int32(_SC_PAGESIZE))

  init() throws {
    scratch = try Scratch()
    try scratch.write("1000 300 200 10 0 400 0\n", to: "proc/self/statm")
  }

  @Test("no limit is no limit")
  func unlimited() {
    #expect(AddressSpace.limit(root: scratch.path, space: nil, data: nil) == nil)
  }

  @Test("a limit leaves what is not mapped yet, and names the command that sets it")
  func left() {
    let space = AddressSpace.limit(root: scratch.path, space: 5000 * page, data: nil)
    #expect(space == AddressSpace.Limit(bytes: 5000 * page, free: 4000 * page, command: "ulimit -v"))
    let data = AddressSpace.limit(root: scratch.path, space: nil, data: 5000 * page)
    #expect(data == AddressSpace.Limit(bytes: 5000 * page, free: 4600 * page, command: "ulimit -d"))
  }

  @Test("of two limits the one that leaves least counts; none leaves less than nothing")
  func both() {
    #expect(AddressSpace.limit(root: scratch.path, space: 5000 * page, data: 4500 * page)?.command == "ulimit -v")
    #expect(AddressSpace.limit(root: scratch.path, space: 5000 * page, data: 4300 * page)?.command == "ulimit -d")
    #expect(AddressSpace.limit(root: scratch.path, space: 10 * page, data: nil)?.free == 0)
  }
}
