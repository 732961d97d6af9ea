import Foundation
import Problems
import Testing

@testable import Tables

/// What spreadsheets, pandas and European locales write: read where it can mean one thing only, otherwise one sentence.
@Suite struct DialectTests {
  private static let plain = DataTable(inputNames: ["a", "b"], inputs: [0.5, 1, 2, 4, 3, 2.25], target: [0, 4, 6])

  private func table(_ bytes: [UInt8]) throws -> (DataTable, [String]) {
    let table = try CSVTable(contents: bytes, name: "t.csv")
    let (read, notices) = try table.dataTable(TableChoice(targets: ["y"]))
    return (read, table.notices + notices)
  }

  private func problems(_ text: String, target: String = "y") -> [String] { problems(Array(text.utf8), target: target) }

  private func problems(_ bytes: [UInt8], target: String = "y") -> [String] {
    do throws(InvalidTable) {
      _ = try CSVTable(contents: bytes, name: "t.csv").dataTable(target: target)
      return []
    } catch {
      return error.problems
    }
  }

  @Test(arguments: [
    ("a;b;y\n0.5;1;0\n2;4;4\n3;2.25;6\n", ["t.csv: read with cells separated by semicolons"]),
    ("a\tb\ty\n0.5\t1\t0\n2\t4\t4\n3\t2.25\t6\n", ["t.csv: read with cells separated by tabs"]),
    (
      "a;b;y\n0,5;1,0;0\n2;4;4\n3;2,25;6\n",
      ["t.csv: read with cells separated by semicolons, numbers with decimal commas"]
    ),
    ("a,b,y\n\"0,5\",1,0\n2,4,4\n3,\"2,25\",6\n", ["t.csv: read with numbers with decimal commas"]),
    ("sep=;\r\na;b;y\r\n0.5;1;0\r\n2;4;4\r\n3;2.25;6\r\n", ["t.csv: read with cells separated by semicolons"]),
    (
      "a;b;y;;\n0.5;1;0;;\n2;4;4;;\n3;2.25;6;;\n",
      [
        "t.csv: read with cells separated by semicolons", "t.csv: 2 columns without name and content left out",
      ]
    ),
    ("\"a\", \"b\" , \"y\"\n0.5, 1, 0\n2, 4, \"4\" \n3, 2.25, 6\n", []),
    (
      ",a,b,y\n0,0.5,1,0\n1,2,4,4\n2,3,2.25,6\n",
      ["t.csv: the first column has no name and counts the rows (an index of pandas): it is left out, not an input"]
    ),
    (
      "Unnamed: 0,a,b,y\n1,0.5,1,0\n2,2,4,4\n3,3,2.25,6\n",
      ["t.csv: the first column has no name and counts the rows (an index of pandas): it is left out, not an input"]
    ),
  ])
  func otherDialectsGiveTheSameTable(text: String, notices: [String]) throws {
    let (read, said) = try table(Array(text.utf8))
    #expect(read == Self.plain)
    #expect(said == notices)
  }

  @Test(arguments: [true, false], [true, false])
  func utf16IsReadInBothOrders(isBigEndian: Bool, hasMark: Bool) throws {
    let text = (hasMark ? "\u{FEFF}" : "") + "a,b,y\n0.5,1,0\n2,4,4\n3,2.25,6\n"
    let bytes = text.utf16.flatMap { unit -> [UInt8] in
      let pair = [UInt8(unit >> 8), UInt8(unit & 255)]
      return isBigEndian ? pair : pair.reversed()
    }
    #expect(try table(bytes).0 == Self.plain)
    #expect(problems(bytes + [0]) == ["t.csv:1:1: is UTF-16 that ends within a character; save it as UTF-8"])
  }

  @Test func latin1IsReadAndSaid() throws {
    let bytes = Array("a,Gr".utf8) + [0xF6, 0xDF] + Array("e\n1,2\n3,4\n5,7\n".utf8)
    let table = try CSVTable(contents: bytes, name: "t.csv")
    #expect(table.header == ["a", "Größe"])
    #expect(table.notices == ["t.csv: is not UTF-8, read as Latin-1 (Windows-1252)"])
  }

  @Test(
    arguments: [
      ([0x50, 0x4B, 3, 4, 0, 0], "t.csv:1:1: is a spreadsheet or another zip archive, not CSV; export it as CSV"),
      ([0x1F, 0x8B, 8, 0], "t.csv:1:1: is compressed (gzip), not CSV; export it as CSV"),
      ([0x61, 0x2C, 0x79, 0x0A, 0x31, 0, 0x32], "t.csv:1:1: is no text: byte 6 is zero; export it as CSV"),
    ] as [([UInt8], String)])
  func whatIsNoTextIsOneSentence(bytes: [UInt8], expected: String) {
    #expect(problems(bytes) == [expected])
  }

