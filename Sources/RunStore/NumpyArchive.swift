import Clibzip
import Files
import Foundation

/// Writes arrays as `npz`: a zip archive of `npy` files that numpy.load opens.
///
/// Each array goes to a file of its own first and from there into the archive, so that memory
/// holds one at a time. Dates and permissions are fixed: the same arrays give the same bytes.
enum NumpyArchive {
  /// Why an archive could not be written.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// 1 January 1980 as MS-DOS counts, the first day that a zip archive can name.
  private static let date: UInt16 = 1 << 5 | 1

  /// Writes all arrays.
  ///
  /// - Parameters:
  ///   - arrays: in the order of the archive.
  ///   - name: of the archive, which must not exist.
  ///   - folder: where it will be; single files are there meanwhile.
  /// - Throws: what an array's closure throws, or why a file could not be written.
  static func write(_ arrays: [NamedArray], to name: String, in folder: Directory) throws {
    var files: [String] = []
    defer { for file in files { folder.remove(file) } }
    for (index, array) in arrays.enumerated() {
      files.append("array-\(index).npy")
      try writeArray(array, to: files[index], in: folder)
    }
    try archive(arrays.map { $0.name + ".npy" }, files, to: name, in: folder)
  }

  private static func writeArray(_ array: NamedArray, to name: String, in folder: Directory) throws {
    let values = try array.values()
    guard values.count == array.shape.reduce(1, *) else {
      throw Failure(
        description: "array \(array.name) of shape \(array.shape) has \(values.count) numbers")
    }
    let descriptor = openat(folder.descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Failure(description: reason(name)) }
    guard let file = fdopen(descriptor, "wb") else {
      let failure = Failure(description: reason(name))
      close(descriptor)
      throw failure
    }
    let header = header(shape: array.shape)
    var isWritten = fwrite(header, 1, header.count, file) == header.count
    values.withUnsafeBufferPointer { numbers in
      #if _endian(little)
        isWritten =
          isWritten && fwrite(numbers.baseAddress, 8, numbers.count, file) == numbers.count
      #else
        for number in numbers {
          var bits = number.bitPattern.littleEndian
          isWritten = isWritten && fwrite(&bits, 8, 1, file) == 1
        }
      #endif
    }
    let failure = Failure(description: reason(name))
    // Some file systems say only on closing that the disk is full.
    guard fclose(file) == 0 else { throw Failure(description: reason(name)) }
    guard isWritten else { throw failure }
  }

  /// The header of npy format 1.0: a Python dictionary, padded to a multiple of 64 bytes.
  static func header(shape: [Int]) -> [UInt8] {
    let axes = shape.count == 1 ? "\(shape[0])," : shape.map(String.init).joined(separator: ", ")
    let text = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(axes)), }"
    let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    let length = (start.count + 2 + text.utf8.count + 1 + 63) / 64 * 64 - start.count - 2
    let padding = Array(repeating: UInt8(ascii: " "), count: length - text.utf8.count - 1)
    return start + [UInt8(length & 255), UInt8(length >> 8)] + Array(text.utf8) + padding
      + [UInt8(ascii: "\n")]
  }

  /// libzip takes paths only; those of the folder's descriptor lead nowhere else.
  private static func archive(_ entries: [String], _ files: [String], to name: String, in folder: Directory) throws {
    var code: Int32 = 0
    guard let archive = zip_open(folder.pathOfDescriptor(to: name), ZIP_CREATE | ZIP_EXCL, &code) else {
      throw Failure(description: "\(name): libzip error \(code)")
    }
    var isDone = true
    for (entry, file) in zip(entries, files) where isDone {
      isDone = add(folder.pathOfDescriptor(to: file), as: entry, to: archive)
    }
    if isDone, zip_close(archive) == 0 { return }
    let message = zip_strerror(archive).map { String(cString: $0) } ?? "libzip failed"
    zip_discard(archive)
    throw Failure(description: "\(name): \(message)")
  }

  private static func add(_ file: String, as name: String, to archive: OpaquePointer) -> Bool {
    guard let source = zip_source_file(archive, file, 0, -1) else { return false }
    let index = zip_file_add(archive, name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
    guard index >= 0 else {
      zip_source_free(source)
      return false
    }
    let entry = zip_uint64_t(index)
    let permissions: zip_uint32_t = 0o100644 << 16
    return zip_set_file_compression(archive, entry, ZIP_CM_STORE, 0) == 0
      && zip_file_set_dostime(archive, entry, 0, date, 0) == 0
      && zip_file_set_external_attributes(
        archive, entry, 0, zip_uint8_t(ZIP_OPSYS_UNIX), permissions) == 0
  }

  /// The default argument is read before anything else is called.
  private static func reason(_ name: String, code: Int32 = errno) -> String {
    "\(name): \(systemMessage(code))"
  }
}
