import Foundation
import Testing

/// Rules on modules and files that can be read off the sources.
@Suite("Modules and files")
struct ModuleTests {
  /// The package's own modules from the bottom up, with what each may import.
  private let modules: [String: Set<String>] = [
    "Problems": [], "LinearAlgebra": ["COpenBLAS", "CBLASProvenance"], "Calculus": ["CGSL", "CNLopt"], "Parallel": [],
    "ChildProcesses": [],
    "MeanField": ["Problems", "LinearAlgebra", "Calculus", "Parallel"],
    "FiniteWidth": ["Problems", "LinearAlgebra", "Calculus", "Parallel"],
    "Parsimony": ["Problems", "LinearAlgebra", "Calculus", "Parallel"],
    "Committee": ["Problems", "LinearAlgebra", "Calculus", "Parallel"],
    "Validation": ["Problems", "Calculus"], "Studies": ["Calculus", "Parallel"],
    "JSON": [], "Files": ["Clibmd"], "Tables": ["Problems", "LinearAlgebra", "Files"],
    "Configurations": ["Problems", "Tables", "Files", "JSON", "LinearAlgebra"],
    "Reports": ["JSON", "ChildProcesses"], "RunStore": ["JSON", "Files", "Clibzip"],
    "Experiments": [
      "Problems", "MeanField", "FiniteWidth", "Parsimony", "Committee", "Validation", "Studies", "Tables",
      "Configurations",
      "Reports", "RunStore", "JSON", "Files", "LinearAlgebra", "Parallel",
    ],
    "Slurm": ["ChildProcesses"], "Guide": [],
    "dmft": [
      "Problems", "Experiments", "Configurations", "Reports", "RunStore", "JSON", "Files", "Slurm", "LinearAlgebra",
      "Parallel", "Tables", "MeanField", "FiniteWidth", "Studies", "Validation", "Parsimony", "Committee",
    ],
  ]

  @Test("modules import only what they may")
  func imports() throws {
    let own = Set(modules.keys).union(["COpenBLAS", "CBLASProvenance", "CGSL", "CNLopt", "Clibzip", "Clibmd"])
    for (module, allowed) in modules {
      let files = Repository.files(below: "Sources/\(module)", endingIn: ".swift")
      #expect(!files.isEmpty)
      for file in files {
        let imported = try Repository.text(file).matches(of: /(?m)^(?:public )?import (\w+)/).map { String($0.1) }
        let others = Set(imported).intersection(own).subtracting(allowed)
        #expect(others.isEmpty, "\(file) imports \(others.sorted())")
      }
    }
  }

  @Test("files stay short and are named after one notion")
  func files() throws {
    for file in Repository.files(below: "Sources", endingIn: ".swift") {
      #expect(
        try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false).count <= 300, "\(file)")
      for drawer in ["Core", "Utils", "Common", "Helpers"] { #expect(!file.contains(drawer), "\(file)") }
    }
  }

  /// Modules that read and write files.
  private static let fileModules = ["Files", "RunStore"].map { "Sources/\($0)/" }

  @Test("unsafe pointers stay in files that say so, files in two modules, printing in the command line")
  func places() throws {
    for file in Repository.files(below: "Sources", endingIn: ".swift") {
      let text = try Repository.text(file)
      let isOfFiles = Self.fileModules.contains { file.hasPrefix($0) }
      let isUnsafe =
        file.hasSuffix("+BLAS.swift") || file.hasSuffix("+Pointers.swift") || file.hasSuffix("/CSVScanner.swift")
        || isOfFiles
        || ["Sources/Calculus/", "Sources/Parallel/", "Sources/ChildProcesses/"].contains { file.hasPrefix($0) }
      if !isUnsafe { #expect(!text.contains("UnsafeMutable") && !text.contains("withUnsafe"), "\(file)") }
      if !isOfFiles {
        #expect(!text.contains("FileManager.default.contents") && !text.contains(".write(to:"), "\(file)")
      }
      if !file.hasPrefix("Sources/dmft/") { #expect(text.firstMatch(of: /(?m)^[^\/]*\bprint\(/) == nil, "\(file)") }
    }
  }
}
