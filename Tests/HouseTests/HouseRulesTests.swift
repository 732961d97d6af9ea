import Foundation
import Testing

/// The rules of the house that a machine can see.
@Suite("House rules")
struct HouseRulesTests {
  /// Who may import whom among the package's own targets.
  private let rooms: [String: Set<String>] = [
    "DeepLinear": [], "LinearAlgebra": ["COpenBLAS", "CBLASProvenance"], "Calculus": ["CGSL"],
    "Parallel": [], "ChildProcesses": [], "Figures": ["ChildProcesses"], "Pages": [], "Slurm": ["ChildProcesses"],
    "Citations": [],
    "RealData": ["DeepLinear", "LinearAlgebra"],
    "FiniteWidth": ["DeepLinear", "LinearAlgebra", "Calculus", "Parallel"],
    "Parsimony": ["DeepLinear", "LinearAlgebra", "Calculus", "Parallel"],
    "Validation": ["DeepLinear", "Calculus"], "Studies": ["Calculus"],
    "MeanField": ["DeepLinear", "LinearAlgebra", "Calculus", "Parallel"],
    "Records": ["DeepLinear", "Clibzip", "Clibmd"],
    "Guide": [],
    "dmft": [
      "DeepLinear", "LinearAlgebra", "Parallel", "MeanField", "FiniteWidth", "Parsimony",
      "RealData", "Validation", "Studies", "Figures", "Pages", "Slurm", "Records", "Citations",
    ],
  ]

  @Test("rooms import only what they may")
  func imports() throws {
    let own = Set(rooms.keys).union(["COpenBLAS", "CBLASProvenance", "CGSL", "Clibzip", "Clibmd"])
    for (room, allowed) in rooms {
      let files = Repository.files(below: "Sources/\(room)", endingIn: ".swift")
      #expect(!files.isEmpty)
      for file in files {
        let imported = try Repository.text(file).matches(of: /(?m)^(?:public )?import (\w+)/).map { String($0.1) }
        let strangers = Set(imported).intersection(own).subtracting(allowed)
        #expect(strangers.isEmpty, "\(file) imports \(strangers.sorted())")
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

  @Test("unsafe pointers stay in files that say so, files stay in Records, printing at the door")
  func places() throws {
    for file in Repository.files(below: "Sources", endingIn: ".swift") {
      let text = try Repository.text(file)
      let isWorkshop =
        file.hasSuffix("+BLAS.swift") || file.hasPrefix("Sources/Calculus/")
        || file.hasPrefix("Sources/Parallel/") || file.hasPrefix("Sources/ChildProcesses/")
      if !isWorkshop && !file.hasPrefix("Sources/Records/") {
        #expect(!text.contains("UnsafeMutable") && !text.contains("withUnsafe"), "\(file)")
      }
      if !file.hasPrefix("Sources/Records/") {
        #expect(!text.contains("FileManager.default.contents") && !text.contains(".write(to:"), "\(file)")
      }
      if !file.hasPrefix("Sources/dmft/") { #expect(text.firstMatch(of: /(?m)^[^\/]*\bprint\(/) == nil, "\(file)") }
    }
  }
}
