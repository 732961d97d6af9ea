import Fixtures
import Problems
import Testing

@testable import Configurations

@Suite("Lists of widths")
struct UnequalWidthsTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test("a list, ratios and proportions beside one width say the same network")
  func forms() throws {
    let list = try scratch.load(nil, "network.hiddenLayers=3", "network.width=[128,512,256]").problem.architecture
    #expect(list.width == .units(256) && list.widthProfile == [0.5, 2, 1])
    #expect((1...3).map(list.units) == [128, 512, 256])
    let proportions = try scratch.load(
      nil, "network.hiddenLayers=3", "network.width=256", "network.widthProfile=[1,4,2]")
    #expect(proportions.problem.architecture == list)
    let ratios = try scratch.load(nil, "network.hiddenLayers=3", "network.widthRatio=[0.5,2,1]").problem.architecture
    #expect(ratios.width == .ratio(1) && ratios.widthProfile == [0.5, 2, 1])
    let infinite = try scratch.load(
      nil, "network.hiddenLayers=2", "network.width=infinite", "network.widthProfile=[3,1]"
    ).problem.architecture
    #expect(infinite.width == .infinite && infinite.widthProfile == [3, 1])
  }

  @Test("equal widths are one width, and the same run")
  func equal() throws {
    let list = try scratch.load(nil, "network.width=[64,64]")
    let one = try scratch.load(nil, "network.width=64")
    #expect(list.problem == one.problem)
  }

  @Test(
    "what makes no chain is refused",
    arguments: [
      (["network.width=[64,32,16]"], "must have 2 entries, one for each of network.hiddenLayers, got 3"),
      (["network.width=[64,32.5]"], "entry 2 of network.width must be a whole number, got 32.5"),
      (["network.width=[64,0]"], "entry 2 of network.width must be at least 1, got 0"),
      (["network.width=[]"], "network.width is an empty list"),
      (["network.width=[64,32]", "network.residual=true"], "skip connections need hidden layers of one width"),
      (["network.width=[64,32]", "network.widthProfile=[2,1]"], "network.width is a list already"),
      (["network.widthProfile=[1]"], "network.widthProfile must have 2 entries"),
    ])
  func refusals(words: [String], message: String) throws {
    let mistakes = scratch.problems(nil, words).map(\.description)
    #expect(mistakes.count == 1 && mistakes[0].contains(message), "\(mistakes)")
  }
}
