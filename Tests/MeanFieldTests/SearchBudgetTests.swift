import Fixtures
import Problems
import Synchronization
import Testing

@testable import MeanField

@Suite("Searches within a budget")
struct SearchBudgetTests {
  /// A clock that goes on by one second whenever it is read.
  private final class ReadingClock: Sendable {
    private let readings = Atomic<Int>(0)
    func budget(_ readings: Int) -> SearchBudget {
      SearchBudget(seconds: Double(readings)) { Double(self.readings.add(1, ordering: .relaxed).newValue) }
    }
    var count: Int { readings.load(ordering: .relaxed) }
  }

  private let problem = makeProblem(noise: 0.3, optimizer: LinearOptimizer(learningRate: 0.05), steps: 200)

  @Test(
    "a search that runs out of time says what it has seen, and the truth is between",
    arguments: [150, 250, 450, 700, 900])
  func partial(readings: Int) throws {
    let search = try StableRateSearch(problem)
    let whole = search.run(budget: SearchBudget(seconds: 60))
    #expect(whole.isFound && whole.unstable == nil)
    let clock = ReadingClock()
    let cut = search.run(budget: clock.budget(readings))
    #expect(cut.exhausted == Double(readings) && !cut.isFound && cut.steps == 200)
    #expect(cut.learningRate <= whole.learningRate)
    if readings > 250 { #expect(cut.learningRate >= 0.05) }
    if let unstable = cut.unstable { #expect(unstable > whole.learningRate) }
    // It is read after every row, and not again once time is over.
    #expect(clock.count == readings + 1)
  }

  @Test("a window that runs out of time is not found, and has the largest rate only where that is")
  func window() throws {
    let search = try StableRateSearch(problem)
    let whole = search.catapultWindow(budget: SearchBudget(seconds: 60))
    #expect(whole.isFound && !whole.isEmpty)
    let early = search.catapultWindow(budget: ReadingClock().budget(400))
    #expect(!early.isFound && !early.end.isFound && !early.isEmpty)
  }

  @Test("one solve at infinite depth is cut too")
  func infiniteDepth() throws {
    let problem = makeDeepProblem(branchScale: 2, optimizer: LinearOptimizer(learningRate: 0.02), steps: 20)
    let clock = ReadingClock()
    let cut = try StableRateSearch(problem).run(budget: clock.budget(5))
    #expect(!cut.isFound && cut.learningRate == 0 && clock.count == 6)
  }

  @Test("the clock is the processor time of the thread")
  func threadClock() throws {
    let budget = SearchBudget(seconds: 0.02)
    let isOver = budget.started()
    #expect(!isOver())
    var readings = 0
    while !isOver() { readings += 1 }
    #expect(readings > 100)
  }
}
