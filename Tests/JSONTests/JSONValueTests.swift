import Foundation
import Testing

@testable import JSON

@Suite struct JSONValueTests {
  @Test func textIsSortedAndExact() {
    let value = JSONValue.object([
      "b": .list([.integer(1), .number(0.1), .number(1e-22), .null, .flag(true)]),
      "a": .text("x/\"y\"\n"), "B": .number(1),
    ])
    #expect(
      value.text(pretty: false)
        == #"{"B":1,"a":"x/\"y\"\n","b":[1,0.1,1e-22,null,true]}"#)
  }

  @Test func whatIsNoFiniteNumberBecomesNull() {
    let value = JSONValue.object(["a": JSONValue([.nan, .infinity, -.infinity, 1]), "b": .number(.nan)])
    let text = value.text(pretty: false)
    #expect(text == #"{"a":[null,null,null,1],"b":null}"#)
    #expect(JSONValue.parse(Data(text.utf8))?["b"]?.number == nil)
  }
}
