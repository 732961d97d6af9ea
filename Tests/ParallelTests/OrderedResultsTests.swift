import Synchronization
import Testing

@testable import Parallel

@Suite("Ordered results")
struct OrderedResultsTests {
  struct Full: Error {}

  @Test("results come in order, each once, for any number of workers", arguments: [1, 2, 3, 7])
  func order(workers: Int) {
    var delivered: [Int] = []
    let end = OrderedResults.run(
      5..<60, workers: workers, stop: StopSignal(), work: { $0 % 3 == 0 ? Self.slow($0) : $0 },
      deliver: { index, result in
        #expect(index == result)
        delivered.append(index)
      })
    #expect(end == 60 && delivered == Array(5..<60))
  }

  /// Finishes after the items next to it.
  private static func slow(_ index: Int) -> Int {
    var sum = 0
    for step in 0..<200_000 { sum &+= step &* index }
    return sum == .min ? 0 : index
  }

  @Test("a raised signal ends the work; what was delivered is a prefix")
  func stopped() {
    let stop = StopSignal()
    var delivered: [Int] = []
    let end = OrderedResults.run(
      0..<1000, workers: 2, stop: stop, work: { stop.isRaised ? nil : $0 },
      deliver: { index, _ in
        delivered.append(index)
        if index == 10 { stop.raise() }
      })
    #expect(end < 1000 && delivered == Array(0..<end))
  }

  @Test("an error of the receiver ends the work and comes through")
  func failing() {
    #expect(throws: Full.self) {
      _ = try OrderedResults.run(
        0..<1000, workers: 3, stop: StopSignal(), work: { $0 },
        deliver: { index, _ throws(Full) in if index == 4 { throw Full() } })
    }
  }

  @Test("a piece that ends early without a signal ends the work too")
  func early() {
    let end = OrderedResults.run(
      0..<1000, workers: 3, stop: StopSignal(), work: { $0 == 5 ? nil : $0 }, deliver: { _, _ in })
    #expect(end == 5)
  }

  @Test("where the system denies threads, those that it grants do the work, or the caller", arguments: [0, 1, 3])
  func denied(granted: Int) {
    let asked = Mutex(0)
    var delivered: [Int] = []
    let end = OrderedResults.run(
      0..<20, workers: 4, ahead: nil, stop: StopSignal(),
      start: { body in
        let isGranted = asked.withLock { asked in
          asked += 1
          return asked <= granted
        }
        return isGranted && WorkThread.start(body)
      }, work: { $0 * $0 }, deliver: { _, square in delivered.append(square) })
    #expect(end == 20 && delivered == (0..<20).map { $0 * $0 })
    #expect(asked.withLock { $0 } == granted + 1)
  }

  @Test("without threads a signal and an early end count as well")
  func deniedAndStopped() {
    let stop = StopSignal()
    let stopped = OrderedResults.run(
      0..<20, workers: 2, ahead: nil, stop: stop, start: { _ in false }, work: { $0 },
      deliver: { index, _ in if index == 6 { stop.raise() } })
    #expect(stopped == 7)
    let early = OrderedResults.run(
      0..<20, workers: 2, ahead: nil, stop: StopSignal(), start: { _ in false }, work: { $0 == 5 ? nil : $0 },
      deliver: { _, _ in })
    #expect(early == 5)
  }

  @Test("nothing to do is done at once")
  func empty() {
    #expect(
      OrderedResults.run(3..<3, workers: 2, stop: StopSignal(), work: { $0 }, deliver: { _, _ in }) == 3)
  }
}
