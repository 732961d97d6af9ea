import Experiments
import Files
import Foundation
import JSON
import LinearAlgebra
import Logging
import Reports
import RunStore

/// Writes a result and what its report makes into a run folder, and prints the names of the files.
struct RunWriting {
  let folder: RunFolder
  let run: RunDescription
  /// Requested kinds of pictures.
  var pictures: [PictureFormat] = []
  /// Whether finished parts stay in the folder.
  var keepsUnits = false
  let output: OutputOptions

  /// - Parameters:
  ///   - report: the report of the result.
  ///   - finished: the result with its arrays.
  /// - Throws: 65 or 74 where the folder cannot be written.
  func write<Result: Codable & Sendable>(_ report: Report, _ finished: Finished<Result>) throws(CommandFailure) {
    let log = NoticeHandler.logger(quiet: output.quiet)
    let record = try record(report, finished)
    let drawing = ReportFiles(report, of: run)
    do throws(WritingProblem) {
      let written = try folder.write(record) { files, earlier in
        drawing.named(PictureFormat.wanted(pictures, earlier), folder: folder.path, beside: files, log)
      }
      for file in written.removed {
        log.warning("\(folder.path)/\(file) of the earlier run is gone: this run does not make it")
      }
      guard output.showsFrame else { return }
      print(ReportFiles.written(written.names, to: folder.path))
    } catch {
      throw CommandFailure(error)
    }
  }

  private func record<Result: Codable & Sendable>(
    _ report: Report, _ finished: Finished<Result>
  ) throws(CommandFailure) -> RunRecord {
    let result: Data
    do {
      result = try StoredResult.encode(finished.result)
    } catch {
      throw CommandFailure(status: .inputOutput, lines: ["the result can't be stored: \(error)"])
    }
    var record = RunRecord(
      version: run.version, status: report.status, result: result,
      tables: report.tables.compactMap { table in table.fileName.map { NamedText(path: $0, text: table.csv) } },
      arrays: finished.arrays, archive: finished.archive, seconds: run.seconds, blas: .running,
      extra: report.details)
    record.extra["findings"] = .list(report.findings.map { .text($0) })
    record.keepsUnits = keepsUnits
    return record
  }
}

extension ReportFiles {
  /// The files as a run folder takes them; pictures that cannot be drawn are warned of.
  func named(_ formats: [PictureFormat], folder: String, beside files: [String], _ log: Logger) -> [NamedFile] {
    self.files(formats, folder: folder, beside: files) { log.warning("\($0)") }
      .map { NamedFile(path: $0.path, contents: $0.contents) }
  }

  /// The line that names the files in a folder to open.
  static func written(_ names: [String], to folder: String) -> String {
    "written: " + shown(names).map { "\(folder)/\($0)" }.joined(separator: "  ")
  }
}

extension PictureFormat {
  /// Kinds of pictures to draw: those that are requested, and those of an earlier run, which are redrawn.
  static func wanted(_ asked: [PictureFormat], _ earlier: [String]) -> [PictureFormat] {
    allCases.filter { format in
      asked.contains(format)
        || earlier.contains { $0.hasPrefix("figures/") && $0.hasSuffix("." + format.rawValue) }
    }
  }
}

extension BLASName {
  /// The library that this process calls.
  static var running: BLASName {
    BLASName(library: BLAS.library + " " + BLAS.configuration, core: BLAS.core)
  }
}
