import Files
import Foundation
import RunStore

/// Sizes of a transfer that are done, kept one by one so that the same command continues.
struct TransferUnits: Sendable {
  let store: UnitStore?

  /// Whether anything is kept.
  var keeps: Bool { store != nil }

  private static func name(_ index: Int) -> String { "size-\(index)" }

  /// A size of an earlier attempt; nil if it was not kept, or is damaged.
  func size(_ index: Int) -> TransferResult.Size? {
    store?.readBytes(Self.name(index)).flatMap { try? StoredResult.decode(TransferResult.Size.self, from: Data($0)) }
  }

  /// Keeps a size.
  ///
  /// - Parameters:
  ///   - size: what was found.
  ///   - index: its number, over all families.
  /// - Throws: 74 where writing fails.
  func keep(_ size: TransferResult.Size, _ index: Int) throws(ExperimentFailure) {
    guard let store else { return }
    do {
      try store.write(Self.name(index), bytes: [UInt8](StoredResult.encode(size)))
    } catch let problem as WritingProblem {
      throw ExperimentFailure(problem)
    } catch {
      throw ExperimentFailure(.refused, ["a size can't be encoded: \(error)"])
    }
  }

  /// How many of some sizes are kept.
  func count(_ sizes: Int) -> Int { keeps ? (0..<sizes).count { size($0) != nil } : 0 }
}

extension Result where Success == TransferResult.Size? {
  /// The same of a size that is there; nil for none.
  var found: Result<TransferResult.Size, Failure>? {
    switch self {
    case .success(let size): size.map { .success($0) }
    case .failure(let failure): .failure(failure)
    }
  }
}
