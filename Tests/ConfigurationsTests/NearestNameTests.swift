import Testing

@testable import Configurations
@testable import Files
@testable import Configurations
@testable import Files

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("network.widht", "network.width"), ("netwrok.width", "network.width"),
    ("network.Width", "network.width"), ("width", "network.width"),
    ("training.width", "network.width"), ("networkwidth", "network.width"),
    ("netwrok", "network"), ("training.tolerence", "training.tolerance"),
    ("netwrok.widht", "network.width"), ("data.spectrum.scael", "data.spectrum.scale"),
  ])
  func finds(typed: String, meant: String) {
    #expect(Schema.nearestKey(to: typed) == meant)
  }

  @Test(arguments: ["data.amount", "network.foo", "x", "training.subject", ""])
  func staysSilentWhenNothingIsNear(typed: String) {
    #expect(Schema.nearestKey(to: typed) == nil)
  }

  @Test func countsEdits() {
    #expect(editDistance(Array("slove"), Array("solve")) == 1)
    #expect(editDistance(Array("kitten"), Array("sitting")) == 3)
    #expect(editDistance([], Array("abc")) == 3)
    #expect(nearestName(to: "slove", among: ["sweep", "solve"]) == "solve")
    #expect(nearestName(to: "slove", among: ["init"]) == nil)
  }
}
