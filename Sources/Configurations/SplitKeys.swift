/// Keys of an exact split: training and test rows that are given.
extension Schema {
  static let splitKeys = [
    Key(
      "data.split", .word(["draw", "exact"]), example: "exact",
      "draw | exact: samples drawn from the file, or the very rows (default with trainFile, trainRows, trainFraction)"
    ) { $0.dataFile?.split.map { _ in .word("exact") } },
    Key(
      "data.trainFile", .text, example: "train.csv", or: ["data.file"],
      "instead of file: the very training rows, relative to this file; statistics are taken from these alone"
    ) { settings in settings.dataFile.flatMap { $0.split?.testFile == nil ? nil : .text($0.path) } },
    Key(
      "data.testFile", .text, example: "test.csv", or: ["data.file"],
      "beside trainFile: the very test rows, with the same columns"
    ) { $0.dataFile?.split?.testFile.map { .text($0.path) } },
    Key(
      "data.testSha256", .text, example: "9193026b...",
      "the SHA-256 that testFile must have; run folders name it"
    ) { $0.dataFile?.split?.testFile.map { .text($0.sha256) } },
    Key(
      "data.trainRows", .list(.atLeast(0, atMost: 1e9)), example: "[0, 1, 2]", or: ["data.trainFraction"],
      "the very training rows of file, counted from 0 below the header, in the order of fixed batches; all others test"
    ) { settings in
      guard let split = settings.dataFile?.split, split.choice == .listed else { return nil }
      return .integers(split.train)
    },
    Key(
      "data.trainFraction", .number(.above(0, below: 1)), example: "0.7", or: ["data.trainRows"],
      "instead of trainRows: a random share of the rows of file, chosen once by splitSeed"
    ) { settings in
      if case .drawn(let fraction, _) = settings.dataFile?.split?.choice { .number(fraction) } else { nil }
    },
    Key(
      "data.splitSeed", .integer(.atLeast(0, atMost: 9e18)), example: "1", "seed of trainFraction"
    ) { settings in
      if case .drawn(_, let seed) = settings.dataFile?.split?.choice { .integer(seed) } else { nil }
    },
    Key(
      "training.batchOrder", .text, example: "order.csv", or: ["training.samplesPerStep"],
      "minibatch on given rows: every batch, a CSV with the columns step and row, both from 0"
    ) { $0.dataFile?.order.map { .text($0.path) } },
  ]
}
