import Foundation

/// An open directory. What lies below it is reached from its descriptor, name by name.
///
/// Nothing is written, replaced or removed through a link: a run folder that was prepared by others, or one whose
/// subfolders lie on another disk, must not lead a command to files elsewhere. A link in the place of a file is itself
/// replaced or removed, and its target stays as it is; a link in the place of a subfolder is refused. Reading follows
/// links, as tools that manage large files (git-annex, DVC) leave links in their places.
package final class Directory: Sendable {
  /// As messages name it.
  package let path: String
  package let descriptor: Int32

  /// What a name stands for, links not followed.
  package enum Kind { case file, folder, link, other }

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Opens a directory that the user named; links on the path to it are the user's choice and are followed.
  ///
  /// - Parameter path: as it was named.
  /// - Returns: nil where there is nothing of that name.
  /// - Throws: 74 for a file, a broken link, and what can't be read.
  package static func open(_ path: String) throws(WritingProblem) -> Directory? {
    let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor >= 0 { return Directory(path: path, descriptor: descriptor) }
    let code = errno
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    // Another process has made it in between.
    if code == ENOENT, status.st_mode & S_IFMT != S_IFLNK { return try open(path) }
    guard code != ENOENT else {
      throw .input("\(path) is a broken link; make the folder it points to, or choose another place with -o")
    }
    guard code != ENOTDIR else { throw .input("\(path) is a file, not a folder; choose another place with -o") }
    throw .input("\(path) can't be read: \(systemMessage(code)); choose another place with -o")
  }

  /// Opens a directory that the user named, and makes it where there is none, with those above it.
  ///
  /// - Parameter path: as it was named.
  /// - Returns: the directory, and whether it was made.
  /// - Throws: 74 where it can't be made or opened.
  package static func openOrMake(_ path: String) throws(WritingProblem) -> (directory: Directory, isNew: Bool) {
    let absolute = absolutePath(path, in: FileManager.default.currentDirectoryPath)
    let isNew = mkdir(absolute, 0o777) == 0 || errno == ENOENT && makeWithParents(absolute)
    let code = errno
    guard let directory = try open(path) else {
      throw .input("\(path) can't be made: \(systemMessage(code)); choose another place with -o")
    }
    return (directory, isNew)
  }

  private static func makeWithParents(_ path: String) -> Bool {
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    // Another process may make the same folders at the same time.
    guard parent != path, mkdir(parent, 0o777) == 0 || errno == EEXIST || errno == ENOENT && makeWithParents(parent)
    else { return false }
    return mkdir(path, 0o777) == 0
  }

  /// All names in it, but for itself and its parent.
  ///
  /// - Throws: 74 where they can't be read.
  package func names() throws(WritingProblem) -> [String] {
    // A descriptor of its own, as reading moves a position and the end of reading closes it.
    let descriptor = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0, let stream = fdopendir(descriptor) else { throw problem("be read") }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let length = MemoryLayout.size(ofValue: entry.pointee.d_name)
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: length) { String(cString: $0) }
        })
    }
    return names.filter { $0 != "." && $0 != ".." }
  }

  /// What a name stands for; nil where there is nothing.
  package func kind(of name: String) -> Kind? {
    var status = stat()
    guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    case S_IFLNK: return .link
    default: return .other
    }
  }

  /// When a file was last written, in seconds since 1970; nil where there is none.
  package func modified(_ name: String) -> Double? {
    var status = stat()
    guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
    return Double(status.st_mtim.tv_sec) + 1e-9 * Double(status.st_mtim.tv_nsec)
  }

  /// All bytes of a file, for reading only, so links are followed; nil where there is none that can be read.
  package func contents(_ path: String) -> Data? { try? existingContents(path) }

  /// All bytes of a file, for reading only, so links are followed; nil where there is no such file.
  ///
  /// - Parameter path: its path below this directory.
  /// - Returns: nil where there is nothing of that name, a link to nothing, or no file.
  /// - Throws: 74 for a file that is there and can't be read.
  package func existingContents(_ path: String) throws(WritingProblem) -> Data? {
    // Without waiting for the writer of a pipe.
    let file = openat(descriptor, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else {
      // A socket can't be opened and is no file.
      guard ![ENOENT, ENOTDIR, ELOOP, ENXIO].contains(errno) else { return nil }
      throw problem("be read", path)
    }
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    do { return try handle.readToEnd() ?? Data() } catch {
      throw .input("\(self.path)/\(path) can't be read: \(systemMessage(for: error))")
    }
  }

  /// A path by which a library that takes paths reaches a file of this very directory, wherever that has been moved.
  /// Linux only.
  package func pathOfDescriptor(to name: String) -> String { "/proc/self/fd/\(descriptor)/\(name)" }

  /// A directory within this one.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - making: whether it is made where there is none.
  ///   - path: as messages name it; nil: by its place.
  /// - Returns: the directory.
  /// - Throws: 74 where it can't be made or opened, and where it is a link.
  package func folder(_ name: String, making: Bool = false, calledAs path: String? = nil) throws(WritingProblem)
    -> Directory
  {
    if making, mkdirat(descriptor, name, 0o777) != 0, errno != EEXIST { throw problem("be made", name) }
    let opened = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard opened >= 0 else {
      let code = errno
      guard kind(of: name) == .link else { throw problem("be opened", name, code: code) }
      throw .input(
        "\(self.path)/\(name) is a link, and nothing is written or removed through links in a run folder; "
          + "put a folder in its place, or remove the link")
    }
    return Directory(path: path ?? "\(self.path)/\(name)", descriptor: opened)
  }

  /// A directory that a link within this one leads to; nil where there is none. Only for one that proves to be our own.
  package func target(ofLink name: String) -> Directory? {
    let opened = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    return opened < 0 ? nil : Directory(path: "\(path)/\(name)", descriptor: opened)
  }

  /// The directory that holds a file, and the file's name in it.
  ///
  /// - Parameters:
  ///   - path: the file's path below this directory.
  ///   - making: whether directories on the way are made.
  /// - Returns: both.
  /// - Throws: 74 where the way can't be made or leads through a link.
  package func parent(of path: String, making: Bool = false) throws(WritingProblem) -> (folder: Directory, name: String)
  {
    var names = path.split(separator: "/").map(String.init)
    guard let last = names.popLast(), !path.hasPrefix("/"), last != "..", !names.contains("..") else {
      throw .input("\(self.path)/\(path) does not lie within \(self.path)")
    }
    var folder = self
    for name in names { folder = try folder.folder(name, making: making) }
    return (folder, last)
  }

  /// What can't be done with a file of this directory, or with itself, and why.
  ///
  /// - Parameters:
  ///   - what: such as `be written`.
  ///   - name: of the file; nil for the directory.
  ///   - code: what `errno` was right behind the call.
  /// - Returns: the problem in a sentence.
  package func problem(_ what: String, _ name: String? = nil, code: Int32 = errno) -> WritingProblem {
    .input("\(path)\(name.map { "/" + $0 } ?? "") can't \(what): \(systemMessage(code))")
  }
}
