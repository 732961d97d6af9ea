/// Keys of a committee machine (`dmft committee`), which uses none of the sections network, data (but its dimension) and training.
extension Schema {
  static let committeeKeys = [
    Key(
      "committee.activation", .word(["erfScaled", "relu"]), default: "erfScaled",
      "erfScaled | relu: erfScaled is erf(x/sqrt 2), as in the literature on committee machines"
    ) { .word($0.committee.activation) },
    Key("committee.studentUnits", .integer(.atLeast(1, atMost: 32)), default: "2", "hidden units of the student, K") {
      .integer($0.committee.studentUnits)
    },
    Key("committee.teacherUnits", .integer(.atLeast(1, atMost: 32)), default: "2", "hidden units of the teacher, M") {
      .integer($0.committee.teacherUnits)
    },
    Key(
      "committee.overlaps", .word(["regular", "drawn"]), default: "regular",
      "regular (by studentNorm and alignment) | drawn (at random, at simulation.seed and data.inputDimension), or a mapping with "
        + "the matrices below; what it leaves out is regular"
    ) { $0.committee.hasMatrices ? nil : .word($0.committee.isDrawn ? "drawn" : "regular") },
    Key(
      "committee.overlaps.student", .matrix(.atLeast(-1e6, atMost: 1e6)), example: "[[0.25, 0.02], [0.02, 0.3]]",
      "Q: scalar products of the student's weights at the start, over the input dimension"
    ) { $0.committee.hasMatrices ? .matrix($0.committee.student) : nil },
    Key(
      "committee.overlaps.mixed", .matrix(.atLeast(-1e6, atMost: 1e6)), example: "[[0.1, 0.02], [0.03, 0.12]]",
      "R: of the student's with the teacher's, a row for each student unit"
    ) { $0.committee.hasMatrices ? .matrix($0.committee.mixed) : nil },
    Key(
      "committee.overlaps.teacher", .matrix(.atLeast(-1e6, atMost: 1e6)), example: "[[1, 0], [0, 1]]",
      "T: of the teacher's; without it they are orthonormal"
    ) { $0.committee.hasMatrices ? .matrix($0.committee.teacher) : nil },
    Key(
      "committee.studentNorm", .number(.above(0, atMost: 1e6)), default: "0.25",
      "regular, drawn: squared norm of each student unit over the input dimension"
    ) { $0.committee.hasMatrices ? nil : .number($0.committee.norm) },
    Key(
      "committee.alignment", .number(.atLeast(-1e3, atMost: 1e3)), default: "0.1",
      "regular: overlap of student unit k with teacher unit k (modulo M); the others are 0"
    ) { $0.committee.hasMatrices || $0.committee.isDrawn ? nil : .number($0.committee.alignment) },
    Key(
      "committee.studentReadout", .list(.atLeast(-1e6, atMost: 1e6)), example: "[1, 1]",
      "v at the start, a number for each student unit; without it ones"
    ) { .numbers($0.committee.studentReadout) },
    Key(
      "committee.teacherReadout", .list(.atLeast(-1e6, atMost: 1e6)), example: "[1, 1]",
      "v* of the teacher, a number for each of its units; without it ones"
    ) { .numbers($0.committee.teacherReadout) },
    Key(
      "committee.readout", .word(["fixed", "trained"]), default: "fixed",
      "fixed | trained: whether the student's readout learns"
    ) { .word($0.committee.readoutRate == nil ? "fixed" : "trained") },
    Key(
      "committee.readoutRate", .number(.atLeast(0, atMost: 1e6)), example: "1.0",
      "trained: rate of the readout as a share of the learning rate (1)"
    ) { $0.committee.readoutRate.map { .number($0) } },
    Key(
      "committee.learningRate", .number(.above(0, atMost: 1e6)), default: "0.5",
      "eta: a step moves weights by eta / sqrt D"
    ) {
      .number($0.committee.learningRate)
    },
    Key(
      "committee.samplesPerStep", .integer(.atLeast(1, atMost: 1_000_000)), default: "1", "fresh samples of a step, B"
    ) {
      .integer($0.committee.samplesPerStep)
    },
    Key(
      "committee.weightDecay", .number(.atLeast(0, atMost: 1e6)), default: "0.0",
      "a step takes eta weightDecay / D of the weights, and of a trained readout"
    ) { .number($0.committee.weightDecay) },
    Key(
      "committee.noise", .number(.atLeast(0, atMost: 1e6)), default: "0.0",
      "deviation of the noise on the teacher's output"
    ) {
      .number($0.committee.noise)
    },
    Key(
      "committee.horizon", .number(.above(0, atMost: 1e9)), default: "100.0",
      "the last time: steps over input dimension"
    ) {
      .number($0.committee.horizon)
    },
    Key(
      "committee.tolerance", .number(.atLeast(1e-13, atMost: 1e-2)), default: "1.0e-10",
      "error that each step of the integration may make, relative to an overlap"
    ) { .number($0.committee.tolerance) },
  ]
}
