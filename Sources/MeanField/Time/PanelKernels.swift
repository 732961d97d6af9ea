import LinearAlgebra
import RealModule

/// Implicit time: panels of nodes, placed by the error that they leave; gradient flow and compressed steps, equations (5.6)-(5.8).
struct PanelKernels: TimeKernels {
  let size: Int
  let settling: Double
  private(set) var times: [Double] = []
  /// Panels accepted so far.
  private(set) var panels: [PanelRuler.Panel] = []
  private let ruler: PanelRuler
  private let horizon: Double
  private let decay: Double
  /// Mismatch (5.7) that a panel may leave; nil where panels are given.
  private let allowed: Double?
  /// Ends of panels that are given; a panel that does not settle is cut in two.
  private var ends: [Double]
  private var length: Double
  private var begun: PanelRuler.Panel?
  /// Exact panels to make before longer ones are tried again.
  private var waiting = 0
  private var isStarted = false
  /// κ(t, s) for every point so far and d(t), at the end of the last accepted panel, and at that of the panel begun.
  private var endRow: (kernel: [Double], weight: Double) = ([], 1)
  private var nextRow: (kernel: [Double], weight: Double) = ([], 1)

  private static let safety = 0.85
  private static let patience = 8
  private static let rest = 24
  private static let growth = 0.2...3.0

  /// Panels placed by the error that they leave.
  ///
  /// - Parameters:
  ///   - ruler: flow or steps.
  ///   - horizon: end of time: a flow time, or the number of steps' rows.
  ///   - decay: weight decay λ.
  ///   - first: length of the first panel that is tried.
  ///   - allowed: mismatch (5.7) that a panel may leave.
  ///   - settling: change below which sweeps count as settled.
  ///   - size: most time points.
  init(
    _ ruler: PanelRuler, horizon: Double, decay: Double, first: Double, allowed: Double, settling: Double, size: Int
  ) {
    self.init(ruler, horizon, decay, settling, size, allowed: allowed, ends: [], length: first)
  }

  /// Panels at given ends.
  init(_ ruler: PanelRuler, ends: [Double], decay: Double, settling: Double) {
    self.init(
      ruler, ends.last ?? 0, decay, settling, Self.allocated(nodes: ruler.nodes, panels: ends.count), allowed: nil,
      ends: ends,
      length: 0)
  }

  /// Time points to allocate where panels are given: some of them may have to be cut.
  static func allocated(nodes: Int, panels: Int) -> Int { 1 + nodes * (panels + panels / 2 + 8) }

  private init(
    _ ruler: PanelRuler, _ horizon: Double, _ decay: Double, _ settling: Double, _ size: Int, allowed: Double?,
    ends: [Double], length: Double
  ) {
    self.ruler = ruler
    self.horizon = horizon
    self.decay = decay
    self.settling = settling
    self.size = size
    self.allowed = allowed
    self.ends = ends
    self.length = length
  }

  var capacity: Int { ruler.nodes }
  var backward: [Double]? { begun?.backward }
  /// How far the panels go.
  var reached: Double { panels.last?.end ?? 0 }

  /// Flow begins with t = 0 alone: a point without length, which moves no weight.
  private var hasOrigin: Bool { if case .flow = ruler { true } else { false } }

  func isExplicit(_ block: Range<Int>) -> Bool { begun.map { $0.isExact && $0.nodes.count == 1 } ?? true }

  var lengthRatio: Double {
    guard let last = panels.last, let begun else { return 1 }
    return (last.end - last.start) / (begun.end - begun.start)
  }

  mutating func begin() -> Range<Int>? {
    if !isStarted {
      isStarted = true
      if hasOrigin {
        times = [0]
        return 0..<1
      }
    }
    let start = panels.last?.end ?? 0
    let first = endRow.kernel.count
    guard start < horizon, first + capacity <= size else { return nil }
    let end =
      allowed == nil
      ? ends.first { $0 > start } ?? horizon : ruler.end(start: start, length: length, horizon: horizon)
    let panel = ruler.panel(from: start, to: end)
    times.removeSubrange(first...)
    times += panel.nodes.map(ruler.time)
    begun = panel
    return first..<first + panel.nodes.count
  }

