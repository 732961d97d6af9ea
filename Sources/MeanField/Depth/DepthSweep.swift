import Calculus
import LinearAlgebra

/// The newest rows of one half of an infinitely deep chain, P with Π or Q with Ψ, along its depth.
struct DepthSweep: Sendable {
  private var map: DepthProfile
  private var source: DepthProfile
  /// Of the newest block.
  var weights = DepthWeights.none

  init(nodes: Int, layout: BlockLayout) {
    map = DepthProfile(nodes: nodes, layout: layout)
    source = map
  }

  /// Rates at the nodes: what is unknown of an implicit block when its sweep begins.
  var unknowns: [[Double]] {
    get { map.unknowns + source.unknowns }
    set {
      map.unknowns = Array(newValue.prefix(newValue.count / 2))
      source.unknowns = Array(newValue.suffix(newValue.count / 2))
    }
  }

  /// The block is done: later guesses start from it.
  mutating func remember() {
    map.remember()
    source.remember()
  }

  /// Turns to a new block.
  mutating func begin(_ times: Range<Int>) {
    map.begin(times)
    source.begin(times)
  }

  /// Writes the rows at a node, counted from the end where they are known.
  func setRows(at index: Int, _ work: inout DepthScratch) {
    map.setRows(at: index, &work.map, end: work.mapEnd, weights: weights)
    source.setRows(at: index, &work.source, end: work.sourceEnd, weights: weights)
  }

  /// Takes the rates that those rows give.
  mutating func setRates(at index: Int, _ work: DepthScratch) {
    map.setRates(at: index, work.mapRate, rows: work.map)
    source.setRates(at: index, work.sourceRate, rows: work.source)
  }

  /// How far the sweep just done changed the rates, relative to the rows; not a number if one is not.
  mutating func takeChange() -> Double {
    let (first, second) = (map.takeChange(), source.takeChange())
    return first.isNaN || second.isNaN ? .nan : max(first, second)
  }
}
