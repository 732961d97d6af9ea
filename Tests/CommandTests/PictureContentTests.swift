import Fixtures
import Foundation
import Testing

/// The numbers that a figure was drawn from, as its `.dat` file holds them.
private struct Drawn {
  struct Block {
    let label: String
    /// x, y, low, high of a curve; x, y, value of a map.
    let rows: [[Double]]
  }

  let blocks: [Block]

  init(_ text: String) {
    blocks = text.components(separatedBy: "\n\n\n").map { block in
      let lines = block.split(separator: "\n")
      return Block(
        label: String(lines[0].dropFirst(2)),
        rows: lines.dropFirst().map { $0.split(separator: " ").map { Double($0) ?? .nan } })
    }
  }

  subscript(label: String) -> [[Double]] { blocks.first { $0.label == label }?.rows ?? [] }
}

/// A CSV file without quoted cells.
private func table(_ text: String) -> [[String: String]] {
  let lines = text.split(separator: "\n").map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
  return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
}

private func numbers(_ rows: [[String: String]], _ column: String) -> [Double] {
  rows.map { Double($0[column] ?? "") ?? .nan }
}

@Suite("What figures show", .slow(.processes))
struct PictureContentTests {
  private let tiny = [
    "training.steps=12", "network.width=16", "data.inputDimension=16", "data.samples=32", "data.noise=0.2",
  ]

  private func run(_ words: [String]) throws -> ScratchFolder {
    let scratch = try ScratchFolder()
    let run = try CommandLineRun(words + ["-o", "r", "--figures", "--quiet"], in: scratch.url)
    #expect([0, 1].contains(run.status), "\(run.errors)")
    return scratch
  }

  @Test("losses and strengths are those of the tables")
  func solve() throws {
    let scratch = try run(["solve"] + tiny)
    let curves = table(try scratch.text("r/curves.csv"))
    let loss = Drawn(try scratch.text("r/figures/loss.dat"))
    #expect(loss["test"].map { $0[0] } == numbers(curves, "step"))
    #expect(loss["test"].map { $0[1] } == numbers(curves, "test_loss"))
    #expect(loss["train"].map { $0[1] } == numbers(curves, "train_loss"))
    let strengths = Drawn(try scratch.text("r/figures/layers.dat"))
    #expect(strengths.blocks.map(\.label) == ["layer 0", "layer 1", "layer 2", "layer 1", "layer 2"])
    for (block, (layer, column)) in zip(
      strengths.blocks, [("0", "forward"), ("1", "forward"), ("2", "forward"), ("1", "backward"), ("2", "backward")])
    {
      let rows = table(try scratch.text("r/layers.csv")).filter { $0["layer"] == layer }
      #expect(block.rows.map { $0[1] } == numbers(rows, column), "layer \(layer), \(column)")
    }
  }

  @Test("where every sample is fresh, one curve is drawn")
  func population() throws {
    let scratch = try run(["solve", "training.mode=population"] + tiny)
    #expect(Drawn(try scratch.text("r/figures/loss.dat")).blocks.map(\.label) == ["test and train"])
  }

  @Test("under flow the axis is time, and rows without a place on it are left out")
  func flow() throws {
    let scratch = try run(["solve", "training.time=flow", "training.horizon=10", "training.tolerance=1e-4"])
    let curves = table(try scratch.text("r/curves.csv")).dropFirst()
    let loss = Drawn(try scratch.text("r/figures/loss.dat"))
    #expect(loss["test"].map { $0[0] } == numbers(Array(curves), "time"))
    #expect(try scratch.text("r/figures/loss.gp").contains("set logscale x"))
    let strengths = Drawn(try scratch.text("r/figures/layers.dat"))
    #expect(strengths["layer 1"].map { $0[0] } == numbers(Array(curves), "time"))
  }