  /// Equation (5.6): inside the panel its own rule, solved for the decay; before it what earlier panels have summed up.
  mutating func fill(_ block: Range<Int>, into kernel: inout RowBlock, initialWeight: inout [Double]) {
    kernel.begin(block)
    guard let panel = begun else {
      initialWeight[0] = 1
      endRow = ([0], 1)
      return
    }
    let rows = panel.relaxation(decay: decay)
    for (time, row) in zip(block, rows) {
      initialWeight[time] = row.kept * endRow.weight
      for column in 0..<block.lowerBound { kernel[time, column] = row.kept * endRow.kernel[column] }
      for (column, answer) in zip(block, row.answers) { kernel[time, column] = answer }
    }
    let last = rows[panel.nodes.count]
    nextRow = (endRow.kernel.map { last.kept * $0 } + last.answers, last.kept * endRow.weight)
  }

  /// Takes a panel whose mismatch (5.7) is allowed and whose fastest mode, equation (5.10), does not grow from step to
  /// step.
  mutating func judge(isSettled: Bool, mismatch: Double, fastestRate: Double) -> March.Verdict {
    guard let panel = begun else { return .goOn }
    let step = panel.end - panel.start
    let isSmooth = allowed.map { mismatch <= $0 && !ruler.isUnstable(fastestRate) } ?? true
    if isSettled, panel.isExact || isSmooth {
      panels.append(panel)
      endRow = nextRow
      length = panel.isExact ? lengthAfterExact(panel, mismatch, fastestRate) : step * factor(mismatch, panel)
      return .goOn
    }
    guard step > ruler.shortest(at: panel.end, horizon: horizon) else { return .giveUp }
    length = step * (isSettled ? min(0.7, factor(mismatch, panel)) : 0.5)
    if !isSettled { waiting = Self.patience }
    if allowed == nil {
      let middle = ruler.end(start: panel.start, length: step / 2, horizon: panel.end)
      ends.insert(middle, at: ends.firstIndex { $0 > panel.start } ?? 0)
    }
    return .again
  }

  /// Exact panels cost no error, however little their polynomials say of what comes. While modes alternate, single steps are the
  /// cheapest of them; from time to time a longer one looks whether they have died.
  private mutating func lengthAfterExact(_ panel: PanelRuler.Panel, _ mismatch: Double, _ fastestRate: Double) -> Double
  {
    let step = panel.end - panel.start
    if ruler.isUnstable(fastestRate) { return 1 }
    let isFast = ruler.isFast(fastestRate)
    if isFast, panel.nodes.count == capacity, mismatch > allowed ?? .infinity { waiting = Self.rest }
    if waiting > 0 {
      waiting -= 1
      return isFast ? 1 : step
    }
    return max(step * factor(mismatch, panel), isFast ? Double(capacity) : min(Double(capacity), 2 * step))
  }

  /// The mismatch grows as the n-th power of the length.
  private func factor(_ mismatch: Double, _ panel: PanelRuler.Panel) -> Double {
    guard let allowed, mismatch > 0 else { return Self.growth.upperBound }
    let power = Double.pow(allowed / mismatch, 1 / Double(panel.nodes.count))
    return min(max(Self.safety * power, Self.growth.lowerBound), Self.growth.upperBound)
  }
}

extension PanelRuler.Panel {
  /// What one weight does in the panel: the share of its value before the panel that is left, and its answers to the gradients at the nodes.
  struct WeightRow: Sendable {
    let kept: Double
    let answers: [Double]
  }

  /// The weight at each node and at the panel's end, from `W = W_start + Σ (F - λ W)` taken by the panel's own sums, equation (5.6).
  func relaxation(decay: Double) -> [WeightRow] {
    guard decay > 0 else { return (sums + [total]).map { WeightRow(kept: 1, answers: $0) } }
    let count = nodes.count
    var system = RowBlock(size: count, capacity: count)
    system.begin(0..<count)
    for row in 0..<count {
      for column in 0..<count { system[row, column] = sums[row][column] }
    }
    OwnSystem(system, scale: -decay).solve(&system, columns: 0..<count)
    let inner = (0..<count).map { row in
      // (I + λ S)^{-1} 1 = 1 - λ (I + λ S)^{-1} S 1.
      let answers = (0..<count).map { system[row, $0] }
      return WeightRow(kept: 1 - decay * answers.reduce(0, +), answers: answers)
    }
    let kept = zip(total, inner).reduce(1) { $0 - decay * $1.0 * $1.1.kept }
    let answers = (0..<count).map { column in
      zip(total, inner).reduce(total[column]) { $0 - decay * $1.0 * $1.1.answers[column] }
    }
    return inner + [WeightRow(kept: kept, answers: answers)]
  }
}
