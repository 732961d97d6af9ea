"""Types of the configuration keys. Written by scripts/python-keys from configs/schema.json: do not edit."""
from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Literal, TypedDict, Union

Number = Union[int, float]
Names = Union[str, Sequence[str]]


class Overlaps(TypedDict, total=False):
    "Keys below committee.overlaps."

    mixed: Sequence[Sequence[Number]]
    "R: of the student's with the teacher's, a row for each student unit"
    student: Sequence[Sequence[Number]]
    "Q: scalar products of the student's weights at the start, over the input dimension"
    teacher: Sequence[Sequence[Number]]
    "T: of the teacher's; without it they are orthonormal"


class Committee(TypedDict, total=False):
    "One hidden layer of few units that learns a teacher, non-linear and exact (committee)."

    activation: Literal["erfScaled", "relu"]
    "erfScaled | relu: erfScaled is erf(x/sqrt 2), as in the literature on committee machines (default: \"erfScaled\")"
    alignment: Number
    "regular: overlap of student unit k with teacher unit k (modulo M); the others are 0 (default: 0.1)"
    horizon: Number
    "the last time: steps over input dimension (default: 100)"
    learningRate: Number
    "eta: a step moves weights by eta / sqrt D (default: 0.5)"
    noise: Number
    "deviation of the noise on the teacher's output (default: 0)"
    overlaps: Literal["regular", "drawn"] | Overlaps
    "regular (by studentNorm and alignment) | drawn (at random, at simulation.seed and data.inputDimension), or a mapping with the matrices below; what it leaves out is regular (default: \"regular\")"
    readout: Literal["fixed", "trained"]
    "fixed | trained: whether the student's readout learns (default: \"fixed\")"
    readoutRate: Number
    "trained: rate of the readout as a share of the learning rate (1)"
    samplesPerStep: int
    "fresh samples of a step, B (default: 1)"
    studentNorm: Number
    "regular, drawn: squared norm of each student unit over the input dimension (default: 0.25)"
    studentReadout: Sequence[Number]
    "v at the start, a number for each student unit; without it ones"
    studentUnits: int
    "hidden units of the student, K (default: 2)"
    teacherReadout: Sequence[Number]
    "v* of the teacher, a number for each of its units; without it ones"
    teacherUnits: int
    "hidden units of the teacher, M (default: 2)"
    tolerance: Number
    "error that each step of the integration may make, relative to an overlap (default: 1e-10)"
    weightDecay: Number
    "a step takes eta weightDecay / D of the weights, and of a trained readout (default: 0)"


class Spectrum(TypedDict, total=False):
    "Keys below data.spectrum."

    eigenvalueDecay: Number
    "lambda_k ~ k^-eigenvalueDecay"
    scale: Literal["mean", "top"]
    "mean: mean eigenvalue 1; top: largest eigenvalue 1, sums instead of means"
    signalDecay: Number | Sequence[Number]
    "lambda_k beta_k^2 ~ k^-signalDecay; or a list for the outputs"