  @Test("bands are two standard errors for networks alone, the simultaneous band beside the theory")
  func bands() throws {
    let alone = try run(["simulate", "simulation.replicas=4"] + tiny)
    let curves = table(try alone.text("r/curves.csv"))
    let band = Drawn(try alone.text("r/figures/loss.dat"))["band"]
    let upper = zip(numbers(curves, "test_loss"), numbers(curves, "test_loss_se")).map { $0 + 2 * $1 }
    #expect(band.map { $0[3] } == upper)
    let both = try run(["validate", "simulation.replicas=16", "validation.tolerance=0.9"] + tiny)
    let agreement = table(try both.text("r/agreement.csv")).filter { $0["curve"] == "train" }
    let drawn = Drawn(try both.text("r/figures/loss.dat"))
    #expect(drawn["train, theory"].map { $0[1] } == numbers(agreement, "theory"))
    #expect(drawn["train, networks"].map { $0[1] } == numbers(agreement, "measured"))
    let high = zip(numbers(agreement, "measured"), numbers(agreement, "band")).map { $0 + $1 }
    #expect(drawn.blocks.filter { $0.label == "band" }[1].rows.map { $0[3] } == high)
    #expect(numbers(agreement, "theory") == numbers(table(try both.text("r/curves.csv")), "train_loss_theory"))
  }

  @Test("of many rows adjacent ones are kept in pairs, so that oscillation stays visible")
  func thinning() throws {
    let scratch = try run([
      "simulate", "training.steps=5000", "network.width=4", "data.inputDimension=4", "data.samples=8",
      "simulation.replicas=2", "training.rows=all", "training.learningRate=0.01",
    ])
    let steps = Drawn(try scratch.text("r/figures/loss.dat"))["test"].map { $0[0] }
    #expect(steps.count > 1000 && steps.count <= 2001 && steps.first == 0 && steps.last == 5000)
    let distances = Set(zip(steps.dropFirst(), steps).map { $0 - $1 })
    #expect(distances == [1, 5])
  }

  @Test("a map's places are pairs of times, its diagonal what layers.csv says")
  func maps() throws {
    let scratch = try run(["solve", "--arrays"] + tiny)
    let forward = Drawn(try scratch.text("r/figures/correlations_forward.dat"))
    #expect(forward.blocks.count == 3)
    for layer in 0...2 {
      let entries = forward.blocks[layer].rows
      #expect(entries.count == 13 * 13)
      let diagonal = entries.filter { $0[0] == $0[1] }.map { $0[2] }
      let rows = table(try scratch.text("r/layers.csv")).filter { $0["layer"] == String(layer) }
      #expect(zip(diagonal, numbers(rows, "forward")).allSatisfy { abs($0 - $1) < 1e-12 }, "layer \(layer)")
    }
    #expect(Drawn(try scratch.text("r/figures/correlations_backward.dat")).blocks.count == 2)
  }

  @Test("a layer that does not move has one colour; of many steps an odd share is shown")
  func lazyMaps() throws {
    let lazy = try run(["solve", "--arrays", "network.richness=0.001", "network.width=infinite", "training.steps=12"])
    let script = try lazy.text("r/figures/correlations_backward.gp")
    let range = try #require(script.firstMatch(of: /set cbrange \[([0-9.e-]+):([0-9.e-]+)\]/))
    #expect(try #require(Double(range.2)) - #require(Double(range.1)) > 0.049)
    let long = try run([
      "solve", "--arrays", "training.steps=230", "network.width=16", "data.inputDimension=16", "data.samples=32",
    ])
    let places = Set(Drawn(try long.text("r/figures/correlations_forward.dat")).blocks[0].rows.map { $0[0] }).sorted()
    #expect(places == stride(from: 0, through: 230, by: 3).map(Double.init))
    #expect(try long.text("r/report.html").contains("One step in 3 is shown."))
  }

