import DeepLinear

/// A named column of `curves.csv` beside the four that are always there.
public struct NamedColumn: Hashable, Sendable {
  /// Name in the header.
  public let name: String
  /// One cell for each row of the curve.
  let cells: [String]

  /// - Parameters:
  ///   - name: name in the header.
  ///   - values: one number for each row of the curve; nil for an empty cell.
  public init(name: String, values: [Double?]) {
    self.name = name
    cells = values.map(CSVLine.cell)
  }

  /// - Parameters:
  ///   - name: name in the header.
  ///   - counts: one whole number for each row of the curve.
  public init(name: String, counts: [Int]) {
    self.name = name
    cells = counts.map(String.init)
  }
}

/// Forward and backward order parameters of each layer at each reported step.
public struct LayerTable: Hashable, Sendable {
  /// One line of `layers.csv`.
  public struct Row: Hashable, Sendable {
    /// Step or row index.
    public let step: Int
    /// Number of the layer; at infinite depth its place tau.
    public let layer: String
    /// `H^l(t,t)`.
    public let forward: Double
    /// `G^l(t,t)`; nil at layer 0, which has none.
    public let backward: Double?
    /// One entry for each further column of the table; nil where there is none.
    public let further: [Double?]

    /// - Parameters:
    ///   - step: step or row index.
    ///   - layer: number of the layer, or tau.
    ///   - forward: `H^l(t,t)`.
    ///   - backward: `G^l(t,t)`; nil where there is none.
    ///   - further: one entry for each further column.
    public init(step: Int, layer: String, forward: Double, backward: Double?, further: [Double?] = []) {
      self.step = step
      self.layer = layer
      self.forward = forward
      self.backward = backward
      self.further = further
    }
  }

  /// In the order in which they are written.
  public let rows: [Row]
  /// Names of further columns.
  public let furtherNames: [String]

  /// - Parameters:
  ///   - rows: in the order in which they are to be written.
  ///   - furtherNames: names of further columns, as many as entries in each row's `further`.
  public init(rows: [Row], furtherNames: [String] = []) {
    precondition(rows.allSatisfy { $0.further.count == furtherNames.count })
    self.rows = rows
    self.furtherNames = furtherNames
  }
}

/// Which linear algebra ran underneath.
public struct BLASName: Hashable, Sendable {
  /// Library and version.
  public let library: String
  /// The processor core it chose its kernels for.
  public let core: String

  /// - Parameters:
  ///   - library: library and version.
  ///   - core: the processor core it chose its kernels for.
  public init(library: String, core: String) {
    self.library = library
    self.core = core
  }
}

/// Everything that a run leaves behind in its folder.
public struct RunRecord: Sendable {
  /// Version of dmft.
  public var version: String
  /// One word, such as `completed` or `diverged`.
  public var status: String
  /// What more there is to say about the end, in a sentence.
  public var outcome: String?
  /// The problem in words, clause by clause: network, data, training.
  public var problem: [String] = []
  /// What the run came to and how far it can be trusted, a sentence each.
  public var findings: [String] = []
  /// Losses against time; nil for a run that has no one curve.
  public var curve: LearningCurve?
  /// Further columns of `curves.csv`.
  public var curveColumns: [NamedColumn]
  /// Rows of `layers.csv`; nil for a run without.
  public var layers: LayerTable?
  /// Arrays of `arrays.npz`, which is written if there are any.
  public var arrays: [NamedArray]
  /// Arrays of an archive of its own, such as `factors.npz`: the result itself, written unasked.
  public var archive: NamedArchive?
  /// Further tables.
  public var texts: [NamedText]
  /// Seconds that each part took.
  public var timings: [String: Double]
  /// Residual that the solver reached.
  public var residual: Double?
  /// Which linear algebra ran underneath.
  public var blas: BLASName?
  /// Further entries of the manifest.
  public var extra: [String: JSONValue]
  /// Whether the finished parts stay in the folder beside the results that were made of them.
  public var keepsUnits = false

  /// - Parameters:
  ///   - version: version of dmft.
  ///   - status: one word.
  ///   - outcome: a sentence.
  ///   - curve: losses against time.
  ///   - curveColumns: further columns of `curves.csv`.
  ///   - layers: rows of `layers.csv`.
  ///   - arrays: arrays of `arrays.npz`.
  ///   - texts: further tables.
  ///   - timings: seconds that each part took.
  ///   - residual: residual that the solver reached.
  ///   - blas: which linear algebra ran underneath.
  ///   - extra: further entries of the manifest; the fixed ones win over the same name.
  public init(
    version: String, status: String, outcome: String? = nil, curve: LearningCurve? = nil,
    curveColumns: [NamedColumn] = [], layers: LayerTable? = nil, arrays: [NamedArray] = [], texts: [NamedText] = [],
    timings: [String: Double] = [:], residual: Double? = nil, blas: BLASName? = nil,
    extra: [String: JSONValue] = [:]
  ) {
    self.version = version
    self.status = status
    self.outcome = outcome
    self.curve = curve
    self.curveColumns = curveColumns
    self.layers = layers
    self.arrays = arrays
    self.texts = texts
    self.timings = timings
    self.residual = residual
    self.blas = blas
    self.extra = extra
  }

  /// The tables of a single curve, `curves.csv` and `layers.csv`.
  var tables: [NamedText] {
    let curves = curve.map { NamedText(path: "curves.csv", text: curvesCSV($0)) }
    let strengths = layers.map { NamedText(path: "layers.csv", text: layersCSV($0)) }
    return [curves, strengths].compactMap { $0 }
  }

  private func curvesCSV(_ curve: LearningCurve) -> String {
    let names = ["step", "time", "test_loss", "train_loss"] + curveColumns.map(\.name)
    var text = names.joined(separator: ",") + "\n"
    for row in curve.steps.indices {
      let numbers = [curve.times[row], curve.testLoss[row], curve.trainLoss[row]].map(CSVLine.cell)
      let cells = [String(curve.steps[row])] + numbers + curveColumns.map { $0.cells[row] }
      text += cells.joined(separator: ",") + "\n"
    }
    return text
  }

  private func layersCSV(_ layers: LayerTable) -> String {
    var text = (["step", "layer", "forward", "backward"] + layers.furtherNames).joined(separator: ",") + "\n"
    for row in layers.rows {
      let numbers = [row.forward, row.backward] + row.further
      text += "\(row.step),\(row.layer)," + numbers.map(CSVLine.cell).joined(separator: ",") + "\n"
    }
    return text
  }
}
