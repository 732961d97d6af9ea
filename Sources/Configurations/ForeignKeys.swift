/// Keys of other programs, and what says the same here; or why nothing does.
enum ForeignKeys {
  private static let rate =
    "the learning rate is training.learningRate, or training.sgdRate for that of a PyTorch network"
  private static let batch =
    "the samples of a batch are training.samplesPerStep, with training.mode=minibatch (parts of a fixed training set) or onePass "
    + "(fresh samples at each step)"
  private static let epochs =
    "training.epochs counts epochs of training.mode=minibatch; with all samples in each step, training.steps does"
  private static let optimizer =
    "training.optimizer is sgd, muon, normalized or lars, with training.momentum, training.nesterov and training.weightDecay; steps "
    + "of Adam and its kind rescale single entries of the gradient, which no closed equations are known for here"
  private static let activation =
    "the activation is network.activation: dmft simulate, validate and compare train such networks beside the linear theory, and with "
    + "network.regime=lazy the theory of very wide ones is exact"
  private static let loss =
    "the loss is training.loss: squared, logistic, huber, logcosh or squaredHinge (reduce.loss chooses sum or mean)"

  /// By the last word of the key, in small letters without `_` and `-`.
  private static let byName: [String: String] = [
    "lr": rate, "eta": rate, "learningrates": rate, "stepsize": rate,
    "batchsize": batch, "batch": batch, "minibatch": batch, "bs": batch,
    "epochs": epochs,
    "epoch": epochs,
    "iterations": "did you mean training.steps?", "iters": "did you mean training.steps?",
    "maxsteps": "did you mean training.steps?", "niter": "did you mean training.steps?",
    "optimizer": optimizer, "optimiser": optimizer, "optim": optimizer, "adam": optimizer, "beta1": optimizer,
    "beta2": optimizer, "betas": optimizer,
    "activation": activation, "nonlinearity": activation,
    "loss": loss, "lossfunction": loss, "criterion": loss, "objective": loss,
    "wd": "did you mean training.weightDecay?", "l2": "did you mean training.weightDecay?",
    "depth": "did you mean network.hiddenLayers?", "layers": "did you mean network.hiddenLayers?",
    "numlayers": "did you mean network.hiddenLayers?", "nlayers": "did you mean network.hiddenLayers?",
    "hiddensize": "did you mean network.width?", "hiddendim": "did you mean network.width?",
    "seed": "did you mean simulation.seed?", "randomseed": "did you mean simulation.seed?",
    "warmup": "did you mean training.schedule.warmupSteps?",
    "dropout": "dropout is unsupported", "bias": "biases are unsupported: every layer is a matrix",
  ]

  /// What to do about a key that is not ours.
  ///
  /// - Parameter path: as it was given.
  /// - Returns: a clause; nil where nothing is known of it.
  static func advice(on path: String) -> String? {
    // Sections of their own have words of their own.
    guard !["reduce.", "layers.", "committee."].contains(where: { path.hasPrefix($0) }) else { return nil }
    let name = path.split(separator: ".").last.map(String.init) ?? path
    return byName[String(name.lowercased().filter { $0 != "_" && $0 != "-" })]
  }
}
