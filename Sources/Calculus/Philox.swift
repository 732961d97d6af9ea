/// The counter-based generator Philox4x64 with ten rounds: a function from counter and key to four random words.
///
/// Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011). It has no state, so that any
/// core can make any number in any order, and keys and counters of 64 bits leave every stream distinct; equation (8.6).
@frozen
public enum Philox {
  /// Four words: a counter, or what the function makes of it.
  public typealias Block = (UInt64, UInt64, UInt64, UInt64)

  /// The four random words of a counter under a key.
  ///
  /// - Parameters:
  ///   - counter: which block of the stream, lowest word first.
  ///   - key: which stream.
  /// - Returns: four words.
  @inlinable
  public static func block(_ counter: Block, key: (UInt64, UInt64)) -> Block {
    var (x, k) = (counter, key)
    for _ in 0..<10 {
      let first = x.0.multipliedFullWidth(by: 0xD2E7_470E_E14C_6C93)
      let second = x.2.multipliedFullWidth(by: 0xCA5A_8263_9512_1157)
      x = (second.high ^ x.1 ^ k.0, second.low, first.high ^ x.3 ^ k.1, first.low)
      // Weyl sequences from the golden ratio and the square root of three.
      k = (k.0 &+ 0x9E37_79B9_7F4A_7C15, k.1 &+ 0xBB67_AE85_84CA_A73B)
    }
    return x
  }
}
