/// The table itself, as in the interface: names, kinds, defaults and meanings.
extension Schema {
  static let networkKeys = [
    Key(
      "network.hiddenLayers", .integer(.atLeast(1, atMost: 10_000)), default: "2",
      "number of hidden layers, L"),
    Key(
      "network.width", .integer(.atLeast(1), orWord: "infinite"), default: "256",
      or: ["network.widthRatio"], "units of each hidden layer, N; or the word infinite"),
    Key(
      "network.widthRatio", .number(.above(0)), example: "1.0", or: ["network.width"],
      "instead of width: nu = N/D"),
    Key(
      "network.parameterization", .word(["muP", "NTK", "standard"]), default: "muP",
      "muP | NTK | standard: how output and rates scale with the width"),
    Key(
      "network.richness", .number(.atLeast(1e-50, atMost: 1e50)), default: "1.0",
      "gamma0 (muP) or gamma (NTK, standard): how far the features move"),
    Key(
      "network.residual", .flag, default: "false",
      "true: skip connections between the hidden layers"),
    Key(
      "network.branchScale", .number(.above(0)), default: "1.0",
      "residual: each branch is scaled by branchScale / sqrt(L-1)"),
    Key(
      "network.depth", .word(["finite", "infinite"]), default: "finite",
      "infinite: the limit of many residual branches; lists then have 3 entries, and hiddenLayers is ignored"),
    Key(
      "network.initScale", .perLayer(.atLeast(0)), default: "1.0",
      "deviation of the initial weights: one number, or L+1 from the input layer to the readout"),
    Key(
      "network.layerRates", .perLayer(.atLeast(0)), default: "1.0",
      "factor on the rate of each layer, likewise; 0 freezes a layer"),
  ]

  static let dataKeys = [
    Key(
      "data.inputDimension", .integer(.atLeast(1, atMost: 1e12)), default: "256",
      "dimension of the inputs, D"),
    Key(
      "data.samples", .integer(.atLeast(1)), default: "512", or: ["data.sampleRatio"],
      "training samples, P; unused in population mode; with a file two thirds of its rows"),
    Key(
      "data.sampleRatio", .number(.above(0)), example: "2.0", or: ["data.samples"],
      "instead of samples: alpha = P/D"),
    Key(
      "data.noise", .number(.atLeast(0)), default: "0.0",
      "deviation of the noise on the target, whose signal has variance 1"),
    Key(
      "data.spectrum", .word(["isotropic"]), default: "isotropic",
      "isotropic, or a mapping with the three keys below: powers of the mode index k"),
    Key(
      "data.spectrum.eigenvalueDecay", .number(.atLeast(0, atMost: 20)), example: "1.2",
      "lambda_k ~ k^-eigenvalueDecay"),
    Key(
      "data.spectrum.signalDecay", .number(.atLeast(0, atMost: 20)), example: "1.5",
      "lambda_k beta_k^2 ~ k^-signalDecay"),
    Key(
      "data.spectrum.scale", .word(["mean", "top"]), example: "mean",
      "mean: mean eigenvalue 1; top: largest eigenvalue 1, sums instead of means"),
    Key(
      "data.file", .text, example: "digits.csv",
      "real data instead: a CSV with a header, relative to this file"),
    Key(
      "data.target", .text, example: "label",
      "the column to predict; all others are inputs"),
    Key(
      "data.standardize", .word(["none", "center", "zscore"]), example: "center",
      "none | center | zscore: how the inputs of a file are prepared"),
  ]

  static let trainingKeys = [
    Key(
      "training.mode", .word(["batch", "onePass", "population"]), default: "batch",
      "batch: the same samples at every step; onePass: fresh ones; population: all there are"),
    Key(
      "training.samplesPerStep", .integer(.atLeast(1)), example: "512",
      "onePass: size of the fresh batch of each step; default: samples"),
    Key(
      "training.steps", .integer(.atLeast(1)), default: "100",
      "optimiser steps; rows 0 to steps are reported"),
    Key(
      "training.learningRate", .number(.above(0)), default: "0.05", or: ["training.sgdRate"],
      "eta, in the units of the theory"),
    Key(
      "training.sgdRate", .number(.above(0)), example: "12.8", or: ["training.learningRate"],
      "instead of learningRate: the rate of the equivalent PyTorch network"),
    Key(
      "training.schedule", .word(["constant"]), default: "constant",
      "constant, or a mapping with warmupSteps, decay, finalFraction; or with multipliers"),
    Key(
      "training.schedule.warmupSteps", .integer(.atLeast(0)), example: "10",
      or: ["training.schedule.multipliers"],
      "steps over which the rate rises linearly"),
    Key(
      "training.schedule.decay", .word(["constant", "cosine", "linear"]), example: "cosine",
      or: ["training.schedule.multipliers"],
      "constant | cosine | linear: what follows the warm-up"),
    Key(
      "training.schedule.finalFraction", .number(.atLeast(0, atMost: 1)), example: "0.1",
      or: ["training.schedule.multipliers"],
      "where the decay ends, as a fraction of the rate"),
    Key(
      "training.schedule.multipliers", .list(.atLeast(0)), example: "[1.0, 0.5]",
      or: [
        "training.schedule.warmupSteps", "training.schedule.decay",
        "training.schedule.finalFraction",
      ],
      "instead of the three above: one factor for each step"),
    Key(
      "training.momentum", .number(.atLeast(0, below: 1)), default: "0.0",
      "mu, such as 0.9: how much of each step is carried into the next"),
    Key(
      "training.nesterov", .flag, default: "false",
      "true: Nesterov's momentum, as torch.optim.SGD has it"),
    Key(
      "training.weightDecay", .number(.atLeast(0)), default: "0.0",
      "pull of the weights towards zero"),
    Key(
      "training.decoupled", .flag, default: "false",
      "true: weight decay acts beside the gradient step, not through the momentum"),
    Key(
      "training.time", .word(["discrete", "flow", "panels"]), default: "discrete",
      "discrete | flow | panels: steps, gradient flow, very many steps in compressed form"),
    Key("training.horizon", .number(.above(0)), example: "100.0", "flow: the last time"),
    Key(
      "training.rows", .word(["all", "log"]), example: "all",
      "all | log: which rows are reported; log is the default above 10000 steps"),
    Key(
      "training.tolerance", .number(.atLeast(1e-11, below: 1)), default: "1.0e-06",
      "flow and panels: largest relative error of a reported loss"),
  ]

  static let machineKeys = [
    Key(
      "simulation.replicas", .integer(.atLeast(1)), default: "32",
      "trained networks to average over"),
    Key("simulation.seed", .integer(.atLeast(0)), default: "1", "seed of the random numbers"),
    Key(
      "validation.tolerance", .number(.above(0, below: 1)), default: "0.05",
      "relative difference of theory and simulation that passes"),
    Key(
      "transfer.tolerance", .number(.above(0, below: 1)), default: "0.01",
      "relative loss that a transferred learning rate may cost"),
  ]
}
