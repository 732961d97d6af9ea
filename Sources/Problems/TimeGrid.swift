import RealModule

/// How time is represented: as discrete optimiser steps or as gradient flow; section 5 of the notes.
public struct TimeGrid: Codable, Hashable, Sendable {
  /// The kind of time.
  public enum Kind: Codable, Hashable, Sendable {
    /// Optimiser steps 0 … steps, each computed.
    case discrete(steps: Int)
    /// Optimiser steps 0 … steps on panels of integers.
    case panels(steps: Int)
    /// Gradient flow from 0 to the horizon (in units of learning rate x steps).
    case flow(horizon: Double)
  }

  /// Which rows are reported.
  public enum Rows: String, Codable, Hashable, Sendable, CaseIterable {
    case all
    case log
  }

  /// Share of a loss's start below which the tolerance no longer follows the loss.
  public static let lossFloor = 1e-3

  /// The kind of time.
  public var kind: Kind
  /// Which rows are reported.
  public var rows: Rows
  /// Largest relative error of a reported loss allowed under flow and panels.
  public var tolerance: Double

  /// - Parameters:
  ///   - kind: discrete, panels or flow.
  ///   - rows: all, or log-spaced.
  ///   - tolerance: relative error allowed under flow and panels.
  public init(_ kind: Kind, rows: Rows = .all, tolerance: Double = 1e-6) {
    self.kind = kind
    self.rows = rows
    self.tolerance = tolerance
  }

  /// Whether time is gradient flow.
  public var isFlow: Bool { if case .flow = kind { true } else { false } }

  /// Number of optimiser steps; nil under gradient flow, which has none.
  public var steps: Int? {
    switch kind {
    case .discrete(let steps), .panels(let steps): steps
    case .flow: nil
    }
  }

  /// Which of the first `count` rows are reported: all, or 20 a decade with the first and the last.
  ///
  /// - Parameter count: number of rows computed.
  /// - Returns: row indices, rising.
  public func reportedRows(of count: Int) -> [Int] {
    guard rows == .log, count > 1 else { return Array(0..<count) }
    var reported = [0]
    var next = 1.0
    while Int(next.rounded()) < count - 1 {
      let row = Int(next.rounded())
      if row > reported[reported.count - 1] { reported.append(row) }
      next *= .exp10(0.05)
    }
    return reported + [count - 1]
  }
}
