import DeepLinear

/// A named column of `curves.csv` beside the four that are always there.
public struct NamedColumn: Hashable, Sendable {
  /// Name in the header.
  public let name: String
  /// One number for each row of the curve.
  public let values: [Double]

  /// - Parameters:
  ///   - name: name in the header.
  ///   - values: one number for each row of the curve.
  public init(name: String, values: [Double]) {
    self.name = name
    self.values = values
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

    /// - Parameters:
    ///   - step: step or row index.
    ///   - layer: number of the layer, or tau.
    ///   - forward: `H^l(t,t)`.
    ///   - backward: `G^l(t,t)`; nil where there is none.
    public init(step: Int, layer: String, forward: Double, backward: Double?) {
      self.step = step
      self.layer = layer
      self.forward = forward
      self.backward = backward
    }
  }

  /// In the order in which they are written.
  public let rows: [Row]

  /// - Parameter rows: in the order in which they are to be written.
  public init(rows: [Row]) {
    self.rows = rows
  }
}

/// An array of `arrays.npz`, computed when it is written so that only one is in memory at a time.
public struct NamedArray: Sendable {
  /// Name by which numpy finds it.
  public let name: String
  /// Length of each axis; empty for a single number.
  public let shape: [Int]
  /// The numbers, last axis fastest; as many as the product of `shape`.
  public let values: @Sendable () throws -> [Double]

  /// - Parameters:
  ///   - name: name by which numpy finds it.
  ///   - shape: length of each axis.
  ///   - values: yields the numbers, last axis fastest.
  public init(name: String, shape: [Int], values: @escaping @Sendable () throws -> [Double]) {
    self.name = name
    self.shape = shape
    self.values = values
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
  /// Losses against time.
  public var curve: LearningCurve
  /// Further columns of `curves.csv`.
  public var curveColumns: [NamedColumn]
  /// Rows of `layers.csv`.
  public var layers: LayerTable
  /// Arrays of `arrays.npz`, which is written if there are any.
  public var arrays: [NamedArray]
  /// Seconds that each part took.
  public var timings: [String: Double]
  /// Residual that the solver reached.
  public var residual: Double?
  /// Which linear algebra ran underneath.
  public var blas: BLASName?
  /// Further entries of the manifest.
  public var extra: [String: JSONValue]

  /// - Parameters:
  ///   - version: version of dmft.
  ///   - status: one word.
  ///   - outcome: a sentence.
  ///   - curve: losses against time.
  ///   - curveColumns: further columns of `curves.csv`.
  ///   - layers: rows of `layers.csv`.
  ///   - arrays: arrays of `arrays.npz`.
  ///   - timings: seconds that each part took.
  ///   - residual: residual that the solver reached.
  ///   - blas: which linear algebra ran underneath.
  ///   - extra: further entries of the manifest; the fixed ones win over the same name.
  public init(
    version: String, status: String, outcome: String? = nil, curve: LearningCurve,
    curveColumns: [NamedColumn] = [], layers: LayerTable, arrays: [NamedArray] = [],
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
    self.timings = timings
    self.residual = residual
    self.blas = blas
    self.extra = extra
  }

  /// The text of `curves.csv`.
  var curvesCSV: String {
    let names = ["step", "time", "test_loss", "train_loss"] + curveColumns.map(\.name)
    var text = names.joined(separator: ",") + "\n"
    for row in curve.steps.indices {
      text += "\(curve.steps[row]),\(curve.times[row]),\(curve.testLoss[row])"
      text += ",\(curve.trainLoss[row])"
      for column in curveColumns { text += ",\(column.values[row])" }
      text += "\n"
    }
    return text
  }

  /// The text of `layers.csv`.
  var layersCSV: String {
    var text = "step,layer,forward,backward\n"
    for row in layers.rows {
      let backward = row.backward.map(\.description) ?? ""
      text += "\(row.step),\(row.layer),\(row.forward),\(backward)\n"
    }
    return text
  }

  /// The entries of `manifest.json`.
  func manifest(
    configuration: Configuration, command: String, files: [String]
  ) -> JSONValue {
    var entries = extra
    entries["version"] = .text(version)
    entries["command"] = .text(command)
    entries["configuration"] = configuration.json
    entries["hash"] = .text(configuration.hash)
    entries["seed"] = .integer(configuration.simulation.seed)
    entries["status"] = .text(status)
    entries["outcome"] = outcome.map { .text($0) } ?? .null
    entries["timings"] = .object(timings.mapValues { .number($0) })
    entries["residual"] = residual.map { .number($0) } ?? .null
    entries["blas"] =
      blas.map { .object(["library": .text($0.library), "core": .text($0.core)]) } ?? .null
    entries["files"] = .list(files.map { .text($0) })
    if let file = configuration.dataFile {
      entries["data_sha256"] = .text(file.sha256)
    }
    return .object(entries)
  }
}
