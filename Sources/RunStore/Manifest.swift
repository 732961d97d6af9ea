import JSON

/// The contents of `manifest.json`.
package enum Manifest {
  /// Status of a run whose finished parts wait to be taken up.
  package static let unfinished = "unfinished"

  /// Names of the files that a manifest lists. An edited manifest must not make dmft remove or link to files elsewhere, so that
  /// only plain names within the folder count.
  static func files(_ manifest: JSONValue) -> [String] {
    (manifest["files"]?.elements ?? []).compactMap(\.text).filter { name in
      !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
        && name.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || "0123456789._-/".unicodeScalars.contains($0) }
    }
  }

  /// What every manifest contains about the problem and the run.
  private static func head(_ folder: RunFolder, version: String, status: String, files: [String]) -> [String: JSONValue]
  {
    let identity = folder.identity
    var entries: [String: JSONValue] = [
      "version": .text(version), "command": .text(folder.command), "configuration": identity.json(in: folder.place),
      "hash": .text(identity.hash), "seed": .integer(identity.seed),
      "options": .list(folder.options.map { .text($0) }), "status": .text(status),
      "files": .list(files.map { .text($0) }),
    ]
    if let sum = identity.dataSHA256 { entries["data_sha256"] = .text(sum) }
    return entries
  }

  /// The manifest of a run that has begun.
  static func unfinished(_ folder: RunFolder, version: String) -> JSONValue {
    .object(head(folder, version: version, status: unfinished, files: ["config.yaml"]))
  }

  /// The manifest of a run that has ended.
  static func finished(_ folder: RunFolder, _ record: RunRecord, files: [String]) -> JSONValue {
    var entries = record.extra
    entries.merge(head(folder, version: record.version, status: record.status, files: files)) { $1 }
    entries["seconds"] = .number(record.seconds)
    entries["blas"] = .object(["library": .text(record.blas.library), "core": .text(record.blas.core)])
    return .object(entries)
  }
}
