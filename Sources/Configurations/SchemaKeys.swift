import Problems

/// The table itself, as in the interface: names, kinds, defaults and meanings.
extension Schema {
  static let networkKeys = [
    Key(
      "network.hiddenLayers", .integer(.atLeast(1, atMost: 10_000)), default: "2",
      "number of hidden layers, L"
    ) { .integer($0.problem.architecture.hiddenLayers) },
    Key(
      "network.width", .integer(.size, orWord: "infinite", orList: true), default: "256",
      or: ["network.widthRatio"], "units of each hidden layer, N, or a list of them; or the word infinite"
    ) { settings in
      switch settings.problem.architecture.width {
      case .units(let units): .integer(units)
      case .infinite: .word("infinite")
      case .ratio: nil
      }
    },
    Key(
      "network.widthRatio", .perLayer(.ratio), example: "1.0", or: ["network.width"],
      "instead of width: nu = N/D, or a list for the hidden layers"
    ) { settings in
      if case .ratio(let ratio) = settings.problem.architecture.width { .number(ratio) } else { nil }
    },
    Key(
      "network.widthProfile", .list(.ratio), example: "[2, 1]",
      "plain chain: proportions of the hidden layers' widths; width is that of the last"
    ) { $0.problem.architecture.widthProfile.map { .numbers($0) } },
    Key(
      "network.parameterization", .word(["muP", "NTK", "standard"]), default: "muP",
      "muP | NTK | standard: how output and rates scale with the width"
    ) { .word($0.problem.parameterization.rule.rawValue) },
    Key(
      "network.richness", .number(.atLeast(1e-50, atMost: 1e50)), default: "1.0",
      "gamma0 (muP) or gamma (NTK, standard): how far the features move"
    ) { .number($0.problem.parameterization.richness) },
    Key(
      "network.residual", .flag, default: "false",
      "true: skip connections between the hidden layers"
    ) { .flag($0.problem.architecture.isResidual) },
    Key(
      "network.branchScale", .number(.factor), default: "1.0",
      "residual: each branch is scaled by branchScale / sqrt(L-1)"
    ) { settings in
      if case .residual(let scale) = settings.problem.architecture.connection { .number(scale) } else { nil }
    },
    Key(
      "network.depth", .word(["finite", "infinite"]), default: "finite",
      "infinite: the limit of many residual branches; lists then have 3 entries, and hiddenLayers is ignored"
    ) { .word($0.problem.architecture.depth == .infinite ? "infinite" : "finite") },
    Key(
      "network.initScale", .perLayer(.atLeast(0, atMost: 1e50)), default: "1.0",
      "deviation of the initial weights: one number, or L+1 from the input layer to the readout"
    ) { .perLayer($0.problem.architecture.initScale) },
    Key(
      "network.layerRates", .perLayer(.atLeast(0, atMost: 1e50)), default: "1.0",
      "factor on the rate of each layer, likewise; 0 freezes a layer"
    ) { .perLayer($0.problem.architecture.layerRates) },
  ]

