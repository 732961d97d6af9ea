"""Random problems: dmft's losses against the dense equations of the notes, and two ways to say one problem against each other."""
import numpy

from fuzzing import running
from fuzzing.dense_equations import losses
from fuzzing.problems import RandomProblem, words
from fuzzing.symmetries import SYMMETRIES

CODES = {0}


class Refused(Exception):
    """A problem that dmft has to solve and did not."""


class Curve:
    """What `dmft solve` says of a problem."""

    def __init__(self, bench, keys):
        outcome, wrong = bench.run(["solve", "--json", "--quiet", *words(keys)], CODES)
        if wrong:
            raise Refused("; ".join(wrong))
        result = running.strict_json(outcome.out)
        self.status = result["status"]
        self.test, self.train = numpy.array(result["test_loss"], float), numpy.array(result["train_loss"], float)
        self.compression_error = result["compression"].get("measured_error") or 0

    @property
    def both(self):
        return numpy.concatenate([self.test, self.train])


def prepare(bench):
    """Nothing is shared between problems."""


def difference(one, other):
    """The largest relative difference of two curves as far as both go."""
    rows = min(len(one), len(other))
    one, other = one[:rows], other[:rows]
    scale = numpy.maximum(numpy.maximum(numpy.abs(one), numpy.abs(other)), 1e-12)
    return float(numpy.max(numpy.abs(one - other) / scale, initial=0))


def case(random, bench):
    try:
        return dense(random, bench) if random.random() < 0.5 else symmetry(random, bench)
    except Refused as error:
        return str(error).split("; ")
    except ValueError as error:
        return [f"not JSON of finite numbers: {error}"[:90]]


def dense(random, bench):
    """Against the twin."""
    problem = RandomProblem(random, bench.place)
    curve = Curve(bench, problem.keys)
    with numpy.errstate(all="ignore"):
        try:
            test, train = losses(problem.dense, len(curve.test))
        except numpy.linalg.LinAlgError:
            test = train = numpy.full(len(curve.test), numpy.nan)
    if not numpy.isfinite(numpy.concatenate([test, train])).all():
        bench.tally["equations overflow in numpy"] += 1
        return [] if curve.status == "diverged" else ["the dense equations overflow, and dmft's curve has not diverged"]
    bench.tally["against equations, " + curve.status] += 1
    error = max(difference(curve.test, test), difference(curve.train, train))
    bench.largest("against equations", error)
    return [] if error <= max(1e-8, 10 * curve.compression_error) else [f"off the dense equations ({curve.status})"]


def symmetry(random, bench):
    """Two ways to say one problem."""
    name, pair = random.choice(SYMMETRIES)
    problem = RandomProblem(random, bench.place)
    reported = pair(random, problem, lambda keys: Curve(bench, keys), bench.place)
    if reported is None:
        bench.tally["symmetries that do not apply"] += 1
        return []
    error, allowed = reported
    bench.tally["symmetry: " + name] += 1
    bench.largest(name, error)
    return [] if error <= allowed else [f"symmetry broken: {name}"]
