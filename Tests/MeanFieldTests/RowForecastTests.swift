import LinearAlgebra
import Testing

@testable import MeanField

@Suite("First guess at new rows")
struct RowForecastTests {
  private func rows(_ times: Range<Int>, _ entry: (Int, Int) -> Double) -> RowBlock {
    var block = RowBlock(size: 30, capacity: 3)
    block.begin(times)
    for time in times {
      for column in 0..<times.upperBound { block[time, column] = entry(time, column) }
    }
    return block
  }

  @Test("single rows that are polynomials of degree four are continued exactly")
  func polynomials() {
    let entry = { (time: Int, column: Int) in
      let (t, s) = (Double(time) / 10, Double(column) / 10)
      return 1 - t + 2 * s * t + t * t * t - s * s * s * s + s * s * t * t
    }
    var forecast = RowForecast()
    for time in 0..<20 { forecast.append(rows(time..<time + 1, entry)) }
    var guess = RowBlock(size: 30, capacity: 3)
    forecast.guess(20..<21, into: &guess)
    #expect(guess.largestDifference(from: rows(20..<21, entry)) < 1e-11)
  }

  @Test("a block repeats the last one, its own columns by place; the first of all is zero")
  func blocks() {
    var guess = RowBlock(size: 30, capacity: 3)
    var forecast = RowForecast()
    forecast.guess(0..<3, into: &guess)
    #expect(guess.largestEntry == 0)
    forecast.append(rows(0..<3) { Double(10 * $0 + $1) })
    forecast.guess(3..<6, into: &guess)
    #expect(guess[3, 1] == 21 && guess[4, 3] == 10 && guess[5, 5] == 22)
  }
}
