/// Keys of the two models related to the theory: the law of parsimony (`dmft reduce`) and layer dynamics (`dmft layers`).
extension Schema {
  static let reduceKeys = [
    Key(
      "reduce.target", .text, default: "random",
      "the matrix to learn: random, or a file of numbers (.csv or .npy), relative to this file"
    ) { .text($0.reduction.target) },
    Key(
      "reduce.size", .integer(.atLeast(2, atMost: 20_000)), default: "100",
      "random: rows and columns of the target, d; --collapse: units of each hidden layer"
    ) { $0.targetFile == nil ? .integer($0.reduction.size) : nil },
    Key(
      "reduce.rank", .integer(.atLeast(1, atMost: 20_000)), example: "5",
      "random: rank of the target (5); a file: how many of its directions are kept (all)"
    ) { $0.reduction.rank.map { .integer($0) } },
    Key("reduce.weightLayers", .integer(.atLeast(2, atMost: 100)), default: "3", "weight matrices, L") {
      .integer($0.reduction.weightLayers)
    },
    Key(
      "reduce.initScale", .perLayer(.factor), default: "0.1",
      "scale of the start: one number, or one for each weight matrix from the input"
    ) { .perLayer($0.reduction.initScale) },
    Key(
      "reduce.start", .word(["orthogonal", "gaussian"]), default: "orthogonal",
      "orthogonal | gaussian: random orthogonal matrices, or entries of variance 1/d, times initScale"
    ) { .word($0.reduction.start.rawValue) },
    Key(
      "reduce.loss", .word(["sum", "mean"]), default: "sum",
      "sum | mean: half the sum of the squared errors of all entries, or half their mean"
    ) { .word($0.reduction.loss.rawValue) },
    Key(
      "reduce.inputDecay", .number(.atLeast(0, atMost: 20)), default: "0.0",
      "covariance of the inputs ~ k^-inputDecay with mean 1; 0: white"
    ) { .number($0.reduction.inputDecay) },
    Key(
      "reduce.observed", .number(.above(0, atMost: 1)), default: "1.0",
      "share of observed entries, drawn at random; below 1: matrix completion"
    ) { .number($0.reduction.observed) },
    Key(
      "reduce.outerRate", .number(.atLeast(0, atMost: 1e50)), default: "0.1",
      "completion: rate of the small network's outer factors, as a share of the learning rate"
    ) { .number($0.reduction.outerRate) },
    Key("reduce.classes", .integer(.atLeast(2, atMost: 10_000)), default: "5", "--collapse: classes, K") {
      .integer($0.reduction.classes)
    },
    Key(
      "reduce.samplesPerClass", .integer(.atLeast(2, atMost: 10_000)), default: "10",
      "--collapse: samples of each class, n"
    ) { .integer($0.reduction.samplesPerClass) },
  ]

  static let layersKeys = [
    Key(
      "layers.activation", .word(["linear", "relu"]), default: "linear",
      "linear | relu: activation between the layers; relu is compared with the linear network"
    ) { .word($0.growth.activation.rawValue) },
    Key(
      "layers.gain", .word(["he", "none"]), example: "he",
      "relu: he (initial weights behind a gate times sqrt 2, as a gate halves a signal) | none (those of the linear network)"
    ) { settings in settings.growth.gain.map { .word($0.rawValue) } },
    Key(
      "layers.start", .word(["random", "balanced"]), default: "random",
      "random | balanced: Gaussian by network.initScale, or one equal mode towards the target in every layer"
    ) { .word($0.growth.start == .random ? "random" : "balanced") },
    Key(
      "layers.startStrength", .number(.above(0, below: 1)), example: "0.001",
      "balanced: share of the target that the network fits at the start (0.001)"
    ) { settings in
      if case .balanced(let strength) = settings.growth.start { .number(strength) } else { nil }
    },
    Key(
      "layers.whiten", .flag, default: "false",
      "true: the samples are transformed so that their covariance is the identity (needs samples >= inputDimension)"
    ) { .flag($0.growth.isWhitened) },
  ]
}