  @Test("a log's dots are all that was logged, with gaps between them")
  func sparseLog() throws {
    let scratch = try ScratchFolder()
    let rows = stride(from: 1, through: 3000, by: 10).map { "\($0),\(1 / Double($0))" }
    try scratch.write("step,test_loss\n" + rows.joined(separator: "\n") + "\n", to: "log.csv")
    let words = [
      "compare", "log.csv", "training.steps=3000", "network.hiddenLayers=1", "training.mode=population",
      "training.rows=log",
    ]
    let compared = try CommandLineRun(words + ["-o", "r", "--figures", "--quiet"], in: scratch.url)
    #expect(compared.status == 0, "\(compared.errors)")
    #expect(
      Drawn(try scratch.text("r/figures/loss.dat"))["test, log"].map { $0[0] }
        == stride(from: 1.0, through: 3000, by: 10).map { $0 })
  }

  @Test("marks of a transfer stand at its minima, crosses at the largest stable rates, for each horizon its own")
  func transfer() throws {
    let scratch = try run([
      "transfer", "network.parameterization=ntk", "network.widthRatio=8,32", "--horizons", "10,20", "data.noise=0.3",
    ])
    for steps in ["10", "20"] {
      let minima = table(try scratch.text("r/transfer.csv")).filter { $0["steps"] == steps && $0["minimum"] == "1" }
      #expect(minima.count == 2)
      // Behind a catapult there is a second one, which is not marked.
      let all = table(try scratch.text("r/transfer.csv"))
      #expect(steps == "10" || all.contains { $0["minimum"] == "2" && $0["steps"] == steps })
      let drawn = Drawn(try scratch.text("r/figures/transfer-\(steps).dat"))
      let marks = drawn.blocks.filter { $0.label == "band" }.map(\.rows)
      for (index, row) in minima.enumerated() {
        #expect(
          marks[2 * index] == [
            [log2(numbers([row], "learning_rate")[0])] + Array(repeating: numbers([row], "test_loss")[0], count: 3)
          ])
        #expect(marks[2 * index + 1][0][0] == log2(numbers([row], "largest_stable_rate")[0]))
      }
      let scan = table(try scratch.text("r/transfer_scan.csv")).filter {
        $0["steps"] == steps && $0["network.widthRatio"] == "32"
      }
      #expect(drawn["32"].map { $0[0] } == numbers(scan, "learning_rate").map { log2($0) })
    }
    let optima = Drawn(try scratch.text("r/figures/optimal_rates.dat"))
    let last = table(try scratch.text("r/transfer.csv")).filter { $0["steps"] == "20" && $0["minimum"] == "1" }
    #expect(optima["NTK"].map { $0[0] } == [8, 32] && optima["NTK"].map { $0[1] } == numbers(last, "learning_rate"))
  }

  @Test("a collapse's line goes from the measured inputs by the predicted ratios; a reduction's curves are its columns")
  func reductions() throws {
    let collapse = try run(["reduce", "--collapse", "reduce.size=50", "training.steps=50"])
    let layers = table(try collapse.text("r/collapse.csv"))
    var expected = numbers(layers, "D")[0]
    let line = Drawn(try collapse.text("r/figures/collapse.dat"))["predicted"].map { $0[1] }
    #expect(line.count == layers.count && line[0] == expected)
    for (layer, ratio) in numbers(layers, "predicted_ratio").enumerated().dropFirst() {
      expected *= ratio
      #expect(abs(line[layer] - expected) < 1e-12 * expected)
    }
    let reduce = try run(["reduce", "reduce.size=30", "reduce.rank=2", "training.steps=40", "--full"])
    let steps = table(try reduce.text("r/reduction.csv"))
    let loss = Drawn(try reduce.text("r/figures/loss.dat"))
    #expect(loss["full network"].map { $0[1] } == numbers(steps, "full_loss"))
    #expect(loss["small network alone"].map { $0[1] } == numbers(steps, "small_loss"))
    let values = Drawn(try reduce.text("r/figures/singular_values.dat"))
    #expect(values["directions that move"].count == 12 && values["all 26 others"].count == 3)
  }

  @Test("growth: each layer's own points, the theory's line, drifts of the whole and of the quarter rate")
  func growth() throws {
    let scratch = try run(["layers", "simulation.replicas=2"] + tiny)
    let drawn = Drawn(try scratch.text("r/figures/layers.dat"))
    let growth = table(try scratch.text("r/growth.csv"))
    for layer in 0...2 {
      let own = growth.filter { $0["layer"] == String(layer) }
      let points = Dictionary(uniqueKeysWithValues: zip(numbers(own, "time"), numbers(own, "growth")))
      let shown = drawn["layer \(layer)"]
      #expect(!shown.isEmpty && shown.allSatisfy { points[$0[0]] == $0[1] })
    }
    let conserved = table(try scratch.text("r/conserved.csv")).filter { $0["rate_share"] == "1.0" }
    #expect(drawn["linear, matrix"].map { $0[1] } == numbers(conserved, "drift").filter { $0 > 0 })
    let theory = drawn.blocks.filter { $0.label == "theory" }
    #expect(theory.first?.rows.map { $0[1] } == numbers(table(try scratch.text("r/curves.csv")), "train_loss_theory"))
  }
}
