import Problems

/// Keys of networks with an activation, and of the limit in which any is exact.
extension Schema {
  static let activationKeys = [
    Key(
      "network.activation", .word(ActivationFunction.allCases.map(\.rawValue)), default: "linear",
      "linear | relu | erf | tanh | gelu | silu: what stands between the layers; any but linear is solved with regime lazy, and trained "
        + "beside the linear theory with regime rich"
    ) { settings in
      let activation = settings.problem.architecture.activation
      return activation == .linear ? nil : .word(activation.rawValue)
    },
    Key(
      "network.regime", .word(Architecture.Regime.allCases.map(\.rawValue)), default: "rich",
      "rich | lazy: rich: features move; lazy: infinite width with features that do not, exact for any activation on given rows"
    ) { $0.problem.architecture.regime == .lazy ? .word("lazy") : nil },
    Key(
      "network.gain", .word(Architecture.Gain.allCases.map(\.rawValue)), example: "keep",
      "keep | none: weights behind an activation start larger by 1/sqrt(E phi(z)^2), so that signals keep their strength (the default of "
        + "regime rich), or as initScale says (of lazy)"
    ) { settings in
      let architecture = settings.problem.architecture
      return architecture.activation == .linear ? nil : .word(architecture.gain.rawValue)
    },
  ]
}