class Data(TypedDict, total=False):
    "Generated data, or a table of your own (data.file)."

    categorical: str | Sequence[str]
    "columns whose values become inputs: 1 where the column has that value, 0 elsewhere"
    columns: str | Sequence[str]
    "the inputs, in place of all other columns that hold numbers"
    exclude: str | Sequence[str]
    "columns that are no inputs"
    file: str | os.PathLike[str]
    "real data instead: a CSV with a header, relative to this file"
    fitCorrection: bool
    "true: remove what a fit on the table's own rows explains too much (batch)"
    inputDimension: int
    "dimension of the inputs, D (default: 256)"
    labelSlope: Number
    "logistic labels: how fast their probability follows the signal u"
    labels: Literal["linear", "sign", "logistic", "mixture"]
    "linear | sign | logistic | mixture: y = u + noise, its sign, -1 and 1 at random by 1/(1 + exp(-labelSlope u)), or two classes (default: \"linear\")"
    missing: Literal["refuse", "drop"]
    "refuse | drop: what is done about rows with missing cells (empty, NA, nan, null, ?)"
    noise: Number
    "deviation of the noise on the target, whose signal has variance 1 (default: 0)"
    noiseCovariance: Sequence[Sequence[Number]]
    "instead of noise: covariance of the target noise of several outputs, K rows"
    outputCoupling: Literal["auto", "exact", "decoupled"]
    "auto | exact | decoupled: outputs that influence each other are solved together, or (decoupled) one by one, an approximation; auto: together where that takes at most a minute (default: \"auto\")"
    outputs: int
    "number K of outputs; every loss is their sum (default: 1)"
    sampleRatio: Number
    "instead of samples: alpha = P/D"
    samples: int
    "training samples, P; unused in population mode; with a file two thirds of its rows (default: 512)"
    separation: Number
    "mixture: distance of either class from the middle, in deviations along the best direction"
    sha256: str
    "the SHA-256 that file or trainFile must have; run folders name it"
    spectrum: Literal["isotropic"] | Spectrum
    "isotropic, or a mapping with the three keys below: powers of the mode index k (default: \"isotropic\")"
    split: Literal["draw", "exact"]
    "draw | exact: samples drawn from the file, or the very rows (default with trainFile, trainRows, trainFraction)"
    splitSeed: int
    "seed of trainFraction"
    standardize: Literal["none", "center", "zscore"]
    "none | center | zscore: how the inputs of a file are prepared"
    target: str | Sequence[str]
    "the column to predict, or a list of columns; all others that hold numbers are inputs"
    targetCovariance: Sequence[Sequence[Number]]
    "covariance of the targets of several outputs, K rows; without it they are independent, of variance 1 each"
    targets: Literal["auto", "numeric", "oneHot"]
    "auto | numeric | oneHot: auto reads words as classes and numbers as numbers; oneHot: an output for each value of the column"
    testFile: str | os.PathLike[str]
    "beside trainFile: the very test rows, with the same columns"
    testSha256: str
    "the SHA-256 that testFile must have; run folders name it"
    trainFile: str | os.PathLike[str]
    "instead of file: the very training rows, relative to this file; statistics are taken from these alone"
    trainFraction: Number
    "instead of trainRows: a random share of the rows of file, chosen once by splitSeed"
    trainRows: Sequence[Number]
    "the very training rows of file, counted from 0 below the header, in the order of fixed batches; all others test"


class Layers(TypedDict, total=False):
    "How each layer of the network above grows, linear compared with ReLU (layers)."

    activation: Literal["linear", "relu"]
    "linear | relu: activation between the layers; relu is compared with the linear network (default: \"linear\")"
    gain: Literal["he", "none"]
    "relu: he (initial weights behind a gate times sqrt 2, as a gate halves a signal) | none (those of the linear network)"
    start: Literal["random", "balanced"]
    "random | balanced: Gaussian by network.initScale, or one equal mode towards the target in every layer (default: \"random\")"
    startStrength: Number
    "balanced: share of the target that the network fits at the start (0.001)"
    whiten: bool
    "true: the samples are transformed so that their covariance is the identity (needs samples >= inputDimension) (default: false)"


