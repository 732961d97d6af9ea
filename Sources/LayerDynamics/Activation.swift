/// What stands between the layers.
public enum Activation: String, Hashable, Sendable {
  case linear
  case relu
}
