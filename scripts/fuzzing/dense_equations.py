"""The closed equations of theory-notes (sections 3 and 4) in numpy, dense, with inverses: the naive twin of dmft's march.

Every matrix is T x T in time. All matrices are lower triangular in what they answer to, so row t of the equations needs rows before t only:
the equations are evaluated once for each number of rows, and the last row made so is exact. Nothing is iterated to convergence.
"""
import dataclasses
import math

import numpy


@dataclasses.dataclass
class Problem:
    """A problem in the units of the notes. `scales` and `rates` go from the input layer to the readout; `optimizer` is (d, kappa)."""
    layers: int
    width_ratio: float  # nu, inf for infinite width
    sample_ratio: float  # alpha, counts fresh samples of a step in one-pass mode
    richness: float  # gamma_0
    noise: float
    mode: str
    scales: list
    rates: list
    optimizer: tuple
    branch: float | None = None  # None: a plain chain
    eigenvalues: numpy.ndarray = dataclasses.field(default_factory=lambda: numpy.ones(1))
    weights: numpy.ndarray = dataclasses.field(default_factory=lambda: numpy.ones(1))
    target_powers: numpy.ndarray = dataclasses.field(default_factory=lambda: numpy.ones(1))


def optimizer_kernels(rates, momentum=0.0, nesterov=False, decay=0.0, decoupled=False):
    """(d, kappa) of equation (1.7), by running the optimiser on scalars: one that starts at 1, and one for each step's unit impulse."""
    steps = len(rates)
    weight, buffer = numpy.eye(steps + 1)[steps], numpy.zeros(steps + 1)
    kept = numpy.zeros((steps, steps + 1))
    for step, rate in enumerate(rates):
        kept[step] = weight
        gradient = numpy.eye(steps + 1)[step] - (0 if decoupled else decay) * weight
        buffer = momentum * buffer + gradient
        update = gradient + momentum * buffer if nesterov else buffer
        weight = (1 - (rate * decay if decoupled else 0)) * weight + rate * update
    return kept[:, steps].copy(), kept[:, :steps].copy()


def junction(forward_map, backward_map, forward_source, backward_source):
    """Equations (3.4) and (3.5) for h = M g + p, g = K h + q: the responses of h to q and of g to p, and the correlations of h and of g."""
    one = numpy.eye(forward_map.shape[-1])
    to_h = numpy.linalg.inv(one - forward_map @ backward_map)
    to_g = numpy.linalg.inv(one - backward_map @ forward_map)

    def correlation(gain, source, through, other):
        return gain @ (source + through @ other @ transposed(through)) @ transposed(gain)
    return (
        forward_map @ to_g, backward_map @ to_h, correlation(to_h, forward_source, forward_map, backward_source),
        correlation(to_g, backward_source, backward_map, forward_source))


def transposed(matrix):
    return numpy.swapaxes(matrix, -1, -2)


