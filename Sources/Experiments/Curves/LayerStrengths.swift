import MeanField
import Problems
import Reports

/// Forward and backward order parameters of every layer at the reported rows: `layers.csv` and its figure.
public struct LayerStrengths: Codable, Hashable, Sendable {
  /// One direction of one layer: what was found, its standard error and the theory, one number a row where known.
  public struct Strength: Codable, Hashable, Sendable {
    /// `H^l(t,t)` or `G^l(t,t)`.
    public var values: [Double?]
    /// Standard errors of trained networks; nil for the theory.
    public var errors: [Double?]?
    /// The theory to compare trained networks with; nil without one.
    public var theory: [Double?]?
  }

  /// One layer.
  public struct Layer: Codable, Hashable, Sendable {
    /// Its number from the input on; at infinite depth its place tau.
    public let label: String
    /// `H^l(t,t)`.
    public var forward: Strength
    /// `G^l(t,t)`; nil for the input, which has none.
    public var backward: Strength?
    /// `η_l(t)` of the weights above, under an optimiser that reads the gradient; nil for others, and where a step is no number times a gradient.
    public var rate: [Double?]?
  }

  /// Step of each row.
  public let steps: [Int]
  /// Time of each row.
  public let times: [Double]
  /// From the input on.
  public var layers: [Layer]

  /// The theory's.
  ///
  /// - Parameters:
  ///   - solution: what was solved.
  ///   - rows: which rows of its curve.
  init(_ solution: Solution, rows: [Int]) {
    let parameters = solution.orderParameters
    func strength(_ values: [Double]) -> Strength {
      let all = solution.rows(of: values)
      return Strength(values: rows.map { all[$0] })
    }
    steps = rows.map { solution.curve.steps[$0] }
    times = rows.map { solution.curve.times[$0] }
    // In the lazy limit no feature moves, and there are none.
    layers = (0..<(parameters.count == 0 ? 0 : parameters.hiddenLayers + 1)).map { layer in
      Layer(
        label: parameters.label(layer), forward: strength(parameters.forwardStrength(layer)),
        backward: layer == 0 ? nil : strength(parameters.backwardStrength(layer)),
        rate: solution.gradients?.rates.map { rates in rows.map { rates[$0][layer] } })
    }
  }

  /// Those of trained networks.
  ///
  /// - Parameters:
  ///   - ensemble: the networks.
  ///   - rows: which rows of their curves.
  ///   - hiddenLayers: L.
  init(_ ensemble: Ensemble, rows: [Int], hiddenLayers: Int) {
    func strength(_ means: [Ensemble.Mean]) -> Strength {
      Strength(
        values: rows.map { means[$0].value },
        errors: rows.map { means[$0].standardError.isFinite ? means[$0].standardError : nil })
    }
    steps = rows
    times = rows.map { ensemble.times[$0] }
    layers = (0...hiddenLayers).map { layer in
      Layer(
        label: String(layer), forward: strength(ensemble.means { $0.forward[layer] }),
        backward: layer == 0 ? nil : strength(ensemble.means { $0.backward[layer - 1] }))
    }
  }

  /// The same with a theory to compare with, as far as both have the layers and the steps.
  func beside(_ theory: LayerStrengths) -> LayerStrengths {
    let rows = Dictionary(zip(theory.steps, theory.steps.indices)) { first, _ in first }
    var both = self
    for index in layers.indices {
      // Nodes of an infinite depth are no layers of the networks and have other labels; only the input is common to both.
      let other = index == 0 ? theory.layers.first : theory.layers.first { $0.label == layers[index].label }
      func values(_ strength: Strength?) -> [Double?] {
        steps.map { step in rows[step].flatMap { row in strength?.values[row] } }
      }
      both.layers[index].forward.theory = values(other?.forward)
      both.layers[index].backward?.theory = values(other?.backward)
    }
    return both
  }

  /// `layers.csv`: rows by step, layers within.
  var table: Table {
    func flat(_ strength: (Layer) -> [Double?]?) -> [Double?]? {
      guard layers.contains(where: { strength($0) != nil }) else { return nil }
      return steps.indices.flatMap { row in layers.map { strength($0)?[row] } }
    }
    func column(_ name: String, _ meaning: String, _ strength: (Layer) -> [Double?]?) -> Column? {
      flat(strength).map { Column(name, meaning, $0) }
    }
    return Table(
      "layers", shown: nil,
      [
        Column("step", integers: steps.flatMap { step in layers.map { _ in step } }),
        Column("layer", "0 is the input", texts: steps.flatMap { _ in layers.map(\.label) }),
        column("forward", "H(t,t)") { $0.forward.values }, column("backward", "G(t,t)") { $0.backward?.values },
        column("forward_se", "standard error") { $0.forward.errors },
        column("backward_se", "standard error") { $0.backward?.errors },
        column("forward_theory", "H(t,t)") { $0.forward.theory },
        column("backward_theory", "G(t,t)") { $0.backward?.theory },
        column("rate", "of the weights above the layer, with the schedule") { $0.rate },
      ])
  }
}
