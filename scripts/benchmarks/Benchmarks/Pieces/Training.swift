import Benchmark
import FiniteWidth

/// A network trained for a few steps. A step alone is no public name; the difference of the two, divided by twenty, is one.
func addTraining() {
  for steps in [20, 40] {
    let problem = example(dimension: 500, steps: steps)
    Benchmark("train N = D = 500, L = 3, \(steps) steps") { _ in
      blackHole(try Simulator(problem, table: nil, seed: 1).train(replica: 0))
    }
  }
}
