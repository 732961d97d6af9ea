import Problems
import Testing

@testable import Tables

/// Which columns of a file are targets and inputs, and what happens to words and missing cells.
@Suite("Chosen columns of a file")
struct ChosenColumnsTests {
  private static let text = """
    id,city,age,bmi,y,kind
    11,Rome,30,1.5,2,cat
    7,Oslo,41,2.5,3,dog
    5,Rome,22,0.5,7,cat
    3,Bonn,35,1,5,bird
    2,Oslo,58,4,1,dog
    8,Bonn,47,3,6,bird

    """

  private func read(_ choice: TableChoice, _ text: String = Self.text) throws -> (DataTable, [String]) {
    let file = try CSVTable(contents: Array(text.utf8), name: "t.csv")
    let (table, notices) = try file.dataTable(choice)
    return (table, notices)
  }

  private func problems(_ choice: TableChoice, _ text: String = Self.text) -> [String] {
    do {
      _ = try read(choice, text)
      return []
    } catch {
      return (error as? InvalidTable)?.problems ?? ["\(error)"]
    }
  }

  @Test("words are left out of the inputs and listed, an id is pointed out")
  func defaults() throws {
    let (table, notices) = try read(TableChoice(targets: ["y"]))
    #expect(table.inputNames == ["id", "age", "bmi"] && table.targets == [[2, 3, 7, 5, 1, 6]] && !table.areClasses)
    #expect(table.reading == TableReading(targets: ["y"], leftOut: ["city", "kind"]))
    #expect(
      notices == [
        "t.csv: columns of words are left out: city, kind; data.categorical makes inputs of them",
        "t.csv: column id has another whole number in each row and is used as an input; data.exclude=id leaves it out if it "
          + "only names the rows",
      ])
  }

  @Test("a table of numbers is read as ever, without a record")
  func plain() throws {
    let (table, notices) = try read(TableChoice(targets: ["y"]), "a,y\n1.5,2\n2.5,4\n3,7\n")
    #expect(table == DataTable(inputNames: ["a"], inputs: [1.5, 2.5, 3], target: [2, 4, 7]) && notices.isEmpty)
  }

  @Test("a target of words is classes in sorted order; numbers are classes when asked for")
  func classes() throws {
    let (table, _) = try read(TableChoice(targets: ["kind"], excluded: ["id"]))
    #expect(table.areClasses && table.targetNames == ["bird", "cat", "dog"])
    #expect(table.targets == [[0, 0, 0, 1, 0, 1], [1, 0, 1, 0, 0, 0], [0, 1, 0, 0, 1, 0]])
    #expect(table.inputNames == ["age", "bmi", "y"])
    let digits = "a,d\n1,10\n2,9\n3,10\n4,-1\n5,9\n6,-1\n"
    let (numbers, hint) = try read(TableChoice(targets: ["d"]), digits + digits.dropFirst(4))
    #expect(numbers.targets[0].prefix(3) == [10, 9, 10] && !numbers.areClasses)
    #expect(
      hint == [
        "t.csv: target d has 3 different whole numbers, read as numbers; if they are classes, use data.targets=oneHot"
      ])
    let (oneHot, silent) = try read(TableChoice(targets: ["d"], kind: .oneHot), digits)
    #expect(oneHot.targetNames == ["-1", "9", "10"] && oneHot.targets[2] == [1, 0, 1, 0, 0, 0] && silent.isEmpty)
  }

  @Test("two words are two classes, or one number when asked for")
  func twoWords() throws {
    let text = "a,ok\n1,true\n2,false\n3,true\n4,false\n"
    let (classes, _) = try read(TableChoice(targets: ["ok"]), text)
    #expect(classes.areClasses && classes.targetNames == ["false", "true"] && classes.targets.count == 2)
    let (number, notices) = try read(TableChoice(targets: ["ok"], kind: .numeric), text)
    #expect(number.targets == [[1, -1, 1, -1]] && !number.areClasses)
    #expect(notices == ["t.csv: target ok: false is -1, true is 1"])
    #expect(
      problems(TableChoice(targets: ["kind"], kind: .numeric))[0].contains(
        "column kind has no number at all, its first cell is 'cat'; choose another target, or data.targets=oneHot"))
  }

  @Test("several targets, chosen and excluded inputs")
  func columns() throws {
    let (two, _) = try read(TableChoice(targets: ["bmi", "y"], excluded: ["id", "city"]))
    #expect(
      two.targetNames == ["bmi", "y"] && two.targets[0] == [1.5, 2.5, 0.5, 1, 4, 3] && two.inputNames == ["age"])
    let (one, notices) = try read(TableChoice(targets: ["y"], columns: ["bmi", "age"]))
    #expect(one.inputNames == ["age", "bmi"] && notices.isEmpty && one.reading == nil)
    let (words, _) = try read(TableChoice(targets: ["y"], columns: ["city", "bmi"], categorical: ["city"]))
    #expect(words.inputNames == ["city=Bonn", "city=Oslo", "city=Rome", "bmi"])
    #expect(Array(words.inputs.prefix(8)) == [0, 0, 1, 1.5, 0, 1, 0, 2.5])
    #expect(words.reading?.categorical == ["city"])
    // One level of a column of words follows from the others.
    #expect(try Measurement(words, .center).spectrum.eigenvalues.count == 3)
  }

  @Test("missing cells are refused with their number and places, or their rows dropped")
  func missing() throws {
    let text = "a,b,y\n1,2,3\n,5,6\n4,NA,7\n5,2,1\n6,8,nan\n7,3,?\n9,1,null\n2,2,2\n3,1,4\n"
    #expect(
      problems(TableChoice(targets: ["y"]), text) == [
        "t.csv:3:1: column a: the cell is empty (5 missing cells in 5 rows: also 4:3, 6:5, 7:5, 8:5); "
          + "fill them in, remove the rows, or use data.missing=drop"
      ])
    let (table, notices) = try read(TableChoice(targets: ["y"], missing: .drop), text)
    #expect(
      table.targets == [[3, 1, 2, 4]] && table.inputs == [1, 2, 5, 2, 2, 2, 3, 1] && table.reading?.droppedRows == 5)
    #expect(notices[0] == "t.csv: 5 of 9 rows left out for missing cells, the first in line 3, column a")
    // A column that is not used may have gaps; a class may be missing too.
    let (unused, _) = try read(TableChoice(targets: ["a"], columns: ["b"], missing: .drop), text)
    #expect(unused.rows == 7 && unused.reading?.droppedRows == 2)
    #expect(
      problems(TableChoice(targets: ["k"]), "a,k\n1,x\n2,\n3,y\n")[0].hasPrefix(
        "t.csv:3:3: column k: the cell is empty;"))
    #expect(
      problems(TableChoice(targets: ["y"], missing: .drop), "a,b,y\n1,,2\n2,,3\n3,,1\n") == [
        "t.csv:2:3: no cell of column b holds anything; leave it out with data.exclude"
      ])
  }

  @Test(
    "choices that contradict each other or the file are refused",
    arguments: [
      (TableChoice(targets: ["y", "y"]), "data.target names column y twice; keep one"),
      (TableChoice(targets: ["bmii"]), "t.csv:1:1: no column bmii; did you mean bmi?"),
      (
        TableChoice(targets: ["y"], columns: ["age", "y"]),
        "data.columns names y, which is the target; remove it from one of them"
      ),
      (
        TableChoice(targets: ["y"], columns: ["age"], excluded: ["age"]),
        "data.columns and data.exclude both name age; remove it from one of them"
      ),
      (
        TableChoice(targets: ["y"], columns: ["age", "city"]),
        "t.csv:2:4: data.columns names columns of words (city); name them in data.categorical too, or leave them out"
      ),
      (
        TableChoice(targets: ["y"], excluded: ["city"], categorical: ["city"]),
        "data.categorical names city, which is no input; add it to data.columns or take it out of data.exclude"
      ),
      (
        TableChoice(targets: ["kind"], categorical: ["kind"]),
        "data.categorical names kind, which is the target; data.targets=oneHot makes classes of it"
      ),
      (
        TableChoice(targets: ["y", "kind"]),
        "t.csv:2:18: target kind holds words; several targets must be numbers (data.targets=numeric reads two words as -1 and 1)"
      ),
      (
        TableChoice(targets: ["y", "bmi"], kind: .oneHot),
        "data.targets=oneHot takes the classes of one column, and data.target names 2"
      ),
      (
        TableChoice(targets: ["y"], columns: ["kind"]),
        "t.csv:2:18: data.columns names columns of words (kind); name them in data.categorical too, or leave them out"
      ),
    ] as [(TableChoice, String)])
  func contradictions(choice: TableChoice, expected: String) {
    #expect(problems(choice).first == expected)
  }

  @Test("only words, and too many classes")
  func limits() {
    #expect(
      problems(TableChoice(targets: ["y"]), "a,y\np,1\nq,2\nr,3\n") == [
        "t.csv:1:1: no input columns besides the target y, only words (a), which data.categorical makes inputs of"
      ])
    let many = "a,y\n" + (0..<402).map { "\($0),\($0 / 2)\n" }.joined()
    #expect(
      problems(TableChoice(targets: ["y"], kind: .oneHot), many) == [
        "t.csv:1:1: column y has 201 classes; at most 200 are taken; data.targets=numeric reads numbers as numbers"
      ])
  }
}
