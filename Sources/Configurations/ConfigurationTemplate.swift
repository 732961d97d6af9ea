extension Configuration {
  /// A commented configuration to start from: every key with its default and its meaning,
  /// alternatives commented out. Loading it gives the defaults.
  public static let template: String = {
    let start = """
      # A configuration of dmft. Every value below is the default: keep what you change, delete
      # the rest. Lines that start with # show alternatives. Any key can be overridden on the
      # command line, as in network.width=512 or training.schedule.decay=cosine.
      # Editors complete keys by a schema (dmft init --schema schema.json), named in a line above this one:
      #   # yaml-language-server: $schema=schema.json
      """
    let end = """

      # Axes of dmft sweep and dmft transfer: every combination is run. A list, or a function of numbers.
      # axes:
      #   network.width: 'pow2(6..13)'
      #   training.learningRate: 'logspace(1e-3,0.3,25)'     # or 'range(0.01,0.1,0.01)', or [0.01, 0.02]
      #   zip: {data.inputDimension: [64, 128], data.samples: [128, 256]}     # keys that move together
      #   repeat: 8                                          # simulations, each with a seed of its own

      """
    return start + "\n" + Schema.sections.map(section).joined() + end
  }()

  private static func section(_ name: String) -> String {
    let intro = introductions[name].map { "\n# \($0)\n" } ?? "\n"
    let lines = Schema.keys.filter { $0.section == name }.flatMap(lines)
    return intro + name + ":\n" + lines.joined(separator: "\n") + "\n"
  }

  private static func lines(_ key: Schema.Key) -> [String] {
    var lines = [line(key, indent: "  ", isCommented: key.defaultText == nil)]
    let below = Schema.keys.filter { $0.section == key.path }
    if !below.isEmpty {
      lines.append("  # \(key.name):")
      lines += below.map { line($0, indent: "  #   ", isCommented: false) }
    }
    return lines
  }

  private static func line(_ key: Schema.Key, indent: String, isCommented: Bool) -> String {
    let value = key.defaultText ?? key.example ?? ""
    let start = indent + (isCommented ? "# " : "") + "\(key.name): \(value)"
    let padding = String(repeating: " ", count: max(1, 32 - start.count))
    return start + padding + "# " + key.meaning
  }

  /// What each section is about.
  static let introductions = [
    "network": "A deep linear network: input layer, hidden layers, readout.",
    "data": "Generated data, or a table of your own (data.file).",
    "training": "Gradient descent and related methods that are linear in the gradient.",
    "simulation": "Trained networks, to compare with (simulate, validate).",
    "validation": "When theory and simulation count as equal (validate).",
    "transfer": "When a learning rate is best, and counts as carried over from one size to another (transfer).",
    "tune": "What the best values make small, and what is held equal meanwhile (tune).",
    "reduce": "The small network that is equivalent to an orthogonally initialised one (reduce).",
    "layers": "How each layer of the network above grows, linear compared with ReLU (layers).",
    "committee": "One hidden layer of few units that learns a teacher, non-linear and exact (committee).",
  ]
}
