import Files
import Foundation
import Problems
import Tables

/// The rows of each step of a given order of batches, and the file that they come from.
public struct BatchOrder: Hashable, Sendable {
  /// Absolute path.
  public let path: String
  /// SHA-256 of its contents, 64 hexadecimal digits.
  public let sha256: String
  /// Numbers of training rows, from 0, for each step.
  public let steps: [[Int]]
}

/// The rules of `training.batchOrder`.
extension ValueReader {
  private static let key = "training.batchOrder"

  /// Reads the order of batches, if one is given; every flaw is noted.
  ///
  /// - Parameters:
  ///   - cache: what a path is relative to.
  ///   - rows: number of training rows; nil where rows are drawn.
  /// - Returns: nil without an order or without a sound one.
  mutating func batchOrder(from cache: TableCache, rows: Int?) -> BatchOrder? {
    guard isGiven(Self.key), let name = text(Self.key) else { return nil }
    guard let rows else {
      refuse(
        Self.key, "\(Self.key) names training rows, and here they are drawn",
        suggestion: "give the rows by data.trainFile and data.testFile, or by data.trainRows")
      return nil
    }
    refuseBesideOrder()
    let path = inputPath(
      name, in: given[Self.key]?.origin == .commandLine ? cache.workingDirectory : cache.configurationFolder)
    do throws(UnreadableFile) {
      let bytes = try contents(of: path)
      return steps(of: bytes, named: StandardInput.name(of: name), rows: rows).map {
        BatchOrder(path: path, sha256: sha256(bytes), steps: $0)
      }
    } catch {
      refuse(Self.key, "\(Self.key) \(name): \(error.reason)", suggestion: error.suggestion)
      return nil
    }
  }

  private mutating func refuseBesideOrder() {
    if let mode = word("training.mode"), mode != "minibatch" {
      refuse(
        Self.key, "\(Self.key) is for training.mode=minibatch, and the mode is \(mode)",
        suggestion: "use training.mode=minibatch")
    }
    for path in ["samplesPerStep", "shuffle", "dropLast", "epochs"].map({ "training." + $0 }) where isGiven(path) {
      refuse(path, "\(path) is given together with \(Self.key), which has every batch", suggestion: "remove it")
    }
  }

  private mutating func steps(of contents: [UInt8], named name: String, rows: Int) -> [[Int]]? {
    do throws(InvalidTable) {
      let table = try CSVTable(contents: contents, name: name, leastRows: 1)
      guard let step = table.header.firstIndex(of: "step"), let row = table.header.firstIndex(of: "row") else {
        refuse(
          Self.key, "\(name) has no columns step and row; it has \(table.columnsInWords)",
          suggestion: "write a line for each row of each batch, steps and rows from 0")
        return nil
      }
      let (steps, numbers) = (try table.column(step).entries, try table.column(row).entries)
      var batches: [[Int]] = []
      for line in 0..<table.rows {
        guard let own = whole(steps[line], below: batches.count + 1), let number = whole(numbers[line], below: rows)
        else {
          refuse(
            Self.key,
            "\(name), line \(line + 2): step \(shown(steps[line])), row \(shown(numbers[line])); steps rise from 0 by 1 "
              + "and rows are 0 to \(rows - 1)")
          return nil
        }
        guard own >= batches.count - 1 else {
          refuse(
            Self.key, "\(name), line \(line + 2): step \(own) after step \(batches.count - 1)",
            suggestion: "sort the steps")
          return nil
        }
        if own == batches.count { batches.append([]) }
        batches[own].append(number)
      }
      return batches
    } catch {
      for problem in error.problems { refuse(Self.key, problem) }
      return nil
    }
  }

  private func whole(_ value: Double?, below bound: Int) -> Int? {
    guard let value, let number = Int(exactly: value), number >= 0, number < bound else { return nil }
    return number
  }

  private func shown(_ value: Double?) -> String { value.map { $0.description } ?? "missing" }
}
