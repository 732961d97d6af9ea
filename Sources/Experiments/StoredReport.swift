import Foundation
import JSON
import Reports
import RunStore

extension Citation {
  /// Everything that a run cites: the program, the works of its report, its data, its linear algebra.
  ///
  /// - Parameters:
  ///   - report: of the run; nil for one without a result.
  ///   - version: version of dmft that made it.
  ///   - dataSHA256: of its table, by which known tables are recognised under any name.
  ///   - blas: name and version as reported by the library.
  /// - Returns: each work once.
  public static func all(of report: Report?, version: String, dataSHA256: String?, blas: String?) -> [Citation] {
    unique(
      [Program.citation(version: version)] + (report?.citations ?? []) + (dataSHA256.flatMap { tables[$0] } ?? [])
        + [blas.flatMap(Program.blas)].compactMap { $0 })
  }
}

extension StoredRun {
  /// What made it, as its manifest has it.
  public var origin: RunDescription {
    RunDescription(
      version: manifest["version"]?.text ?? "", command: command, hash: manifest["hash"]?.text ?? "",
      configuration: manifest["configuration"] ?? .null, yaml: text("config.yaml") ?? "",
      options: manifest["options"]?.elements.compactMap(\.text) ?? [], seconds: manifest["seconds"]?.number ?? 0,
      core: manifest["blas.core"]?.text ?? "")
  }

  /// Its report, made from its result as a fresh run makes it.
  ///
  /// - Returns: the report, with everything that it cites.
  /// - Throws: for a run without a result that this version reads, with the command that makes it again.
  public func report() throws(ExperimentFailure) -> Report {
    // Version 0.1 named the log of a comparison here.
    let inputs = [manifest["log"]?.text].compactMap { $0 }
    let remedy = "make it again: \(origin.again(path, inputs: inputs, to: "NEW"))"
    guard let result else {
      let reason =
        files.contains("result.json")
        ? "\(path)/result.json is missing"
        : "\(path) was written by dmft \(origin.version), which kept no result.json"
      throw ExperimentFailure(.refused, ["\(reason); \(remedy)"])
    }
    do {
      guard var report = try ExperimentCatalogue.report(command, result, arrays: arrays) else {
        throw ExperimentFailure(.refused, ["\(path) is a run of dmft \(command), which is not known here"])
      }
      report.citations = citations(report)
      return report
    } catch let failure as ExperimentFailure {
      throw failure
    } catch {
      throw ExperimentFailure(
        .refused, ["\(path)/result.json is damaged or of another version (dmft \(origin.version)); \(remedy)"])
    }
  }

  /// Everything that it cites.
  ///
  /// - Parameter report: its report; nil for a run that has not finished.
  /// - Returns: each work once.
  public func citations(_ report: Report?) -> [Citation] {
    Citation.all(
      of: report, version: origin.version, dataSHA256: manifest["data_sha256"]?.text,
      blas: manifest["blas.library"]?.text)
  }
}
