import Parallel
import Testing

@Suite("Side by side")
struct SideBySideTests {
  @Test("every element is updated once, with a tool of its lane", arguments: [1, 2, 3, 8])
  func update(lanes: Int) {
    var elements = Array(0..<50)
    var tools = Array(repeating: 0, count: lanes)
    SideBySide.update(&elements, tools: &tools) { index, element, tool in
      element += 1000 * index
      tool += 1
    }
    #expect(elements == (0..<50).map { 1001 * $0 })
    #expect(tools.reduce(0, +) == 50)
    #expect(tools.allSatisfy { $0 >= 50 / lanes })
  }

  @Test("fewer elements than tools, and none")
  func few() {
    var tools = [0, 0, 0]
    var elements = [5]
    SideBySide.update(&elements, tools: &tools) { _, element, _ in element += 1 }
    #expect(elements == [6])
    elements = []
    SideBySide.update(&elements, tools: &tools) { _, element, _ in element += 1 }
    #expect(elements.isEmpty)
  }

  @Test("no more cores than asked for, at least one, and all of them where threads can be started")
  func cores() {
    #expect(SideBySide.cores(0) == 1 && SideBySide.cores(1) == 1)
    #expect(SideBySide.cores(2) == 2 && SideBySide.cores(1000) == 1000)
  }

  @Test("both are done", arguments: [true, false])
  func both(isWorthIt: Bool) {
    var (one, other) = (0, 0)
    SideBySide.both(isWorthIt) {
      one = 1
    } and: {
      other = 2
    }
    #expect(one == 1 && other == 2)
  }
}
