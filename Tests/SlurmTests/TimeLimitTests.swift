import Slurm
import Testing

@Suite("Time limits")
struct TimeLimitTests {
  @Test(
    "Slurm's ways to write one",
    arguments: [
      ("30", 1800), ("1:30", 90), ("2:00:00", 7200), ("1-0", 86_400), ("1-2:30", 95_400), ("1-02:03:04", 93_784),
    ])
  func seconds(_ text: String, _ seconds: Int) { #expect(TimeLimit(text)?.seconds == seconds) }

  @Test("none, and what is no limit")
  func none() {
    for text in ["unlimited", "INFINITE", "-1", "0", "0:00"] {
      #expect(TimeLimit(text) != nil && TimeLimit(text)?.seconds == nil)
      #expect(TimeLimit(text)?.warning(longest: 1e9) == nil)
    }
    for text in ["", "soon", "1:2:3:4", "1-", "-2", "1-2-3"] { #expect(TimeLimit(text) == nil) }
  }

  @Test("a job is warned twice its longest piece before the limit, at most at half of it")
  func warning() {
    #expect(TimeLimit("30")?.warning(longest: 100) == 200)
    #expect(TimeLimit("30")?.warning(longest: 1) == 30)
    #expect(TimeLimit("1")?.warning(longest: 100) == 30)
    #expect(TimeLimit.warning(longest: 1e9) == 65_535)
  }
}