class Network(TypedDict, total=False):
    "A deep linear network: input layer, hidden layers, readout."

    activation: Literal["linear", "relu", "erf", "tanh", "gelu", "silu"]
    "linear | relu | erf | tanh | gelu | silu: what stands between the layers; any but linear is solved with regime lazy, and trained beside the linear theory with regime rich (default: \"linear\")"
    branchScale: Number
    "residual: each branch is scaled by branchScale / sqrt(L-1) (default: 1)"
    depth: Literal["finite", "infinite"]
    "infinite: the limit of many residual branches; lists then have 3 entries, and hiddenLayers is ignored (default: \"finite\")"
    gain: Literal["keep", "none"]
    "keep | none: weights behind an activation start larger by 1/sqrt(E phi(z)^2), so that signals keep their strength (the default of regime rich), or as initScale says (of lazy)"
    hiddenLayers: int
    "number of hidden layers, L (default: 2)"
    initScale: Number | Sequence[Number]
    "deviation of the initial weights: one number, or L+1 from the input layer to the readout (default: 1)"
    layerRates: Number | Sequence[Number]
    "factor on the rate of each layer, likewise; 0 freezes a layer (default: 1)"
    parameterization: Literal["muP", "NTK", "standard"]
    "muP | NTK | standard: how output and rates scale with the width (default: \"muP\")"
    regime: Literal["rich", "lazy"]
    "rich | lazy: rich: features move; lazy: infinite width with features that do not, exact for any activation on given rows (default: \"rich\")"
    residual: bool
    "true: skip connections between the hidden layers (default: false)"
    richness: Number
    "gamma0 (muP) or gamma (NTK, standard): how far the features move (default: 1)"
    width: int | Sequence[int] | Literal["infinite"]
    "units of each hidden layer, N, or a list of them; or the word infinite (default: 256)"
    widthProfile: Sequence[Number]
    "plain chain: proportions of the hidden layers' widths; width is that of the last"
    widthRatio: Number | Sequence[Number]
    "instead of width: nu = N/D, or a list for the hidden layers"


class Reduce(TypedDict, total=False):
    "The small network that is equivalent to an orthogonally initialised one (reduce)."

    classes: int
    "--collapse: classes, K (default: 5)"
    initScale: Number | Sequence[Number]
    "scale of the start: one number, or one for each weight matrix from the input (default: 0.1)"
    inputDecay: Number
    "covariance of the inputs ~ k^-inputDecay with mean 1; 0: white (default: 0)"
    loss: Literal["sum", "mean"]
    "sum | mean: half the sum of the squared errors of all entries, or half their mean (default: \"sum\")"
    observed: Number
    "share of observed entries, drawn at random; below 1: matrix completion (default: 1)"
    outerRate: Number
    "completion: rate of the small network's outer factors, as a share of the learning rate (default: 0.1)"
    rank: int
    "random: rank of the target (5); a file: how many of its directions are kept (all)"
    samplesPerClass: int
    "--collapse: samples of each class, n (default: 10)"
    size: int
    "random: rows and columns of the target, d; --collapse: units of each hidden layer (default: 100)"
    start: Literal["orthogonal", "gaussian"]
    "orthogonal | gaussian: random orthogonal matrices, or entries of variance 1/d, times initScale (default: \"orthogonal\")"
    target: str
    "the matrix to learn: random, or a file of numbers (.csv or .npy), relative to this file (default: \"random\")"
    weightLayers: int
    "weight matrices, L (default: 3)"


class Simulation(TypedDict, total=False):
    "Trained networks, to compare with (simulate, validate)."

    replicas: int
    "trained networks to average over (default: 32)"
    seed: int
    "seed of the random numbers (default: 1)"
    width: int
    "units of each hidden layer of the trained networks, where they stand beside a theory of another (or infinite) width"


class Schedule(TypedDict, total=False):
    "Keys below training.schedule."

    decay: Literal["constant", "cosine", "linear", "power", "wsd"]
    "constant | cosine | linear | power ((1-x)^exponent) | wsd (constant, then linear): what follows the warm-up"
    exponent: Number
    "of decay: power; 1 is linear"
    finalFraction: Number
    "where the decay ends, as a fraction of the rate"
    multipliers: Sequence[Number]
    "instead of those above: one factor for each step"
    stableFraction: Number
    "of decay: wsd: share of the steps after the warm-up at the full rate"
    warmupSteps: int
    "steps over which the rate rises linearly"


