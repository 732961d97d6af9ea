import Fixtures
import Foundation
import Testing

@testable import Files
@testable import RunStore

@Suite("Directories")
struct DirectoryTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.write("precious", to: "outside/data.csv")
    try scratch.write("x", to: "inside/kept.csv")
  }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: scratch.path + "/" + name, withDestinationPath: target)
  }

  private func open(_ name: String = "inside") throws -> Directory {
    try #require(try Directory.open(scratch.path + "/" + name))
  }

  private func names(_ name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/" + name).sorted()
  }

  @Test("nothing is written, moved or removed through a link to a folder")
  func folders() throws {
    try link("inside/figures", to: "../outside")
    let directory = try open()
    let problem = #expect(throws: WritingProblem.self) { try directory.write(Data("y".utf8), to: "figures/new.csv") }
    #expect(problem?.exitCode == 74 && problem?.reason.contains("inside/figures is a link") == true)
    #expect(!directory.remove("figures/data.csv"))
    let temporary = try TemporaryFolder(in: directory)
    try temporary.folder.write(Data("y".utf8), to: "figures/data.csv")
    #expect(throws: WritingProblem.self) { try temporary.moveOut("figures/data.csv") }
    temporary.remove()
    directory.removeTree("figures")
    #expect(try names("inside") == ["kept.csv"])
    #expect(try names("outside") == ["data.csv"] && scratch.text("outside/data.csv") == "precious")
  }

  @Test("a link in place of a file is replaced or removed itself; reading follows it")
  func files() throws {
    try link("inside/a.csv", to: "../outside/data.csv")
    try link("inside/b.csv", to: "../outside/data.csv")
    let directory = try open()
    #expect(directory.kind(of: "a.csv") == .link)
    #expect(directory.contents("a.csv") == Data("precious".utf8))
    #expect(throws: WritingProblem.self) { try directory.write(Data("y".utf8), to: "a.csv") }
    let temporary = try TemporaryFolder(in: directory)
    try temporary.folder.write(Data("new".utf8), to: "a.csv")
    try temporary.moveOut("a.csv")
    temporary.remove()
    #expect(directory.remove("b.csv"))
    #expect(try scratch.text("inside/a.csv") == "new" && names("inside") == ["a.csv", "kept.csv"])
    #expect(try scratch.text("outside/data.csv") == "precious")
  }

  @Test("a way out by its name is refused", arguments: ["../outside/x", "a/../../outside/x", "/etc/x", "..", ""])
  func names(path: String) throws {
    let directory = try open()
    #expect(throws: WritingProblem.self) { try directory.write(Data(), to: path) }
    #expect(!directory.remove(path))
    #expect(try names("outside") == ["data.csv"])
  }

  @Test("what stands there is not replaced where only a new file is wanted")
  func absent() throws {
    let directory = try open()
    let temporary = try TemporaryFolder(in: directory)
    defer { temporary.remove() }
    for name in ["kept.csv", "new.csv"] {
      try temporary.folder.write(Data("y".utf8), to: name)
      try temporary.moveOutIfAbsent(name)
    }
    #expect(try scratch.text("inside/kept.csv") == "x" && scratch.text("inside/new.csv") == "y")
  }

  @Test("temporary folders of the dead go, those of the living and links of that name stay")
  func leftovers() throws {
    let directory = try open()
    let living = try TemporaryFolder(in: directory)
    try living.folder.write(Data("y".utf8), to: "half.csv")
    try scratch.write("z", to: "inside/.dmft-writing-dead/figures/half.csv")
    try link("inside/.dmft-writing-link", to: "../outside")
    TemporaryFolder.removeLeftovers(in: directory)
    let kept = try names("inside").filter { $0.hasPrefix(TemporaryFolder.prefix) }
    #expect(kept.count == 2 && kept.contains(".dmft-writing-link") && !kept.contains(".dmft-writing-dead"))
    try living.moveOut("half.csv")
    living.remove()
    #expect(try names("inside") == [".dmft-writing-link", "half.csv", "kept.csv"])
    #expect(try names("outside") == ["data.csv"])
  }

  @Test("a folder named through a link is opened; a broken link and a file are refused")
  func named() throws {
    try link("way", to: "inside")
    try link("nowhere", to: "nothing")
    try scratch.write("x", to: "file")
    #expect(try open("way").names() == ["kept.csv"])
    for (name, word) in [("nowhere", "is a broken link"), ("file", "is a file")] {
      let problem = #expect(throws: WritingProblem.self) { try Directory.open(scratch.path + "/" + name) }
      #expect(problem?.exitCode == 74 && problem?.reason.contains(word) == true)
    }
    #expect(try Directory.open(scratch.path + "/absent") == nil)
    #expect(try Directory.openOrMake(scratch.path + "/a/b/c").isNew)
    #expect(try !Directory.openOrMake(scratch.path + "/a/b/c").isNew)
  }

  @Test("a new file never replaces one, nor a link, and leaves nothing else")
  func newFiles() throws {
    try link("nowhere", to: "outside/new")
    for name in ["inside/kept.csv", "nowhere"] {
      let problem = #expect(throws: WritingProblem.self) { try NewFile.write("y", to: scratch.path + "/" + name) }
      #expect(problem?.exitCode == 65)
    }
    try NewFile.write("y", to: scratch.path + "/inside/new.yaml")
    #expect(try scratch.text("inside/new.yaml") == "y" && scratch.text("inside/kept.csv") == "x")
    #expect(try names("inside") == ["kept.csv", "new.yaml"] && names("outside") == ["data.csv"])
  }
}

@Suite("The system's words")
struct SystemWordsTests {
  @Test("an error is read where it happened; nothing fails with the words Success")
  func words() throws {
    let folder = try Scratch().directory
    errno = 0
    #expect(!folder.problem("be written", "x").reason.contains(String(cString: strerror(0))))
    errno = ENOSPC
    #expect(folder.problem("be written", "x").reason.hasSuffix(String(cString: strerror(ENOSPC))))
    #expect(
      throws: WritingProblem(reason: "\(folder.path)/no/x can't be written: No such file or directory", exitCode: 74)
    ) {
      try NewFile.write("text", to: folder.path + "/no/x")
    }
  }
}
