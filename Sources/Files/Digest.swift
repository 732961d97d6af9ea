import Clibmd

/// SHA-256 of bytes as 64 hexadecimal digits.
package func sha256(_ bytes: some Sequence<UInt8>) -> String {
  let contents = Array(bytes)
  var context = SHA2_CTX()
  var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
  SHA256Init(&context)
  SHA256Update(&context, contents, contents.count)
  SHA256Final(&digest, &context)
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