class Training(TypedDict, total=False):
    "Gradient descent and related methods that are linear in the gradient."

    batchOrder: str | os.PathLike[str]
    "minibatch on given rows: every batch, a CSV with the columns step and row, both from 0"
    clipNorm: Number
    "instead of gradientClip: max_norm of clip_grad_norm_ in the network that dmft explain describes"
    decoupled: bool
    "true: weight decay acts separately from the gradient step, not through the momentum (default: false)"
    dropLast: bool
    "minibatch: true leaves out the samples behind the last whole batch of an epoch"
    epochs: int
    "minibatch: instead of steps: passes over the training set"
    gradientClip: Number
    "sgd: gradients longer than this are shortened to it together; max_norm of PyTorch times gamma0 sqrt(N)"
    horizon: Number
    "flow: the last time"
    huberDelta: Number
    "huber: the distance beyond which the loss is a straight line"
    learningRate: Number
    "eta, in the units of the theory (default: 0.05)"
    loss: Literal["squared", "logistic", "huber", "logcosh", "squaredHinge"]
    "squared | logistic | huber | logcosh | squaredHinge: the loss of a sample; logistic is BCEWithLogitsLoss on labels -1 and 1 (default: \"squared\")"
    mode: Literal["batch", "minibatch", "onePass", "population"]
    "batch: all samples at every step; minibatch: a part of them; onePass: fresh samples; population: the expectation over all samples (default: \"batch\")"
    momentum: Number
    "mu, such as 0.9: fraction of each step that is carried into the next (default: 0)"
    momentumOrder: Literal["before", "after"]
    "muon: before (the momentum buffer is made orthogonal, as Muon does) | after (gradients are, then summed)"
    nesterov: bool
    "true: Nesterov's momentum, as torch.optim.SGD has it (default: false)"
    newtonSchulzCoefficients: Sequence[Number]
    "muon: a, b, c of X <- a X + b (X X^T) X + c (X X^T)^2 X"
    newtonSchulzSteps: int
    "muon: steps of the iteration"
    normalizeOver: Literal["layer", "global"]
    "normalized: layer (each matrix by itself) | global (all together)"
    optimizer: Literal["sgd", "muon", "normalized", "lars"]
    "sgd (default) | muon | normalized | lars: the others set the length of their steps themselves; learningRate is then lr / sqrt(N)"
    orthogonalization: Literal["newtonSchulz", "exact"]
    "muon: newtonSchulz (the iteration of public codes) | exact (the polar factor)"
    rows: Literal["all", "log"]
    "all | log: rows to report; log is the default above 10000 steps"
    samplePaths: int
    "training sets under other losses: random paths that stand for the samples in the theory"
    sampleSeed: int
    "seed of these paths"
    samplesPerStep: int
    "minibatch: samples of a batch, B; onePass: size of the fresh batch of each step, by default samples"
    schedule: Literal["constant"] | Schedule
    "constant, or a mapping with warmupSteps, decay, finalFraction; or with multipliers (default: \"constant\")"
    sgdRate: Number
    "instead of learningRate: the rate of the equivalent PyTorch network"
    shuffle: Literal["epochs", "independent", "fixed", "replacement"]
    "minibatch: epochs (a new random order each epoch) | independent (each batch from all samples) | fixed (one order) | replacement (with repetitions)"
    steps: int
    "optimiser steps; rows 0 to steps are reported (default: 100)"
    time: Literal["discrete", "flow", "panels"]
    "discrete | flow | panels: steps, gradient flow, very many steps in compressed form (default: \"discrete\")"
    tolerance: Number
    "flow and panels: largest relative error of a reported loss (default: 1e-06)"
    weightDecay: Number
    "decay of the weights towards zero (default: 0)"


class Transfer(TypedDict, total=False):
    "When a learning rate is best, and counts as carried over from one size to another (transfer)."

    objective: Literal["testLoss", "trainLoss", "testError"]
    "testLoss | trainLoss | testError: what the best rate makes small; testError (1 - expected accuracy) needs classes (default: \"testLoss\")"
    tolerance: Number
    "relative loss (or error) that a transferred learning rate may cost (default: 0.01)"


