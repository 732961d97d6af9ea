import Problems
import Reports
import Studies

extension TuneResult {
  /// What people read, then the files.
  var tables: [Table] {
    [valueView, choiceTable, layerTable, sizeTable].compactMap { $0 }
      + [valueTable, profileTable, scheduleTable].compactMap { $0 }
  }

  private var own: [TunedValue] { values.map(\.value) }

  /// The best values with no more digits than matter.
  private var valueView: Table {
    Table(
      nil, title: "best values, and those that lose at most \(NumberText.percent(Self.share)):",
      note: "(each range with all other values at their best for it; loss: \(ProblemText.lossUnit(problem.data)))",
      shown: .all,
      [
        Column("key", texts: own.map(\.name)), Column("best", texts: values.indices.map(text)),
        Column("from", texts: values.map { NumberText.brief($0.range.lower) }),
        Column("to", texts: values.map { NumberText.brief($0.range.upper) }),
        Column("given", texts: own.map { isOfSchedule($0) ? "" : NumberText.brief($0.start) }),
        Column("loss_as_given", heading: "loss as given", values.map(\.lossAsGiven)),
      ])
  }

  private func isOfSchedule(_ value: TunedValue) -> Bool { value.name.hasPrefix(TunedKey.schedule.rawValue + ".") }

  /// `tune.csv`.
  private var valueTable: Table {
    Table(
      "tune", shown: nil,
      [
        Column("key", texts: own.map(\.name)), Column("best", "at the least loss", choice.values),
        Column("from", "the least that loses at most 1 %, all others at their best", values.map(\.range.lower)),
        Column("to", "the largest that loses at most 1 %, all others at their best", values.map(\.range.upper)),
        Column("given", "as configured", own.map(\.start)),
        Column(
          "loss_as_given", "with this value as configured, all others at their best", values.map(\.lossAsGiven)),
      ])
  }

  /// `tune_profiles.csv`: the losses behind the ranges.
  private var profileTable: Table {
    let points = values.flatMap { own in own.range.points.map { (name: own.value.name, point: $0) } }
    return Table(
      "tune_profiles", shown: nil,
      [
        Column("key", texts: points.map(\.name)), Column("value", "of the key", points.map(\.point.value)),
        Column(objective.column, "the least with this value, all others at their best", points.map(\.point.loss)),
      ])
  }

  /// Each shape of the schedule at its own best values.
  private var choiceTable: Table? {
    guard choices.count > 1 || networks > 0 else { return nil }
    let common = choices.map(\.values.count).min() ?? 0
    let columns = values.prefix(common).indices.map { index in
      Column(own[index].name, "of the choice", choices.map { $0.values[index] })
    }
    let trained: [Column] =
      networks > 0
      ? [
        Column("trained", "mean of trained networks", choices.map { $0.trained?.value }),
        Column("trained_se", "its standard error", heading: "+-", choices.map { $0.trained?.standardError }),
      ] : []
    let words = choices.map { $0.schedule.words(Array($0.values.dropFirst(common))) }
    return Table(
      "choices", title: "each at its own best values:", shown: .all,
      [
        Column("schedule", texts: choices.map(Self.name)),
        Column(objective.column, "predicted", heading: objective.name, choices.map(\.loss)),
      ] + trained + columns + (words.allSatisfy(\.isEmpty) ? [] : [Column("shape", texts: words)]))
  }

  /// Factors on the learning rate at each step of a choice.
  func factors(_ choice: Choice) -> [Double] {
    if let multipliers = choice.multipliers { return multipliers }
    let own = choice.values.suffix(choice.schedule.values(steps: choice.steps).count)
    let schedule = choice.schedule.schedule(Array(own), steps: choice.steps) ?? problem.optimizer.schedule
    return (0..<choice.steps).map { schedule.factor(step: $0, total: choice.steps) }
  }