class Equations:
    """All matrices of a problem, correct for as many rows as `add_row` was called."""

    def __init__(self, problem):
        self.problem, self.size, layers = problem, 0, problem.layers
        empty = numpy.zeros((0, 0))
        self.h = [empty] * (layers + 1)  # H^l and the response A^l of h^l to what is added to g^l, l = 0 ... L
        self.to_h = [empty] * (layers + 1)
        self.g = [empty] * (layers + 2)  # G^l and the response S^l of g^l to what is added to h^l, l = 1 ... L + 1
        self.to_g = [empty] * (layers + 2)
        self.error = self.residual = self.response = empty  # C_v, C_Delta and R

    def add_row(self):
        """One row more, from below up to here in the order of causality: backward fields, data, forward fields."""
        old, self.size = self.size, self.size + 1
        for name in ("h", "to_h", "g", "to_g"):
            setattr(self, name, [self.extended(matrix, old) for matrix in getattr(self, name)])
        self.error, self.residual, self.response = (
            self.extended(matrix, old) for matrix in (self.error, self.residual, self.response))
        self.response[old, old] = 1
        self.g[self.problem.layers + 1] = numpy.ones((self.size, self.size))
        above = self.backward()
        self.data()
        self.forward(above)

    def extended(self, matrix, old):
        larger = numpy.zeros((self.size, self.size))
        larger[:old, :old] = matrix
        return larger

    # Maps between layers and sources, equations (3.1), (3.2) and (4.1); a branch has its scale once in a field and twice in a map.

    def branch(self, weight):
        problem = self.problem
        is_branch = problem.branch is not None and 1 <= weight < problem.layers
        return problem.branch / math.sqrt(problem.layers - 1) if is_branch else 1.0

    def initial(self, weight, matrix):
        """The matrix seen through the initial weights on both sides."""
        kept = self.problem.scales[weight] * self.problem.optimizer[0][:self.size]
        return kept[:, None] * matrix * kept[None, :]

    def learned(self, weight):
        return self.problem.richness * self.problem.rates[weight] * self.problem.optimizer[1][:self.size, :self.size]

    def forward_map(self, layer):
        weight = layer - 1
        return self.branch(weight)**2 * (self.initial(weight, self.to_h[weight]) + self.learned(weight) * self.h[weight])

    def backward_map(self, layer):
        return self.branch(layer)**2 * (self.initial(layer, self.to_g[layer + 1]) + self.learned(layer) * self.g[layer + 1])

    def forward_source(self, layer):
        return self.branch(layer - 1)**2 * self.initial(layer - 1, self.h[layer - 1])

    def backward_source(self, layer):
        return self.branch(layer)**2 * self.initial(layer, self.g[layer + 1])

    # The three parts of a row.

    def is_skipped(self, weight):
        """Whether the layers below and above a weight share their neurons."""
        return self.problem.branch is not None and 1 <= weight < self.problem.layers

    def below(self, layer):
        """What is below a layer answers g^l by P g^l + p: P and the covariance of p, equation (4.2)."""
        answer, source = self.forward_map(1), self.forward_source(1)
        for lower in range(1, layer):
            if not self.is_skipped(lower):
                answer, source = self.forward_map(lower + 1), self.forward_source(lower + 1)
                continue
            closed, _, correlation, _ = junction(answer, self.backward_map(lower), source, self.backward_source(lower))
            answer, source = closed + self.forward_map(lower + 1), correlation + self.forward_source(lower + 1)
        return answer, source

    def backward(self):
        """New rows of G^l and of its response from the readout down; what is above each layer, equation (4.3), for the way up."""
        layers, above = self.problem.layers, {}
        answer, source = self.backward_map(layers), self.backward_source(layers)
        for layer in range(layers, 0, -1):
            if layer < layers:
                if self.is_skipped(layer):
                    _, closed, _, correlation = junction(
                        self.forward_map(layer + 1), answer, self.forward_source(layer + 1), source)
                    answer, source = closed + self.backward_map(layer), correlation + self.backward_source(layer)
                else:
                    answer, source = self.backward_map(layer), self.backward_source(layer)
            above[layer] = answer, source
            forward_map, forward_source = self.below(layer)
            _, self.to_g[layer], _, self.g[layer] = junction(forward_map, answer, forward_source, source)
        return above

    def data(self):
        """Equations (3.8) to (3.14), the modes as the first axis."""
        problem, ones = self.problem, numpy.ones((self.size, self.size))
        values, weights = problem.eigenvalues[:, None, None], problem.weights[:, None, None]
        feedback = self.backward_map(0) / problem.richness
        predictor = self.initial(0, self.g[1]) / (problem.richness**2 * problem.width_ratio)
        power = problem.target_powers[:, None, None] * ones + predictor

        def modes():
            return junction(values * self.response, -feedback[None], values * self.sample_noise()[None], power)
        if problem.mode == "batch":
            _, to_error, _, _ = modes()
            response = (weights * values * to_error).sum(0)
            self.response = numpy.linalg.inv(numpy.eye(self.size) - response / problem.sample_ratio)
        self.error = (weights * values * modes()[3]).sum(0)
        self.residual = self.response @ (self.error + problem.noise**2) @ self.response.T
        to_gradient, _, gradient, _ = modes()
        self.h[0] = (weights * gradient).sum(0)
        self.to_h[0] = -(weights * to_gradient).sum(0) / (problem.richness * problem.width_ratio)

    def sample_noise(self):
        """Equation (3.13)."""
        if self.problem.mode == "population":
            return numpy.zeros_like(self.residual)
        noise = self.residual / self.problem.sample_ratio
        return noise if self.problem.mode == "batch" else numpy.diag(numpy.diag(noise))

    def forward(self, above):
        """New rows of H^l and of its response from the input up, equation (4.4)."""
        for layer in range(1, self.problem.layers + 1):
            forward_map, forward_source = self.below(layer)
            self.to_h[layer], _, self.h[layer], _ = junction(forward_map, above[layer][0], forward_source, above[layer][1])


def losses(problem, rows):
    """Test and train loss of the first steps."""
    equations = Equations(problem)
    for _ in range(rows):
        equations.add_row()
    return numpy.diag(equations.error) + problem.noise**2, numpy.diag(equations.residual).copy()
