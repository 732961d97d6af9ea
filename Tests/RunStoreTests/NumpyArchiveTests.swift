import Fixtures
import Foundation
import Testing

@testable import Files
@testable import RunStore

/// Whether python3 with numpy is here.
private let hasNumpy = (try? Python.run("python3", "import numpy"))?.status == 0

@Suite struct NumpyArchiveTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  let arrays = [
    NamedArray(name: "time", shape: [3]) { [0, 0.1, 1e300] },
    NamedArray(name: "H", shape: [2, 3, 2]) { (0..<12).map { Double($0) / 3 } },
    NamedArray(name: "one", shape: []) { [42] },
    NamedArray(name: "none", shape: [0, 4]) { [] },
  ]

  @Test(.enabled(if: hasNumpy, "python3 with numpy is not installed"))
  func numpyOpensIt() throws {
    try NumpyArchive.write(arrays, to: "x.npz", in: scratch.directory)
    let script = """
      import sys, zipfile, numpy
      z = numpy.load(sys.argv[1], allow_pickle=False)
      for n in z.files:
        a = z[n]
        print(n, a.dtype.str, a.shape, a.flags.c_contiguous, a.ravel().tolist())
      for i in zipfile.ZipFile(sys.argv[1]).infolist():
        print(i.filename, i.compress_type, i.date_time)
      """
    let (status, output) = try Python.run("python3", script, [scratch.path + "/x.npz"])
    #expect(status == 0)
    let thirds = (0..<12).map { (Double($0) / 3).description }.joined(separator: ", ")
    #expect(
      output == """
        time <f8 (3,) True [0.0, 0.1, 1e+300]
        H <f8 (2, 3, 2) True [\(thirds)]
        one <f8 () True [42.0]
        none <f8 (0, 4) True []
        time.npy 0 (1980, 1, 1, 0, 0, 0)
        H.npy 0 (1980, 1, 1, 0, 0, 0)
        one.npy 0 (1980, 1, 1, 0, 0, 0)
        none.npy 0 (1980, 1, 1, 0, 0, 0)

        """)
    #expect(try scratch.names == ["x.npz"])
  }

  @Test func headersFillWholeBlocks() {
    for shape in [[], [1], [12345, 6], Array(repeating: 1000, count: 20)] {
      let header = NumpyArchive.header(shape: shape)
      #expect(header.count % 64 == 0)
      #expect(Int(header[8]) + 256 * Int(header[9]) == header.count - 10)
      #expect(header.last == UInt8(ascii: "\n"))
    }
  }

  @Test func datesInTheFileAreTheFirstOfZip() throws {
    try NumpyArchive.write(arrays, to: "x.npz", in: scratch.directory)
    // Local file header: signature, then time at byte 10 and date at byte 12.
    let bytes = [UInt8](try scratch.bytes("x.npz"))
    #expect(Array(bytes[0..<4]) == [0x50, 0x4B, 3, 4])
    #expect(Array(bytes[10..<14]) == [0, 0, 0x21, 0])
  }

  @Test func arraysAreComputedOneAfterTheOther() throws {
    // Each array looks whether the file of the one before is there already.
    let folder = scratch.path
    let late = NamedArray(name: "late", shape: [1]) {
      [FileManager.default.fileExists(atPath: folder + "/array-0.npy") ? 1 : 0]
    }
    try NumpyArchive.write([arrays[0], late], to: "x.npz", in: scratch.directory)
    let bytes = [UInt8](try scratch.bytes("x.npz"))
    #expect(
      bytes.indices.dropLast(8).contains {
        Array(bytes[$0..<$0 + 8]) == [0, 0, 0, 0, 0, 0, 0xF0, 0x3F]
      })
  }

  @Test func existingArchivesAreNotOverwritten() throws {
    try scratch.write("mine", to: "x.npz")
    #expect(throws: NumpyArchive.Failure.self) {
      try NumpyArchive.write(arrays, to: "x.npz", in: scratch.directory)
    }
    #expect(try scratch.names == ["x.npz"])
  }
}
