import Fixtures
import Foundation
import Problems
import Testing

@testable import Configurations
@testable import Files

@Suite("Keys of an exact split")
struct SplitKeysTests {
  let scratch: Scratch
  private let train = "a,b,y\n1,2,3\n4,5,6\n7,8,9\n1,1,1\n2,2,2\n"
  private let test = "b,a,y\n3,3,4\n5,5,5\n8,7,9\n"

  init() throws {
    scratch = try Scratch()
    try scratch.write(train, to: "train.csv")
    try scratch.write(test, to: "test.csv")
  }

  private let files = "data: {trainFile: train.csv, testFile: test.csv, target: y}\n"

  @Test func twoFilesAreExactAndTheirColumnsMayStandInAnyOrder() throws {
    try scratch.write(files, to: "x.yaml")
    let configuration = try scratch.load("x.yaml")
    let rows = try #require(configuration.problem.data.rows)
    #expect(rows.trainCount == 5 && rows.testCount == 3 && rows.dimension == 2 && rows.choice == .files)
    #expect(configuration.problem.data.sampling == .batch(.count(5)) && configuration.problem.sampling == .population)
    // Row 2 of the test file is row 2 of the training file.
    #expect(rows.test?.target[2] == rows.train?.target[2])
    #expect(
      configuration.notices == [
        "warning: 1 of 3 test rows also are training rows, inputs and target alike: the test loss is that much less of a test"
      ])
    let file = try #require(configuration.dataFile)
    #expect(file.sha256 == sha256(train.utf8) && file.split?.testFile?.sha256 == sha256(test.utf8))
    #expect(configuration.files == ["train.csv", "test.csv"].map { scratch.path + "/" + $0 })
    #expect(configuration.values.first { $0.key == "data.split" }?.text == "exact")
    #expect(!configuration.values.contains { ["data.file", "data.samples"].contains($0.key) })
  }

  @Test func resolvedTextIsTheSameProblem() throws {
    try scratch.write(files, to: "x.yaml")
    for words in [
      [], ["data.file=train.csv", "data.trainRows=[3, 0]"], ["data.file=train.csv", "data.trainFraction=0.6"],
    ] {
      let first = try Configuration.load(file: "x.yaml", overrides: words, workingDirectory: scratch.path)
      try scratch.write(first.yaml(), to: "again.yaml")
      let again = try scratch.load("again.yaml")
      #expect(first.hash() == again.hash() && first.problem == again.problem)
    }
  }

  @Test func identityFollowsBothContents() throws {
    try scratch.write(files, to: "x.yaml")
    let first = try scratch.load("x.yaml").hash()
    try scratch.write(test, to: "other.csv")
    #expect(try scratch.load("x.yaml", "data.testFile=other.csv").hash() == first)
    try scratch.write(test + "1,1,2\n", to: "test.csv")
    #expect(try scratch.load("x.yaml").hash() != first)
  }

  @Test func rowsOfOneFile() throws {
    let listed = try scratch.load(nil, "data.file=train.csv", "data.target=y", "data.trainRows=[3, 0, 1]")
    #expect(listed.dataFile?.split?.train == [3, 0, 1] && listed.problem.data.rows?.choice == .listed)
    let first = try #require(listed.problem.data.rows?.train?.target)
    #expect(first[0] < first[1] && first[1] < first[2])
    func drawn(_ more: String...) throws -> [Int] {
      let words = ["data.file=train.csv", "data.target=y", "data.trainFraction=0.6"] + more
      return try #require(
        Configuration.load(file: nil, overrides: words, workingDirectory: scratch.path).dataFile?.split?.train)
    }
    let one = try drawn()
    #expect(one.count == 3 && one == one.sorted() && Set(one).count == 3)
    #expect(try drawn() == one && drawn("data.splitSeed=1") == one)
    #expect(try Set((1...20).map { try drawn("data.splitSeed=\($0)") }).count > 3)
  }

  @Test func oneFileDrawsUnlessASplitIsAsked() throws {
    let drawn = try scratch.load(nil, "data.file=train.csv", "data.target=y")
    #expect(drawn.problem.data.rows == nil && drawn.dataFile?.split == nil)
  }

  @Test(
    "contradictions",
    arguments: [
      ("data.samples=3", "data.samples is given together with an exact split, whose training rows are what they are"),
      ("data.sampleRatio=2", "data.sampleRatio is given together with an exact split"),
      ("data.noise=1", "data.noise is given together with data.trainFile, which has its own"),
      ("data.inputDimension=2", "data.inputDimension is given together with data.trainFile"),
      ("data.spectrum.signalDecay=1", "data.spectrum is given together with data.trainFile"),
      ("data.fitCorrection=true", "data.fitCorrection is for rows that are drawn"),
      ("training.mode=onePass", "training.mode=onePass takes fresh samples, and the rows of an exact split are given"),
      ("training.mode=population", "training.mode=population takes fresh samples"),
      ("data.split=draw", "data.split=draw draws its rows, and data.trainFile chooses them"),
      ("data.trainRows=[1]", "data.trainRows chooses rows of one data.file, and data.trainFile has its own"),
      ("data.splitSeed=3", "data.splitSeed chooses rows of one data.file"),
    ])
  func contradictions(word: String, message: String) throws {
    let found = try scratch.mistakes(files, word)
    #expect(found.contains { $0.contains(message) }, "\(found)")
  }

  @Test(
    "rows of one file that cannot be",
    arguments: [
      ("data.trainRows=[0, 5]", "data.trainRows has row 5, and the rows of the file are 0 to 4"),
      ("data.trainRows=[0, 2, 0]", "data.trainRows has row 0 twice"),
      ("data.trainRows=[0, 1.5]", "data.trainRows must be whole numbers, got 1.5"),
      ("data.trainRows=[-1]", "entry 1 of data.trainRows must be at least 0, got -1"),
      ("data.trainRows=[0, 1, 2, 3, 4]", "data.trainRows has all 5 rows of the file, and none is left to test"),
      ("data.split=exact", "data.split=exact does not say which rows are trained on"),
      ("data.trainFraction=1", "data.trainFraction must be below 1, got 1"),
      ("data.testFile=test.csv", "data.testFile is given together with data.file"),
    ])
  func wrongRows(word: String, message: String) throws {
    let found = try scratch.mistakes(nil, "data.file=train.csv", "data.target=y", word)
    #expect(found.contains { $0.contains(message) }, "\(found)")
  }

  @Test(
    "files that do not fit together",
    arguments: [
      ("a,c,y\n1,2,3\n", "train.csv and test.csv have different columns: only train.csv has b, only test.csv has c"),
      ("a,b\n1,2\n", "test.csv has no column y; the loss is measured on the target"),
      ("a,b,y\n1,red,3\n", "column b holds words in test.csv and numbers in train.csv"),
      ("a,b,y\n1,,3\n", "test.csv:2:3: "),
      ("a,b,y\n", "test.csv: only 0 rows below the header"),
    ])
  func wrongFiles(text: String, message: String) throws {
    try scratch.write(text, to: "test.csv")
    let found = try scratch.mistakes(files)
    #expect(found.contains { $0.contains(message) }, "\(found)")
  }

  @Test func classesOfTheTestRowsMustBeLearned() throws {
    try scratch.write("a,y\n1,cat\n2,dog\n3,cat\n5,dog\n", to: "train.csv")
    try scratch.write("a,y\n1,cat\n2,cow\n", to: "test.csv")
    let found = try scratch.mistakes("data: {trainFile: train.csv, testFile: test.csv, target: y}\n")
    #expect(found.contains { $0.contains("class cow is among the test rows and no training row has it") }, "\(found)")
    // A class that only training rows have is one that is learned and not tested.
    try scratch.write("a,y\n1,cat\n2,cat\n", to: "test.csv")
    let rows = try scratch.load("x.yaml").problem.data.rows
    #expect(rows?.test?.classes == [0, 0] && rows?.train?.classes == [0, 1, 0, 1])
  }

  @Test func aChangedTestFileIsRefused() throws {
    let sum = sha256(test.utf8)
    try scratch.write(files, to: "x.yaml")
    _ = try scratch.load("x.yaml", "data.testSha256=\(sum)")
    try scratch.write(test + "1,1,2\n", to: "test.csv")
    let found = try scratch.mistakes(files, "data.testSha256=\(sum)")
    #expect(found.contains { $0.contains("data.testFile test.csv has changed") }, "\(found)")
  }

  @Test func anOrderOfBatchesIsReadAndKept() throws {
    try scratch.write(files, to: "x.yaml")
    try scratch.write("step,row\n0,4\n0,1\n1,0\n2,2\n2,3\n2,0\n", to: "order.csv")
    let first = try scratch.load("x.yaml", "training.mode=minibatch", "training.batchOrder=order.csv")
    #expect(first.problem.data.rows?.order == [[4, 1], [0], [2, 3, 0]])
    #expect(first.files.last == scratch.path + "/order.csv")
    try scratch.write(first.yaml(), to: "again.yaml")
    let again = try scratch.load("again.yaml")
    #expect(again.hash() == first.hash() && again.problem == first.problem)
    try scratch.write("step,row\n0,4\n0,1\n1,0\n2,2\n2,3\n2,1\n", to: "order.csv")
    #expect(try scratch.load("again.yaml").hash() != first.hash())
  }

  @Test(
    "orders that cannot be",
    arguments: [
      ("step,row\n0,5\n", "order.csv, line 2: step 0.0, row 5.0; steps rise from 0 by 1 and rows are 0 to 4"),
      ("step,row\n1,0\n", "order.csv, line 2: step 1.0, row 0.0; steps rise"),
      ("step,row\n0,0\n1,1\n0,2\n", "order.csv, line 4: step 0 after step 1"),
      ("step,row\n0,0.5\n", "order.csv, line 2: step 0.0, row 0.5"),
      ("epoch,row\n0,0\n", "order.csv has no columns step and row; it has epoch, row"),
    ])
  func wrongOrder(text: String, message: String) throws {
    try scratch.write(text, to: "order.csv")
    let found = try scratch.mistakes(files, "training.mode=minibatch", "training.batchOrder=order.csv")
    #expect(found.contains { $0.contains(message) }, "\(found)")
  }

  @Test func anOrderStandsAlone() throws {
    try scratch.write("step,row\n0,0\n", to: "order.csv")
    let order = "training.batchOrder=order.csv"
    for (word, message) in [
      ("training.samplesPerStep=2", "training.samplesPerStep is given together with training.batchOrder"),
      ("training.shuffle=fixed", "training.shuffle is given together with training.batchOrder"),
      ("training.mode=batch", "training.batchOrder is for training.mode=minibatch, and the mode is batch"),
    ] {
      let mode = word.hasPrefix("training.mode") ? [] : ["training.mode=minibatch"]
      let found = scratch.problems(
        nil, ["data.trainFile=train.csv", "data.testFile=test.csv", "data.target=y", order, word] + mode)
      #expect(found.contains { $0.description.contains(message) }, "\(found)")
    }
    let drawn = scratch.problems(nil, ["data.file=train.csv", "data.target=y", "training.mode=minibatch", order])
    #expect(
      drawn.contains { $0.description.contains("training.batchOrder names training rows, and here they are drawn") })
  }

  @Test func batchesOfGivenRows() throws {
    try scratch.write(files, to: "x.yaml")
    let problem = try scratch.load("x.yaml", "training.mode=minibatch", "training.samplesPerStep=2").problem
    #expect(problem.data.sampling == .minibatch(.count(5), Minibatches(samplesPerStep: .count(2))))
    let found = try scratch.mistakes(files, "training.mode=minibatch", "training.samplesPerStep=6")
    #expect(
      found.contains { $0.contains("a batch of training.samplesPerStep=6 samples exceeds the training set of 5") })
  }
}