  /// `schedules.csv`: factors on the learning rate of each choice; empty beyond its steps.
  private var scheduleTable: Table? {
    guard choices.contains(where: { $0.schedule != .given }) else { return nil }
    let steps = choices.map(\.steps).max() ?? 0
    let columns = choices.map { choice in
      let factors = factors(choice)
      let name = choice.schedule.column + (choice.nesterov.map { $0 ? "_nesterov" : "_heavy_ball" } ?? "")
      return Column(name, "factor on the learning rate", (0..<steps).map { $0 < factors.count ? factors[$0] : nil })
    }
    return Table("schedules", shown: nil, [Column("step", integers: Array(0..<steps))] + columns)
  }

  /// What to set in PyTorch; nil where no such network exists.
  private var layerTable: Table? {
    guard let recipes = tuned.layerRecipes else { return nil }
    return Table(
      "layers",
      title:
        "in PyTorch, layer by layer (\(GradientText.pyTorchName(tuned)); objective: \(tuned.lossRule?.objective ?? "half the mean square")):",
      note: "(init: deviation of the initial weights; multiplier: on W x in the forward pass)\n"
        + optimizerText(recipes),
      shown: .all,
      [
        Column("layer", integers: recipes.map(\.index)), Column("role", texts: recipes.map(\.role)),
        Column("init_deviation", "of the initial weights", heading: "init", recipes.map(\.initialDeviation)),
        Column("multiplier", "on W x in the forward pass", recipes.map(\.multiplier)),
        Column("lr", "learning rate", recipes.map(\.plainRate)),
        Column("weight_decay", "as torch.optim.SGD counts it", recipes.map(\.plainWeightDecay)),
      ])
  }

  /// The lines to paste: weights are W[0], W[1], and so on.
  private func optimizerText(_ recipes: [LayerRecipe]) -> String {
    let optimizer = tuned.optimizer
    if let rule = tuned.gradientRule {
      if case .clip = rule {} else { return GradientText.pyTorch(tuned).joined(separator: "\n") }
    }
    let groups = recipes.map { recipe in
      let decay = recipe.plainWeightDecay.flatMap { $0 > 0 ? ", \"weight_decay\": \(NumberText.short($0))" : nil } ?? ""
      return "{\"params\": [W[\(recipe.index)]], \"lr\": \(NumberText.short(recipe.plainRate))\(decay)}"
    }
    let momentum = optimizer.momentum.coefficient
    let options =
      momentum > 0
      ? ", momentum=\(NumberText.brief(momentum)), nesterov=\(optimizer.momentum.isNesterov ? "True" : "False")" : ""
    var lines = ["torch.optim.SGD([\(groups.joined(separator: ",\n  "))]\(options))"]
    if optimizer.schedule != .constant {
      lines.append(
        "(lr: of step t times its factor in schedules.csv, or see dmft explain; by torch.optim.lr_scheduler.LambdaLR)")
    }
    if optimizer.weightDecay.isDecoupled {
      lines.append(
        "(decoupled decay: multiply all weights by 1 - \(NumberText.short(optimizer.learningRate * optimizer.weightDecay.strength)) at each step)"
      )
    }
    if case .measured(let table) = tuned.data.spectrum {
      let target =
        table.outputs == nil
        ? "target: (raw - \(NumberText.short(table.targetShift))) / \(NumberText.short(table.targetScale))"
        : "targets: as dmft explain has them"
      lines.append(
        "(inputs: standardized as data.standardize says, then times \(NumberText.short(table.inputFactor)); \(target))")
    }
    return lines.joined(separator: "\n")
  }

  /// The tuned values at other sizes.
  private var sizeTable: Table? {
    guard !sizes.isEmpty else { return nil }
    return Table(
      "sizes", title: "the tuned values elsewhere:", shown: .all,
      [
        Column("at", texts: sizes.map(\.label)),
        Column(objective.column, "with the tuned values", heading: objective.name, sizes.map(\.loss)),
        Column("own_best", "the least there", heading: "own best", sizes.map { $0.own?.loss }),
      ]
        + values.indices.map { index in
          Column("own \(own[index].name)", "best there", sizes.map { $0.own?.values[index] })
        })
  }
}