  static let dataKeys = [
    Key(
      "data.inputDimension", .integer(.atLeast(1, atMost: 1e12)), default: "256",
      "dimension of the inputs, D"
    ) { $0.dataFile == nil ? .integer($0.problem.data.inputDimension) : nil },
    Key(
      "data.samples", .integer(.size), default: "512", or: ["data.sampleRatio"],
      "training samples, P; unused in population mode; with a file two thirds of its rows"
    ) { settings in
      guard settings.problem.data.rows == nil, case .count(let count)? = settings.problem.data.sampling.trainingSet
      else { return nil }
      return .integer(count)
    },
    Key(
      "data.sampleRatio", .number(.ratio), example: "2.0", or: ["data.samples"],
      "instead of samples: alpha = P/D"
    ) { settings in
      switch settings.problem.data.sampling {
      case .batch(.ratio(let ratio)), .onePass(.ratio(let ratio)), .minibatch(.ratio(let ratio), _): .number(ratio)
      default: nil
      }
    },
    Key(
      "data.noise", .number(.atLeast(0, atMost: 1e50)), default: "0.0", or: ["data.noiseCovariance"],
      "deviation of the noise on the target, whose signal has variance 1"
    ) { $0.dataFile == nil && $0.problem.data.hasEqualNoise ? .number($0.problem.data.noise) : nil },
    Key(
      "data.outputs", .integer(.atLeast(1, atMost: 256)), default: "1",
      "number K of outputs; every loss is their sum"
    ) { $0.dataFile == nil && $0.problem.data.outputs != nil ? .integer($0.problem.data.outputCount) : nil },
    Key(
      "data.targetCovariance", .matrix(.atLeast(-1e50, atMost: 1e50)), example: "[[1, 0.5], [0.5, 1]]",
      "covariance of the targets of several outputs, K rows; without it they are independent, of variance 1 each"
    ) { settings in
      guard let outputs = settings.problem.data.outputs, settings.dataFile == nil, !outputs.hasUnitTargets else {
        return nil
      }
      return .matrix(outputs.targetCovariance)
    },
    Key(
      "data.noiseCovariance", .matrix(.atLeast(-1e50, atMost: 1e50)), example: "[[0.04, 0], [0, 0.09]]",
      or: ["data.noise"], "instead of noise: covariance of the target noise of several outputs, K rows"
    ) { settings in
      guard let outputs = settings.problem.data.outputs, settings.dataFile == nil, !settings.problem.data.hasEqualNoise
      else { return nil }
      return .matrix(outputs.noiseCovariance)
    },
    Key(
      "data.outputCoupling", .word(OutputModel.Coupling.allCases.map(\.rawValue)), default: "auto",
      "auto | exact | decoupled: outputs that influence each other are solved together, or (decoupled) one by one, an "
        + "approximation; auto: together where that takes at most a minute"
    ) { $0.problem.data.outputs.map { .word($0.coupling.rawValue) } },
    Key(
      "data.spectrum", .word(["isotropic"]), default: "isotropic",
      "isotropic, or a mapping with the three keys below: powers of the mode index k"
    ) { $0.dataFile == nil && $0.powerLaw == nil ? .word("isotropic") : nil },
    Key(
      "data.spectrum.eigenvalueDecay", .number(.atLeast(0, atMost: 20)), example: "1.2",
      "lambda_k ~ k^-eigenvalueDecay"
    ) { $0.powerLaw.map { .number($0.eigenvalueDecay) } },
    Key(
      "data.spectrum.signalDecay", .perOutput(.atLeast(0, atMost: 20)), example: "1.5",
      "lambda_k beta_k^2 ~ k^-signalDecay; or a list for the outputs"
    ) { settings in
      settings.powerLaw.map { law in
        settings.problem.data.outputs?.signalDecays.map { .numbers($0) } ?? .number(law.signalDecay)
      }
    },
    Key(
      "data.spectrum.scale", .word(["mean", "top"]), example: "mean",
      "mean: mean eigenvalue 1; top: largest eigenvalue 1, sums instead of means"
    ) { $0.powerLaw.map { .word($0.scale.rawValue) } },
    Key(
      "data.file", .text, example: "digits.csv", or: ["data.trainFile", "data.testFile"],
      "real data instead: a CSV with a header, relative to this file"
    ) { settings in settings.dataFile.flatMap { $0.split?.testFile == nil ? .text($0.path) : nil } },
    Key(
      "data.sha256", .text, example: "2e762afb...",
      "the SHA-256 that file or trainFile must have; run folders name it"
    ) { $0.dataFile.map { .text($0.sha256) } },
    Key(
      "data.target", .texts, example: "label",
      "the column to predict, or a list of columns; all others that hold numbers are inputs"
    ) { $0.dataFile.map { .list($0.choice.targets) } },
    Key(
      "data.targets", .word(["auto", "numeric", "oneHot"]), example: "auto",
      "auto | numeric | oneHot: auto reads words as classes and numbers as numbers; oneHot: an output for each value of the column"
    ) { $0.dataFile?.resolvedKind.map { .word($0.rawValue) } },
    Key(
      "data.columns", .texts, example: "[age, bmi]",
      "the inputs, in place of all other columns that hold numbers"
    ) { $0.dataFile?.choice.columns.map { .list($0) } },
    Key("data.exclude", .texts, example: "id", "columns that are no inputs") { settings in
      settings.dataFile.flatMap { $0.choice.excluded.isEmpty ? nil : .list($0.choice.excluded) }
    },
    Key(
      "data.categorical", .texts, example: "[city, color]",
      "columns whose values become inputs: 1 where the column has that value, 0 elsewhere"
    ) { settings in settings.dataFile.flatMap { $0.choice.categorical.isEmpty ? nil : .list($0.choice.categorical) } },
    Key(
      "data.missing", .word(["refuse", "drop"]), example: "drop",
      "refuse | drop: what is done about rows with missing cells (empty, NA, nan, null, ?)"
    ) { settings in settings.dataFile.flatMap { $0.droppedRows > 0 ? .word("drop") : nil } },
    Key(
      "data.fitCorrection", .flag, example: "true",
      "true: remove what a fit on the table's own rows explains too much (batch)"
    ) { settings in settings.measured?.fitCorrection == nil ? nil : .flag(true) },
    Key(
      "data.standardize", .word(["none", "center", "zscore"]), example: "center",
      "none | center | zscore: how the inputs of a file are prepared"
    ) { $0.dataFile.map { .word($0.standardize.rawValue) } },
  ]

