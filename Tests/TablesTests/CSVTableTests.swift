import Foundation
import Problems
import Testing

@testable import Files
@testable import Tables

@Suite struct CSVTableTests {
  func read(_ text: String, target: String = "y") throws(InvalidTable) -> DataTable {
    try CSVTable(contents: Array(text.utf8), name: "t.csv").dataTable(target: target)
  }

  func problems(_ text: String, target: String = "y") -> [String] {
    do throws(InvalidTable) {
      _ = try read(text, target: target)
      return []
    } catch {
      return error.problems
    }
  }

  @Test(arguments: [
    "a,y,b\n1,2,3\n4,5,6\n7,8,9\n", "a,y,b\r\n1,2,3\r\n4,5,6\r\n7,8,9\r\n",
    "\u{FEFF}a,y,b\n1,2,3\n4,5,6\n7,8,9", "\"a\",\"y\",b\n\"1\",2,3\n4,5,\"6\"\n7,8,9\n\n\n",
    " a , y,b\n 1,2 ,\t3\n4,5.0,6e0\n+7,.8e1,9\n", "a,y,b\r1,2,3\r4,5,6\r7,8,9\r",
  ])
  func allDialectsGiveTheSameTable(text: String) throws {
    #expect(
      try read(text)
        == DataTable(inputNames: ["a", "b"], inputs: [1, 3, 4, 6, 7, 9], target: [2, 5, 8]))
  }

  @Test func quotedNamesMayHoldCommasQuotesAndLines() throws {
    let table = try CSVTable(
      contents: Array("\"a,\"\"b\"\"\",\"c\nd\",y\n1,2,3\n1,2,3\n1,2,x\n".utf8), name: "t.csv")
    #expect(table.header == ["a,\"b\"", "c\nd", "y"])
    #expect(
      throws: InvalidTable(problems: [
        "t.csv:5:5: column y: 'x' is not a number; correct the cell, or remove the row or the column"
      ])
    ) {
      try table.dataTable(target: "y")
    }
  }

  @Test func badCellsHaveTheirPlaces() {
    #expect(
      problems("a,y,é\n1,2,3\nabc,nan,1\n1,,2\n1,-inf,1e999\n1,0x1,1-2\né,3,q\n") == [
        "t.csv:3:1: column a: 'abc' is not a number (and 4 more cells like it); correct the cell, or remove the row or the column",
        "t.csv:5:3: column y: '-inf' is not a finite number (and 1 more cell like it); fill in a number or remove the row",
        "t.csv:3:5: column y: 'nan' stands for no number (2 missing cells in 2 rows: also 4:3); "
          + "fill them in, remove the rows, or use data.missing=drop",
      ])
    // A letter of two bytes is one column; hexadecimal numbers and sums are none.
    #expect(problems("a,y,é\n1,2,3\n1,0,2\né,3,4\n")[0].hasPrefix("t.csv:4:1: column a: 'é' is not a number"))
    #expect(problems("ä,y,é\n1,2,3\n1,0,2\n1,3,q\n")[0].hasPrefix("t.csv:4:5: column é: 'q' is not a number"))
    for cell in ["0x1", "1-2", "1e", "e"] {
      #expect(problems("a,y\n1,2\n1,0\n1,\(cell)\n")[0].hasPrefix("t.csv:4:3: column y: '\(cell)' is not a number"))
    }
  }

  @Test func longListsAreCut() {
    let rows = (0..<25).map { "1,x\($0)\n" }.joined()
    #expect(
      problems("a,y\n1,2\n" + rows) == [
        "t.csv:3:3: column y: 'x0' is not a number (and 24 more cells like it)"
          + "; correct the cell, or remove the row or the column"
      ])
  }

  @Test(arguments: [
    (
      "a,y\n1,2\n1\n1,2,3\n1,2\n",
      [
        "t.csv:3:1: 1 cells, but the header has 2 (and 1 more line like it); "
          + "give every row as many cells, and quote those with the separator in them"
      ]
    ),
    ("a,y\n1,2\n\n1,2\n1,2\n", ["t.csv:3:1: a blank line; remove it"]),
    (
      "a,a,y,\n1,2,3,4\n1,2,3,4\n1,2,3,4\n",
      [
        "t.csv:1:7: column 4 has no name; name it, or leave it out (pandas: to_csv(..., index=False))",
        "t.csv:1:3: column 2 has the name of column 1, a; rename one of them",
      ]
    ),
    ("", ["t.csv:1:1: the file is empty; it needs a header"]),
    ("a,y\n1,2\n1,2\n", ["t.csv: only 2 rows below the header; at least 3 are needed"]),
    ("y\n1\n2\n3\n", ["t.csv:1:1: no input columns besides the target y"]),
    ("a,yy\n1,2\n1,2\n1,2\n", ["t.csv:1:1: no column y; did you mean yy?"]),
    ("a,b\n1,2\n1,2\n1,2\n", ["t.csv:1:1: no column y; it has a, b"]),
    ("abc,bcd\n1,2\n1,2\n1,2\n", ["t.csv:1:1: no column y; it has abc, bcd"]),
    ("a,\"y\n1,2\n", ["t.csv:1:3: a quote that is never closed"]),
    (
      "a,y\n1,2\n1\"2,3\n",
      [
        "t.csv:3:2: a quote within an unquoted cell; quote the whole cell and double the quote"
      ]
    ),
    ("a,y\n1,\"2\" 3\n", ["t.csv:2:7: text after a closing quote"]),
    ("0.5,7\n1,2\n1,2\n1,2\n", ["t.csv:1:1: the first line has only numbers; a header is needed"]),
  ])
  func brokenTables(text: String, expected: [String]) {
    #expect(problems(text) == expected)
  }

  @Test func columnsMayBeNamedByNumbers() throws {
    let table = try read("0,1,2\n1,2,3\n4,5,6\n7,8,9\n", target: "2")
    #expect(table.target == [3, 6, 9])
  }

  @Test func numbersAreRoundedAsSwiftRoundsThem() throws {
    let numbers = ["0.1", "1e-300", "123456789.123456789", "2.2250738585072014e-308", "5e-324"]
    let table = try read("a,y\n" + numbers.map { "\($0),0\n" }.joined())
    #expect(table.inputs == numbers.compactMap(Double.init))
  }
}