class Tune(TypedDict, total=False):
    "What the best values make small, and what is held equal meanwhile (tune)."

    budget: Literal["steps", "samples", "multiplications"]
    "steps | samples | multiplications: what stays as configured while batch and width are traded for steps (default: \"steps\")"
    objective: Literal["testLoss", "trainLoss", "testError"]
    "testLoss | trainLoss | testError: what the best values make small, as for transfer (default: \"testLoss\")"


class Validation(TypedDict, total=False):
    "When theory and simulation count as equal (validate)."

    tolerance: Number
    "relative difference of theory and simulation that passes (default: 0.05)"


SECTIONS = ("committee", "data", "layers", "network", "reduce", "simulation", "training", "transfer", "tune", "validation")
KEYS = (
    "committee.activation",
    "committee.alignment",
    "committee.horizon",
    "committee.learningRate",
    "committee.noise",
    "committee.overlaps",
    "committee.overlaps.mixed",
    "committee.overlaps.student",
    "committee.overlaps.teacher",
    "committee.readout",
    "committee.readoutRate",
    "committee.samplesPerStep",
    "committee.studentNorm",
    "committee.studentReadout",
    "committee.studentUnits",
    "committee.teacherReadout",
    "committee.teacherUnits",
    "committee.tolerance",
    "committee.weightDecay",
    "data.categorical",
    "data.columns",
    "data.exclude",
    "data.file",
    "data.fitCorrection",
    "data.inputDimension",
    "data.labelSlope",
    "data.labels",
    "data.missing",
    "data.noise",
    "data.noiseCovariance",
    "data.outputCoupling",
    "data.outputs",
    "data.sampleRatio",
    "data.samples",
    "data.separation",
    "data.sha256",
    "data.spectrum",
    "data.spectrum.eigenvalueDecay",
    "data.spectrum.scale",
    "data.spectrum.signalDecay",
    "data.split",
    "data.splitSeed",
    "data.standardize",
    "data.target",
    "data.targetCovariance",
    "data.targets",
    "data.testFile",
    "data.testSha256",
    "data.trainFile",
    "data.trainFraction",
    "data.trainRows",
    "layers.activation",
    "layers.gain",
    "layers.start",
    "layers.startStrength",
    "layers.whiten",
    "network.activation",
    "network.branchScale",
    "network.depth",
    "network.gain",
    "network.hiddenLayers",
    "network.initScale",
    "network.layerRates",
    "network.parameterization",
    "network.regime",
    "network.residual",
    "network.richness",
    "network.width",
    "network.widthProfile",
    "network.widthRatio",
    "reduce.classes",
    "reduce.initScale",
    "reduce.inputDecay",
    "reduce.loss",
    "reduce.observed",
    "reduce.outerRate",
    "reduce.rank",
    "reduce.samplesPerClass",
    "reduce.size",
    "reduce.start",
    "reduce.target",
    "reduce.weightLayers",
    "simulation.replicas",
    "simulation.seed",
    "simulation.width",
    "training.batchOrder",
    "training.clipNorm",
    "training.decoupled",
    "training.dropLast",
    "training.epochs",
    "training.gradientClip",
    "training.horizon",
    "training.huberDelta",
    "training.learningRate",
    "training.loss",
    "training.mode",
    "training.momentum",
    "training.momentumOrder",
    "training.nesterov",
    "training.newtonSchulzCoefficients",
    "training.newtonSchulzSteps",
    "training.normalizeOver",
    "training.optimizer",
    "training.orthogonalization",
    "training.rows",
    "training.samplePaths",
    "training.sampleSeed",
    "training.samplesPerStep",
    "training.schedule",
    "training.schedule.decay",
    "training.schedule.exponent",
    "training.schedule.finalFraction",
    "training.schedule.multipliers",
    "training.schedule.stableFraction",
    "training.schedule.warmupSteps",
    "training.sgdRate",
    "training.shuffle",
    "training.steps",
    "training.time",
    "training.tolerance",
    "training.weightDecay",
    "transfer.objective",
    "transfer.tolerance",
    "tune.budget",
    "tune.objective",
    "validation.tolerance",
)