  static let trainingKeys =
    [
      Key(
        "training.mode", .word(["batch", "minibatch", "onePass", "population"]), default: "batch",
        "batch: all samples at every step; minibatch: a part of them; onePass: fresh samples; population: the expectation over all samples"
      ) { settings in
        switch settings.problem.data.sampling {
        case .batch: .word("batch")
        case .minibatch: .word("minibatch")
        case .onePass: .word("onePass")
        case .population: .word("population")
        }
      },
      Key(
        "training.samplesPerStep", .integer(.size), example: "512",
        "minibatch: samples of a batch, B; onePass: size of the fresh batch of each step, by default samples"
      ) { settings in
        switch settings.problem.data.sampling {
        case .onePass(.count(let count)): .integer(count)
        case .minibatch(_, let batches) where settings.problem.data.rows?.orderedSteps == nil:
          if case .count(let size) = batches.samplesPerStep { .integer(size) } else { nil }
        default: nil
        }
      },
      Key(
        "training.shuffle", .word(["epochs", "independent", "fixed", "replacement"]), example: "epochs",
        "minibatch: epochs (a new random order each epoch) | independent (each batch from all samples) | fixed (one order) | "
          + "replacement (with repetitions)"
      ) { settings in settings.chosenBatches.map { .word($0.shuffle.rawValue) } },
      Key(
        "training.dropLast", .flag, example: "true",
        "minibatch: true leaves out the samples behind the last whole batch of an epoch"
      ) { settings in
        settings.chosenBatches.flatMap { $0.shuffle.isPartition ? .flag($0.dropsLast) : nil }
      },
      Key(
        "training.epochs", .integer(.atLeast(1, atMost: 1e12)), example: "20", or: ["training.steps"],
        "minibatch: instead of steps: passes over the training set"
      ) { _ in nil },
      Key(
        "training.steps", .integer(.atLeast(1, atMost: 1e12)), default: "100", or: ["training.epochs"],
        "optimiser steps; rows 0 to steps are reported"
      ) { $0.problem.time.steps.map { .integer($0) } },
      Key(
        "training.learningRate", .number(.factor), default: "0.05", or: ["training.sgdRate"],
        "eta, in the units of the theory"
      ) { .number($0.problem.optimizer.learningRate) },
      Key(
        "training.sgdRate", .number(.factor), example: "12.8", or: ["training.learningRate"],
        "instead of learningRate: the rate of the equivalent PyTorch network"
      ) { _ in nil },
    ] + scheduleKeys + [
      Key(
        "training.momentum", .number(.atLeast(0, below: 1)), default: "0.0",
        "mu, such as 0.9: fraction of each step that is carried into the next"
      ) { .number($0.problem.optimizer.momentum.coefficient) },
      Key(
        "training.nesterov", .flag, default: "false",
        "true: Nesterov's momentum, as torch.optim.SGD has it"
      ) { .flag($0.problem.optimizer.momentum.isNesterov) },
      Key(
        "training.weightDecay", .number(.atLeast(0, atMost: 1e50)), default: "0.0",
        "decay of the weights towards zero"
      ) { .number($0.problem.optimizer.weightDecay.strength) },
      Key(
        "training.decoupled", .flag, default: "false",
        "true: weight decay acts separately from the gradient step, not through the momentum"
      ) { .flag($0.problem.optimizer.weightDecay.isDecoupled) },
      Key(
        "training.time", .word(["discrete", "flow", "panels"]), default: "discrete",
        "discrete | flow | panels: steps, gradient flow, very many steps in compressed form"
      ) { settings in
        switch settings.problem.time.kind {
        case .discrete: .word("discrete")
        case .flow: .word("flow")
        case .panels: .word("panels")
        }
      },
      Key("training.horizon", .number(.factor), example: "100.0", "flow: the last time") { settings in
        if case .flow(let horizon) = settings.problem.time.kind { .number(horizon) } else { nil }
      },
      Key(
        "training.rows", .word(["all", "log"]), example: "all",
        "all | log: rows to report; log is the default above 10000 steps"
      ) { .word($0.problem.time.rows.rawValue) },
      Key(
        "training.tolerance", .number(.atLeast(1e-11, below: 1)), default: "1.0e-06",
        "flow and panels: largest relative error of a reported loss"
      ) { .number($0.problem.time.tolerance) },
    ]
}