  @Test(arguments: [
    // Thousands or decimals: nobody can know.
    (
      "a;y\n1,234;1\n2,345;2\n3,456;3\n",
      [
        "t.csv:2:1: column a has no number at all, its first cell is '1,234'; "
          + "correct it, or leave it out with data.exclude"
      ]
    ),
    (
      "a;y\n1,25;1\n2.5;2\n3,5;3\n4;4\n",
      [
        "t.csv:2:1: column a: '1,25' has a comma, which is no decimal point here (and 1 more cell like it); "
          + "write numbers with decimal points and no thousands separators"
      ]
    ),
    ("a b y\n1 2 3\n4 5 6\n7 8 9\n", ["t.csv:1:1: cells are separated by spaces; separate them by commas"]),
    (
      ",a,y\n7,1,2\n3,2,3\n9,1,1\n",
      [
        "t.csv:1:1: column 1 has no name; name it, or leave it out (pandas: to_csv(..., index=False))"
      ]
    ),
    (
      "a,y\nr1,1,2\nr2,2,3\nr3,1,1\n",
      [
        "t.csv:2:1: 3 cells, but the header has 2 (and 2 more lines like it); "
          + "give the names of the rows a heading, or leave them out (row.names=FALSE)"
      ]
    ),
  ])
  func whatCanMeanTwoThingsIsOneSentence(text: String, expected: [String]) {
    #expect(problems(text) == expected)
  }

  @Test func aColumnThatNamesTheRowsIsPointedOut() throws {
    let (read, notices) = try table(Array("id,a,y\n17,1,2\n4,2,3\n9,1,1\n".utf8))
    #expect(read.inputNames == ["id", "a"])
    #expect(
      notices == [
        "t.csv: column id has another whole number in each row and is used as an input; "
          + "data.exclude=id leaves it out if it only names the rows"
      ])
    #expect(try table(Array("id,a,y\n1,1,2\n1,2,3\n2,1,1\n".utf8)).1.isEmpty)
  }

  @Test("bad cells of a kind are one sentence, however many cells")
  func manyFlawsAreFewSentences() {
    let rows = (0..<500).map { "1,oops\($0)\n2,\n3,nan\n4,NA\n" }.joined()
    let said = problems("a,y\n1,2\n" + rows)
    #expect(
      said == [
        "t.csv:3:3: column y: 'oops0' is not a number (and 499 more cells like it); "
          + "correct the cell, or remove the row or the column",
        "t.csv:4:3: column y: the cell is empty (1500 missing cells in 1500 rows: also 5:3, 6:3, 8:3, 9:3, ...); "
          + "fill them in, remove the rows, or use data.missing=drop",
      ])
  }

  @Test("a wide table costs what its few rows cost, and gives what its independent columns give")
  func wideTables() throws {
    // Four directions in 3000 columns, of which the first four span them.
    let (rows, columns) = (40, 3000)
    func wave(_ row: Int, _ direction: Int) -> Double { cos(Double((row + 1) * (2 * direction + 1)) * 1.7) }
    func weight(_ direction: Int, _ column: Int) -> Double {
      if column < 4 { return column == direction ? 1 : 0 }
      return sin(Double(column * (direction + 1)))
    }
    let weights: [[Double]] = (0..<4).map { direction in (0..<columns).map { weight(direction, $0) } }
    func inputs(_ count: Int) -> [Double] {
      (0..<rows * count).map { index in
        (0..<4).reduce(0.0) { sum, direction in
          sum + weights[direction][index % count] * wave(index / count, direction)
        }
      }
    }
    let target: [Double] = (0..<rows).map { row in
      wave(row, 0) - 2 * wave(row, 3) + 0.1 * sin(Double(row))
    }
    func measured(_ count: Int) throws -> MeasuredSpectrum {
      let names = (0..<count).map { "c\($0)" }
      return try Measurement(DataTable(inputNames: names, inputs: inputs(count), target: target), .center).spectrum
    }
    let wide = try measured(columns)
    let narrow = try measured(4)
    #expect(wide.eigenvalues.count == 4 && wide.ignoredColumns.count == columns - 4)
    // The same four directions carry the same fit.
    #expect(abs(wide.residualVariance - narrow.residualVariance) < 1e-10)
    let tooFew = DataTable(
      inputNames: (0..<20_000).map { "c\($0)" }, inputs: (0..<600_000).map { sin(Double($0) * 1.3 + Double($0 % 97)) },
      target: (0..<30).map { Double($0) })
    #expect(throws: InvalidTable.self) { try Measurement(tooFew, .center) }
  }
}
