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

  @Test func theQuickLineIsTheSameValue() {
    let value = JSONValue.object([
      "b": .list([.integer(1), .number(0.1), .number(-1e-22), .number(1e300), .null, .flag(true), .number(.nan)]),
      "a\"": .text("x/\"y\"\n\u{1}é\\"), "B": .number(1), "c": .object([:]), "d": .list([]),
    ])
    #expect(!value.line().contains("\n"))
    #expect(JSONValue.parse(Data(value.line().utf8)) == JSONValue.parse(Data(value.text().utf8)))
    #expect(value.line().hasPrefix(#"{"B":1.0,"a\"":"x/\"y\"\n\u0001"#))
  }

  @Test func whatIsNoFiniteNumberBecomesNull() {
    let value = JSONValue.object(["a": JSONValue([.nan, .infinity, -.infinity, 1]), "b": .number(.nan)])
    let text = value.text(pretty: false)
    #expect(text == #"{"a":[null,null,null,1],"b":null}"#)
    #expect(JSONValue.parse(Data(text.utf8))?["b"]?.number == nil)
  }
}
